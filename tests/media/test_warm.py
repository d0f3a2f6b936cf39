"""The warm decoder: a fresh one's answers, limits and ignorance of secrets; and nobody suffers from another's end."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from media import apart
from media.first_frame import DamagedImage, prepare
from media.warm import Warm
from tests.media import pictures
from tests.media.pictures import photo, saved

PICTURE = saved(photo(400, 400), "JPEG")

proc_only = pytest.mark.skipif(
    not Path(f"/proc/self/task/{os.getpid()}/children").exists(), reason="the system does not tell of children"
)


def children(pid: int) -> list[int]:
    """Those that have not ended, whichever thread has begun them."""
    found: list[int] = []
    for each in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has ended meanwhile
            found += [int(child) for child in each.read_text().split() if _lives(int(child))]
    return found


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def templates() -> list[int]:
    """The processes that decoders are forked from."""
    return [pid for pid in children(os.getpid()) if b"media.warm" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def limits(pid: int) -> dict[str, str]:
    """The soft limit of each kind, as the system tells it."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    return {line[:26].strip(): line[26:].split()[0] for line in lines[1:]}


@contextmanager
def at_work(decoder: Warm, folder: Path) -> Iterator[tuple[int, "Future[object]"]]:
    """A decoder that waits for a file whose bytes never come, and its answer."""
    os.mkfifo(folder / "film.mp4")
    with ThreadPoolExecutor(1) as pool:
        answer: Future[object] = pool.submit(decoder.run, os.fsencode(folder / "film.mp4"))
        while not (found := [child for one in templates() for child in children(one)]):
            assert not answer.done()
        try:
            yield found[0], answer
        finally:
            with suppress(ProcessLookupError):
                os.kill(found[0], signal.SIGKILL)


def test_its_pictures_are_those_of_a_fresh_decoder() -> None:
    decoder = Warm("picture")
    for data in (PICTURE, saved(photo(), "PNG"), saved(photo(), "WEBP"), pictures.heic(photo())):
        assert prepare(data, decoder.run) == prepare(data)


def test_an_error_of_the_picture_is_told_as_such() -> None:
    decoder = Warm("picture")
    for _ in range(2):
        with pytest.raises(DamagedImage, match="pixels"):
            prepare(PICTURE[: len(PICTURE) // 2], decoder.run)


def test_a_decoder_that_crashes_is_told_as_giving_up_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    decoder = Warm("chart")
    with pytest.raises(apart.GaveUp, match="JSONDecodeError"):
        decoder.run(b"no sheet")
    assert "the process for a chart gave up: JSONDecodeError" in caplog.text


@proc_only
def test_several_threads_share_one_process_to_fork_from_which_ends_with_its_owner() -> None:
    before, decoder = templates(), Warm("picture")
    with ThreadPoolExecutor(4) as pool:
        frames = list(pool.map(prepare, [PICTURE] * 8, [decoder.run] * 8))
    assert len({frame.sha256 for frame in frames}) == 1
    assert len(templates()) == len(before) + 1
    del decoder
    assert templates() == before


@proc_only
def test_each_has_the_limits_of_a_fresh_one_and_none_of_the_bots_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTFRAME_DISCORD_TOKEN", "made up")
    decoder = Warm("last frame")
    expected = {"Max data size": str(apart.MAX_MEMORY_BYTES), "Max cpu time": str(apart.MAX_CPU_SECONDS)}
    with at_work(decoder, tmp_path) as (child, answer):
        while {name: limits(child)[name] for name in expected} != expected:  # it sets one after the other as it begins
            assert not answer.done()
        assert b"made up" not in Path(f"/proc/{child}/environ").read_bytes()


@proc_only
def test_a_decoder_that_is_killed_ends_alone(tmp_path: Path) -> None:
    decoder = Warm("last frame")
    with at_work(decoder, tmp_path) as (child, answer):
        before = templates()
        os.kill(child, signal.SIGKILL)
        with pytest.raises(apart.GaveUp, match="killed"):
            answer.result(10)
        assert templates() == before


@proc_only
def test_where_the_process_to_fork_from_has_died_another_one_is_started() -> None:
    before, decoder = templates(), Warm("picture")
    prepare(PICTURE, decoder.run)
    [first] = set(templates()) - set(before)
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
    assert prepare(PICTURE, decoder.run).jpeg
    assert first not in templates()
