"""A job: one clip that was asked for, from the command to its end."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import aiosqlite


class JobState(StrEnum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    RUNNING = "running"
    READY = "ready"
    POSTING = "posting"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing will happen to the job any more."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class Failure(StrEnum):
    """Why a job ended without a clip."""

    INPUT_REFUSED = "input_refused"
    MODERATION = "moderation"
    OPERATOR = "operator"
    PROVIDER_BUSY = "provider_busy"
    PROVIDER_UNREACHABLE = "provider_unreachable"
    PROVIDER_FAILED = "provider_failed"
    OUTCOME_UNKNOWN = "outcome_unknown"
    TIMED_OUT = "timed_out"
    RESULT_LOST = "result_lost"
    CHANNEL_CLOSED = "channel_closed"
    CLIP_TOO_LARGE = "clip_too_large"
    NOT_POSTED = "not_posted"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ClipOptions:
    """What the member asked for, with every default filled in."""

    duration_seconds: int
    resolution: str
    seed: int
    audio: bool = True
    shots: str = "single"
    rewrite: bool = True
    watermark: bool = False
    prompt: str | None = None
    negative_prompt: str | None = None
    template: str | None = None
    model: str | None = None


@dataclass(frozen=True, slots=True)
class FirstFrameImage:
    """A prepared first frame, as it goes to the provider."""

    sha256: str
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class SoundtrackFile:
    """A prepared soundtrack, as it goes to the provider; `media_type` as in audio/mpeg."""

    sha256: str
    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job that is asked for and not yet charged."""

    id: str
    interaction_id: int
    guild_id: int
    channel_id: int
    member_id: int
    provider: str
    kind: str
    options: ClipOptions
    frame: FirstFrameImage
    soundtrack: SoundtrackFile | None
    notes: tuple[str, ...]
    price: int
    upload_limit_bytes: int
    created_at: datetime
    role_ids: frozenset[int] = frozenset()
    home_channel_id: int = 0  # 0: the channel itself, which is no thread then
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the table of jobs, as it was read; times are aware UTC."""

    id: str
    interaction_id: int
    guild_id: int
    channel_id: int
    home_channel_id: int
    member_id: int
    provider: str
    state: JobState
    kind: str
    options: ClipOptions
    notes: tuple[str, ...]
    frame: str | None
    soundtrack: str | None
    price: int
    upload_limit_bytes: int
    spoiler: bool
    status_message_id: int | None
    status_settled: bool
    task_id: str | None
    result_url: str | None
    took_seconds: float | None
    clip_message_id: int | None
    failure: Failure | None
    detail: str
    created_at: datetime
    submitting_at: datetime | None
    running_at: datetime | None
    ready_at: datetime | None
    posting_at: datetime | None
    ended_at: datetime | None
    removed_at: datetime | None
    removed_by: int | None
    clip_gone: bool

    @classmethod
    def of(cls, row: aiosqlite.Row) -> "Job":
        """Read a row of the table."""
        values: dict[str, Any] = dict(row)
        values["state"] = JobState(values["state"])
        values["options"] = ClipOptions(**json.loads(values["options"]))
        values["notes"] = tuple(json.loads(values["notes"]))
        for name in ("status_settled", "spoiler", "clip_gone"):
            values[name] = bool(values[name])
        values["failure"] = Failure(values["failure"]) if values["failure"] else None
        for name in values:
            if name.endswith("_at") and values[name] is not None:
                values[name] = from_milliseconds(values[name])
        return cls(**values)


def options_text(options: ClipOptions) -> str:
    """The options as they are stored: JSON, so that a new option needs no new column."""
    return json.dumps(asdict(options), ensure_ascii=False)


def to_milliseconds(moment: datetime) -> int:
    """An aware time as whole milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)


def from_milliseconds(milliseconds: int) -> datetime:
    """The aware time, in UTC, of whole milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
