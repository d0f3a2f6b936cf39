"""Where a member stands at one moment: what they have, what holds them down, and by which limits."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from storage.blocks import Block, block_within
from storage.database import Database, fetch_one
from storage.jobs import from_milliseconds, to_milliseconds
from storage.limits import EVERYWHERE, Layer, Limit, Rule, defaults, in_force, limits_around
from storage.periods import Period, window, zone_named
from storage.servers import Pause, settings_and_pause_within

# One statement for all sums. Where there is no limit its times are NULL, and nothing is looked for.
# A job that came to nothing starts no cooldown, nor does one from a time that the clock was set back from. A clip that
# only waits until its member comes for it holds no place.
# Budgets and caps are about what the video service is paid: the refund of a clip that was made does not count there.
_SUMS = """
SELECT
    (SELECT COALESCE(SUM(granted), 0) FROM ledger WHERE guild_id = :guild AND member_id = :member) AS granted,
    (SELECT COALESCE(-SUM(allowance), 0) FROM ledger
        WHERE guild_id = :guild AND member_id = :member
        AND counts_at >= :credits_from AND counts_at < :credits_to) AS used,
    (SELECT COALESCE(-SUM(allowance + granted), 0) FROM ledger
        WHERE guild_id = :guild AND home_channel_id = :channel AND kind IN ('charge', 'refund') AND made = 0
        AND counts_at >= :channel_from AND counts_at < :channel_to) AS in_channel,
    (SELECT COALESCE(-SUM(allowance + granted), 0) FROM ledger
        WHERE guild_id = :guild AND kind IN ('charge', 'refund') AND made = 0
        AND counts_at >= :budget_from AND counts_at < :budget_to) AS in_guild,
    (SELECT COALESCE(-SUM(allowance + granted), 0) FROM ledger
        WHERE kind IN ('charge', 'refund') AND made = 0
        AND counts_at >= :everywhere_from AND counts_at < :everywhere_to) AS everywhere,
    (SELECT COUNT(*) FROM jobs
        WHERE member_id = :member AND guild_id = :guild
        AND state NOT IN ('done', 'failed', 'cancelled') AND waits_since IS NULL) AS open_jobs,
    (SELECT created_at FROM jobs
        WHERE member_id = :member AND guild_id = :guild AND state NOT IN ('failed', 'cancelled') AND created_at < :ahead
        ORDER BY created_at DESC LIMIT 1) AS newest_job_at
"""

_UTC = ZoneInfo("UTC")

_STAMPS_DIFFER = timedelta(minutes=10)
"""Of two orders that come together, the one that is stored first may have the later time."""


@dataclass(frozen=True, slots=True)
class Account:
    """A member of a guild with the roles they have, in the channel where they ask (a thread's parent)."""

    guild_id: int
    member_id: int
    role_ids: frozenset[int] = frozenset()
    home_channel_id: int = 0


@dataclass(frozen=True, slots=True)
class Balance:
    """What a member has, in credits; an allowance of None is unlimited."""

    limit: Limit
    allowance_left: int | None
    granted_left: int
    renews_at: datetime

    @property
    def left(self) -> int | None:
        """All that can be spent now; None is unlimited."""
        return None if self.allowance_left is None else self.allowance_left + self.granted_left

    def covers(self, price: int) -> bool:
        """Whether this can be paid."""
        return self.left is None or self.left >= price


@dataclass(frozen=True, slots=True)
class Spending:
    """What was charged under a channel's cap or a budget in its period, less refunds."""

    limit: Limit
    spent: int
    renews_at: datetime

    @property
    def left(self) -> int | None:
        """What can still be charged; None is unlimited."""
        return None if self.limit.value is None else max(0, self.limit.value - self.spent)

    def covers(self, price: int) -> bool:
        """Whether so much can still be charged."""
        return self.left is None or self.left >= price


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides whether a member's next order is taken; `rules` says what each decision goes by."""

    balance: Balance
    at_once: Limit
    open_jobs: int
    cooldown: Limit
    cools_until: datetime | None
    channel: Spending | None
    budget: Spending | None
    everywhere: Spending | None
    block: Block | None
    pause: Pause | None
    rules: Mapping[Rule, tuple[Limit, ...]]


class Standings:
    """Works out standings from the ledger and the limits. Nothing of them is stored."""

    def __init__(self, database: Database, default_per_day: int, default_outside: int | None = None) -> None:
        """Take the credits a day where nothing is set: in servers, and outside of them (None: the same)."""
        self._database = database
        self._defaults = defaults(default_per_day)
        self._defaults_outside = self._defaults if default_outside is None else defaults(default_outside)

    async def of(self, account: Account, now: datetime) -> Standing:
        """Where the member stands now."""
        return await self._database.write(lambda connection: self.within(connection, account, now))

    def within(self, connection: sqlite3.Connection, account: Account, now: datetime) -> Standing:
        """The standing as the transaction under way sees it."""
        guild, member, channel = account.guild_id, account.member_id, account.home_channel_id
        settings, pause = settings_and_pause_within(connection, guild)
        zone = zone_named(settings.time_zone)
        ours, everywhere = limits_around(connection, guild, member, channel)
        unset = self._defaults if guild else self._defaults_outside
        rules = {rule: in_force(rule, (*ours, *unset), member, account.role_ids) for rule in Rule}
        here = (Layer.CHANNEL, channel)
        # What is set under 0 is over all servers: nothing of it is only about what is outside of them.
        budgets = [limit for limit in ours if limit.layer is Layer.BUDGET and guild != EVERYWHERE]
        allowance = _Term.of(rules[Rule.CREDITS][0], now, zone)
        terms = {
            "credits": allowance,
            "channel": _term([limit for limit in ours if (limit.layer, limit.target_id) == here], now, zone),
            "budget": _term(budgets, now, zone),
            "everywhere": _term(everywhere, now, _UTC),
        }
        keys = {"guild": guild, "member": member, "channel": channel, "ahead": to_milliseconds(now + _STAMPS_DIFFER)}
        sums = fetch_one(connection, _SUMS, keys | _times(terms))
        cooldown = rules[Rule.COOLDOWN][0]
        return Standing(
            balance=_balance(allowance, sums),
            at_once=rules[Rule.AT_ONCE][0],
            open_jobs=sums["open_jobs"],
            cooldown=cooldown,
            cools_until=_cools_until(cooldown, sums["newest_job_at"], now),
            channel=_spending(terms["channel"], sums["in_channel"]),
            budget=_spending(terms["budget"], sums["in_guild"]),
            everywhere=_spending(terms["everywhere"], sums["everywhere"]),
            block=block_within(connection, guild, member, now),
            pause=pause,
            rules=rules,
        )


@dataclass(frozen=True, slots=True)
class _Term:
    """A limit of credits and the period that it is in."""

    limit: Limit
    start: datetime
    end: datetime

    @classmethod
    def of(cls, limit: Limit, now: datetime, zone: ZoneInfo) -> Self:
        return cls(limit, *window(limit.period or Period.DAY, now, zone))


def _term(limits: Sequence[Limit], now: datetime, zone: ZoneInfo) -> _Term | None:
    return _Term.of(limits[0], now, zone) if limits else None


def _times(terms: Mapping[str, _Term | None]) -> dict[str, int | None]:
    times: dict[str, int | None] = {}
    for name, term in terms.items():
        times[f"{name}_from"] = to_milliseconds(term.start) if term else None
        times[f"{name}_to"] = to_milliseconds(term.end) if term else None
    return times


def _spending(term: _Term | None, spent: int) -> Spending | None:
    return Spending(term.limit, spent, term.end) if term else None


def _balance(term: _Term, sums: sqlite3.Row) -> Balance:
    value = term.limit.value
    allowance_left = None if value is None else max(0, value - sums["used"])
    return Balance(term.limit, allowance_left, sums["granted"], term.end)


def _cools_until(cooldown: Limit, newest_job_at: int | None, now: datetime) -> datetime | None:
    if newest_job_at is None or not cooldown.value:
        return None
    until = from_milliseconds(newest_job_at) + timedelta(seconds=cooldown.value)
    return until if until > now else None
