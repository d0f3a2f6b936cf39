"""Every button below a clip, after the bot was killed and started again, and after thirty days."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.past import grow_old
from tests.acceptance.presses import (
    DAY_SECONDS,
    advance,
    fill_in,
    filled,
    film,
    films,
    labels,
    measured,
    message_now,
)
from tests.acceptance.street import EPHEMERAL, Message, Opened, Street, photo

PRICE = 10
DAYS = 30
CLIPS = ("again", "remix", "final", "extend", "details", "delete", "share")
TAKES = "of a batch"


@pytest.fixture(scope="module", params=["after a restart", "after thirty days"])
def later(opened: Opened, request: pytest.FixtureRequest) -> Iterator[str]:
    """Clips that were made before the bot was killed, and perhaps a month ago; their prompts end in this."""
    street, when = opened.street, str(request.param)
    street.reset()
    street.moderate("server set", showcase_channel=street.channels["general"])
    orders = [street.animate(prompt=f"{name} {when}") for name in CLIPS]
    street.command("preview", files=_picture(), prompt=f"{TAKES} {when}", takes=2)
    street.wan(result_bytes=12_000_000)
    orders.append(street.animate(prompt=f"full {when}"))
    for name in (*CLIPS, TAKES, "full"):
        film(street, f"{name} {when}")
    street.kill_bot()
    if when == "after thirty days":
        advance(street, DAYS * DAY_SECONDS)
        grow_old(opened.data, DAYS)
    street.reset()
    yield when
    street.moderate("server clear", setting="showcase_channel_id")


@pytest.fixture
def street(opened: Opened, later: str) -> Street:
    """The sandbox, with clips in it."""
    street = opened.street
    street.wan(result_bytes=None)
    return street


def _picture() -> dict[str, tuple[str, bytes, str]]:
    return {"image": ("photo.jpg", photo(), "image/jpeg")}


def sequel(street: Street, interaction_id: str, prompt: str, who: str = "member") -> Message:
    """The clip that comes of a press, shown to all where it was pressed."""
    status = street.reply(who, interaction_id)
    assert not status["flags"] & EPHEMERAL, status["content"]
    return film(street, prompt, count=2)


def requests_of(street: Street, prompt: str) -> list[Message]:
    """What the video service was asked, the first order first."""
    return [task["request"] for task in street.tasks(prompt)]


def test_again_makes_the_same_with_a_new_seed_for_whoever_presses(street: Street, later: str, tmp_path: Path) -> None:
    prompt = f"again {later}"
    [clip] = films(street, prompt)
    before, others = street.credits_left(), street.credits_left("second.member")
    again = sequel(street, street.press(clip, "Again", "second.member"), prompt, "second.member")
    assert again["content"].startswith(f"<@{street.users['second.member']}>")
    first, second = requests_of(street, prompt)
    assert first["seed"] != second["seed"]
    assert {**first, "seed": 0} == {**second, "seed": 0}
    assert (street.credits_left(), street.credits_left("second.member")) == (before, others - PRICE)
    assert measured(street, again, tmp_path).seconds == pytest.approx(5, abs=0.2)


def test_remix_opens_what_the_clip_was_made_of(street: Street, later: str) -> None:
    prompt = f"remix {later}"
    [clip] = films(street, prompt)
    pressed = street.press(clip, "Remix", "second.member")
    assert filled(street, pressed) == {
        "What should happen": prompt,
        "Length": "5",
        "Quality": "720P",
        "With sound": True,
    }
    sent = fill_in(street, pressed, "second.member", What_should_happen=f"{prompt}, at night", With_sound=False)
    remix = sequel(street, sent, prompt, "second.member")
    assert "at night" in remix["content"]
    assert "silent" in remix["content"]
    first, second = requests_of(street, prompt)[0], requests_of(street, f"{prompt}, at night")[0]
    assert first["image"] == second["image"]


def test_final_is_the_same_seed_in_the_best_quality(street: Street, later: str, tmp_path: Path) -> None:
    prompt = f"final {later}"
    [clip] = films(street, prompt)
    pressed = street.press(clip, "Final")
    assert filled(street, pressed) == {"Length": "5"}
    before = street.credits_left()
    final = sequel(street, fill_in(street, pressed), prompt)
    first, second = requests_of(street, prompt)
    assert (first["seed"], second["seed"]) == (7, 7)
    found = measured(street, final, tmp_path)
    assert found.width * found.height == pytest.approx(1920 * 1080, rel=0.05)
    assert street.credits_left() == before - 15
    refused = street.said_to("second.member", street.press(clip, "Final", "second.member"))
    assert refused == "Only the member who asked for this clip, or a moderator, can do this."


def test_extend_joins_both_parts_into_one_clip(street: Street, later: str, tmp_path: Path) -> None:
    prompt = f"extend {later}"
    [clip] = films(street, prompt)
    pressed = street.press(clip, "Extend")
    before = street.credits_left()
    longer = sequel(street, fill_in(street, pressed, What_happens_next=f"{prompt}, then rain", Length="5"), prompt)
    found = measured(street, longer, tmp_path)
    assert found.seconds == pytest.approx(10, abs=0.4)
    assert found.has_sound
    assert street.credits_left() == before - PRICE
    assert "the new part alone" not in longer["content"]
    assert "Only the member" in street.said_to("second.member", street.press(clip, "Extend", "second.member"))


def test_details_tell_every_setting_to_the_member_alone(street: Street, later: str) -> None:
    prompt = f"details {later}"
    [clip] = films(street, prompt)
    [task] = street.tasks(prompt)
    said = street.said_to("member", street.press(clip, "Details"))
    for part in (prompt, "seed: `7`", "10 credits", "5 s · 720P", task["id"], "Model:", "<t:"):
        assert part in said
    assert prompt in street.said_to("moderator", street.press(clip, "Details", "moderator"))
    assert "Only the member" in street.said_to("second.member", street.press(clip, "Details", "second.member"))


def test_full_quality_gives_the_address_as_long_as_it_works(street: Street, later: str) -> None:
    [clip] = films(street, f"full {later}")
    said = street.said_to("member", street.press(clip, "Full quality"))
    if later == "after a restart":
        assert "[This clip as it was made](<http" in said
    else:
        assert "that is gone: what is posted here is the best there is." in said
        assert "http" not in said


def test_share_puts_one_copy_into_the_showcase(street: Street, later: str) -> None:
    prompt = f"share {later}"
    [clip] = films(street, prompt)
    assert "Only the member" in street.said_to("second.member", street.press(clip, "Share", "second.member"))
    assert "Shared in" in street.said_to("member", street.press(clip, "Share"))
    [copy] = films(street, prompt, "general")
    assert f"By <@{street.users['member']}>" in copy["content"]
    assert copy["mentions"] == []
    assert clip["id"] in copy["content"]
    assert copy["id"] in street.said_to("moderator", street.press(clip, "Share", "moderator"))
    assert len(films(street, prompt, "general")) == 1


def test_delete_takes_the_clip_down_once_it_is_confirmed(street: Street, later: str) -> None:
    prompt = f"delete {later}"
    [clip] = films(street, prompt)
    assert "Only the member" in street.said_to("second.member", street.press(clip, "Delete", "second.member"))
    kept = fill_in(street, street.press(clip, "Delete"), Sure_="Keep it")
    street.until(lambda: street.get(f"/sandbox/interactions/{kept}", wait_seconds=5)["state"] != "waiting", "an answer")
    assert message_now(street, clip)
    said = street.said_to("member", fill_in(street, street.press(clip, "Delete")))
    assert said == "Your clip is gone for good (before: posted), its 10 credits stay spent."
    street.until(lambda: message_now(street, clip) is None, "the end of the message")


def test_takes_are_voted_for_and_one_becomes_the_final(street: Street, later: str) -> None:
    prompt = f"{TAKES} {later}"
    [batch] = films(street, prompt)
    assert labels(batch) == [
        ["1 · 0 votes", "2 · 0 votes"],
        ["Final 1", "Final 2"],
        ["Again", "Remix", "Details", "Delete"],
    ]
    street.press(batch, "1 ·")
    street.press(batch, "2 ·", "second.member")
    street.press(batch, "1 ·", "moderator")
    street.press(batch, "1 ·", "moderator")  # taken back
    street.press(batch, "2 ·", "moderator")
    _until_counted(street, batch, ["1 · 1 vote", "2 · 2 votes"])
    seeds = [request["seed"] for request in requests_of(street, prompt)]
    final = sequel(street, fill_in(street, street.press(batch, "Final 2")), prompt)
    assert requests_of(street, prompt)[-1]["seed"] in seeds
    assert "1080P" in final["content"]
    said = street.said_to("member", street.press(batch, "Details"))
    assert "1 vote" in said
    assert "2 votes" in said


def _until_counted(street: Street, batch: Message, counted: list[str]) -> None:
    def shown() -> bool:
        now = message_now(street, batch)
        return now is not None and labels(now)[0] == counted

    street.until(shown, "the votes")
