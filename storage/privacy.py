"""A person's own data: handed out, taken out of what is kept, and files that are kept for some days only."""

import sqlite3
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from storage.database import Database, fetch_all
from storage.jobs import from_milliseconds, to_milliseconds
from storage.leaving import (
    CARRIED_OVER,
    FORGET_MESSAGES,
    GUILDS,
    Forgotten,
    JobsUnderWay,
    drop_limits_within,
    forget_on_record_within,
    leave_within,
)
from storage.left_tasks import drop_tasks_within
from storage.own_data import own_data

__all__ = ["Forgotten", "JobsUnderWay", "PrivacyStore"]

_CARRIED_FOR = timedelta(days=32)
"""No period lasts longer, so that what was used in it is of no account any more."""

_STRIKES_KEPT_FOR = timedelta(hours=24)

_FRAMES = """
SELECT frame, MAX(created_at) AS used_at FROM jobs
WHERE member_id = :member AND frame IS NOT NULL GROUP BY frame ORDER BY used_at DESC, frame
"""

_SOUNDTRACKS = """
SELECT soundtrack, MAX(created_at) AS used_at FROM jobs
WHERE member_id = :member AND soundtrack IS NOT NULL GROUP BY soundtrack ORDER BY used_at DESC, soundtrack
"""

_DROP_FRAMES = "DELETE FROM first_frames WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.frame = first_frames.sha256)"

_DROP_SOUNDTRACKS = """
DELETE FROM soundtracks WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.soundtrack = soundtracks.sha256)
"""

_LET_GO_OF_FRAMES = """
UPDATE jobs SET frame = NULL WHERE frame IN (
    SELECT frame FROM jobs WHERE frame IS NOT NULL GROUP BY frame
    HAVING MAX(created_at) < :before AND SUM(state NOT IN ('done', 'failed', 'cancelled')) = 0
)
"""

_LET_GO_OF_SOUNDTRACKS = """
UPDATE jobs SET soundtrack = NULL WHERE soundtrack IN (
    SELECT soundtrack FROM jobs WHERE soundtrack IS NOT NULL GROUP BY soundtrack
    HAVING MAX(created_at) < :before AND SUM(state NOT IN ('done', 'failed', 'cancelled')) = 0
)
"""

# The bot alone writes such rows: what a moderator takes away has a moderator as its actor.
_SETTLE_ENTRIES = """
UPDATE ledger SET member_id = 0, reason = ''
WHERE kind = 'adjustment' AND actor_id = 0 AND reason = :reason AND created_at < :before
"""

_SETTLE_JOBS = """
UPDATE jobs SET member_id = 0
WHERE interaction_id < 0 AND member_id != 0
    AND created_at + 1000 * (SELECT COALESCE(MAX(value), 0) FROM limits
                             WHERE limits.guild_id = jobs.guild_id AND rule = 'cooldown') <= :now
"""

# Votes for takes that are not to be seen any more.
_DROP_VOTES = """
DELETE FROM votes WHERE NOT EXISTS (
    SELECT 1 FROM jobs WHERE jobs.batch_id = votes.batch_id AND state IN ('posting', 'done') AND clip_gone = 0
)
"""

_DROP_STRIKES = "DELETE FROM strikes WHERE created_at < :before"

_DROP_BLOCKS = "DELETE FROM blocks WHERE until <= :now"

# Where something about a person had to stay, it is looked at again until it is gone, too.
_NOTE_LEAVER = """
INSERT INTO meta (key, value) VALUES ('left:' || :member, :now) ON CONFLICT (key) DO UPDATE SET value = :now
"""

_LEAVERS = "SELECT key, CAST(SUBSTR(key, 6) AS INTEGER) AS member, value FROM meta WHERE key LIKE 'left:%'"

_STAYS = """
SELECT 1 FROM blocks WHERE member_id = :member
UNION ALL SELECT 1 FROM limits WHERE layer = 'member' AND target_id = :member
LIMIT 1
"""

_DROP_LEAVER = "DELETE FROM meta WHERE key = :key"


_SWEPT_AT_ONCE_BYTES = 100 * 1024 * 1024
"""Written anew in about a second."""

_TO_SWEEP = "INSERT INTO meta (key, value) VALUES ('to_sweep', 'yes') ON CONFLICT DO NOTHING"
_SWEEP_DUE = "SELECT 1 FROM meta WHERE key = 'to_sweep'"
_SWEPT = "DELETE FROM meta WHERE key = 'to_sweep'"


class PrivacyStore:
    """Everything that is kept about a person, over all guilds."""

    def __init__(self, database: Database, default_per_day: int, default_outside: int | None = None) -> None:
        """Take the credits a day where nothing is set: in servers, and outside of them (None: the same)."""
        self._database = database
        self._default_per_day = default_per_day
        self._default_outside = default_per_day if default_outside is None else default_outside

    async def export(self, member_id: int) -> dict[str, Any]:
        """All that is kept about a person but the files, in words, fit for JSON."""
        return await self._database.write(lambda connection: own_data(connection, member_id))

    async def frames_of(self, member_id: int) -> list[tuple[str, datetime]]:
        """The first frames of a person's jobs that are still kept and when each was last used, newest first."""
        rows = await self._database.rows(_FRAMES, {"member": member_id})
        return [(row["frame"], from_milliseconds(row["used_at"])) for row in rows]

    async def soundtracks_of(self, member_id: int) -> list[tuple[str, datetime]]:
        """The soundtracks of a person's jobs that are still kept and when each was last used, newest first."""
        rows = await self._database.rows(_SOUNDTRACKS, {"member": member_id})
        return [(row["soundtrack"], from_milliseconds(row["used_at"])) for row in rows]

    async def forget(self, member_id: int, now: datetime) -> Forgotten:
        """Take a person out of all that is kept; raises JobsUnderWay, and changes nothing, while there are any."""

        def change(connection: sqlite3.Connection) -> Forgotten:
            _drop_what_is_over(connection, now)
            allowances = (self._default_per_day, self._default_outside)
            forgotten = leave_within(connection, member_id, *allowances, now)
            _drop_files(connection)
            if fetch_all(connection, _STAYS, {"member": member_id}):
                connection.execute(_NOTE_LEAVER, {"member": member_id, "now": str(to_milliseconds(now))})
            connection.execute(_TO_SWEEP)
            return forgotten

        forgotten = await self._database.write(change)
        # Everybody waits while the file is written anew: a large one has until the daily round.
        if (forgotten.jobs or forgotten.cooling) and await self._database.size_bytes() <= _SWEPT_AT_ONCE_BYTES:
            with suppress(sqlite3.OperationalError):  # no room at the moment: it is tried again daily
                await self._sweep()
        return forgotten

    async def settle_forgotten(self, now: datetime) -> None:
        """Take out what had to stay for a while of those who left; to be called daily."""
        carried = {"reason": CARRIED_OVER, "before": to_milliseconds(now - _CARRIED_FOR)}

        def change(connection: sqlite3.Connection) -> None:
            _drop_what_is_over(connection, now)
            before = connection.total_changes
            connection.execute(_SETTLE_ENTRIES, carried)
            connection.execute(_SETTLE_JOBS, {"now": to_milliseconds(now)})
            connection.execute(FORGET_MESSAGES)
            for row in fetch_all(connection, _LEAVERS):
                self._settle_leaver(connection, row, now)
            if connection.total_changes > before:
                connection.execute(_TO_SWEEP)

        await self._database.write(change)
        if await self._database.row(_SWEEP_DUE):
            with suppress(sqlite3.OperationalError):  # no room, or the file is being read: tomorrow, then
                await self._sweep()

    async def prune(self, before: datetime) -> int:
        """Drop first frames and soundtracks that no job has used since and no open job needs; how many.

        With them go votes for what is not to be seen any more.
        """
        values = {"before": to_milliseconds(before)}

        def change(connection: sqlite3.Connection) -> int:
            connection.execute(_LET_GO_OF_FRAMES, values)
            connection.execute(_LET_GO_OF_SOUNDTRACKS, values)
            connection.execute(_DROP_VOTES)
            return _drop_files(connection)

        dropped = await self._database.write(change)
        await self._database.checkpoint()
        return dropped

    def _settle_leaver(self, connection: sqlite3.Connection, leaver: sqlite3.Row, now: datetime) -> None:
        member_id, left_at = leaver["member"], from_milliseconds(int(leaver["value"]))
        for row in fetch_all(connection, GUILDS, {"member": member_id}):
            default = self._default_per_day if row["guild_id"] else self._default_outside
            drop_limits_within(connection, row["guild_id"], member_id, default, now)
            forget_on_record_within(connection, row["guild_id"], member_id, left_at, now)
        if not fetch_all(connection, _STAYS, {"member": member_id}):
            connection.execute(_DROP_LEAVER, {"key": leaver["key"]})

    async def _sweep(self) -> None:
        await self._database.sweep()
        await self._database.execute(_SWEPT)


def _drop_what_is_over(connection: sqlite3.Connection, now: datetime) -> None:
    """Refusals too old to count, blocks that have run out, tasks of the past: nothing asks for them any more."""
    connection.execute(_DROP_STRIKES, {"before": to_milliseconds(now - _STRIKES_KEPT_FOR)})
    connection.execute(_DROP_BLOCKS, {"now": to_milliseconds(now)})
    drop_tasks_within(connection, now)


def _drop_files(connection: sqlite3.Connection) -> int:
    frames = connection.execute(_DROP_FRAMES)
    return frames.rowcount + connection.execute(_DROP_SOUNDTRACKS).rowcount
