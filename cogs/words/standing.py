"""How a member stands: what they have left, what holds them down now, and which limit decides what, and why."""

from collections.abc import Mapping, Sequence

from discord.utils import format_dt

from cogs.text import because, credits
from cogs.words.limits import budget, gives, this, whose
from engine import Balance, Block, Layer, Limit, Pause, Prices, Rule, Spending, Standing

_MOST_CHARACTERS = 2000
_MOST_OF_A_REASON = 100
_OTHERS = (3, 1, 0)
"""How many limits that do not count are named beside the one that does: fewer where they would make it too long."""

_PRECEDENCE = (
    "-# What counts: the member's own limit, else the best of their roles, else everyone's, else the bot's default."
)


def quota(standing: Standing, examples: Mapping[str, int]) -> str:
    """All that a member has, for themselves; `examples` are clips with their price."""
    balance = standing.balance
    lines = [
        f"You have **{_left(balance)}**.",
        *obstacles(standing),
        *_allowance(balance),
        *([f"- Granted by moderators: {balance.granted_left:,}, which do not expire"] if balance.granted_left else []),
        *_pace(standing),
        *(_shared("This channel", standing.channel)),
        *(_shared("This server", standing.budget)),
    ]
    if examples:
        lines.append(f"-# Prices: {', '.join(f'{name} {credits(price)}' for name, price in examples.items())}.")
    return "\n".join(lines)


def _left(balance: Balance) -> str:
    return "unlimited credits" if balance.left is None else f"{credits(balance.left)} left"


def left_now(member_id: int, balance: Balance) -> str:
    """What a member has after a change."""
    return f"<@{member_id}> has **{_left(balance)}** now."


def _allowance(balance: Balance) -> list[str]:
    if balance.allowance_left is None or balance.limit.value is None:
        return []
    share = f"{balance.allowance_left:,} of {balance.limit.value:,}"
    return [f"- {this(balance.limit).capitalize()}: {share}, renewed {format_dt(balance.renews_at, 'R')}"]


def _pace(standing: Standing) -> list[str]:
    lines = []
    if standing.at_once.value is not None:
        lines.append(f"- At once: {standing.open_jobs:,} of {standing.at_once.value:,} clips under way")
    if standing.cooldown.value:
        lines.append(f"- Cooldown: {gives(standing.cooldown)} from one clip to the next")
    return lines


def _shared(name: str, spending: Spending | None) -> list[str]:
    if spending is None or spending.left is None:
        return []
    share = f"{spending.left:,} of {spending.limit.value:,} left {this(spending.limit)}"
    return [f"- {name}, all members together: {share}, renewed {format_dt(spending.renews_at, 'R')}"]


def explained(member_id: int, channel_id: int, standing: Standing, prices: Prices, *, present: bool = True) -> str:
    """Which limit gives a member what, and why; what of it is used; and all else that holds them down here."""
    hindered = obstacles(standing, for_moderators=True)
    verdict = "⛔ <@{}> cannot make clips now" if hindered else "✅ <@{}> can make clips"
    head = [
        f"{verdict.format(member_id)}: **{_left(standing.balance)}**",
        *hindered,
        *([] if present else ["They are not in this server now, so no roles count."]),
    ]
    shared = [budget(standing.channel, prices, f"Cap of <#{channel_id}>")] if standing.channel else []
    shared += [budget(standing.budget, prices)] if standing.budget else []
    texts = ["\n".join([*head, *_rules(standing, others), *shared, _PRECEDENCE]) for others in _OTHERS]
    return next((text for text in texts if len(text) <= _MOST_CHARACTERS), texts[-1])


def _rules(standing: Standing, others: int) -> list[str]:
    return [
        f"**Credits**: {_credits(standing.balance)}",
        _why(standing.rules[Rule.CREDITS], others),
        f"**At once**: {gives(standing.at_once)}, {standing.open_jobs:,} under way",
        _why(standing.rules[Rule.AT_ONCE], others),
        f"**Cooldown**: {gives(standing.cooldown)}",
        _why(standing.rules[Rule.COOLDOWN], others),
    ]


def _credits(balance: Balance) -> str:
    granted = f", and {balance.granted_left:,} granted, which do not expire" if balance.granted_left else ""
    if balance.allowance_left is None:
        return f"unlimited{granted}"
    renewed = f"renewed {format_dt(balance.renews_at, 'R')}"
    return f"{balance.allowance_left:,} of {balance.limit.value:,} left {this(balance.limit)}, {renewed}{granted}"


def _why(counting: Sequence[Limit], most: int) -> str:
    """Which limit decides, and what else there is that it comes before."""
    first, *others = counting
    reasons = {
        Layer.MEMBER: "their own limit",
        Layer.ROLE: f"from {whose(first)}",
        Layer.EVERYONE: "the limit for everyone",
        Layer.DEFAULT: "the bot's default, as nothing else is set",
    }
    best = ", the best of their roles" if any(other.layer is Layer.ROLE is first.layer for other in others) else ""
    named = [f"{whose(other)} ({gives(other)})" for other in others[:most]]
    if len(others) > most:
        named.append(f"{len(others) - most} more")
    return f"-# ↳ {reasons[first.layer]}{best}" + (f", before {', '.join(named)}" if named else "")


def obstacles(standing: Standing, *, for_moderators: bool = False) -> list[str]:
    """What keeps a member from making a clip now, in the order in which it is checked."""
    found = [
        pause(standing.pause) if standing.pause else "",
        _blocked(standing.block, for_moderators=for_moderators) if standing.block else "",
        _full(standing.at_once, standing.open_jobs),
        f"⏳ Cooling down: the next clip {format_dt(standing.cools_until, 'R')}." if standing.cools_until else "",
        ""
        if standing.balance.covers(1)
        else f"⌛ No credits left, renewed {format_dt(standing.balance.renews_at, 'R')}.",
        _spent("The cap of this channel", standing.channel),
        _spent("This server's budget", standing.budget),
        _spent("The budget of the bot's operator", standing.everywhere),
    ]
    return [sentence for sentence in found if sentence]


def pause(paused: Pause) -> str:
    """That no new clips are made, by whom and since when."""
    where = "everywhere by the bot's operator" if paused.everywhere else "in this server by its moderators"
    reason = because(paused.reason, _MOST_OF_A_REASON)
    return f"⏸️ New clips are paused {where}, since {format_dt(paused.since, 'f')}.{reason}"


def blocked_until(block: Block) -> str:
    """Until when somebody may make no clips."""
    return f"until {format_dt(block.until, 'f')} ({format_dt(block.until, 'R')})" if block.until else "for good"


def _blocked(block: Block, *, for_moderators: bool) -> str:
    by = f" by <@{block.actor_id}>" if block.actor_id and for_moderators else ""
    return f"⛔ Blocked {blocked_until(block)}{by}.{because(block.reason, _MOST_OF_A_REASON)}"


def _full(at_once: Limit, open_jobs: int) -> str:
    if at_once.value is None or open_jobs < at_once.value:
        return ""
    return "⏳ As many clips are under way as may be at once: the next when one is done."


def _spent(name: str, spending: Spending | None) -> str:
    if spending is None or spending.covers(1):
        return ""
    return f"⌛ {name} is used up, renewed {format_dt(spending.renews_at, 'R')}."
