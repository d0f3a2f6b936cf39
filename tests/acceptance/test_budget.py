"""What all members together may spend: a channel's cap, the server's budget, the operator's; and the pauses."""

from collections.abc import Iterator

import pytest

from tests.acceptance.orders import cancel, waiting
from tests.acceptance.street import Message, Opened, Street

MEMBERS = ("member", "second.member")


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """A server without a cap, a budget or a pause; nothing that is ordered is made."""
    street = opened.street
    street.reset()
    with waiting(street):
        yield street
    street.moderate("limits clear channel", channel=street.channels["clips"])
    street.moderate("limits clear budget")
    street.moderate("operator budget", "operator", "dm", credits="unlimited")
    street.moderate("operator resume", "operator", "dm")
    street.moderate("server resume")


def order(street: Street, count: int) -> list[Message]:
    """Orders for 10 credits each, by both members in turn."""
    return [street.taken(who=MEMBERS[number % 2]) for number in range(count)]


def call_off(street: Street, orders: list[Message]) -> None:
    for status in orders:
        cancel(street, status, next(who for who in MEMBERS if street.users[who] in status["content"]))


def test_a_channels_cap_is_for_all_members_together_and_its_threads_count(street: Street) -> None:
    clips = street.channels["clips"]
    said = street.moderate("limits set channel", channel=clips, credits="25")
    assert said == f"Changed for <#{clips}>:\n- Credits: not set → **25 a day (about 1.25 USD at list price)**"
    first = street.taken()
    in_thread = street.taken("second.member", "lake series")
    for where in ("clips", "lake series"):
        said = street.refused(where=where)
        assert "costs 10 credits and this channel has 5 left today for all members together" in said
    elsewhere = street.taken(where="general")
    said = street.moderate("limits show", member=street.users["member"])
    assert f"**Cap of <#{clips}>**: 20 of 25 credits spent today" in said
    assert "About 1.00 USD of 1.25 USD at list price" in said
    assert "This channel, all members together: 5 of 25 left today" in street.answer(street.command("quota"))["content"]
    cancel(street, in_thread, "second.member", "lake series")
    again = street.taken()
    said = street.moderate("limits clear channel", channel=clips)
    assert "25 a day (about 1.25 USD at list price) → **not set**" in said
    cancel(street, elsewhere, where="general")
    call_off(street, [first])
    cancel(street, again)


def test_the_budget_is_noted_to_the_moderators_at_80_and_at_100_per_cent_once(street: Street) -> None:
    street.moderate("server set", notes_channel=street.channels["moderators"])
    street.moderate("limits set budget", credits="50")
    orders = order(street, 5)
    said = street.refused()
    assert "costs 10 credits and this server has 0 left this month for all members together" in said
    call_off(street, orders[3:])
    orders[3:] = order(street, 1)
    assert "**Server budget**: 40 of 50 credits spent this month" in street.moderate("limits show")
    street.moderate("limits set budget", credits="60")
    orders += order(street, 1)  # which is noted: the budget is another one
    notes = street.until(lambda: _notes(street, 3), "the notes")
    assert "**80 % of the budget used**: 40 of 50 credits this month (about 2.00 USD of 2.50 USD" in notes[0]
    assert "**Budget spent**: 50 of 50 credits this month" in notes[1]
    assert "no new clips until it renews <t:" in notes[1]
    assert "**80 % of the budget used**: 50 of 60 credits this month" in notes[2]
    call_off(street, orders)


def _notes(street: Street, count: int) -> list[str] | None:
    """The lines of the notes in #moderators, once there are so many."""
    messages = street.messages("moderator", "moderators")
    lines = [line for message in messages for line in message["content"].splitlines()]
    assert len(lines) <= count, lines
    return lines if len(lines) == count else None


def test_the_channel_of_the_notes_is_not_for_members(street: Street) -> None:
    seen = street.get("/sandbox/world", **{"as": street.users["member"]})["channels"]
    assert "moderators" not in [channel["name"] for channel in seen]


def test_an_unlimited_budget_is_shown_with_what_is_spent(street: Street) -> None:
    street.moderate("limits set budget", credits="unlimited")
    orders = order(street, 1)
    assert "**Server budget**: unlimited, 10 credits spent this month (about 0.50 USD" in street.moderate("limits show")
    call_off(street, orders)


def test_the_operators_budget_holds_in_every_server_and_is_noted_to_the_operator(street: Street) -> None:
    said = street.moderate("operator budget", "operator", "dm", credits="20", period="week")
    assert "Changed for all servers together:\n- Credits: " in said
    assert "→ **20 a week (about 1.00 USD at list price)**" in said
    orders = order(street, 2)
    assert "What the bot's operator pays for over all servers is used up: it renews <t:" in street.refused()
    shown = street.moderate("operator show", "operator", "dm")
    assert "20 of 20 credits spent this week" in shown
    assert "New clips: on" in shown
    note = "This week, all of the budget over all servers is spent: 20 of 20 credits"
    street.until(lambda: [told for told in street.messages("operator", "dm") if note in told["content"]], "the note")
    call_off(street, orders)


def test_the_operators_pause_holds_everywhere_whatever_moderators_do(street: Street) -> None:
    said = street.moderate("operator pause", "operator", "dm", reason="new prices")
    assert said.startswith("New clips in all servers: on → **paused**. Reason: new prices.")
    refusal = street.refused()
    assert refusal == (
        "⏸️ New clips are paused everywhere by the bot's operator. Reason: new prices. Nothing was charged."
    )
    assert "The bot's operator has paused new clips everywhere: that goes on." in street.moderate("server resume")
    assert "New clips: ⏸️ **paused** by the bot's operator, everywhere" in street.moderate("server show")
    assert "paused → **on**" in street.moderate("operator resume", "operator", "dm")
    call_off(street, order(street, 1))


@pytest.mark.parametrize("who", ["member", "moderator"])
@pytest.mark.parametrize(
    ("command", "options"),
    [("show", {}), ("budget", {"credits": "5"}), ("pause", {}), ("resume", {})],
    ids=["show", "budget", "pause", "resume"],
)
def test_the_operators_commands_are_refused_to_others(
    street: Street, who: str, command: str, options: dict[str, str]
) -> None:
    said = street.moderate(f"operator {command}", who, "dm", **options)
    assert said == "This is for the operator of the bot alone."
    shown = street.moderate("operator show", "operator", "dm")
    assert "New clips: on" in shown
    assert "5 credits" not in shown


def test_the_servers_pause_is_said_to_members_and_what_waits_goes_on(street: Street) -> None:
    before = street.taken(prompt="before the pause")
    said = street.moderate("server pause", reason="maintenance")
    assert said.startswith("New clips in this server: on → **paused**. Reason: maintenance.")
    assert "paused in this server by its moderators. Reason: maintenance." in street.refused()
    assert "⏸️ New clips are paused in this server" in street.answer(street.command("quota"))["content"]
    assert "Nothing changed: new clips are paused in this server already." in street.moderate("server pause")
    street.clear_faults()
    street.clip("before the pause")
    assert "Done" in street.until(lambda: _done(street, before), "the status")
    assert street.moderate("server resume") == "New clips in this server: paused → **on**."


def _done(street: Street, status: Message) -> str | None:
    text = street.text(status["id"])
    return text if "Done" in text else None
