"""Members in trouble: blocks, refused words, and what too many refusals in a row bring."""

from collections.abc import Iterator

import pytest

from tests.acceptance.orders import waiting
from tests.acceptance.street import Message, Opened, Street

PAUSED = "several of your orders in a row were refused for their content"


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """Nobody is blocked, and no word is refused."""
    street = opened.street
    street.reset()
    yield street
    for who in ("member", "second.member"):
        street.moderate("block lift", member=street.users[who])
    for line in street.moderate("words list").splitlines():
        if line.startswith("- `"):
            street.moderate("words remove", phrase=line[3:-1])


def test_a_block_cancels_and_pays_back_what_waits_and_holds_until_it_is_lifted(street: Street) -> None:
    member, before = street.users["member"], street.credits_left()
    with waiting(street):
        first, second = street.taken(prompt="first"), street.taken(prompt="second")

        answers: list[str] = []

        def cancelled() -> bool:  # what is just being tried is not, the first time
            answers.append(street.moderate("block add", member=member, reason="spam"))
            return all("Cancelled" in street.text(status["id"]) for status in (first, second))

        street.until(cancelled, "the end of both")
    assert answers[0].startswith(f"<@{member}> is blocked for good, “spam” (before: not blocked).")
    assert any("cancelled, and the credits are back." in text for text in answers)
    assert street.credits_left() == before
    assert street.refused() == (
        "A moderator has blocked you from making clips in this server for good. Reason: spam. Nothing was charged."
    )
    assert "⛔ Blocked for good. Reason: spam." in street.answer(street.command("quota"))["content"]
    assert f"⛔ <@{member}> cannot make clips now" in street.moderate("limits show", member=member)
    assert street.moderate("block list").startswith(f"- <@{member}> for good, “spam” · since <t:")
    street.taken("second.member", prompt="not blocked")
    said = street.moderate("block lift", member=member, reason="sorted out")
    assert said == f"<@{member}> can make clips again (before: blocked for good, “spam”). Reason: sorted out."
    street.taken(prompt="lifted")
    street.clip("lifted")
    street.clip("not blocked")
    assert street.moderate("block list") == "Nobody is blocked here."
    assert "Nothing changed" in street.moderate("block lift", member=member)


def test_a_block_for_a_time_says_until_when(street: Street) -> None:
    member = street.users["member"]
    said = street.moderate("block add", member=member, reason="a pause", time="7 d")
    assert f"<@{member}> is blocked until <t:" in said
    assert "(before: not blocked)" in said
    assert "in this server until <t:" in street.refused()
    said = street.moderate("block add", member=member, reason="a pause", time="2 h")
    assert "(before: until <t:" in said
    assert "is no time span" in street.moderate("block add", member=member, reason="odd", time="for a bit")
    assert "7 d" in street.completions("block add", "time", member=member, reason="x", time="7")


EVASIONS = ["badword", "BADWORD", "b.a.d w0rd", "b а d w o r d", "ba\u200bdword", "bäd-wörd", "baaad word", "b@dw0rd"]


@pytest.mark.parametrize("asked", EVASIONS, ids=ascii)
def test_a_refused_word_is_refused_in_the_usual_disguises_and_not_repeated(street: Street, asked: str) -> None:
    street.moderate("server set", strikes=0)
    street.moderate("words add", phrase="bad word")
    street.moderate("words add", phrase="badword")
    refusal = street.refused(prompt=f"please show a {asked} here")
    assert refusal == (
        "Your words ask for something that this server does not allow: please use others. Nothing was charged."
    )
    assert asked not in refusal
    assert street.tasks(f"please show a {asked} here") == []
    street.moderate("server clear", setting="strikes")


def test_only_whole_words_are_refused_unless_a_star_says_so(street: Street) -> None:
    street.moderate("words add", phrase="ass")
    street.moderate("words add", phrase="explo*")
    street.taken(prompt="the class walks on the grass")
    street.clip("the class walks on the grass")
    assert "does not allow" in street.refused(prompt="an explosion")


def test_words_are_listed_completed_and_allowed_again(street: Street) -> None:
    said = street.moderate("words add", phrase="bad word")
    assert said == "||`bad word`|| is refused from now on, also in the usual disguises (before: allowed)."
    assert "Nothing changed" in street.moderate("words add", phrase="bad word")
    assert street.moderate("words list") == "- `bad word`"
    assert street.completions("words remove", "phrase", phrase="ba") == ["bad word"]
    assert street.moderate("words remove", phrase="bad word") == "||`bad word`|| is allowed again (before: refused)."
    assert "no refused words" in street.moderate("words list")
    assert "at least one letter or digit" in street.moderate("words add", phrase="…")


def test_three_orders_with_refused_words_pause_a_member(street: Street) -> None:
    street.moderate("words add", phrase="bad word")
    for _ in range(2):
        assert PAUSED not in street.refused("second.member", prompt="a bad word")
    assert PAUSED in street.refused("second.member", prompt="a bad word")
    refusal = street.refused("second.member", prompt="a good word")
    assert refusal.startswith("You cannot make clips until <t:")
    assert PAUSED in refusal
    assert "on its own" in street.moderate("block list")
    assert "**Member paused**" in street.moderate("audit", action="member_paused")


def test_three_refusals_by_the_provider_pause_a_member_and_each_is_paid_back(street: Street) -> None:
    street.taken(prompt="after this one, it is counted anew")
    street.clip("after this one, it is counted anew")
    before = street.credits_left()
    body = {"error_code": "DataInspectionFailed", "error_msg": "no"}
    street.fault("wan", "POST", "image-to-video", times=3, status=400, body=body)
    for number in range(3):
        status = street.taken(prompt=f"refused {number}")
        _until_refused(street, status)
    assert PAUSED in street.refused()
    assert street.credits_left() == before
    street.moderate("block lift", member=street.users["member"])
    street.taken(prompt="good again")
    street.clip("good again")


def _until_refused(street: Street, status: Message) -> None:
    street.until(lambda: "refused this for its content" in street.text(status["id"]), "the refusal")


def test_how_many_refusals_pause_and_for_how_long_can_be_set(street: Street) -> None:
    said = street.moderate("server set", strikes=1, strike_pause="2 h")
    assert "- Refusals until a pause: 3 → **1**" in said
    assert "- Length of that pause: 60 min → **120 min**" in said
    street.moderate("words add", phrase="bad word")
    assert PAUSED in street.refused(prompt="a bad word")
    said = street.moderate("server clear", setting="everything")
    assert "1 → **3**" in said
