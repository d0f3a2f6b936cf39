"""Who may not order for a time or for good, and the refusals in a row that pause a member on their own."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from storage.audit import Action, write_within
from storage.database import Database, fetch_all, fetch_one
from storage.deeds import BOT, Changed, Deed
from storage.jobs import from_milliseconds, to_milliseconds
from storage.servers import settings_within

_REFUSED_IN_A_ROW = Deed(BOT, "several refused orders in a row")

STRIKES_COUNT_FOR = timedelta(hours=24)

_OF_MEMBER = """
SELECT member_id, until, reason, actor_id, created_at FROM blocks
WHERE guild_id = :guild AND member_id = :member AND (until IS NULL OR until > :now)
"""

_OF_GUILD = """
SELECT member_id, until, reason, actor_id, created_at FROM blocks
WHERE guild_id = :guild AND (until IS NULL OR until > :now) ORDER BY created_at, member_id
"""

_PUT = """
INSERT INTO blocks (guild_id, member_id, until, reason, actor_id, created_at)
VALUES (:guild, :member, :until, :reason, :actor, :now)
ON CONFLICT (guild_id, member_id)
DO UPDATE SET until = :until, reason = :reason, actor_id = :actor, created_at = :now
"""

_LIFT = "DELETE FROM blocks WHERE guild_id = :guild AND member_id = :member"

_STRIKE = """
INSERT INTO strikes (guild_id, member_id, job_id, interaction_id, created_at)
VALUES (:guild, :member, :job, :interaction, :now)
ON CONFLICT DO NOTHING
"""

# A clip that was posted, or a pause that began, starts the count anew.
_COUNTS_SINCE = """
SELECT MAX(
    :day_ago,
    COALESCE((SELECT MAX(ended_at) FROM jobs
              WHERE member_id = :member AND guild_id = :guild AND state = 'done'), 0),
    COALESCE((SELECT MAX(created_at) FROM audit
              WHERE guild_id = :guild AND target_kind = 'member' AND target_id = CAST(:member AS TEXT)
                AND action = 'member_paused'), 0)
) AS moment
"""

_STRIKES = """
SELECT COUNT(*) AS count FROM strikes WHERE guild_id = :guild AND member_id = :member AND created_at > :since
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A member who may not order, until a moment or for good (None)."""

    member_id: int
    until: datetime | None
    reason: str
    actor_id: int
    created_at: datetime

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """Read a row of the table."""
        values: dict[str, Any] = dict(row)
        values["until"] = None if values["until"] is None else from_milliseconds(values["until"])
        values["created_at"] = from_milliseconds(values["created_at"])
        return cls(**values)

    def outlasts(self, moment: datetime) -> bool:
        """Whether the block still holds at a moment."""
        return self.until is None or self.until > moment


class BlockStore:
    """Blocks as moderators set and lift them, and refusals as they are noted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, guild_id: int, member_id: int, now: datetime) -> Block | None:
        """The block in force; one that has run out is none."""
        row = await self._database.row(_OF_MEMBER, _keys(guild_id, member_id, now))
        return Block.of(row) if row else None

    async def of_guild(self, guild_id: int, now: datetime) -> list[Block]:
        """All blocks in force, oldest first."""
        values = {"guild": guild_id, "now": to_milliseconds(now)}
        return [Block.of(row) for row in await self._database.rows(_OF_GUILD, values)]

    async def block(
        self, guild_id: int, member_id: int, until: datetime | None, deed: Deed, now: datetime
    ) -> Changed[Block | None]:
        """Keep a member from ordering, in place of an earlier block."""

        def change(connection: sqlite3.Connection) -> Changed[Block | None]:
            before = block_within(connection, guild_id, member_id, now)
            if before and (before.until, before.reason) == (until, deed.reason):
                return Changed(before, before)
            after = _put_within(connection, guild_id, member_id, until, deed, now)
            _record(connection, guild_id, Action.MEMBER_BLOCKED, member_id, deed, now, before, after)
            return Changed(before, after)

        return await self._database.write(change)

    async def lift(self, guild_id: int, member_id: int, deed: Deed, now: datetime) -> Changed[Block | None]:
        """Let a member order again."""

        def change(connection: sqlite3.Connection) -> Changed[Block | None]:
            before = block_within(connection, guild_id, member_id, now)
            if before:
                connection.execute(_LIFT, {"guild": guild_id, "member": member_id})
                _record(connection, guild_id, Action.BLOCK_LIFTED, member_id, deed, now, before, None)
            return Changed(before, None)

        return await self._database.write(change)

    async def strike(self, guild_id: int, member_id: int, interaction_id: int, now: datetime) -> Block | None:
        """Note an order that was refused for its words; the pause that begins with it, if one does."""

        def change(connection: sqlite3.Connection) -> Block | None:
            return strike_within(connection, guild_id, member_id, now, interaction_id=interaction_id)

        return await self._database.write(change)


def block_within(connection: sqlite3.Connection, guild_id: int, member_id: int, now: datetime) -> Block | None:
    """The block in force, as the transaction under way sees it."""
    rows = fetch_all(connection, _OF_MEMBER, _keys(guild_id, member_id, now))
    return next((Block.of(row) for row in rows), None)


def strike_within(
    connection: sqlite3.Connection,
    guild_id: int,
    member_id: int,
    now: datetime,
    *,
    job_id: str | None = None,
    interaction_id: int | None = None,
) -> Block | None:
    """Note a refusal, once for a job or an interaction; the pause that begins with it, if one does."""
    keys = _keys(guild_id, member_id, now)
    noted = connection.execute(_STRIKE, keys | {"job": job_id, "interaction": interaction_id})
    settings = settings_within(connection, guild_id)
    if not noted.rowcount or not settings.strikes:
        return None
    values = keys | {"since": strikes_count_since(connection, guild_id, member_id, now)}
    if fetch_one(connection, _STRIKES, values)["count"] < settings.strikes:
        return None
    until = now + timedelta(minutes=settings.strike_pause_minutes)
    before = block_within(connection, guild_id, member_id, now)
    if before and before.outlasts(until):
        return None
    after = _put_within(connection, guild_id, member_id, until, _REFUSED_IN_A_ROW, now)
    _record(connection, guild_id, Action.MEMBER_PAUSED, member_id, _REFUSED_IN_A_ROW, now, before, after)
    return after


def strikes_count_since(connection: sqlite3.Connection, guild_id: int, member_id: int, now: datetime) -> int:
    """The moment, in milliseconds, after which a member's refusals count as being in a row."""
    values = _keys(guild_id, member_id, now) | {"day_ago": to_milliseconds(now - STRIKES_COUNT_FOR)}
    return int(fetch_one(connection, _COUNTS_SINCE, values)["moment"])


def _put_within(
    connection: sqlite3.Connection, guild_id: int, member_id: int, until: datetime | None, deed: Deed, now: datetime
) -> Block | None:
    values = {
        **_keys(guild_id, member_id, now),
        "until": None if until is None else to_milliseconds(until),
        "reason": deed.reason,
        "actor": deed.actor_id,
    }
    connection.execute(_PUT, values)
    return block_within(connection, guild_id, member_id, now)


def _record(
    connection: sqlite3.Connection,
    guild_id: int,
    action: Action,
    member_id: int,
    deed: Deed,
    now: datetime,
    before: Block | None,
    after: Block | None,
) -> None:
    write_within(
        connection,
        guild_id,
        action,
        deed,
        now,
        target_kind="member",
        target_id=member_id,
        before=_facts(before),
        after=_facts(after),
    )


def _facts(block: Block | None) -> Mapping[str, Any] | None:
    if block is None:
        return None
    return {"until": None if block.until is None else to_milliseconds(block.until), "reason": block.reason}


def _keys(guild_id: int, member_id: int, now: datetime) -> dict[str, Any]:
    return {"guild": guild_id, "member": member_id, "now": to_milliseconds(now)}
