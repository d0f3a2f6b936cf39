"""A full disk, while the database is written and while a clip is fetched: nothing is lost, and it goes on by itself."""

import resource
from collections.abc import Iterator

import pytest

from tests.acceptance.small_disk import SmallDisk, can_mount, sandbox_on_a_small_disk
from tests.acceptance.street import Street

PRICE = 10
MEGABYTE = 1_000_000
FULL = "trying again: database or disk is full"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallDisk]:
    """A running sandbox over a disk of 16 MB."""
    if not can_mount():
        pytest.skip("no disk can be mounted here without being root: see the tests with a limit on the size of files")
    with sandbox_on_a_small_disk(tmp_path_factory.mktemp("small"), 16) as running:
        yield running


@pytest.fixture
def disk(small: SmallDisk) -> SmallDisk:
    """The disk with room on it, and the sandbox reset."""
    small.empty()
    small.street.reset()
    return small


def order(street: Street, prompt: str) -> str:
    return street.animate(prompt=prompt)


def times_in_the_log(street: Street, text: str) -> int:
    return street.http.get("/sandbox/bot/log").text.count(text)


def ends_in_one_clip_each(street: Street, prompts: list[str], before: int) -> None:
    for prompt in prompts:
        street.clip(prompt)
        assert len(street.clips(prompt)) == 1
        assert [task["times_created"] for task in street.tasks(prompt)] == [1]
    assert street.credits_left() == before - PRICE * len(prompts)


def test_orders_wait_and_are_refused_until_there_is_room(disk: SmallDisk) -> None:
    street, before = disk.street, disk.street.credits_left()
    street.wan(hold=True)
    order(street, "made on a full disk")
    street.until(lambda: any(task["queries"] for task in street.tasks("made on a full disk")), "a look")
    street.fault("wan", "POST", "image-to-video", times=None, status=429, body={"message": "busy"})
    status = street.answer(order(street, "waits for room"))
    street.until(lambda: "busy" in street.text(status["id"]), "the wait")

    disk.fill()
    street.clear_faults()
    refused = order(street, "refused for want of room")
    assert "nothing was started or charged" in street.reply("member", refused)["content"]
    said = times_in_the_log(street, FULL)
    street.wan(hold=False)
    street.until(lambda: times_in_the_log(street, FULL) > said, "a try to write")
    assert street.clips("made on a full disk") == []
    assert street.tasks("waits for room") == []  # what could not be written down was not ordered

    disk.empty()
    ends_in_one_clip_each(street, ["made on a full disk", "waits for room"], before)
    assert street.tasks("refused for want of room") == []


def test_a_clip_that_has_no_room_is_fetched_when_there_is(disk: SmallDisk) -> None:
    street, before = disk.street, disk.street.credits_left()
    street.wan(hold=True, result_bytes=3 * MEGABYTE)
    order(street, "fetched on a full disk")
    street.until(lambda: street.tasks("fetched on a full disk"), "the task")
    disk.fill(leave_bytes=MEGABYTE)
    street.wan(hold=False, result_bytes=None)
    street.until(lambda: times_in_the_log(street, "could not be delivered yet"), "a try to fetch")
    assert street.credits_left() == before - PRICE  # the database still has room
    disk.empty()
    ends_in_one_clip_each(street, ["fetched on a full disk"], before)
    street.until(lambda: not list((disk.folder / "clips").iterdir()), "the end of the files")


def test_a_bot_that_dies_on_a_full_disk_carries_on_when_there_is_room(disk: SmallDisk) -> None:
    street, before = disk.street, disk.street.credits_left()
    street.wan(hold=True)
    order(street, "died on a full disk")
    street.until(lambda: any(task["queries"] for task in street.tasks("died on a full disk")), "a look")
    disk.fill()
    said = times_in_the_log(street, FULL)
    street.wan(hold=False)
    street.until(lambda: times_in_the_log(street, FULL) > said, "a try to write")
    street.kill_bot()
    disk.empty()
    street.start_bot()
    ends_in_one_clip_each(street, ["died on a full disk"], before)


def test_files_that_cannot_grow_lose_nothing(street: Street) -> None:
    before = street.credits_left()
    street.wan(hold=True)
    order(street, "files that cannot grow")
    street.until(lambda: any(task["queries"] for task in street.tasks("files that cannot grow")), "a look")
    pid = street.get("/sandbox/bot")["pid"]
    unlimited = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, unlimited[1]))  # not even its log can be written
    refused = order(street, "refused, no file can grow")
    assert "nothing was started or charged" in street.reply("member", refused)["content"]
    street.wan(hold=False)
    street.until(lambda: street.tasks("files that cannot grow")[0]["finished_at"], "the end of the task")
    assert street.clips("files that cannot grow") == []
    resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
    ends_in_one_clip_each(street, ["files that cannot grow"], before)
    assert street.tasks("refused, no file can grow") == []
