"""The table of jobs as it is read: by id, by member, by message, and what is under way."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.database import Database
from storage.jobs import FirstFrameImage, Job, SoundtrackFile, to_milliseconds
from storage.left_tasks import left_task

_BY_ID = "SELECT * FROM jobs WHERE id = :id"
_BY_INTERACTION = "SELECT * FROM jobs WHERE interaction_id = :interaction ORDER BY take LIMIT 1"
_BY_BATCH = "SELECT * FROM jobs WHERE batch_id = :batch ORDER BY take"
_KNOWS_TASK = "SELECT 1 FROM jobs WHERE task_id = :task UNION ALL SELECT 1 FROM meta WHERE key = :left LIMIT 1"
# The + keeps SQLite from going through all jobs of the guild: there are indexes of messages. A server's clip may have
# gone to its member directly, which is outside of servers.
_BY_MESSAGE = """
SELECT * FROM jobs
WHERE (clip_message_id = :message OR status_message_id = :message OR share_message_id = :message)
    AND (+guild_id = :guild OR :guild = 0 AND route = 'direct')
ORDER BY take
"""
_WAITING_OF_MEMBER = """
SELECT * FROM jobs
WHERE guild_id = :guild AND member_id = :member AND state IN ('queued', 'submitting') ORDER BY created_at, id
"""
_OUTCOME_UNKNOWN = """
SELECT * FROM jobs
WHERE failure = 'outcome_unknown' AND submitting_at BETWEEN :since AND :until ORDER BY submitting_at, id
"""
# Nearly all that are open are unsettled too: each row is read once, by the indexes of both.
_UNFINISHED = """
SELECT * FROM jobs WHERE id > :after AND id IN (
    SELECT id FROM jobs WHERE state NOT IN ('done', 'failed', 'cancelled')
    UNION SELECT id FROM jobs WHERE status_settled = 0
) ORDER BY id LIMIT :limit
"""
_PAGE = 500
"""Of rows at once: ten thousand of them would take more memory than the jobs that they become."""
# The takes of a batch are one message: its first one that is there stands for all.
_TO_REMOVE = """
SELECT * FROM jobs
WHERE removed_at IS NOT NULL AND clip_gone = 0 AND NOT EXISTS (
    SELECT 1 FROM jobs AS other
    WHERE other.batch_id = jobs.batch_id AND other.take < jobs.take
        AND other.removed_at IS NOT NULL AND other.clip_gone = 0
) ORDER BY removed_at, id
"""
# What someone left behind has no interaction of Discord's any more, though a cooldown may still go by it.
_OF_MEMBER = """
SELECT * FROM jobs WHERE member_id = :member AND (:guild IS NULL OR guild_id = :guild) AND interaction_id > 0
ORDER BY created_at DESC, id LIMIT :limit
"""
_DURATIONS = """
SELECT took_seconds FROM jobs
WHERE kind = :kind AND took_seconds IS NOT NULL ORDER BY ready_at DESC LIMIT :limit
"""
_FRAME = "SELECT sha256, jpeg FROM first_frames WHERE sha256 = :sha256"
_SOUNDTRACK = "SELECT sha256, data, media_type FROM soundtracks WHERE sha256 = :sha256"


class JobReader:
    """Jobs and their files as they are committed. A list is oldest first where nothing else is said."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, job_id: str) -> Job | None:
        """One job, or None."""
        return await self._one(_BY_ID, {"id": job_id})

    async def of_interaction(self, interaction_id: int) -> Job | None:
        """The job, of several the first take, that an interaction has become already, or None."""
        return await self._one(_BY_INTERACTION, {"interaction": interaction_id})

    async def knows_task(self, task_id: str) -> bool:
        """Whether a task of the provider belongs to a job, or did to one of somebody who has left since."""
        return await self._database.row(_KNOWS_TASK, {"task": task_id, "left": left_task(task_id)}) is not None

    async def of_message(self, guild_id: int, message_id: int) -> Job | None:
        """The job, of several the first take, whose clip or status a message of the guild is, or None."""
        return next(iter(await self.jobs_of_message(guild_id, message_id)), None)

    async def jobs_of_message(self, guild_id: int, message_id: int) -> list[Job]:
        """The jobs, in the order of their takes, whose clips, copies or status a message of the guild is.

        A guild of 0 stands for all that is outside of servers, as direct messages are.
        """
        return await self._all(_BY_MESSAGE, {"guild": guild_id, "message": message_id})

    async def of_batch(self, batch_id: str) -> list[Job]:
        """All takes of a batch, in their order."""
        return await self._all(_BY_BATCH, {"batch": batch_id})

    async def waiting_of(self, guild_id: int, member_id: int) -> list[Job]:
        """A member's jobs in a guild that wait for a slot, or are on their way and may have to wait again."""
        return await self._all(_WAITING_OF_MEMBER, {"guild": guild_id, "member": member_id})

    async def outcome_unknown(self, since: datetime, until: datetime) -> list[Job]:
        """Jobs that were handed to the provider in this time, and were given up since nobody knew what became of it."""
        times = {"since": to_milliseconds(since), "until": to_milliseconds(until)}
        return await self._all(_OUTCOME_UNKNOWN, times)

    async def unfinished(self) -> list[Job]:
        """All jobs that something still has to happen to: open ones, and those whose end is not shown; by their ids."""
        found = page = await self._all(_UNFINISHED, {"after": "", "limit": _PAGE})
        while len(page) == _PAGE:
            page = await self._all(_UNFINISHED, {"after": page[-1].id, "limit": _PAGE})
            found += page
        return found

    async def to_remove(self) -> list[Job]:
        """Removed jobs whose clip is not known to be gone yet; of those in one message, one."""
        return await self._all(_TO_REMOVE)

    async def of_member(self, member_id: int, guild_id: int | None, limit: int) -> list[Job]:
        """A member's latest jobs, newest first; in all guilds where guild_id is None."""
        return await self._all(_OF_MEMBER, {"member": member_id, "guild": guild_id, "limit": limit})

    async def durations(self, kind: str, limit: int = 50) -> list[float]:
        """Seconds that the latest tasks of a kind took at the provider, newest first."""
        return [row["took_seconds"] for row in await self._database.rows(_DURATIONS, {"kind": kind, "limit": limit})]

    async def first_frame(self, sha256: str) -> FirstFrameImage:
        """A kept first frame; raises LookupError if there is none."""
        row = await self._database.row(_FRAME, {"sha256": sha256})
        if row is None:
            raise LookupError("this first frame is not kept any more")
        return FirstFrameImage(row["sha256"], row["jpeg"])

    async def soundtrack(self, sha256: str) -> SoundtrackFile:
        """A kept soundtrack; raises LookupError if there is none."""
        row = await self._database.row(_SOUNDTRACK, {"sha256": sha256})
        if row is None:
            raise LookupError("this soundtrack is not kept any more")
        return SoundtrackFile(**row)

    async def _one(self, sql: str, values: Mapping[str, Any]) -> Job | None:
        row = await self._database.row(sql, values)
        return Job.of(row) if row else None

    async def _all(self, sql: str, values: Mapping[str, Any] | None = None) -> list[Job]:
        return [Job.of(row) for row in await self._database.rows(sql, values)]
