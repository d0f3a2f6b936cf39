"""Votes for the takes of a batch: one a member and batch."""

import sqlite3
from datetime import datetime

from storage.database import fetch_all
from storage.job_reader import JobReader
from storage.jobs import to_milliseconds

_TAKE_BACK = "DELETE FROM votes WHERE batch_id = :batch AND member_id = :member AND job_id = :job"

# The message may be there before it is known to be.
_CAST = """
INSERT INTO votes (batch_id, member_id, job_id, created_at)
SELECT batch_id, :member, id, :now FROM jobs
WHERE id = :job AND batch_id = :batch AND state IN ('posting', 'done') AND removed_at IS NULL
ON CONFLICT (batch_id, member_id) DO UPDATE SET job_id = excluded.job_id, created_at = excluded.created_at
"""

_COUNT = """
SELECT id, (SELECT COUNT(*) FROM votes WHERE votes.job_id = jobs.id) AS votes
FROM jobs WHERE batch_id = :batch ORDER BY take
"""


class Votes(JobReader):
    """Casts and counts votes."""

    async def vote(self, batch_id: str, member_id: int, job_id: str, now: datetime) -> dict[str, int]:
        """Cast a member's one vote, move it, or take it back where it is; the votes of each take afterwards."""
        keys = {"batch": batch_id, "member": member_id, "job": job_id}

        def change(connection: sqlite3.Connection) -> dict[str, int]:
            taken_back = connection.execute(_TAKE_BACK, keys).rowcount
            if not taken_back:
                connection.execute(_CAST, keys | {"now": to_milliseconds(now)})
            return _counts(fetch_all(connection, _COUNT, {"batch": batch_id}))

        return await self._database.write(change)

    async def votes(self, batch_id: str) -> dict[str, int]:
        """The votes of each take, in their order."""
        return _counts(list(await self._database.rows(_COUNT, {"batch": batch_id})))


def _counts(rows: list[sqlite3.Row]) -> dict[str, int]:
    return {row["id"]: row["votes"] for row in rows}
