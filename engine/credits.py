"""What clips cost and what members have: the one place that knows prices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.clock import Clock
from storage import Balance, Ledger
from storage.ledger import Account

__all__ = ["CREDIT_USD", "Account", "Balance", "Credits", "Prices"]

CREDIT_USD: Final = 0.05
"""List price of a credit: what the provider takes for one second at 480P."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Credits a second, by resolution tier."""

    per_second: Mapping[str, int]

    def of(self, resolution: str, duration_seconds: int) -> int:
        """The credits that a clip costs; raises KeyError for a tier without a price."""
        return self.per_second[resolution] * duration_seconds


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
