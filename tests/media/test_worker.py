"""The process that encodes: it steps back, keeps within its bounds, and ends with whoever wanted it."""

import errno
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from media.encoder import limit_time
from media.joint import CannotJoin, join
from media.shrink import CannotShrink, shrink
from tests.media import films

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")

LIMIT_BYTES = 1_000_000


@pytest.fixture(scope="module")
def sand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip that takes a while."""
    return films.film(tmp_path_factory.mktemp("films") / "sand.mp4", films.drifting_noise(1280, 720, 60))


class AtWork:
    """Does something to the process once, when there is one, or when it has begun to write."""

    def __init__(self, deed: Callable[[int], None], part: Path | None = None) -> None:
        self._deed = deed
        self._part = part
        self.process: int | None = None

    def __call__(self) -> bool:
        may_begin = self.process is None and (self._part is None or self._part.exists())
        # It may be too young to be known by its command yet.
        if may_begin and (found := children_of(os.getpid())):
            (self.process,) = found
            self._deed(self.process)
        return False


def test_the_bots_own_process_has_next_to_nothing_to_do(sand: Path, tmp_path: Path) -> None:
    here, there = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    shrink(sand, tmp_path / "small.mp4", LIMIT_BYTES)
    assert time.process_time() - here < 0.2 < resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - there


def test_the_process_steps_back_and_knows_no_secret(
    sand: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTFRAME_DISCORD_TOKEN", "made up")
    environment, bounds = b"", (0, 0)

    def look(process: int) -> None:
        nonlocal environment, bounds
        environment = Path(f"/proc/{process}/environ").read_bytes()
        niceness = os.getpriority(os.PRIO_PROCESS, process) - os.getpriority(os.PRIO_PROCESS, 0)
        bounds = niceness, resource.prlimit(process, resource.RLIMIT_DATA)[0]

    shrink(sand, tmp_path / "small.mp4", LIMIT_BYTES, should_stop=AtWork(look, tmp_path / "small.mp4.part"))
    assert b"PATH=" in environment
    assert b"FIRSTFRAME" not in environment
    assert bounds == (10, 1024**3)


@pytest.mark.parametrize("when", ["it starts", "it writes"])
def test_told_to_stop_it_is_gone_at_once(sand: Path, tmp_path: Path, when: str) -> None:
    part, asked_at = tmp_path / "small.mp4.part", []

    def should_stop() -> bool:
        if when == "it starts" or part.exists():
            asked_at.append(time.monotonic())
        return bool(asked_at)

    with pytest.raises(CannotShrink, match="told to stop"):
        shrink(sand, tmp_path / "small.mp4", LIMIT_BYTES, should_stop=should_stop)
    assert time.monotonic() - asked_at[0] < 0.5
    assert list(tmp_path.iterdir()) == []
    assert children_of(os.getpid()) == []


def test_joining_stops_as_well(sand: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotJoin, match="told to stop"):
        join(sand, sand, tmp_path / "both.mp4", should_stop=lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_is_killed_is_told_and_logged(
    sand: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kill = AtWork(lambda process: os.kill(process, signal.SIGKILL), tmp_path / "small.mp4.part")
    with pytest.raises(CannotShrink, match="died: exit -9"):
        shrink(sand, tmp_path / "small.mp4", LIMIT_BYTES, should_stop=kill)
    assert "the process to shrink a clip died: exit -9" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_runs_out_of_memory_is_told_and_logged(
    sand: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    starve = AtWork(lambda process: bound(process, resource.RLIMIT_DATA, 40 * 1024 * 1024))
    with pytest.raises(CannotShrink):
        shrink(sand, tmp_path / "small.mp4", LIMIT_BYTES, should_stop=starve)
    assert "shrink a clip" in caplog.text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("room_bytes", [0, 100_000])
def test_a_full_disk_is_told_as_such(sand: Path, tmp_path: Path, room_bytes: int) -> None:
    fill = AtWork(lambda process: bound(process, resource.RLIMIT_FSIZE, room_bytes))
    with pytest.raises(OSError, match="full") as raised:
        shrink(sand, tmp_path / "small.mp4", LIMIT_BYTES, should_stop=fill)
    assert raised.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


_BOT = """
import sys
from pathlib import Path
from media.shrink import shrink
source, to = map(Path, sys.argv[1:])
part = to.with_name(to.name + ".part")
shrink(source, to, 1_000_000, should_stop=lambda: part.exists() and print("writes", flush=True))
"""


def test_the_process_ends_when_the_bot_is_killed(sand: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", _BOT, str(sand), str(tmp_path / "small.mp4")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as bot:
        assert bot.stdout is not None
        assert bot.stdout.readline() == b"writes\n"
        (process,) = children_of(bot.pid)
        handle = os.pidfd_open(process)
        bot.kill()
    try:
        gone, _, _ = select.select([handle], [], [], 2)
        assert gone
    finally:
        os.close(handle)
    assert list(tmp_path.iterdir()) == []


def test_the_time_it_gets_goes_by_the_clip_and_has_an_end() -> None:
    def seconds_for(clip_seconds: float) -> int:
        limit_time(clip_seconds)
        return signal.alarm(0)

    assert 60 <= seconds_for(0) < seconds_for(5) < seconds_for(15) < 600
    assert seconds_for(1e12) == 1500


def bound(process: int, kind: int, most: int) -> None:
    resource.prlimit(process, kind, (most, most))


def children_of(parent: int) -> list[int]:
    """Processes that work on clips and are not over yet; other tests may have left others."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, its_parent = stat.read_text().rpartition(")")[2].split()[:2]
            works_on_clips = b"media.task" in (stat.parent / "cmdline").read_bytes()
        except OSError:
            continue  # it ended meanwhile
        if works_on_clips and int(its_parent) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found
