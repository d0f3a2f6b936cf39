"""Where a clip goes that cannot be posted where it was asked for: it is never lost, and a sentence says why."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.places import allow, change, direct_messages, open_all
from tests.acceptance.presses import film, films, labels, measured, task_of
from tests.acceptance.street import EPHEMERAL, Message, Opened, Street

PRICE = 10


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """Every place is open; tasks run until they are told to end."""
    street = opened.street
    street.reset()
    open_all(street)
    street.wan(hold=True)
    yield street
    open_all(street)


def complete(street: Street, prompt: str) -> None:
    """Have the clip be ready."""
    street.post(f"/sandbox/wan/tasks/{task_of(street, prompt)['id']}", {"status": "completed"})


def in_direct_messages(street: Street, prompt: str, why: str, folder: Path) -> Message:
    """The clip as it came to the member directly, with a line why."""
    message = film(street, prompt, "dm")
    first = message["content"].splitlines()[0]
    assert re.fullmatch(why, first), first
    assert measured(street, message, folder).seconds == pytest.approx(5, abs=0.2)
    assert films(street, prompt) == []
    return message


def test_a_closed_channel_sends_the_clip_to_direct_messages(street: Street, tmp_path: Path) -> None:
    before = street.credits_left()
    street.animate(prompt="the channel closes")
    task_of(street, "the channel closes")
    allow(street, "clips", send=False)
    complete(street, "the channel closes")
    why = r"I may not post in <#\d+> any more, so your clip comes here\."
    message = in_direct_messages(street, "the channel closes", why, tmp_path)
    assert labels(message)[0][0] == "Again"
    assert street.credits_left() == before - PRICE


def test_a_clip_that_fits_nowhere_waits_and_is_handed_over(street: Street, tmp_path: Path) -> None:
    before = street.credits_left()
    street.animate(prompt="all doors closed")
    task_of(street, "all doors closed")
    allow(street, "clips", send=False)
    direct_messages(street, "member", open_=False)
    complete(street, "all doors closed")

    def waits() -> Message | None:
        listing = street.shown_to("member", street.command("jobs"))
        return listing if "📦 kept for you until <t:" in listing["content"] else None

    listing = street.until(waits, "the clip in /jobs")
    handed = street.press(listing, "Get: all doors closed")
    message = street.until(lambda: _with_file(street, handed), "the clip")
    assert message["flags"] & EPHEMERAL
    assert "Only you see this message" in message["content"]
    assert measured(street, message, tmp_path).seconds == pytest.approx(5, abs=0.2)
    assert films(street, "all doors closed", who="second.member") == []
    street.until(lambda: "📦" not in street.said_to("member", street.command("jobs")), "the list without it")
    assert street.credits_left() == before - PRICE


def _with_file(street: Street, interaction_id: str) -> Message | None:
    message_id = street.get(f"/sandbox/interactions/{interaction_id}", wait_seconds=5)["message_id"]
    return next((one for one in street.messages() if one["id"] == message_id and one["attachments"]), None)


def test_a_clip_that_waits_survives_a_restart(street: Street) -> None:
    street.animate(prompt="waits on")
    task_of(street, "waits on")
    allow(street, "clips", send=False)
    direct_messages(street, "member", open_=False)
    complete(street, "waits on")
    street.until(lambda: "📦" in street.said_to("member", street.command("jobs")), "the clip in /jobs")
    street.kill_bot()
    street.start_bot()
    handed = street.press(street.shown_to("member", street.command("jobs")), "Get: waits on")
    street.until(lambda: _with_file(street, handed), "the clip")


def test_a_thread_that_was_archived_is_opened_again(street: Street) -> None:
    street.animate(where="lake series", prompt="in the archive")
    task_of(street, "in the archive")
    change(street, "lake series", archived=True)
    complete(street, "in the archive")
    film(street, "in the archive", "lake series")


def test_a_locked_thread_sends_the_clip_to_direct_messages(street: Street, tmp_path: Path) -> None:
    street.animate(where="lake series", prompt="behind the lock")
    task_of(street, "behind the lock")
    change(street, "lake series", archived=True, locked=True)
    complete(street, "behind the lock")
    in_direct_messages(street, "behind the lock", r"I may not post in <#\d+> any more, .*", tmp_path)


def test_automod_keeps_the_words_out_and_not_the_clip(street: Street) -> None:
    street.animate(prompt="the forbidden fruit")
    task_of(street, "the forbidden fruit")
    street.post("/sandbox/settings", {"automod": ["forbidden"]})
    complete(street, "the forbidden fruit")

    def posted() -> Message | None:
        clips = [one for one in street.messages() if one["attachments"] and one["author"].get("bot")]
        return next((one for one in clips if "fruit" not in one["content"] and _is_new(one)), None)

    task = task_of(street, "the forbidden fruit")

    def _is_new(message: Message) -> bool:
        return f"seed {task['request']['seed']}" in message["content"]

    assert "forbidden" not in street.until(posted, "the clip")["content"]


def test_automod_that_takes_no_words_at_all_sends_the_clip_to_direct_messages(street: Street, tmp_path: Path) -> None:
    street.animate(prompt="nothing is allowed")
    task_of(street, "nothing is allowed")
    street.post("/sandbox/settings", {"automod": ["ready", "clip*"]})
    complete(street, "nothing is allowed")
    why = r"Discord did not let me post your clip in <#\d+>, so it comes here\."
    in_direct_messages(street, "nothing is allowed", why, tmp_path)


def test_a_short_slowmode_is_waited_for(street: Street) -> None:
    allow(street, "clips", bypass=False)
    street.animate(prompt="slowly now")
    task_of(street, "slowly now")
    change(street, "clips", slowmode_seconds=5)
    complete(street, "slowly now")
    film(street, "slowly now")
    assert films(street, "slowly now", "dm") == []


def test_a_slowmode_of_hours_sends_the_clip_to_direct_messages(street: Street, tmp_path: Path) -> None:
    allow(street, "clips", bypass=False)
    for prompt in ("slow first", "slow second"):
        street.animate(prompt=prompt)
        task_of(street, prompt)
    change(street, "clips", slowmode_seconds=6 * 3600)
    complete(street, "slow first")
    street.until(lambda: films(street, "slow first") + films(street, "slow first", "dm"), "the first")
    complete(street, "slow second")
    why = r"I would have to wait long to post in <#\d+>, so your clip comes here\."
    in_direct_messages(street, "slow second", why, tmp_path)
