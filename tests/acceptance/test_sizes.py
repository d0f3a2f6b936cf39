"""Large clips: made to fit what a place takes, measured, and whole behind a button for a day."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from media.clip import Clip
from tests.acceptance.presses import MEGABYTE, film, labels, measured, place_in_record, requests
from tests.acceptance.street import Message, Opened, Street

LARGE_BYTES = 60_000_000
POSTS = r"/channels/\d+/messages$"


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """Clips of 60 MB; afterwards the server takes what it took before."""
    street = opened.street
    street.reset()
    street.wan(result_bytes=LARGE_BYTES)
    yield street
    street.post("/sandbox/settings", {"upload_limit_bytes": 10 * MEGABYTE, "max_request_bytes": None})
    street.wan(result_bytes=None)


def posted(street: Street, prompt: str, folder: Path, tier: str = "1080P") -> tuple[Message, Clip]:
    """A clip of 5 s, and what its file holds."""
    street.animate(prompt=prompt, resolution=tier)
    message = film(street, prompt)
    clip = measured(street, message, folder)
    assert clip.seconds == pytest.approx(5, abs=0.2)
    assert clip.has_sound
    assert clip.codec == "h264"
    return message, clip


def test_sixty_megabytes_fit_where_ten_are_taken_and_are_whole_behind_a_button(street: Street, tmp_path: Path) -> None:
    message, clip = posted(street, "a large clip here", tmp_path)
    assert 2 * MEGABYTE < clip.size_bytes <= 10 * MEGABYTE
    assert ["Details", "Full quality", "Delete"] in labels(message)
    assert "Made smaller" in message["content"]

    said = street.said_to("member", street.press(message, "Full quality"))
    address = re.search(r"\(<(http\S+)>\)", said)
    assert address, said
    assert len(street.http.get(address[1]).content) >= LARGE_BYTES
    assert re.search(r"Works until <t:\d+:f> \(<t:\d+:R>\)", said)
    assert "Only the member" in street.said_to("second.member", street.press(message, "Full quality", "second.member"))
    assert address[1] in street.said_to("moderator", street.press(message, "Full quality", "moderator"))


def test_sixty_megabytes_go_into_a_place_that_takes_fifty(street: Street, tmp_path: Path) -> None:
    street.post("/sandbox/settings", {"upload_limit_bytes": 50 * MEGABYTE})
    message, clip = posted(street, "a large clip there", tmp_path)
    assert 10 * MEGABYTE < clip.size_bytes <= 50 * MEGABYTE
    assert clip.width * clip.height == pytest.approx(1920 * 1080, rel=0.05)
    assert "Full quality" in labels(message)[1]


def test_a_clip_that_fits_goes_as_it_is(street: Street, tmp_path: Path) -> None:
    street.wan(result_bytes=None)
    message, clip = posted(street, "a small clip", tmp_path)
    assert "Full quality" not in labels(message)[1]
    [task] = street.tasks("a small clip")
    assert len(street.http.get(task["result_url"]).content) == clip.size_bytes


def test_a_refused_upload_teaches_the_limit(street: Street, tmp_path: Path) -> None:
    street.wan(result_bytes=9 * MEGABYTE)
    street.post("/sandbox/settings", {"max_request_bytes": 8 * MEGABYTE + 100_000})
    start = place_in_record(street)
    _, clip = posted(street, "larger than it takes", tmp_path, "720P")
    assert clip.size_bytes <= 8 * MEGABYTE
    assert [one["status"] for one in requests(street, "POST", POSTS, start) if one["status"] == 413] == [413]
    start = place_in_record(street)
    _, clip = posted(street, "with what was learnt", tmp_path, "720P")
    assert clip.size_bytes <= 8 * MEGABYTE
    assert 413 not in [one["status"] for one in requests(street, "POST", POSTS, start)]
