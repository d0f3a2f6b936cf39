"""The append-only ledger of credits and what a member has left by it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import aiosqlite

from storage.database import Database, fetch_one
from storage.jobs import to_milliseconds

BOT = 0
"""Who acted, where it was the bot itself and no member."""

_LIMIT = "SELECT credits_per_day FROM member_limits WHERE guild_id = :guild AND member_id = :member"

_SUMS = """
SELECT
    COALESCE(SUM(allowance) FILTER (WHERE counts_at >= :from AND counts_at < :to), 0) AS moved,
    COALESCE(SUM(granted), 0) AS granted
FROM ledger WHERE guild_id = :guild AND member_id = :member
"""

_WRITE = """
INSERT INTO ledger
    (guild_id, member_id, kind, allowance, granted, job_id, interaction_id, actor_id, reason, counts_at, created_at)
VALUES
    (:guild, :member, :kind, :allowance, :granted, :job, :interaction, :actor, :reason, :now, :now)
ON CONFLICT DO NOTHING
"""

# The mirror image of the job's charge; a second one finds (job, kind) taken and does nothing.
_REFUND = """
INSERT INTO ledger
    (guild_id, member_id, kind, allowance, granted, job_id, actor_id, reason, counts_at, created_at)
SELECT guild_id, member_id, 'refund', -allowance, -granted, job_id, :actor, :reason, counts_at, :now
FROM ledger WHERE job_id = :job AND kind = 'charge'
ON CONFLICT DO NOTHING
"""

_SET_LIMIT = """
INSERT INTO member_limits (guild_id, member_id, credits_per_day, actor_id, set_at)
VALUES (:guild, :member, :credits, :actor, :now)
ON CONFLICT (guild_id, member_id)
DO UPDATE SET credits_per_day = :credits, actor_id = :actor, set_at = :now
"""

_CLEAR_LIMIT = "DELETE FROM member_limits WHERE guild_id = :guild AND member_id = :member"


class LedgerKind(StrEnum):
    """Why credits moved."""

    CHARGE = "charge"
    REFUND = "refund"
    GRANT = "grant"
    ADJUSTMENT = "adjustment"


@dataclass(frozen=True, slots=True)
class Account:
    """A member of one guild, as the ledger knows them."""

    guild_id: int
    member_id: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What a member has, in credits, at one moment."""

    per_day: int
    allowance_left: int
    granted_left: int
    renews_at: datetime
    own_limit: bool

    @property
    def left(self) -> int:
        """All that can be spent now."""
        return self.allowance_left + self.granted_left


def day_of(moment: datetime) -> tuple[datetime, datetime]:
    """The UTC day around a moment: its first instant and the next day's."""
    start = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return start, start + timedelta(days=1)


class Ledger:
    """Grants, limits and balances. Charges and refunds move with their job: see JobStore."""

    def __init__(self, database: Database, default_per_day: int) -> None:
        self._database = database
        self._default_per_day = default_per_day

    async def balance(self, account: Account, now: datetime) -> Balance:
        """What the member has left at this moment."""
        async with self._database.transaction() as connection:
            return await self.balance_within(connection, account, now)

    async def grant(
        self, account: Account, amount: int, *, actor_id: int, reason: str, interaction_id: int, now: datetime
    ) -> tuple[Balance, Balance]:
        """Give credits that do not expire; the balance before and after. The same interaction gives only once."""
        async with self._database.transaction() as connection:
            before = await self.balance_within(connection, account, now)
            entry = _entry(account, LedgerKind.GRANT, 0, amount, actor_id, reason, now)
            await connection.execute(_WRITE, entry | {"interaction": interaction_id})
            return before, await self.balance_within(connection, account, now)

    async def set_limit(
        self, account: Account, per_day: int | None, *, actor_id: int, now: datetime
    ) -> tuple[Balance, Balance]:
        """Give the member a daily allowance of their own, or with None the default; the balance before and after."""
        keys = {"guild": account.guild_id, "member": account.member_id}
        async with self._database.transaction() as connection:
            before = await self.balance_within(connection, account, now)
            if per_day is None:
                await connection.execute(_CLEAR_LIMIT, keys)
            else:
                values = {"credits": per_day, "actor": actor_id, "now": to_milliseconds(now)}
                await connection.execute(_SET_LIMIT, keys | values)
            return before, await self.balance_within(connection, account, now)

    async def balance_within(self, connection: aiosqlite.Connection, account: Account, now: datetime) -> Balance:
        """The balance as the transaction under way sees it."""
        start, end = day_of(now)
        keys = {"guild": account.guild_id, "member": account.member_id}
        limit = next(iter(await connection.execute_fetchall(_LIMIT, keys)), None)
        per_day = self._default_per_day if limit is None else limit["credits_per_day"]
        sums = await fetch_one(connection, _SUMS, keys | {"from": to_milliseconds(start), "to": to_milliseconds(end)})
        return Balance(
            per_day=per_day,
            allowance_left=max(0, per_day + sums["moved"]),
            granted_left=sums["granted"],
            renews_at=end,
            own_limit=limit is not None,
        )

    async def charge_within(
        self,
        connection: aiosqlite.Connection,
        account: Account,
        price: int,
        job_id: str,
        balance: Balance,
        now: datetime,
    ) -> None:
        """Write a charge that the balance covers, the day's allowance first."""
        allowance = min(price, balance.allowance_left)
        entry = _entry(account, LedgerKind.CHARGE, -allowance, allowance - price, account.member_id, "clip", now)
        await connection.execute(_WRITE, entry | {"job": job_id})

    async def refund_within(
        self, connection: aiosqlite.Connection, job_id: str, *, actor_id: int, reason: str, now: datetime
    ) -> None:
        """Give back what the job was charged; a second time changes nothing."""
        values = {"job": job_id, "actor": actor_id, "reason": reason, "now": to_milliseconds(now)}
        await connection.execute(_REFUND, values)


def _entry(
    account: Account, kind: LedgerKind, allowance: int, granted: int, actor_id: int, reason: str, now: datetime
) -> dict[str, int | str | None]:
    return {
        "guild": account.guild_id,
        "member": account.member_id,
        "kind": kind,
        "allowance": allowance,
        "granted": granted,
        "job": None,
        "interaction": None,
        "actor": actor_id,
        "reason": reason,
        "now": to_milliseconds(now),
    }
