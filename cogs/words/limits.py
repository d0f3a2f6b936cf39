"""Limits in words: what each gives, whose it is, and what a change of them changed."""

from collections.abc import Iterable, Sequence

from discord.utils import format_dt

from cogs.text import credits, duration, usd
from engine import EVERYWHERE, Changed, Layer, Limit, Period, Prices, Rule, Spending, Standing

PER = {Period.DAY: "a day", Period.WEEK: "a week", Period.MONTH: "a month"}
THIS = {Period.DAY: "today", Period.WEEK: "this week", Period.MONTH: "this month"}
RULES = {Rule.CREDITS: "credits", Rule.AT_ONCE: "at once", Rule.COOLDOWN: "cooldown"}

NOTHING_SAID = "Say what to set: `credits`, `at_once` or `cooldown`. Nothing changed."
PERIOD_ALONE = "A period belongs to an amount: give `credits` as well. Nothing changed."
EVERYBODYS_ROLE = "Everybody has this role: use `/limits set everyone` or `/limits clear everyone`. Nothing changed."

_HEADINGS = {
    Layer.ROLE: "**Roles** (the best of a member's roles counts)",
    Layer.MEMBER: "**Members**",
    Layer.CHANNEL: "**Channels** (for all members together)",
}


def gives(limit: Limit) -> str:
    """What a limit gives, in short: 60 a day; 2; 10 min; unlimited or none."""
    if limit.rule is Rule.COOLDOWN:
        return duration(limit.value) if limit.value else "none"
    if limit.value is None:
        return "unlimited"
    return f"{limit.value:,}" if limit.rule is Rule.AT_ONCE else f"{limit.value:,} {per(limit)}"


def per(limit: Limit) -> str:
    """How often a limit renews, as in a day."""
    return PER[limit.period or Period.DAY]


def this(limit: Limit) -> str:
    """The period that a limit is in, as in today."""
    return THIS[limit.period or Period.DAY]


def whose(limit: Limit) -> str:
    """Whom a limit is for."""
    mentions = {Layer.ROLE: "<@&{}>", Layer.MEMBER: "<@{}>", Layer.CHANNEL: "<#{}>"}
    if limit.layer in mentions:
        return mentions[limit.layer].format(limit.target_id)
    names = {Layer.BUDGET: "the whole server", Layer.EVERYONE: "everyone", Layer.DEFAULT: "the bot's default"}
    return names[limit.layer]


def worth(amount: int | None, prices: Prices) -> str:
    """What so many credits cost at most, in brackets; nothing beside unlimited."""
    return "" if amount is None else f" (about {usd(prices.usd(amount))} at list price)"


def changed(guild_id: int, limit: Limit, change: Changed[tuple[Limit, ...]], prices: Prices) -> str:
    """What was set or cleared for the target of `limit`, from what to what."""
    subject = "all servers together" if guild_id == EVERYWHERE else whose(limit)
    if change.same:
        if not change.after:
            return f"Nothing changed: nothing is set for {subject}."
        return f"Nothing changed: for {subject} it is {listed(change.after)} already."
    before, after = ({limit.rule: limit for limit in limits} for limits in (change.before, change.after))
    lines = [
        f"- {RULES[rule].capitalize()}: {_told(before.get(rule), prices)} → **{_told(after.get(rule), prices)}**"
        for rule in Rule
        if before.get(rule) != after.get(rule)
    ]
    return "\n".join([f"Changed for {subject}:", *lines])


def _told(limit: Limit | None, prices: Prices) -> str:
    if limit is None:
        return "not set"
    return gives(limit) + (worth(limit.value, prices) if limit.layer in (Layer.BUDGET, Layer.CHANNEL) else "")


def of_server(limits: Sequence[Limit], standing: Standing, time_zone: str, prices: Prices) -> list[str]:
    """Every limit of the server, a line for each target; `standing` is anybody's: it tells what counts for all."""
    lines = [budget(standing.budget, prices)] if standing.budget else []
    if everyone := [limit for limit in limits if limit.layer is Layer.EVERYONE]:
        lines.append(f"**Everyone**: {listed(everyone)}")
    for layer, heading in _HEADINGS.items():
        of_layer = [limit for limit in limits if limit.layer is layer]
        targets = dict.fromkeys(limit.target_id for limit in of_layer)
        lines += [heading] if targets else []
        lines += [_target_line([limit for limit in of_layer if limit.target_id == target]) for target in targets]
    defaults = listed(
        limit for counting in standing.rules.values() for limit in counting if limit.layer is Layer.DEFAULT
    )
    return [
        *(lines or ["No limits are set in this server: `/limits set` sets them."]),
        f"-# Where nothing is set: {defaults}. Days, weeks and months begin at midnight in {time_zone}.",
    ]


def _target_line(limits: Sequence[Limit]) -> str:
    return f"- {whose(limits[0])}: {listed(limits)}"


def budget(spending: Spending, prices: Prices, name: str = "Server budget") -> str:
    """What is spent of a budget, with its list price."""
    limit = spending.limit
    if limit.value is None:
        return f"**{name}**: unlimited, {credits(spending.spent)} spent {this(limit)}{worth(spending.spent, prices)}"
    return (
        f"**{name}**: {spending.spent:,} of {credits(limit.value)} spent {this(limit)}, "
        f"renewed {format_dt(spending.renews_at, 'R')}\n"
        f"-# About {usd(prices.usd(spending.spent))} of {usd(prices.usd(limit.value))} at list price"
    )


def listed(limits: Iterable[Limit]) -> str:
    """Several rules of one target on one line: 60 credits a day · 2 at once · cooldown 10 min."""
    return " · ".join(_in_list(limit) for limit in sorted(limits, key=lambda limit: list(Rule).index(limit.rule)))


def _in_list(limit: Limit) -> str:
    if limit.rule is Rule.COOLDOWN:
        return f"cooldown {gives(limit)}" if limit.value else "no cooldown"
    if limit.rule is Rule.AT_ONCE:
        return f"{gives(limit)} at once"
    return "unlimited credits" if limit.value is None else f"{credits(limit.value)} {per(limit)}"
