"""What clips cost and what members have: the one place that knows prices."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from client import Model
from engine.clock import Clock
from storage import Balance, ClipOptions, Ledger
from storage.ledger import Account

__all__ = ["Account", "Balance", "Credits", "Prices"]

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


class Credits:
    """Balances, grants and limits, at the present time."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def balance(self, account: Account) -> Balance:
        """What the member has left now."""
        return await self._ledger.balance(account, self._clock.now())

    async def grant(
        self, account: Account, amount: int, *, actor_id: int, reason: str, interaction_id: int
    ) -> tuple[Balance, Balance]:
        """Give credits that do not expire; the balance before and after."""
        now: datetime = self._clock.now()
        return await self._ledger.grant(
            account, amount, actor_id=actor_id, reason=reason, interaction_id=interaction_id, now=now
        )

    async def set_limit(self, account: Account, per_day: int | None, *, actor_id: int) -> tuple[Balance, Balance]:
        """Set a member's own daily allowance, or with None go back to the default; the balance before and after."""
        return await self._ledger.set_limit(account, per_day, actor_id=actor_id, now=self._clock.now())
