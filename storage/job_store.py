"""The table of jobs as it is written: each step is one compare-and-set, in one transaction with what moves with it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import aiosqlite

from storage.admission import BudgetSpent, refusal_of
from storage.audit import Action, write_within
from storage.blocks import strike_within
from storage.budget_notes import is_nearly_spent, note_charge_within, note_within
from storage.database import Database, fetch_one
from storage.deeds import Deed
from storage.job_reader import JobReader
from storage.jobs import Failure, Job, JobState, NewJob, options_text, to_milliseconds
from storage.ledger import Ledger
from storage.limits import EVERYWHERE
from storage.standings import Account, Standings

_KEEP_FRAME = """
INSERT INTO first_frames (sha256, jpeg, created_at) VALUES (:sha256, :jpeg, :now) ON CONFLICT DO NOTHING
"""

_KEEP_SOUNDTRACK = """
INSERT INTO soundtracks (sha256, data, media_type, created_at) VALUES (:sha256, :data, :media_type, :now)
ON CONFLICT DO NOTHING
"""

_INSERT = """
INSERT INTO jobs (id, interaction_id, guild_id, channel_id, home_channel_id, member_id, provider, state, kind, options,
                  notes, frame, soundtrack, price, upload_limit_bytes, spoiler, created_at)
VALUES (:id, :interaction, :guild, :channel, :home_channel, :member, :provider, 'queued', :kind, :options,
        :notes, :frame, :soundtrack, :price, :upload_limit_bytes, :spoiler, :now)
RETURNING *
"""

_BY_INTERACTION = "SELECT * FROM jobs WHERE interaction_id = :interaction"

# Negative: its member has left for good, and with them what is known of its message.
_REMOVE = """
UPDATE jobs SET removed_at = :now, removed_by = :actor
WHERE id = :id AND state = 'done' AND removed_at IS NULL AND interaction_id > 0 RETURNING *
"""
_REMOVED = "SELECT * FROM jobs WHERE id = :id AND removed_at IS NOT NULL"
_REFUNDED = """
SELECT COALESCE(SUM(allowance + granted), 0) AS credits FROM ledger WHERE job_id = :id AND kind = 'refund'
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


@dataclass(frozen=True, slots=True)
class Removal:
    """A removed clip's job, the credits that came back for it, and whether it was removed just now."""

    job: Job
    refunded: int
    fresh: bool


class JobStore(JobReader):
    """Changes jobs. A method that changes one returns it as it is now, or None if it was not there."""

    def __init__(self, database: Database, ledger: Ledger, standings: Standings) -> None:
        super().__init__(database)
        self._ledger = ledger
        self._standings = standings

    async def accept(self, new: NewJob) -> Job:
        """Check, charge and store in one transaction; the same interaction gives the same job.

        Raises the kinds of NotAdmitted.
        """
        account = _account(new)
        try:
            async with self._database.transaction() as connection:
                known = await _one(connection, _BY_INTERACTION, {"interaction": new.interaction_id})
                return known or await self._take_in(connection, new, account)
        except BudgetSpent as refusal:
            await self._note_refusal(account, refusal, new.created_at)
            raise

    async def check_admission(self, account: Account, price: int, now: datetime) -> None:
        """Raise a kind of NotAdmitted where an order at this price would not be taken at this moment."""
        refusal = refusal_of(await self._standings.of(account, now), price, now)
        if isinstance(refusal, BudgetSpent):
            await self._note_refusal(account, refusal, now)
        if refusal:
            raise refusal

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
                await self._ledger.refund_within(connection, job_id, Deed(actor_id, failure), now)
            if job and failure is Failure.MODERATION:
                await strike_within(connection, job.guild_id, job.member_id, now, job_id=job_id)
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

    async def remove(self, job_id: str, *, refund: bool, deed: Deed, now: datetime, action: Action) -> Removal | None:
        """Mark a posted clip for removal, and give its credits back if asked; a second time changes nothing."""
        async with self._database.transaction() as connection:
            values = {"id": job_id, "actor": deed.actor_id, "now": to_milliseconds(now)}
            job = await _one(connection, _REMOVE, values)
            if job is None:
                before = await _one(connection, _REMOVED, {"id": job_id})
                return Removal(before, await _refunded(connection, job_id), fresh=False) if before else None
            if refund:
                await self._ledger.refund_within(connection, job_id, deed, now)
            refunded = await _refunded(connection, job_id)
            target = {"target_kind": "clip", "target_id": job_id}
            after = {"member": str(job.member_id), "refunded": refunded}
            await write_within(connection, job.guild_id, action, deed, now, **target, before=None, after=after)
            return Removal(job, refunded, fresh=True)

    async def clip_gone(self, job_id: str) -> None:
        """Remember that a removed clip is not to be seen any more."""
        async with self._database.transaction() as connection:
            await connection.execute("UPDATE jobs SET clip_gone = 1 WHERE id = :id", {"id": job_id})

    async def _take_in(self, connection: aiosqlite.Connection, new: NewJob, account: Account) -> Job:
        now = new.created_at
        standing = await self._standings.within(connection, account, now)
        if refusal := refusal_of(standing, new.price, now):
            raise refusal
        job = await _insert(connection, new, account)
        await self._ledger.charge_within(connection, account, new.price, new.id, standing.balance, now)
        await note_charge_within(connection, account.guild_id, standing, new.price, now)
        return job

    async def _note_refusal(self, account: Account, refusal: BudgetSpent, now: datetime) -> None:
        """What is left is too little for an order: that counts as spent, unless the order was out of proportion."""
        spending = refusal.spending
        if not is_nearly_spent(spending, spending.spent):
            return
        owner = EVERYWHERE if refusal.everywhere else account.guild_id
        async with self._database.transaction() as connection:
            await note_within(connection, Action.BUDGET_100, owner, spending, spending.spent, now)


def _account(new: NewJob) -> Account:
    return Account(new.guild_id, new.member_id, new.role_ids, new.home_channel_id or new.channel_id)


async def _refunded(connection: aiosqlite.Connection, job_id: str) -> int:
    return int((await fetch_one(connection, _REFUNDED, {"id": job_id}))["credits"])


async def _insert(connection: aiosqlite.Connection, new: NewJob, account: Account) -> Job:
    now = {"now": to_milliseconds(new.created_at)}
    await connection.execute(_KEEP_FRAME, asdict(new.frame) | now)
    if new.soundtrack:
        await connection.execute(_KEEP_SOUNDTRACK, asdict(new.soundtrack) | now)
    values = _values(new) | {"home_channel": account.home_channel_id}
    return Job.of(await fetch_one(connection, _INSERT, values))


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
        "spoiler": new.spoiler,
        "now": to_milliseconds(new.created_at),
    }
