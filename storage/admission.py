"""Whether an order may be taken, and if not, the first reason why.

NotAdmitted
  · ServerPaused
  · Blocked
  · TooManyAtOnce
  · CoolingDown
  · NotEnoughCredits
  · ChannelSpent
  · BudgetSpent
"""

from datetime import datetime

from storage.blocks import Block
from storage.limits import Limit
from storage.servers import Pause
from storage.standings import Balance, Spending, Standing


class NotAdmitted(Exception):
    """An order was not taken; nothing was charged."""


class ServerPaused(NotAdmitted):
    """New jobs are paused, in this server or everywhere."""

    def __init__(self, pause: Pause) -> None:
        self.pause = pause
        super().__init__("everywhere" if pause.everywhere else "in this server")


class Blocked(NotAdmitted):
    """The member is blocked, for a time or for good."""

    def __init__(self, block: Block) -> None:
        self.block = block
        super().__init__(f"until {block.until}")


class TooManyAtOnce(NotAdmitted):
    """With these, more jobs of the member would be under way than may be."""

    def __init__(self, limit: Limit, open_jobs: int, asked: int = 1) -> None:
        self.limit, self.open_jobs, self.asked = limit, open_jobs, asked
        super().__init__(f"{asked} asked, {open_jobs} under way, {limit.value} allowed")


class CoolingDown(NotAdmitted):
    """The member's last job was too short a while ago."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"until {until}")


class NotEnoughCredits(NotAdmitted):
    """The member cannot pay."""

    def __init__(self, price: int, balance: Balance) -> None:
        self.price, self.balance = price, balance
        super().__init__(f"{price} credits asked, {balance.left} left")


class ChannelSpent(NotAdmitted):
    """The channel's cap leaves less than the price."""

    def __init__(self, price: int, spending: Spending) -> None:
        self.price, self.spending = price, spending
        super().__init__(f"{price} credits asked, {spending.left} left in the channel")


class BudgetSpent(NotAdmitted):
    """The budget of the server, or the operator's over all servers, leaves less than the price."""

    def __init__(self, price: int, spending: Spending, everywhere: bool) -> None:
        self.price, self.spending, self.everywhere = price, spending, everywhere
        super().__init__(
            f"{price} credits asked, {spending.left} left {'everywhere' if everywhere else 'in the server'}"
        )


def refusal_of(standing: Standing, price: int, now: datetime, count: int = 1) -> NotAdmitted | None:
    """Why an order of so many jobs, at this price together, is not taken; None if it is."""
    return _turned_away(standing, now, count) or _not_paid(standing, price)


def _turned_away(standing: Standing, now: datetime, count: int) -> NotAdmitted | None:
    if standing.pause:
        return ServerPaused(standing.pause)
    if standing.block:
        return Blocked(standing.block)
    if standing.at_once.value is not None and standing.open_jobs + count > standing.at_once.value:
        return TooManyAtOnce(standing.at_once, standing.open_jobs, count)
    if standing.cools_until and standing.cools_until > now:
        return CoolingDown(standing.cools_until)
    return None


def _not_paid(standing: Standing, price: int) -> NotAdmitted | None:
    if not standing.balance.covers(price):
        return NotEnoughCredits(price, standing.balance)
    if standing.channel and not standing.channel.covers(price):
        return ChannelSpent(price, standing.channel)
    if standing.budget and not standing.budget.covers(price):
        return BudgetSpent(price, standing.budget, everywhere=False)
    if standing.everywhere and not standing.everywhere.covers(price):
        return BudgetSpent(price, standing.everywhere, everywhere=True)
    return None
