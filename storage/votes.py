"""Votes for the takes of a batch: one a member and batch."""

from datetime import datetime

import aiosqlite

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
        async with self._database.transaction() as connection:
            taken_back = (await connection.execute(_TAKE_BACK, keys)).rowcount
            if not taken_back:
                await connection.execute(_CAST, keys | {"now": to_milliseconds(now)})
            return _counts(list(await connection.execute_fetchall(_COUNT, {"batch": batch_id})))

    async def votes(self, batch_id: str) -> dict[str, int]:
        """The votes of each take, in their order."""
        return _counts(list(await self._database.rows(_COUNT, {"batch": batch_id})))


def _counts(rows: list[aiosqlite.Row]) -> dict[str, int]:
    return {row["id"]: row["votes"] for row in rows}
