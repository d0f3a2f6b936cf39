"""Clips that only their member sees, clips behind a cover, and what is told to people who cannot see them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.presses import MINUTE_SECONDS, advance, film, films, labels, measured, task_of
from tests.acceptance.street import EPHEMERAL, Opened, Street, photo

OTHERS = ("second.member", "moderator", "operator")
IS_SPOILER = 8


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """A showcase is set."""
    street = opened.street
    street.reset()
    street.moderate("server set", showcase_channel=street.channels["general"])
    yield street
    street.moderate("server clear", setting="showcase_channel_id")
    street.moderate("channel clear", where="clips")


def is_unseen(street: Street, prompt: str) -> bool:
    """Whether nobody but the member sees anything of it, anywhere."""
    seen = [street.messages(who, where) for who in OTHERS for where in ("clips", "general", "dm")]
    return prompt not in str(seen)


def test_nobody_else_sees_anything_of_a_private_clip(street: Street, tmp_path: Path) -> None:
    seen = len(street.messages("second.member"))
    street.animate(prompt="for me alone", private=True)
    clip = film(street, "for me alone")
    assert clip["flags"] & EPHEMERAL
    assert measured(street, clip, tmp_path).seconds == pytest.approx(5, abs=0.2)
    assert "Share" not in labels(clip)[1]
    assert is_unseen(street, "for me alone")
    assert len(street.messages("second.member")) == seen


def test_what_comes_of_a_private_clip_is_private_too(street: Street) -> None:
    street.animate(prompt="mine once more", private=True)
    clip = film(street, "mine once more")
    street.press(clip, "Again")
    again = film(street, "mine once more", count=2)
    assert again["flags"] & EPHEMERAL
    assert is_unseen(street, "mine once more")


def test_a_private_clip_that_takes_too_long_comes_directly(street: Street) -> None:
    street.wan(hold=True)
    street.animate(prompt="mine but late", private=True)
    task = task_of(street, "mine but late")
    advance(street, 16 * MINUTE_SECONDS)
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    clip = film(street, "mine but late", "dm")
    assert "15 minutes" in clip["content"].splitlines()[0]
    assert is_unseen(street, "mine but late")
    assert films(street, "mine but late") == []


def test_private_takes_are_private(street: Street) -> None:
    files = {"image": ("photo.jpg", photo(), "image/jpeg")}
    street.command("preview", files=files, prompt="my drafts", takes=2, private=True)
    message = film(street, "my drafts")
    assert message["flags"] & EPHEMERAL
    assert len(message["attachments"]) == 2
    assert is_unseen(street, "my drafts")


def test_a_spoiler_is_covered_where_it_is_asked_for(street: Street) -> None:
    street.animate(prompt="behind a cover", spoiler=True)
    [attachment] = film(street, "behind a cover")["attachments"]
    assert attachment["filename"].startswith("SPOILER_") or attachment.get("flags", 0) & IS_SPOILER
    street.animate(prompt="in plain sight")
    [attachment] = film(street, "in plain sight")["attachments"]
    assert not attachment["filename"].startswith("SPOILER_")
    assert not attachment.get("flags", 0) & IS_SPOILER


def test_a_channel_covers_all_of_its_clips(street: Street) -> None:
    street.moderate("channel set", spoilers=True)
    street.animate(prompt="covered by the channel")
    clip = film(street, "covered by the channel")
    [attachment] = clip["attachments"]
    assert attachment["filename"].startswith("SPOILER_") or attachment.get("flags", 0) & IS_SPOILER
    street.press(clip, "Share")
    [copy] = street.until(lambda: films(street, "covered by the channel", "general"), "the copy")
    [attachment] = copy["attachments"]
    assert attachment["filename"].startswith("SPOILER_") or attachment.get("flags", 0) & IS_SPOILER


def test_a_clip_says_what_it_shows(street: Street) -> None:
    street.animate(prompt="a heron waits in the reeds")
    [attachment] = film(street, "a heron waits in the reeds")["attachments"]
    assert attachment["description"] == "A clip of 5 s: a heron waits in the reeds"
