"""The bot in a server that it is not in, used by a member who added it to their own account."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.places import direct_messages, install
from tests.acceptance.presses import (
    MINUTE_SECONDS,
    advance,
    film,
    films,
    labels,
    measured,
    place_in_record,
    requests,
    task_of,
)
from tests.acceptance.street import EPHEMERAL, Message, Opened, Street, sandbox

THERE = "hangout"
MOST_FOLLOW_UPS = 5
OUTSIDE = 1000


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Members have credits outside of servers too."""
    folder = tmp_path_factory.mktemp("sandbox")
    with sandbox(folder, CREDITS_PER_DAY_OUTSIDE=str(OUTSIDE)) as running:
        yield running


@pytest.fixture
def street(opened: Opened) -> Street:
    """The member has added the bot, the others have not."""
    street = opened.street
    street.reset()
    install(street, "member")
    direct_messages(street, "member", open_=True)
    return street


def follow_ups(street: Street, since: int) -> int:
    """New messages by an interaction's token."""
    return len([one for one in requests(street, "POST", r"/webhooks/\d+/token(\?|$)", since) if one["status"] < 400])


def test_a_clip_comes_as_the_answer_and_others_see_it(street: Street, tmp_path: Path) -> None:
    start = place_in_record(street)
    before = street.credits_left()
    street.animate(where=THERE, prompt="far from home")
    clip = film(street, "far from home", THERE)
    found = measured(street, clip, tmp_path)
    assert found.seconds == pytest.approx(5, abs=0.2)
    assert found.has_sound
    assert not clip["flags"] & EPHEMERAL
    assert films(street, "far from home", THERE, "second.member")
    assert films(street, "far from home", "dm") == []
    assert labels(clip)[0] == ["Again", "Remix", "Final", "Extend"]
    assert street.credits_left() == before, "the server's own credits are others"
    assert follow_ups(street, start) <= MOST_FOLLOW_UPS
    assert requests(street, "POST", rf"/channels/{street.channels[THERE]}/", start) == []


def test_its_buttons_work_there(street: Street) -> None:
    street.animate(where=THERE, prompt="once more there")
    clip = film(street, "once more there", THERE)
    street.press(clip, "Again", where=THERE)
    film(street, "once more there", THERE, count=2)
    said = street.said_to("member", street.press(clip, "Details", where=THERE), THERE)
    assert "once more there" in said


def test_a_private_clip_is_for_its_member_alone(street: Street) -> None:
    street.animate(where=THERE, prompt="a secret there", private=True)
    clip = film(street, "a secret there", THERE)
    assert clip["flags"] & EPHEMERAL
    assert "a secret there" not in str(street.messages("second.member", THERE))


def test_many_edits_take_no_follow_up(street: Street) -> None:
    street.wan(hold=True)
    start = place_in_record(street)
    status = street.answer(street.animate(where=THERE, prompt="a long wait"), where=THERE)
    task = task_of(street, "a long wait")
    for edit in range(MOST_FOLLOW_UPS + 1):
        _until_edited(street, status, edit)
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    clip = film(street, "a long wait", THERE)
    assert clip["id"] == status["id"]
    assert follow_ups(street, start) == 0


def _until_edited(street: Street, status: Message, edit: int) -> None:
    shown = _text(street, status)
    street.until(lambda: _text(street, status) != shown, f"edit {edit}")


def _text(street: Street, status: Message) -> str:
    return next(str(one["content"]) for one in street.messages(where=THERE) if one["id"] == status["id"])


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_after_the_tokens_death_it_comes_directly(street: Street, tmp_path: Path, private: bool) -> None:
    prompt = f"too late {private}"
    street.wan(hold=True)
    street.animate(where=THERE, prompt=prompt, private=private)
    task = task_of(street, prompt)
    advance(street, 16 * MINUTE_SECONDS)
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    clip = film(street, prompt, "dm")
    assert "so it comes here." in clip["content"].splitlines()[0]
    assert measured(street, clip, tmp_path).seconds == pytest.approx(5, abs=0.2)
    assert films(street, prompt, THERE) == []


def test_with_direct_messages_closed_it_waits_and_is_handed_over_there(street: Street, tmp_path: Path) -> None:
    street.wan(hold=True)
    street.animate(where=THERE, prompt="late and closed")
    task = task_of(street, "late and closed")
    advance(street, 16 * MINUTE_SECONDS)
    direct_messages(street, "member", open_=False)
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    listing = street.until(lambda: _kept(street), "the clip in /jobs")
    street.press(listing, "Get", where=THERE)
    clip = film(street, "late and closed", THERE)
    assert clip["flags"] & EPHEMERAL
    assert measured(street, clip, tmp_path).seconds == pytest.approx(5, abs=0.2)


def _kept(street: Street) -> Message | None:
    listing = street.shown_to("member", street.command("jobs", where=THERE), THERE)
    return listing if "kept for you" in listing["content"] else None


def test_a_group_without_the_bot(street: Street) -> None:
    street.animate(where="Weekend film", prompt="for the three of us")
    clip = film(street, "for the three of us", "Weekend film")
    assert films(street, "for the three of us", "Weekend film", "second.member") == [clip]
