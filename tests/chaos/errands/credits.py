"""Errands of moderators and of the operator with credits: limits, grants, budgets, and orders that these refuse."""

from tests.chaos.errand import Errand
from tests.chaos.errands.steps import at_rest, limit, surely
from tests.chaos.yard import Yard

ENOUGH = "9000"
PERIODS = ("day", "week", "month")

_SPENT = "SELECT -SUM(allowance + granted) AS credits FROM ledger WHERE guild_id > 0 AND kind IN ('charge', 'refund')"


def limits(yard: Yard) -> None:
    """Limits in every layer come and go."""
    member, role, channel = yard.users["second.member"], yard.roles["Makers"], yard.channels["previews"]
    yard.say("limits set everyone", "moderator", credits=ENOUGH, period=yard.chance.choice(PERIODS))
    yard.say("limits set role", "moderator", role=role, credits=ENOUGH, at_once="9")
    yard.say("limits set member", "moderator", member=member, credits="800", cooldown="none")
    yard.say("limits set channel", "moderator", channel=channel, credits=ENOUGH)
    yard.order("second.member")
    yard.say("limits show", "moderator", member=member)
    at_rest(yard)
    surely(yard, lambda: limit(yard, "channel") is None, "limits clear channel", channel=channel)
    surely(yard, lambda: limit(yard, "member") is None, "limits clear member", member=member)
    surely(yard, lambda: limit(yard, "role") is None, "limits clear role", role=role)
    surely(yard, lambda: limit(yard, "everyone") is None, "limits clear everyone")


def grants(yard: Yard) -> None:
    """Credits that do not expire are given, spent where the allowance is at its end, and taken back."""
    member = yard.users["second.member"]
    yard.say("credits grant", "moderator", member=member, amount=yard.chance.randint(10, 40), reason="a contest")
    surely(
        yard,
        lambda: limit(yard, "member") == 3,
        "limits set member",
        member=member,
        credits="3",
    )
    for _ in range(2):  # the second may be refused
        yard.order("second.member")
    yard.say("credits take", "moderator", member=member, amount=yard.chance.randint(1, 40), reason="a mistake")
    at_rest(yard)
    surely(yard, lambda: limit(yard, "member") is None, "limits clear member", member=member)
    yard.say("credits history", "moderator", member=member)
    yard.say("quota", "second.member")


def budget(yard: Yard) -> None:
    """A budget that is used up refuses orders, and moderators get a note of it."""
    notes = yard.channels["moderators"]
    yard.say("server set", "moderator", notes_channel=notes)
    yard.order()
    at_rest(yard)
    yard.say("limits set budget", "moderator", credits=_too_few(yard), period=yard.chance.choice(PERIODS))
    yard.order("second.member")
    at_rest(yard)
    yard.say("limits show", "moderator")
    surely(yard, lambda: limit(yard, "budget") is None, "limits clear budget")


def operators_budget(yard: Yard) -> None:
    """The budget over all servers refuses orders, and the operator gets a note of it."""
    yard.order()
    at_rest(yard)
    period = yard.chance.choice(PERIODS)
    yard.say("operator budget", "operator", "dm", credits=_too_few(yard), period=period)
    yard.order()
    yard.say("operator show", "operator", "dm")
    surely(
        yard,
        lambda: limit(yard, "budget", guild=0) is None,
        "operator budget",
        "operator",
        "dm",
        credits="unlimited",
    )
    at_rest(yard)


def nearly_spent(yard: Yard) -> None:
    """An order brings what is spent above four fifths of the budget: that is noted with the order."""
    yard.say("server set", "moderator", notes_channel=yard.channels["moderators"])
    yard.order()
    at_rest(yard)
    credits = _spent(yard) + 6
    yard.say("limits set budget", "moderator", credits=str(credits))
    yard.order("second.member")
    at_rest(yard)
    surely(yard, lambda: limit(yard, "budget") is None, "limits clear budget")


def _spent(yard: Yard) -> int:
    return int(yard.rows(_SPENT)[0]["credits"] or 0)


def _too_few(yard: Yard) -> str:
    """A budget that is spent already; one that was there before is not told of again."""
    return str(yard.chance.randint(1, max(_spent(yard), 1)))


ERRANDS = (
    Errand("limits", limits),
    Errand("grants", grants),
    Errand("budget", budget),
    Errand("operator's budget", operators_budget),
    Errand("nearly spent", nearly_spent),
)
