"""What members have, and what moderators changed about it."""

from datetime import datetime

from discord.utils import format_dt

from cogs.text import credits, harmless
from engine import Balance


def quota(balance: Balance, examples: dict[str, int]) -> str:
    """What a member has left; `examples` are clips with their price."""
    lines = [
        f"You have **{credits(balance.left)}** left.",
        f"- Today: {balance.allowance_left:,} of {balance.per_day:,}, renewed {format_dt(balance.renews_at, 'R')}",
    ]
    if balance.granted_left:
        lines.append(f"- Granted by moderators: {balance.granted_left:,}, which do not expire")
    costs = ", ".join(f"{name} {credits(price)}" for name, price in examples.items())
    return "\n".join([*lines, f"-# Prices: {costs}."])


def granted(member_id: int, amount: int, before: Balance, after: Balance, reason: str) -> str:
    because = f" Reason: {harmless(reason, 200)}." if reason else ""
    return f"Granted {credits(amount)} to <@{member_id}>: from {before.left:,} to {after.left:,} left.{because}"


def limit_set(member_id: int, before: Balance, after: Balance) -> str:
    return (
        f"<@{member_id}> now has {_per_day(after)} (before: {_per_day(before)}) "
        f"and {credits(after.left)} left until {renewal(after.renews_at)}."
    )


def _per_day(balance: Balance) -> str:
    return f"{credits(balance.per_day)} a day{'' if balance.own_limit else ', the default'}"


def renewal(moment: datetime) -> str:
    return format_dt(moment, "t")
