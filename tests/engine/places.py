"""Where the engine's effects can be seen: a channel, a noticeboard and an operator that remember, and fail as told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine import AuditEntry, Job, Status


@dataclass
class MemoryStage:
    """A channel that remembers what was posted, and fails as told; a failure may come after the effect."""

    posted: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    statuses: list[tuple[str, Status]] = field(default_factory=list)
    errors_before: list[Exception] = field(default_factory=list)
    errors_after: list[Exception] = field(default_factory=list)
    find_errors: list[Exception] = field(default_factory=list)
    status_errors: list[Exception] = field(default_factory=list)
    take_down_errors: list[Exception] = field(default_factory=list)
    status_calls: int = 0
    taken_down: list[str] = field(default_factory=list)
    messages_taken_down: list[int | None] = field(default_factory=list)

    async def find_clip(self, job: Job) -> int | None:
        if self.find_errors:
            raise self.find_errors.pop(0)
        return 500 + self.posted.index(job.id) if job.id in self.posted else None

    async def post_clip(self, job: Job, clip: Path) -> int:
        if self.errors_before:
            raise self.errors_before.pop(0)
        self.posted.append(job.id)
        self.sizes.append(len(clip.read_bytes()))
        if self.errors_after:
            raise self.errors_after.pop(0)
        return 500 + self.posted.index(job.id)

    async def show_status(self, job: Job, status: Status) -> int | None:
        self.status_calls += 1
        if self.status_errors:
            raise self.status_errors.pop(0)
        self.statuses.append((job.id, status))
        return job.status_message_id or 900

    async def take_down(self, job: Job) -> None:
        if self.take_down_errors:
            raise self.take_down_errors.pop(0)
        self.taken_down.append(job.id)
        self.messages_taken_down.append(job.clip_message_id)


@dataclass(frozen=True)
class Notice:
    """One message on a noticeboard."""

    channel_id: int
    entries: tuple[AuditEntry, ...]
    nonce: str


@dataclass
class MemoryNoticeboard:
    """Channels that remember what was posted, and fail as told; a failure may come after the effect."""

    notices: list[Notice] = field(default_factory=list)
    closed: dict[int, Exception] = field(default_factory=dict)
    errors_after: list[Exception] = field(default_factory=list)
    tries: int = 0

    async def post_entries(self, channel_id: int, entries: Sequence[AuditEntry], *, nonce: str) -> None:
        self.tries += 1
        if channel_id in self.closed:
            raise self.closed[channel_id]
        self.notices.append(Notice(channel_id, tuple(entries), nonce))
        if self.errors_after:
            raise self.errors_after.pop(0)


@dataclass
class ListeningOperator:
    """Remembers what it was told, while it can be reached."""

    told: list[str] = field(default_factory=list)
    away: bool = False

    async def tell(self, text: str) -> bool:
        if not self.away:
            self.told.append(text)
        return not self.away
