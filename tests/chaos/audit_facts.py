"""What an audit is made from: rows, tasks and messages, as they are once everything has come to rest."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Request = tuple[str | None, int, str, int]
"""What a clip is ordered with: prompt, seed, resolution, seconds."""

_ENDS = ("done", "failed", "cancelled")
_EPHEMERAL = 64
_COPY_MARK = "🎞"


@dataclass(frozen=True, slots=True)
class JobRow:
    """A row of the table of jobs, as far as an audit asks for it."""

    id: str
    interaction_id: int
    guild_id: int
    member_id: int
    state: str
    request: Request
    price: int
    submitted: bool = False
    batch_id: str | None = None
    task_id: str | None = None
    route: str | None = None
    removed: bool = False
    clip_gone: bool = False
    shared: bool = False
    share_message_id: int | None = None
    failure: str | None = None

    @property
    def final(self) -> bool:
        return self.state in _ENDS

    @property
    def nameless(self) -> bool:
        """Whether its member has left, and nobody wrote down before what it was."""
        return self.interaction_id < 0

    @property
    def file_names(self) -> frozenset[str]:
        name = f"firstframe-{self.id}.mp4"
        return frozenset({name, f"SPOILER_{name}"})

    @classmethod
    def of(cls, row: sqlite3.Row) -> "JobRow":
        options = json.loads(row["options"])
        same = ("id", "interaction_id", "guild_id", "member_id", "state", "price", "batch_id", "task_id", "route")
        return cls(
            **{name: row[name] for name in (*same, "share_message_id", "failure")},
            request=(options["prompt"], options["seed"], options["resolution"], options["duration_seconds"]),
            submitted=row["submitting_at"] is not None,
            removed=row["removed_at"] is not None,
            clip_gone=bool(row["clip_gone"]),
            shared=row["shared_at"] is not None,
        )


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A row of the ledger."""

    guild_id: int
    member_id: int
    kind: str
    allowance: int
    granted: int
    counts_at: int
    job_id: str | None = None


@dataclass(frozen=True, slots=True)
class LimitRow:
    """A limit of credits; a value of None is unlimited."""

    guild_id: int
    layer: str
    target_id: int
    value: int | None
    period: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """A create that the video service has taken."""

    id: str
    request: Request

    @classmethod
    def of(cls, task: Mapping[str, Any]) -> "Task":
        said = task["request"]
        return cls(task["id"], (said.get("prompt"), said["seed"], said["resolution"], said["duration"]))


@dataclass(frozen=True, slots=True)
class Shown:
    """A message of the bot's; `interaction_id` is the one that it answers."""

    id: int
    channel_id: int
    content: str
    files: tuple[str, ...] = ()
    mentions: frozenset[int] = frozenset()
    mentions_many: bool = False
    ephemeral: bool = False
    interaction_id: int | None = None

    @property
    def is_copy(self) -> bool:
        """Whether it is the copy of a clip in a showcase."""
        return self.content.startswith(_COPY_MARK)

    @classmethod
    def of(cls, message: Mapping[str, Any]) -> "Shown":
        caused = (message.get("interaction_metadata") or {}).get("id")
        return cls(
            id=int(message["id"]),
            channel_id=int(message["channel_id"]),
            content=message["content"],
            files=tuple(one["filename"] for one in message["attachments"]),
            mentions=frozenset(int(one["id"]) for one in message["mentions"]),
            mentions_many=bool(message["mention_everyone"] or message["mention_roles"]),
            ephemeral=bool(message["flags"] & _EPHEMERAL),
            interaction_id=int(caused) if caused else None,
        )


@dataclass(frozen=True, slots=True)
class Quota:
    """What `/quota` told a member, who has these roles, in a server, or in direct messages: guild 0."""

    guild_id: int
    member_id: int
    left: int | None
    roles: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is counted from; `jobs` of members who left are as they were noted before.

    `refunds_on_record` are the removals of clips by the job that was removed, with the credits that went back;
    `zones` are servers' time zones, `per_day` is the allowance where nothing is set, in and outside of servers.
    """

    now: datetime
    jobs: tuple[JobRow, ...] = ()
    entries: tuple[EntryRow, ...] = ()
    limits: tuple[LimitRow, ...] = ()
    refunds_on_record: Mapping[str, int] | None = None
    zones: Mapping[int, str] | None = None
    tasks: tuple[Task, ...] = ()
    messages: tuple[Shown, ...] = ()
    quotas: tuple[Quota, ...] = ()
    per_day: tuple[int, int] = (0, 0)
    complaints: tuple[str, ...] = ()
    log: str = ""
    secrets: tuple[str, ...] = ()

    def entries_of(self, job_id: str, kind: str) -> list[EntryRow]:
        """What was written into the ledger for a job."""
        return [entry for entry in self.entries if (entry.job_id, entry.kind) == (job_id, kind)]

    def carriers(self, job: JobRow) -> list[Shown]:
        """The messages that carry the job's clip, copies in a showcase left out."""
        return [one for one in self.messages if job.file_names & set(one.files) and not one.is_copy]

    def copies(self, job: JobRow) -> list[Shown]:
        """The copies of the job's clip in a showcase."""
        return [one for one in self.messages if job.file_names & set(one.files) and one.is_copy]
