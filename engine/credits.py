"""What clips cost and what members have: the one place that knows prices."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from client import Model
from engine.clock import Clock
from storage import (
    Account,
    Balance,
    Changed,
    ClipOptions,
    Deed,
    Entry,
    Layer,
    Ledger,
    Limit,
    LimitStore,
    Period,
    Rule,
    Standing,
    Standings,
)

_LIST_USD: Final = {"480P": 0.05, "720P": 0.10, "1080P": 0.15}
"""List price of a second of the full models; the cheaper ones cost a share of it."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Credits a second of the full models, by resolution tier."""

    per_second: Mapping[str, int]

    def of(self, model: Model, options: ClipOptions) -> int:
        """The whole credits that a clip costs, rounded up; a model without a published price costs the full one."""
        tier = options.resolution
        silent = None if options.audio else model.usd_per_second_silent
        usd = (silent or model.usd_per_second).get(tier, _LIST_USD[tier])
        exact = self.per_second[tier] * options.duration_seconds * usd / _LIST_USD[tier]
        return math.ceil(round(exact, 6))  # rounded first: 7.500000000000001 is not 8 by a slip of the float

    def usd(self, credits: int) -> float:
        """The most that so many credits are worth at list price, whatever they are spent on."""
        a_credit = max(usd / self.per_second[tier] for tier, usd in _LIST_USD.items())
        return round(credits * a_credit, 2)


class Credits:
    """What members have, and the limits that moderators set, at the present time.

    `wake` is called after each change that goes on the record.
    """

    def __init__(
        self, standings: Standings, ledger: Ledger, limits: LimitStore, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._standings = standings
        self._ledger = ledger
        self._limits = limits
        self._clock = clock
        self._wake = wake

    async def standing(self, account: Account) -> Standing:
        """What the member has left now, what holds them down, and by which limits."""
        return await self._standings.of(account, self._clock.now())

    async def limits_of(self, guild_id: int) -> list[Limit]:
        """Every limit that is set in a guild; under EVERYWHERE the operator's."""
        return await self._limits.of_guild(guild_id)

    async def set_limits(
        self,
        guild_id: int,
        layer: Layer,
        target_id: int,
        values: Mapping[Rule, tuple[int | None, Period | None]],
        deed: Deed,
    ) -> Changed[tuple[Limit, ...]]:
        """Set these rules of one target and leave its others; None is unlimited. All its rules before and after."""
        limits = [Limit(layer, target_id, rule, value, period) for rule, (value, period) in values.items()]
        changed = await self._limits.set(guild_id, limits, deed, self._clock.now())
        self._wake()
        return changed

    async def clear_limits(
        self, guild_id: int, layer: Layer, target_id: int, deed: Deed, rule: Rule | None = None
    ) -> Changed[tuple[Limit, ...]]:
        """Lift one rule of a target, or with None all of them."""
        changed = await self._limits.clear(guild_id, layer, target_id, deed, self._clock.now(), rule)
        self._wake()
        return changed

    async def grant(self, account: Account, amount: int, deed: Deed) -> Changed[Balance]:
        """Give credits that do not expire; the balance before and after."""
        changed = await self._ledger.grant(account, amount, deed, self._clock.now())
        self._wake()
        return changed

    async def take(self, account: Account, amount: int, deed: Deed) -> tuple[int, Changed[Balance]]:
        """Take granted credits back, as far as there are any: how many, and the balance before and after."""
        taken = await self._ledger.take(account, amount, deed, self._clock.now())
        self._wake()
        return taken

    async def history(self, guild_id: int, member_id: int, *, before_id: int | None = None, limit: int) -> list[Entry]:
        """A member's movements of credits, newest first; those before an entry, to page on."""
        return await self._ledger.history(guild_id, member_id, before_id=before_id, limit=limit)
