"""Copies of clips in a server's showcase: one a clip, with the intent committed before the copy is posted."""

import sqlite3
from datetime import datetime
from enum import StrEnum

from storage.job_reader import JobReader
from storage.job_steps import jobs_within
from storage.jobs import Job, to_milliseconds

# A negative interaction: the clip's member has left for good, and nothing is remembered of its messages.
_SHARE = """
UPDATE jobs SET shared_at = :now, shared_by = :actor, share_channel_id = :channel
WHERE id = :id AND state = 'done' AND removed_at IS NULL AND shared_at IS NULL AND interaction_id > 0
RETURNING *
"""

_SHARED_BEFORE = """
SELECT * FROM jobs WHERE id = :id AND shared_at IS NOT NULL AND removed_at IS NULL AND interaction_id > 0
"""

_COPIED = """
UPDATE jobs SET share_message_id = :message
WHERE id = :id AND shared_at IS NOT NULL AND share_message_id IS NULL AND interaction_id > 0
RETURNING *
"""

_UNSHARE = """
UPDATE jobs SET shared_at = NULL, shared_by = NULL, share_channel_id = NULL
WHERE id = :id AND share_message_id IS NULL
"""


class Sharing(StrEnum):
    """How far the copy of a clip is: only just intended, intended before and perhaps posted, or known to be there."""

    FRESH = "fresh"
    AGAIN = "again"
    DONE = "done"


class Shares(JobReader):
    """Who shared which clip, and where its copy is."""

    async def share(self, job_id: str, actor_id: int, channel_id: int, now: datetime) -> Sharing | None:
        """Commit the intent to copy a clip into a channel; None if there is no such clip to be seen.

        An intent that is there already keeps its own channel.
        """
        values = {"id": job_id, "actor": actor_id, "channel": channel_id, "now": to_milliseconds(now)}

        def change(connection: sqlite3.Connection) -> Sharing | None:
            if jobs_within(connection, _SHARE, values):
                return Sharing.FRESH
            before = jobs_within(connection, _SHARED_BEFORE, {"id": job_id})
            if not before:
                return None
            return Sharing.AGAIN if before[0].share_message_id is None else Sharing.DONE

        return await self._database.write(change)

    async def shared(self, job_id: str, message_id: int) -> Job | None:
        """Remember the copy; None if there was no intent, or there is a copy already."""

        def change(connection: sqlite3.Connection) -> Job | None:
            values = {"id": job_id, "message": message_id}
            return next(iter(jobs_within(connection, _COPIED, values)), None)

        return await self._database.write(change)

    async def unshare(self, job_id: str) -> None:
        """Take an intent back whose copy was surely not posted."""
        await self._database.execute(_UNSHARE, {"id": job_id})
