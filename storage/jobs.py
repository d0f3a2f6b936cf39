"""A job: one clip that was asked for, from the command to its end."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any


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
    RESTORED = "restored"
    CANCELLED = "cancelled"


class Relation(StrEnum):
    """What a job that was made from another one is to it."""

    AGAIN = "again"
    REMIX = "remix"
    FINAL = "final"
    EXTEND = "extend"


class Installed(StrEnum):
    """Who installed the bot where the job was asked for: the server, or only the member for themselves."""

    SERVER = "server"
    USER = "user"


class Route(StrEnum):
    """Which way a clip goes: into the channel, as the reply to the command, or to the member directly."""

    CHANNEL = "channel"
    REPLY = "reply"
    DIRECT = "direct"


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
    private: bool = False
    installed: Installed = Installed.SERVER
    token: str | None = field(default=None, repr=False)
    token_until: datetime | None = None
    parent_id: str | None = None
    relation: Relation | None = None
    batch_id: str | None = None
    take: int = 1


_FLAGS = ("status_settled", "spoiler", "private", "fitted", "clip_gone")
_ENUMS: dict[str, type[StrEnum]] = {
    "state": JobState,
    "installed": Installed,
    "relation": Relation,
    "route": Route,
    "failure": Failure,
}


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the table of jobs, as it was read; times are aware UTC.

    `route` is the one that the clip was last meant to go, `waits_since` is when all of them were found closed.
    """

    id: str
    interaction_id: int
    guild_id: int
    channel_id: int
    home_channel_id: int
    member_id: int
    installed: Installed
    private: bool
    token: str | None = field(repr=False)
    token_until: datetime | None
    provider: str
    state: JobState
    kind: str
    options: ClipOptions
    notes: tuple[str, ...]
    frame: str | None
    soundtrack: str | None
    parent_id: str | None
    relation: Relation | None
    batch_id: str | None
    take: int
    price: int
    upload_limit_bytes: int
    spoiler: bool
    status_message_id: int | None
    status_settled: bool
    task_id: str | None
    result_url: str | None
    took_seconds: float | None
    route: Route | None
    fitted: bool
    waits_since: datetime | None
    clip_message_id: int | None
    clip_channel_id: int | None
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
    shared_at: datetime | None
    shared_by: int | None
    share_channel_id: int | None
    share_message_id: int | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> "Job":
        """Read a row of the table."""
        values: dict[str, Any] = dict(row)
        options: dict[str, Any] = json.loads(values["options"])
        _keep_once(options, ("resolution", "shots", "template", "model"))
        _keep_once(values, _SAID_AGAIN)
        values["options"] = ClipOptions(**options)
        values["notes"] = tuple(json.loads(values["notes"]))
        for name in _FLAGS:
            values[name] = bool(values[name])
        for name, kind in _ENUMS.items():
            values[name] = kind(values[name]) if values[name] else None
        for name in _TIMES:
            if values[name] is not None:
                values[name] = from_milliseconds(values[name])
        return cls(**values)

    @classmethod
    def queued(cls, new: NewJob, home_channel_id: int) -> "Job":
        """What the row of a new job reads as, without reading it."""
        return cls(
            **_NOT_YET,
            **{name: getattr(new, name) for name in _AS_ASKED},
            home_channel_id=home_channel_id,
            token_until=_as_stored(new.token_until) if new.token_until else None,
            state=JobState.QUEUED,
            frame=new.frame.sha256,
            soundtrack=new.soundtrack.sha256 if new.soundtrack else None,
            status_settled=new.take > 1,
            created_at=_as_stored(new.created_at),
        )


_TIMES = tuple(one.name for one in fields(Job) if one.name.endswith(("_at", "_until", "_since")))
_OPTIONS = tuple(one.name for one in fields(ClipOptions))
_SAID_AGAIN = ("provider", "kind", "guild_id", "channel_id", "home_channel_id", "upload_limit_bytes")
_JSON = json.JSONEncoder(ensure_ascii=False)

_DIFFERENTLY_STORED = frozenset(
    {"home_channel_id", "token_until", "state", "frame", "soundtrack", "status_settled", "created_at"}
)
_AS_ASKED = tuple(
    one.name for one in fields(Job) if one.name in NewJob.__slots__ and one.name not in _DIFFERENTLY_STORED
)
_NOT_YET: dict[str, Any] = {
    **{one.name: None for one in fields(Job) if one.name not in _DIFFERENTLY_STORED.union(_AS_ASKED)},
    "fitted": False,
    "detail": "",
    "clip_gone": False,
}


def options_text(options: ClipOptions) -> str:
    """The options as they are stored: JSON, so that a new option needs no new column."""
    return _JSON.encode({name: getattr(options, name) for name in _OPTIONS})


def to_milliseconds(moment: datetime) -> int:
    """An aware time as whole milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)


def from_milliseconds(milliseconds: int) -> datetime:
    """The aware time, in UTC, of whole milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _as_stored(moment: datetime) -> datetime:
    return from_milliseconds(to_milliseconds(moment))


def _keep_once(values: dict[str, Any], names: Iterable[str]) -> None:
    """Thousands of jobs under way name the same few words and channels."""
    for name in names:
        if name in values:
            values[name] = _once(values[name])


@lru_cache(maxsize=1024, typed=True)
def _once(value: object) -> object:
    return value
