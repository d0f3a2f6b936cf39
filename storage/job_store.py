"""The table of jobs: each step is one compare-and-set, in one transaction with the money that moves."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import aiosqlite

from storage.database import Database
from storage.jobs import (
    Failure,
    FirstFrameImage,
    Job,
    JobState,
    NewJob,
    SoundtrackFile,
    options_text,
    to_milliseconds,
)
from storage.ledger import Account, Balance, Ledger

_KEEP_FRAME = """
INSERT INTO first_frames (sha256, jpeg, created_at) VALUES (:sha256, :jpeg, :now) ON CONFLICT DO NOTHING
"""

_KEEP_SOUNDTRACK = """
INSERT INTO soundtracks (sha256, data, media_type, created_at) VALUES (:sha256, :data, :media_type, :now)
ON CONFLICT DO NOTHING
"""

_INSERT = """
INSERT INTO jobs (id, interaction_id, guild_id, channel_id, member_id, provider, state, kind, options, notes, frame,
                  soundtrack, price, upload_limit_bytes, created_at)
VALUES (:id, :interaction, :guild, :channel, :member, :provider, 'queued', :kind, :options, :notes, :frame,
        :soundtrack, :price, :upload_limit_bytes, :now)
RETURNING *
"""

_BY_INTERACTION = "SELECT * FROM jobs WHERE interaction_id = :interaction"
_BY_ID = "SELECT * FROM jobs WHERE id = :id"
_FRAME = "SELECT sha256, jpeg FROM first_frames WHERE sha256 = :sha256"
_SOUNDTRACK = "SELECT sha256, data, media_type FROM soundtracks WHERE sha256 = :sha256"
_BY_TASK = "SELECT * FROM jobs WHERE task_id = :task"
_OPEN = "SELECT * FROM jobs WHERE state NOT IN ('done', 'failed', 'cancelled') ORDER BY created_at, id"
_UNSETTLED = "SELECT * FROM jobs WHERE status_settled = 0 ORDER BY created_at, id"
_OF_MEMBER = """
SELECT * FROM jobs WHERE member_id = :member AND (:guild IS NULL OR guild_id = :guild)
ORDER BY created_at DESC, id LIMIT :limit
"""
_DURATIONS = """
SELECT took_seconds FROM jobs
WHERE kind = :kind AND took_seconds IS NOT NULL ORDER BY ready_at DESC LIMIT :limit
"""

_COLUMNS = frozenset({"task_id", "result_url", "took_seconds", "clip_message_id"})
"""What a step may write besides the state and its time."""

_TIME_OF = {
    JobState.SUBMITTING: "submitting_at",
    JobState.RUNNING: "running_at",
    JobState.READY: "ready_at",
    JobState.POSTING: "posting_at",
    JobState.DONE: "ended_at",
    JobState.FAILED: "ended_at",
    JobState.CANCELLED: "ended_at",
}


class NotEnoughCredits(Exception):
    """The member cannot pay; nothing was charged."""

    def __init__(self, price: int, balance: Balance) -> None:
        self.price, self.balance = price, balance
        super().__init__(f"{price} credits asked, {balance.left} left")


class JobStore:
    """Jobs as they are committed. Methods that change a job return it as it is now, or None if it was not there."""

    def __init__(self, database: Database, ledger: Ledger) -> None:
        self._database = database
        self._ledger = ledger

    async def accept(self, new: NewJob) -> Job:
        """Check, charge and store in one transaction; the same interaction gives the same job.

        Raises NotEnoughCredits.
        """
        account = Account(new.guild_id, new.member_id)
        async with self._database.transaction() as connection:
            known = await _one(connection, _BY_INTERACTION, {"interaction": new.interaction_id})
            if known:
                return known
            balance = await self._ledger.balance_within(connection, account, new.created_at)
            if balance.left < new.price:
                raise NotEnoughCredits(new.price, balance)
            now = to_milliseconds(new.created_at)
            await connection.execute(_KEEP_FRAME, asdict(new.frame) | {"now": now})
            if new.soundtrack:
                await connection.execute(_KEEP_SOUNDTRACK, asdict(new.soundtrack) | {"now": now})
            job = await _one(connection, _INSERT, _values(new))
            await self._ledger.charge_within(connection, account, new.price, new.id, balance, new.created_at)
        if job is None:
            raise LookupError("an inserted job was not returned")
        return job

    async def check_credits(self, account: Account, price: int, now: datetime) -> None:
        """Raise NotEnoughCredits where the member could not pay this price at this moment."""
        balance = await self._ledger.balance(account, now)
        if balance.left < price:
            raise NotEnoughCredits(price, balance)

    async def advance(
        self, job_id: str, from_state: JobState, to: JobState, now: datetime, **columns: Any
    ) -> Job | None:
        """Move a job from one state to another; None if it is not in the first one any more."""
        async with self._database.transaction() as connection:
            return await _move(connection, job_id, (from_state,), to, now, columns)

    async def end(
        self,
        job_id: str,
        from_states: Collection[JobState],
        failure: Failure,
        now: datetime,
        *,
        detail: str = "",
        actor_id: int,
    ) -> Job | None:
        """End a job without a clip and give its credits back, in one transaction."""
        to = JobState.CANCELLED if failure is Failure.CANCELLED else JobState.FAILED
        async with self._database.transaction() as connection:
            columns = {"failure": failure, "detail": detail}
            job = await _move(connection, job_id, from_states, to, now, columns)
            if job:
                await self._ledger.refund_within(connection, job_id, actor_id=actor_id, reason=failure, now=now)
            return job

    async def set_status_message(self, job_id: str, message_id: int) -> Job | None:
        """Remember which message follows the job."""
        sql = "UPDATE jobs SET status_message_id = :message WHERE id = :id RETURNING *"
        async with self._database.transaction() as connection:
            return await _one(connection, sql, {"id": job_id, "message": message_id})

    async def settle_status(self, job_id: str) -> None:
        """Remember that the status message shows the job's end."""
        async with self._database.transaction() as connection:
            await connection.execute("UPDATE jobs SET status_settled = 1 WHERE id = :id", {"id": job_id})

    async def get(self, job_id: str) -> Job | None:
        """One job, or None."""
        row = await self._database.row(_BY_ID, {"id": job_id})
        return Job.of(row) if row else None

    async def open(self) -> list[Job]:
        """All jobs that have not ended, oldest first."""
        return [Job.of(row) for row in await self._database.rows(_OPEN)]

    async def unsettled(self) -> list[Job]:
        """All jobs whose status message does not show their end yet, oldest first."""
        return [Job.of(row) for row in await self._database.rows(_UNSETTLED)]

    async def of_member(self, member_id: int, guild_id: int | None, limit: int) -> list[Job]:
        """A member's latest jobs, newest first; in all guilds where guild_id is None."""
        values = {"member": member_id, "guild": guild_id, "limit": limit}
        return [Job.of(row) for row in await self._database.rows(_OF_MEMBER, values)]

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

    async def of_interaction(self, interaction_id: int) -> Job | None:
        """The job that an interaction has become already, or None."""
        row = await self._database.row(_BY_INTERACTION, {"interaction": interaction_id})
        return Job.of(row) if row else None

    async def of_task(self, task_id: str) -> Job | None:
        """The job that a task of the provider belongs to, or None."""
        row = await self._database.row(_BY_TASK, {"task": task_id})
        return Job.of(row) if row else None

    async def durations(self, kind: str, limit: int = 50) -> list[float]:
        """Seconds that the latest tasks of a kind took at the provider, newest first."""
        return [row["took_seconds"] for row in await self._database.rows(_DURATIONS, {"kind": kind, "limit": limit})]


async def _one(connection: aiosqlite.Connection, sql: str, values: Mapping[str, Any]) -> Job | None:
    row = next(iter(await connection.execute_fetchall(sql, values)), None)
    return Job.of(row) if row else None


async def _move(
    connection: aiosqlite.Connection,
    job_id: str,
    from_states: Collection[JobState],
    to: JobState,
    now: datetime,
    columns: Mapping[str, Any],
) -> Job | None:
    unknown = columns.keys() - _COLUMNS - {"failure", "detail"}
    if unknown:
        raise ValueError(f"a step does not write {sorted(unknown)}")
    moment = {_TIME_OF[to]: to_milliseconds(now)} if to in _TIME_OF else {}
    changes = {"state": to, **moment, **columns}
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    froms = {f"from_{number}": state for number, state in enumerate(from_states)}
    sql = f"UPDATE jobs SET {assignments} WHERE id = :id AND state IN ({', '.join(':' + f for f in froms)}) RETURNING *"  # noqa: S608 - every name is one of the constants above
    return await _one(connection, sql, {"id": job_id, **changes, **froms})


def _values(new: NewJob) -> dict[str, Any]:
    return {
        "id": new.id,
        "interaction": new.interaction_id,
        "guild": new.guild_id,
        "channel": new.channel_id,
        "member": new.member_id,
        "provider": new.provider,
        "kind": new.kind,
        "options": options_text(new.options),
        "notes": json.dumps(new.notes),
        "frame": new.frame.sha256,
        "soundtrack": new.soundtrack.sha256 if new.soundtrack else None,
        "price": new.price,
        "upload_limit_bytes": new.upload_limit_bytes,
        "now": to_milliseconds(new.created_at),
    }
