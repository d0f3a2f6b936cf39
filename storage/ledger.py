"""The append-only ledger of credits: every charge, refund, grant and adjustment."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from storage.audit import Action, write_within
from storage.database import Database
from storage.deeds import Changed, Deed
from storage.jobs import Job, from_milliseconds, to_milliseconds
from storage.standings import Account, Balance, Standings

_WRITE = """
INSERT INTO ledger (guild_id, member_id, home_channel_id, kind, allowance, granted, job_id, interaction_id, actor_id,
                    reason, counts_at, created_at)
VALUES (:guild, :member, :channel, :kind, :allowance, :granted, :job, :interaction, :actor, :reason, :now, :now)
ON CONFLICT DO NOTHING
"""

# The mirror image of the job's charge; a second one finds (job, kind) taken and does nothing. `made` says that the
# video service was paid all the same, or may have been.
_REFUND = """
INSERT INTO ledger
    (guild_id, member_id, home_channel_id, kind, allowance, granted, job_id, made, actor_id, reason, counts_at,
     created_at)
SELECT guild_id, member_id, home_channel_id, 'refund', -allowance, -granted, job_id,
    (SELECT ready_at IS NOT NULL OR state = 'done'
        OR COALESCE(failure, '') IN ('timed_out', 'outcome_unknown', 'restored')
        FROM jobs WHERE id = :job), :actor, :reason, counts_at, :now
FROM ledger WHERE job_id = :job AND kind = 'charge'
ON CONFLICT DO NOTHING
"""

_HISTORY = """
SELECT id, kind, allowance, granted, job_id, actor_id, reason, created_at FROM ledger
WHERE guild_id = :guild AND member_id = :member AND (:before IS NULL OR id < :before)
ORDER BY id DESC LIMIT :limit
"""


class LedgerKind(StrEnum):
    """Why credits moved."""

    CHARGE = "charge"
    REFUND = "refund"
    GRANT = "grant"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger as a member's history shows it: what came in is positive."""

    id: int
    kind: LedgerKind
    allowance: int
    granted: int
    job_id: str | None
    actor_id: int
    reason: str
    created_at: datetime

    @property
    def amount(self) -> int:
        """All credits that moved."""
        return self.allowance + self.granted

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """Read a row of the table."""
        values: dict[str, Any] = dict(row)
        values["kind"] = LedgerKind(values["kind"])
        values["created_at"] = from_milliseconds(values["created_at"])
        return cls(**values)


class Ledger:
    """Grants, takes and history. Charges and refunds move with their job: see JobStore."""

    def __init__(self, database: Database, standings: Standings) -> None:
        self._database = database
        self._standings = standings

    async def grant(self, account: Account, amount: int, deed: Deed, now: datetime) -> Changed[Balance]:
        """Give credits that do not expire. The same interaction gives only once."""
        _positive(amount)

        def change(connection: sqlite3.Connection) -> Changed[Balance]:
            before = (self._standings.within(connection, account, now)).balance
            return self._move(connection, account, LedgerKind.GRANT, amount, before, deed, now)

        return await self._database.write(change)

    async def take(self, account: Account, amount: int, deed: Deed, now: datetime) -> tuple[int, Changed[Balance]]:
        """Take granted credits back, at most what there is of them; how many were taken. Once an interaction."""
        _positive(amount)

        def change(connection: sqlite3.Connection) -> tuple[int, Changed[Balance]]:
            before = (self._standings.within(connection, account, now)).balance
            moved = -min(amount, before.granted_left)
            changed = self._move(connection, account, LedgerKind.ADJUSTMENT, moved, before, deed, now)
            return changed.before.granted_left - changed.after.granted_left, changed

        return await self._database.write(change)

    async def history(self, guild_id: int, member_id: int, *, before_id: int | None = None, limit: int) -> list[Entry]:
        """A member's entries in a guild, newest first; those before an entry, to page on."""
        values = {"guild": guild_id, "member": member_id, "before": before_id, "limit": limit}
        return [Entry.of(row) for row in await self._database.rows(_HISTORY, values)]

    def charge_within(
        self, connection: sqlite3.Connection, account: Account, jobs: Sequence[Job], balance: Balance, now: datetime
    ) -> None:
        """Write the charges of jobs that the balance covers together, the period's allowance first."""
        entries, allowance_left = [], balance.allowance_left
        for job in jobs:
            allowance = job.price if allowance_left is None else min(job.price, allowance_left)
            allowance_left = None if allowance_left is None else allowance_left - allowance
            deed = Deed(account.member_id, "clip")
            entry = _entry(account, LedgerKind.CHARGE, -allowance, allowance - job.price, deed, now)
            entries.append(entry | {"job": job.id, "channel": account.home_channel_id})
        connection.executemany(_WRITE, entries)

    def refund_within(self, connection: sqlite3.Connection, job_id: str, deed: Deed, now: datetime) -> None:
        """Give back what the job was charged; a second time changes nothing."""
        values = {"job": job_id, "actor": deed.actor_id, "reason": deed.reason, "now": to_milliseconds(now)}
        connection.execute(_REFUND, values)

    def _move(
        self,
        connection: sqlite3.Connection,
        account: Account,
        kind: LedgerKind,
        amount: int,
        before: Balance,
        deed: Deed,
        now: datetime,
    ) -> Changed[Balance]:
        entry = _entry(account, kind, 0, amount, deed, now)
        written = amount and connection.execute(_WRITE, entry).rowcount
        if not written:
            return Changed(before, before)
        after = (self._standings.within(connection, account, now)).balance
        write_within(
            connection,
            account.guild_id,
            Action.CREDITS_GRANTED if kind is LedgerKind.GRANT else Action.CREDITS_TAKEN,
            deed,
            now,
            target_kind="member",
            target_id=account.member_id,
            before=_facts(before),
            after=_facts(after) | {"amount": abs(amount)},
        )
        return Changed(before, after)


def _positive(amount: int) -> None:
    if amount < 1:
        raise ValueError(f"{amount} credits can be neither given nor taken")


def _facts(balance: Balance) -> dict[str, int | None]:
    return {"left": balance.left, "granted": balance.granted_left}


def _entry(
    account: Account, kind: LedgerKind, allowance: int, granted: int, deed: Deed, now: datetime
) -> dict[str, int | str | None]:
    return {
        "guild": account.guild_id,
        "member": account.member_id,
        "channel": None,
        "kind": kind,
        "allowance": allowance,
        "granted": granted,
        "job": None,
        "interaction": deed.interaction_id,
        "actor": deed.actor_id,
        "reason": deed.reason,
        "now": to_milliseconds(now),
    }
