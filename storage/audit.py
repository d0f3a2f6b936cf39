"""The append-only record of what was changed: by whom, about whom or what, from what to what, and why."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from storage.database import Database
from storage.deeds import Deed
from storage.jobs import from_milliseconds, to_milliseconds

_WRITE = """
INSERT INTO audit (guild_id, action, actor_id, target_kind, target_id, before, after, reason, created_at)
VALUES (:guild, :action, :actor, :kind, :target, :before, :after, :reason, :now)
"""

# What is about a member: what was done to them or to a clip of theirs, and what they did.
_CHOSEN = """
FROM audit WHERE guild_id = :guild
    AND (:action IS NULL OR action = :action)
    AND (:member IS NULL OR actor_id = :member
         OR (target_kind = 'member' AND target_id = CAST(:member AS TEXT))
         OR (target_kind = 'clip' AND json_extract(after, '$.member') = CAST(:member AS TEXT)))
"""

_PAGE = f"SELECT * {_CHOSEN} AND (:before IS NULL OR id < :before) ORDER BY id DESC LIMIT :limit"
_COUNT = f"SELECT COUNT(*) AS count {_CHOSEN}"
_ALL = f"SELECT * {_CHOSEN} ORDER BY id"


class Action(StrEnum):
    """What was done."""

    LIMIT_SET = "limit_set"
    LIMIT_CLEARED = "limit_cleared"
    CREDITS_GRANTED = "credits_granted"
    CREDITS_TAKEN = "credits_taken"
    MEMBER_BLOCKED = "member_blocked"
    BLOCK_LIFTED = "block_lifted"
    MEMBER_PAUSED = "member_paused"
    PHRASE_ADDED = "phrase_added"
    PHRASE_REMOVED = "phrase_removed"
    CHANNEL_SET = "channel_set"
    CHANNEL_CLEARED = "channel_cleared"
    SERVER_SET = "server_set"
    SERVER_PAUSED = "server_paused"
    SERVER_RESUMED = "server_resumed"
    CLIP_REMOVED = "clip_removed"
    CLIP_DELETED = "clip_deleted"
    BUDGET_80 = "budget_80"
    BUDGET_100 = "budget_100"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One row; `before` and `after` hold what changed and nothing else."""

    id: int
    guild_id: int
    action: Action
    actor_id: int
    target_kind: str
    target_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    reason: str
    created_at: datetime

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """Read a row of the table."""
        values: dict[str, Any] = dict(row)
        values["action"] = Action(values["action"])
        values["before"] = json.loads(values["before"]) if values["before"] else None
        values["after"] = json.loads(values["after"]) if values["after"] else None
        values["created_at"] = from_milliseconds(values["created_at"])
        return cls(**values)


def write_within(
    connection: sqlite3.Connection,
    guild_id: int,
    action: Action,
    deed: Deed,
    now: datetime,
    *,
    target_kind: str,
    target_id: int | str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    """Record a change in the transaction that makes it, so that there is never one without the other."""
    values = {
        "guild": guild_id,
        "action": action,
        "actor": deed.actor_id,
        "kind": target_kind,
        "target": str(target_id),
        "before": _text(before),
        "after": _text(after),
        "reason": deed.reason,
        "now": to_milliseconds(now),
    }
    connection.execute(_WRITE, values)


class AuditStore:
    """Reads the record; only the rooms that change something write it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(
        self,
        guild_id: int,
        *,
        member_id: int | None = None,
        action: Action | None = None,
        before_id: int | None = None,
        limit: int,
    ) -> list[AuditEntry]:
        """Entries of a guild, newest first; those about or by a member, of one action, older than an entry."""
        values = _values(guild_id, member_id, action) | {"before": before_id, "limit": limit}
        return [AuditEntry.of(row) for row in await self._database.rows(_PAGE, values)]

    async def count(self, guild_id: int, *, member_id: int | None = None, action: Action | None = None) -> int:
        """How many entries there are to page through."""
        row = await self._database.row(_COUNT, _values(guild_id, member_id, action))
        return int(row["count"]) if row else 0

    async def all_of(
        self, guild_id: int, *, member_id: int | None = None, action: Action | None = None
    ) -> list[AuditEntry]:
        """All entries of a guild, oldest first."""
        rows = await self._database.rows(_ALL, _values(guild_id, member_id, action))
        return [AuditEntry.of(row) for row in rows]


def _values(guild_id: int, member_id: int | None, action: Action | None) -> dict[str, Any]:
    return {"guild": guild_id, "member": member_id, "action": action}


def _text(change: Mapping[str, Any] | None) -> str | None:
    return None if change is None else json.dumps(change, ensure_ascii=False)
