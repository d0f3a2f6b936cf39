"""What a process that was ended has left running; its children are known by the folder for temporary files."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE_SECONDS = 60


@contextmanager
def begun(module: str, folder: Path, awaited: str, count: int = 1) -> Iterator["subprocess.Popen[bytes]"]:
    """A module that runs as the first of a group, from when so many files of this name are in its temporary folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        env={**os.environ, "TMPDIR": str(folder)},
        start_new_session=True,
        preexec_fn=_heed_signals,
    )
    try:
        until_said(process, folder, "", awaited, count)
        yield process
    finally:
        for pid in _marked(folder):  # none where it has ended as it should
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def _heed_signals() -> None:
    """As from a terminal: under nohup, or in the background of a shell, they would be ignored."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def until_said(process: "subprocess.Popen[bytes]", folder: Path, words: str, where: str, count: int = 1) -> None:
    """Wait until so many files of this name hold these words, or anything at all."""
    end = time.monotonic() + PATIENCE_SECONDS
    while sum(words in (text := file.read_text()) and bool(text) for file in folder.rglob(where)) < count:
        assert process.poll() is None, "it has ended by itself"
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.05)  # another process is at work: its time cannot be passed in


def left_over(folder: Path) -> list[str]:
    """Which processes still have this folder for their temporary files, and which files are in it."""
    running = [_read(Path(f"/proc/{pid}/cmdline")).replace(b"\0", b" ").decode() for pid in _marked(folder)]
    # multiprocessing's own helper ends by itself a moment after the last that it helps. One without a command line has
    # ended between the two looks at it.
    return [*(one for one in running if one and "resource_tracker" not in one), *map(str, folder.iterdir())]


def _marked(folder: Path) -> list[int]:
    mark = f"TMPDIR={folder}".encode()
    return [int(one.parent.name) for one in Path("/proc").glob("[0-9]*/environ") if mark in _read(one).split(b"\0")]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""
