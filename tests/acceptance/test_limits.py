"""The layers of limits: set, shown, cleared, and which of them counts, seen by what a member may order."""

from collections.abc import Iterator

import pytest

from tests.acceptance.orders import cancel, waiting
from tests.acceptance.street import EPHEMERAL, Opened, Street, sandbox


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A bot whose default is 60 credits a day."""
    with sandbox(tmp_path_factory.mktemp("sandbox"), CREDITS_PER_DAY="60") as running:
        yield running


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """A server without limits, whose members have no roles; nothing that is ordered is made."""
    street = opened.street
    street.reset()
    with waiting(street):
        yield street
    street.give_roles("member")
    street.moderate("limits clear everyone")
    street.moderate("limits clear member", member=street.users["member"])
    for role in ("Makers", "Patrons"):
        street.moderate("limits clear role", role=street.roles[role])


def may_order(street: Street) -> bool:
    """Whether an order for 10 credits is taken; it is cancelled then."""
    reply = street.reply("member", street.animate())
    if reply["flags"] & EPHEMERAL:
        assert "costs 10 credits and you have" in reply["content"]
        return False
    cancel(street, reply)
    return True


def test_the_limit_for_everyone_takes_the_place_of_the_bots_default(street: Street) -> None:
    assert street.credits_left() == 60
    said = street.moderate("limits set everyone", credits="9", period="week")
    assert said == "Changed for everyone:\n- Credits: not set → **9 a week**"
    assert street.credits_left() == 9
    assert "costs 10 credits and you have 9 a week" in street.refused()
    said = street.moderate("limits set everyone", credits="30", period="month")
    assert "- Credits: 9 a week → **30 a month**" in said
    assert may_order(street)
    said = street.moderate("limits clear everyone")
    assert said == "Changed for everyone:\n- Credits: 30 a month → **not set**"
    assert street.credits_left() == 60


def test_the_best_of_a_members_roles_counts_as_soon_as_they_have_it(street: Street) -> None:
    street.moderate("limits set everyone", credits="9")
    street.moderate("limits set role", role=street.roles["Makers"], credits="20")
    street.moderate("limits set role", role=street.roles["Patrons"], credits="210", period="week")
    assert not may_order(street)
    street.give_roles("member", "Makers")
    assert street.credits_left() == 20
    assert may_order(street)
    street.give_roles("member", "Makers", "Patrons")
    assert street.credits_left() == 210  # 30 a day on average
    street.give_roles("member")
    assert not may_order(street)


def test_a_role_may_give_less_than_everyone_has(street: Street) -> None:
    street.moderate("limits set role", role=street.roles["Makers"], credits="5")
    assert may_order(street)
    street.give_roles("member", "Makers")
    assert not may_order(street)


def test_a_members_own_limit_counts_before_their_roles_until_it_is_cleared(street: Street) -> None:
    member = street.users["member"]
    street.moderate("limits set role", role=street.roles["Makers"], credits="unlimited")
    street.give_roles("member", "Makers")
    said = street.moderate("limits set member", member=member, credits="5")
    assert said.endswith(f"<@{member}> has **5 credits left** now.")
    assert not may_order(street)
    said = street.moderate("limits clear member", member=member)
    assert "- Credits: 5 a day → **not set**" in said
    assert may_order(street)
    assert "**unlimited credits**" in street.answer(street.command("quota"))["content"]


def test_each_rule_is_looked_up_for_itself(street: Street) -> None:
    member, makers = street.users["member"], street.roles["Makers"]
    street.moderate("limits set member", member=member, at_once="1")
    street.moderate("limits set role", role=makers, credits="20", cooldown="none")
    street.moderate("limits set everyone", credits="9", at_once="5", cooldown="10 min")
    street.give_roles("member", "Makers")
    said = street.moderate("limits show", member=member)
    assert f"✅ <@{member}> can make clips: **20 credits left**" in said
    assert "**Credits**: 20 of 20 left today, renewed <t:" in said
    assert f"-# ↳ from <@&{makers}>, before everyone (9 a day), the bot's default (60 a day)" in said
    assert "**At once**: 1, 0 under way\n-# ↳ their own limit, before everyone (5), the bot's default" in said
    assert f"**Cooldown**: none\n-# ↳ from <@&{makers}>, before everyone (10 min), the bot's default" in said


def test_every_limit_of_the_server_is_shown_together(street: Street) -> None:
    member, makers = street.users["member"], street.roles["Makers"]
    street.moderate("limits set everyone", credits="30", period="week", at_once="2", cooldown="30 s")
    street.moderate("limits set role", role=makers, credits="unlimited")
    street.moderate("limits set member", member=member, credits="0")
    said = street.moderate("limits show")
    assert "**Everyone**: 30 credits a week · 2 at once · cooldown 30 s" in said
    assert f"- <@&{makers}>: unlimited credits" in said
    assert f"- <@{member}>: 0 credits a day" in said
    assert "Where nothing is set: 60 credits a day · unlimited at once · no cooldown" in said


def test_one_rule_is_cleared_without_the_others(street: Street) -> None:
    street.moderate("limits set everyone", credits="30", at_once="2")
    said = street.moderate("limits clear everyone", rule="at_once")
    assert said == "Changed for everyone:\n- At once: 2 → **not set**"
    assert "**Everyone**: 30 credits a day\n" in street.moderate("limits show")


def test_what_was_so_already_is_said_to_have_changed_nothing(street: Street) -> None:
    street.moderate("limits set everyone", credits="30")
    said = street.moderate("limits set everyone", credits="30")
    assert said == "Nothing changed: for everyone it is 30 credits a day already."
    assert "Nothing changed" in street.moderate("limits clear member", member=street.users["member"])


def test_no_more_clips_at_once_than_the_limit_says(street: Street) -> None:
    street.moderate("limits set everyone", at_once="1")
    status = street.taken()
    assert "You have 1 clip under way, and 1 at once is your limit" in street.refused()
    cancel(street, status)
    assert may_order(street)


def test_a_cooldown_holds_from_one_clip_to_the_next_but_not_after_a_cancelled_one(street: Street) -> None:
    street.moderate("limits set everyone", cooldown="10 min")
    status = street.taken()
    assert "You can ask for the next clip <t:" in street.refused()
    cancel(street, status)
    assert may_order(street)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"credits": "many"}, "“many” is no amount: type a whole number from 0 to 1,000,000, or `unlimited`."),
        ({"cooldown": "a while"}, "“a while” is no time span"),
        ({}, "Say what to set"),
        ({"period": "week"}, "A period belongs to an amount"),
    ],
    ids=["no amount", "no span", "nothing", "a period alone"],
)
def test_what_cannot_be_set_is_said_in_one_sentence(street: Street, options: dict[str, str], words: str) -> None:
    said = street.moderate("limits set everyone", **options)
    assert words in said
    assert "\n" not in said
    assert "No limits are set" in street.moderate("limits show")


def test_amounts_and_spans_complete_as_one_types(street: Street) -> None:
    assert street.completions("limits set everyone", "credits", credits="45") == ["45"]
    assert "unlimited" in street.completions("limits set everyone", "credits", credits="u")
    assert street.completions("limits set everyone", "cooldown", cooldown="7")[:4] == ["7 s", "7 min", "7 h", "7 d"]


def test_granted_credits_are_spent_after_the_allowance_and_are_taken_back(street: Street) -> None:
    member = street.users["member"]
    street.moderate("limits set member", member=member, credits="5")
    assert not may_order(street)
    said = street.moderate("credits grant", member=member, amount=20, reason="a contest")
    assert said == f"Granted 20 credits to <@{member}>: from 5 to 25 left. Reason: a contest."
    assert may_order(street)
    said = street.moderate("credits take", member=member, amount=50, reason="a mistake")
    assert f"Took 20 credits from <@{member}>: from 25 to 5 left." in said
    assert "Of the 50 asked for, no more were granted ones. Reason: a mistake." in said
    assert not may_order(street)
    said = street.moderate("credits take", member=member, amount=1, reason="again")
    assert said.startswith("Nothing changed")


def test_a_members_credits_are_looked_up_page_by_page(street: Street) -> None:
    member = street.users["second.member"]
    for number in range(1, 13):
        street.moderate("credits grant", member=member, amount=number, reason=f"round {number}")
    first = street.shown_to("moderator", street.command("credits history", "moderator", member=member))
    lines = first["content"].splitlines()
    assert lines[0] == f"**Credits of <@{member}>**, newest first"
    assert [line.split("**")[1] for line in lines[1:]] == [f"+{number}" for number in range(12, 2, -1)]
    assert lines[1].endswith(f"granted by <@{street.users['moderator']}>: round 12")
    street.press(first, "▶", "moderator")
    second = street.changed(first)
    assert [line.split("**")[1] for line in second["content"].splitlines()[1:]] == ["+2", "+1"]
    street.press(second, "◀", "moderator")
    assert street.changed(second)["content"] == first["content"]
