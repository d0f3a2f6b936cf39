"""The table of jobs where money moves with it: orders, ends without a clip, and removals, each in one transaction."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.admission import BudgetSpent, refusal_of
from storage.audit import Action, write_within
from storage.blocks import strike_within
from storage.budget_notes import is_nearly_spent, note_charge_within, note_within
from storage.database import Database, fetch_one
from storage.deeds import Deed
from storage.job_steps import JobSteps, jobs_within, move_within
from storage.jobs import Failure, Job, JobState, NewJob, options_text, to_milliseconds
from storage.ledger import Ledger
from storage.limits import EVERYWHERE
from storage.shares import Shares
from storage.standings import Account, Standings
from storage.votes import Votes

_KEEP_FRAME = """
INSERT INTO first_frames (sha256, jpeg, created_at) VALUES (:sha256, :jpeg, :now) ON CONFLICT DO NOTHING
"""

_KEEP_SOUNDTRACK = """
INSERT INTO soundtracks (sha256, data, media_type, created_at) VALUES (:sha256, :data, :media_type, :now)
ON CONFLICT DO NOTHING
"""

# The status of a batch is its first take's.
_INSERT = """
INSERT INTO jobs (id, interaction_id, guild_id, channel_id, home_channel_id, member_id, installed, private, token,
                  token_until, provider, state, kind, options, notes, frame, soundtrack, parent_id, relation, batch_id,
                  take, price, upload_limit_bytes, spoiler, status_settled, created_at)
VALUES (:id, :interaction, :guild, :channel, :home_channel, :member, :installed, :private, :token,
        :token_until, :provider, 'queued', :kind, :options, :notes, :frame, :soundtrack, :parent, :relation, :batch,
        :take, :price, :upload_limit_bytes, :spoiler, :take > 1, :now)
"""

_BY_INTERACTION = "SELECT * FROM jobs WHERE interaction_id = :interaction"

# The takes of a batch are one message, and are removed as one.
_SAME_MESSAGE = "(id = :id OR batch_id = (SELECT batch_id FROM jobs WHERE id = :id))"

# A negative interaction: its member has left for good, and with them what is known of its message.
_REMOVE = f"""
UPDATE jobs SET removed_at = :now, removed_by = :actor
WHERE {_SAME_MESSAGE} AND state = 'done' AND removed_at IS NULL AND interaction_id > 0 RETURNING *
"""  # noqa: S608 - a constant above
_REMOVED = f"SELECT * FROM jobs WHERE {_SAME_MESSAGE} AND removed_at IS NOT NULL"  # noqa: S608 - a constant above
_GONE = f"UPDATE jobs SET clip_gone = 1 WHERE {_SAME_MESSAGE}"  # noqa: S608 - a constant above
_REFUNDED = """
SELECT COALESCE(SUM(allowance + granted), 0) AS credits FROM ledger
WHERE job_id IN (SELECT value FROM json_each(:ids)) AND kind = 'refund'
"""


@dataclass(frozen=True, slots=True)
class Removal:
    """What was posted as one message and is removed, what came back for it, and whether it was removed just now."""

    jobs: tuple[Job, ...]
    refunded: int
    fresh: bool

    @property
    def job(self) -> Job:
        """The job, of several takes the first."""
        return self.jobs[0]


class JobStore(JobSteps, Shares, Votes):
    """Changes jobs. A method that changes one returns it as it is now, or None if it was not there."""

    def __init__(self, database: Database, ledger: Ledger, standings: Standings) -> None:
        super().__init__(database)
        self._ledger = ledger
        self._standings = standings

    async def accept(self, new: NewJob) -> Job:
        """Check, charge and store in one transaction; the same interaction gives the same job.

        Raises the kinds of NotAdmitted.
        """
        return (await self.accept_batch((new,)))[0]

    async def accept_batch(self, news: Sequence[NewJob]) -> list[Job]:
        """As `accept`, for all takes of one order: they are taken together or not at all."""
        _check_one_order(news)
        account = _account(news[0])

        def change(connection: sqlite3.Connection) -> list[Job]:
            known = jobs_within(connection, _BY_INTERACTION, {"interaction": news[0].interaction_id})
            return known or self._take_in(connection, news, account)

        try:
            return await self._database.write(change)
        except BudgetSpent as refusal:
            await self._note_refusal(account, refusal, news[0].created_at)
            raise

    async def check_admission(self, account: Account, price: int, now: datetime, count: int = 1) -> None:
        """Raise a kind of NotAdmitted where an order of so many jobs would not be taken at this price and moment."""
        refusal = refusal_of(await self._standings.of(account, now), price, now, count)
        if isinstance(refusal, BudgetSpent):
            await self._note_refusal(account, refusal, now)
        if refusal:
            raise refusal

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
        columns = {"failure": failure, "detail": detail}

        def change(connection: sqlite3.Connection) -> Job | None:
            moved = move_within(connection, (job_id,), from_states, to, now, columns)
            for job in moved:
                self._ledger.refund_within(connection, job.id, Deed(actor_id, failure), now)
                if failure is Failure.MODERATION:  # once an order, however many takes it has
                    order_id = job.batch_id or job.id
                    strike_within(connection, job.guild_id, job.member_id, now, job_id=order_id)
            return next(iter(moved), None)

        return await self._database.write(change)

    async def remove(self, job_id: str, *, refund: bool, deed: Deed, now: datetime, action: Action) -> Removal | None:
        """Mark a posted clip for removal, and give its credits back if asked; a second time changes nothing.

        Takes that were posted as one message go together.
        """

        def change(connection: sqlite3.Connection) -> Removal | None:
            values = {"id": job_id, "actor": deed.actor_id, "now": to_milliseconds(now)}
            removed = jobs_within(connection, _REMOVE, values)
            if not removed:
                before = tuple(jobs_within(connection, _REMOVED, {"id": job_id}))
                return Removal(before, _refunded(connection, before), fresh=False) if before else None
            for job in removed if refund else ():
                self._ledger.refund_within(connection, job.id, deed, now)
            first, refunded = removed[0], _refunded(connection, removed)
            target = {"target_kind": "clip", "target_id": first.id}
            after = {"member": str(first.member_id), "refunded": refunded}
            write_within(connection, first.guild_id, action, deed, now, **target, before=None, after=after)
            return Removal(tuple(removed), refunded, fresh=True)

        return await self._database.write(change)

    async def clip_gone(self, job_id: str) -> None:
        """Remember that a removed clip is not to be seen any more, nor what was posted with it."""
        await self._database.execute(_GONE, {"id": job_id})

    def _take_in(self, connection: sqlite3.Connection, news: Sequence[NewJob], account: Account) -> list[Job]:
        now, price = news[0].created_at, sum(new.price for new in news)
        standing = self._standings.within(connection, account, now)
        if refusal := refusal_of(standing, price, now, len(news)):
            raise refusal
        _keep_files(connection, news)
        for new in news:
            connection.execute(_INSERT, _values(new, account))
        jobs = [Job.queued(new, account.home_channel_id) for new in news]
        self._ledger.charge_within(connection, account, jobs, standing.balance, now)
        note_charge_within(connection, account.guild_id, standing, price, now)
        return jobs

    async def _note_refusal(self, account: Account, refusal: BudgetSpent, now: datetime) -> None:
        """What is left is too little for an order: that counts as spent, unless the order was out of proportion."""
        spending = refusal.spending
        if not is_nearly_spent(spending, spending.spent):
            return
        owner = EVERYWHERE if refusal.everywhere else account.guild_id

        def change(connection: sqlite3.Connection) -> None:
            note_within(connection, Action.BUDGET_100, owner, spending, spending.spent, now)

        await self._database.write(change)


def _check_one_order(news: Sequence[NewJob]) -> None:
    orders = {(new.interaction_id, new.guild_id, new.member_id, new.batch_id, new.created_at) for new in news}
    takes = {new.take for new in news}
    if len(orders) != 1 or len(takes) != len(news) or (len(news) > 1 and news[0].batch_id is None):
        raise ValueError("one order is one member's, by one interaction, and each of its takes has a number")


def _account(new: NewJob) -> Account:
    return Account(new.guild_id, new.member_id, new.role_ids, new.home_channel_id or new.channel_id)


def _refunded(connection: sqlite3.Connection, jobs: Sequence[Job]) -> int:
    ids = json.dumps([job.id for job in jobs])
    return int(fetch_one(connection, _REFUNDED, {"ids": ids})["credits"])


def _keep_files(connection: sqlite3.Connection, news: Sequence[NewJob]) -> None:
    now = to_milliseconds(news[0].created_at)
    for frame in {new.frame for new in news}:
        connection.execute(_KEEP_FRAME, {"sha256": frame.sha256, "jpeg": frame.jpeg, "now": now})
    for soundtrack in {new.soundtrack for new in news if new.soundtrack}:
        values = {"sha256": soundtrack.sha256, "data": soundtrack.data, "media_type": soundtrack.media_type, "now": now}
        connection.execute(_KEEP_SOUNDTRACK, values)


def _values(new: NewJob, account: Account) -> dict[str, Any]:
    return {
        "id": new.id,
        "interaction": new.interaction_id,
        "guild": new.guild_id,
        "channel": new.channel_id,
        "home_channel": account.home_channel_id,
        "member": new.member_id,
        "installed": new.installed,
        "private": new.private,
        "token": new.token,
        "token_until": to_milliseconds(new.token_until) if new.token_until else None,
        "provider": new.provider,
        "kind": new.kind,
        "options": options_text(new.options),
        "notes": json.dumps(new.notes),
        "frame": new.frame.sha256,
        "soundtrack": new.soundtrack.sha256 if new.soundtrack else None,
        "parent": new.parent_id,
        "relation": new.relation,
        "batch": new.batch_id,
        "take": new.take,
        "price": new.price,
        "upload_limit_bytes": new.upload_limit_bytes,
        "spoiler": new.spoiler,
        "now": to_milliseconds(new.created_at),
    }
