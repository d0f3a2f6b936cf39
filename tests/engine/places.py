"""Where the engine's effects can be seen: a channel, a noticeboard and an operator that remember, and fail as told."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine import AuditEntry, ChannelClosed, ClipTooLarge, Job, Posted, Route, Status, Why


@dataclass(frozen=True)
class Message:
    """One message with clips on it."""

    jobs: tuple[Job, ...]
    files: tuple[bytes, ...]
    route: Route
    why: Why | None

    @property
    def ids(self) -> list[str]:
        return [job.id for job in self.jobs]


@dataclass
class MemoryStage:
    """Places that remember what was posted, and fail as told; a failure may come after the effect.

    `closed` are routes that fail whatever is tried, `errors_before` and `errors_after` the next tries.
    """

    messages: list[Message] = field(default_factory=list)
    statuses: list[tuple[str, Status]] = field(default_factory=list)
    closed: dict[Route, Exception] = field(default_factory=dict)
    errors_before: list[Exception] = field(default_factory=list)
    errors_after: list[Exception] = field(default_factory=list)
    find_errors: list[Exception] = field(default_factory=list)
    fetch_errors: list[Exception] = field(default_factory=list)
    status_errors: list[Exception] = field(default_factory=list)
    take_down_errors: list[Exception] = field(default_factory=list)
    most_bytes: int | None = None
    posts: int = 0
    finds: int = 0
    status_calls: int = 0
    new_status_messages: int = 0
    fetched: list[str] = field(default_factory=list)
    taken_down: list[str] = field(default_factory=list)
    messages_taken_down: list[int | None] = field(default_factory=list)
    hold_posts: asyncio.Event | None = None
    hold_statuses: asyncio.Event | None = None
    written: list[str] = field(default_factory=list)

    @property
    def posted(self) -> list[str]:
        return [job_id for message in self.messages for job_id in message.ids]

    @property
    def sizes(self) -> list[int]:
        return [len(file) for message in self.messages for file in message.files]

    async def find_clip(self, job: Job, route: Route) -> Posted | None:
        self.finds += 1
        if self.find_errors:
            raise self.find_errors.pop(0)
        for number, message in enumerate(self.messages):
            if message.route is route and job.id in message.ids:
                return Posted(500 + number, _channel(job, route))
        return None

    async def post_clips(self, jobs: Sequence[Job], files: Sequence[Path], route: Route, *, why: Why | None) -> Posted:
        self.posts += 1
        if self.hold_posts:
            await self.hold_posts.wait()
        contents = tuple(file.read_bytes() for file in files)
        if route in self.closed:
            raise self.closed[route]
        if self.most_bytes and max(map(len, contents)) > self.most_bytes:
            raise ClipTooLarge("40005")
        if self.errors_before:
            raise self.errors_before.pop(0)
        self.messages.append(Message(tuple(jobs), contents, route, why))
        self.written.append(f"clip {route}")
        if self.errors_after:
            raise self.errors_after.pop(0)
        return Posted(500 + len(self.messages) - 1, _channel(jobs[0], route))

    async def fetch_clip(self, job: Job, to: Path) -> None:
        if self.fetch_errors:
            raise self.fetch_errors.pop(0)
        for message in self.messages:
            if job.id in message.ids:
                to.write_bytes(message.files[message.ids.index(job.id)])
                self.fetched.append(job.id)
                return
        raise ChannelClosed("10008")

    async def show_status(self, job: Job, status: Status) -> int | None:
        self.status_calls += 1
        if self.hold_statuses:
            await self.hold_statuses.wait()
        if self.status_errors:
            raise self.status_errors.pop(0)
        self.statuses.append((job.id, status))
        self.written.append(f"status {status.state}")
        if job.status_message_id is None:
            self.new_status_messages += 1
        return job.status_message_id or 900 + self.new_status_messages

    async def take_down(self, job: Job, takes: Sequence[Job] = ()) -> None:
        if self.take_down_errors:
            raise self.take_down_errors.pop(0)
        self.taken_down.append(job.id)
        self.messages_taken_down.append(job.clip_message_id)


def _channel(job: Job, route: Route) -> int:
    return 7000 + job.member_id if route is Route.DIRECT else job.channel_id


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
