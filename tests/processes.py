"""What a process that was ended has left running; its children are known by the folder for temporary files."""

import os
import subprocess
import sys
import time
from pathlib import Path

PATIENCE_SECONDS = 60


def begun(module: str, folder: Path, awaited: str, count: int = 1) -> "subprocess.Popen[bytes]":
    """Run a module as the first of a group until so many files of this name are in its folder for temporary files."""
    environment = {**os.environ, "TMPDIR": str(folder)}
    process = subprocess.Popen([sys.executable, "-m", module], env=environment, start_new_session=True)
    until_said(process, folder, "", awaited, count)
    return process


def until_said(process: "subprocess.Popen[bytes]", folder: Path, words: str, where: str, count: int = 1) -> None:
    """Wait until so many files of this name hold these words, or anything at all."""
    end = time.monotonic() + PATIENCE_SECONDS
    while sum(words in (text := file.read_text()) and bool(text) for file in folder.rglob(where)) < count:
        assert process.poll() is None, "it has ended by itself"
        assert time.monotonic() < end, "it did not come so far"
        time.sleep(0.05)  # another process is at work: its time cannot be passed in


def left_over(folder: Path) -> list[str]:
    """Which processes still have this folder for their temporary files, and which files are in it."""
    mark = f"TMPDIR={folder}".encode()
    marked = [one.parent for one in Path("/proc").glob("[0-9]*/environ") if mark in _read(one).split(b"\0")]
    running = [_read(one / "cmdline").replace(b"\0", b" ").decode() for one in marked]
    # multiprocessing's own helper ends by itself a moment after the last that it helps.
    return [*(one for one in running if "resource_tracker" not in one), *map(str, folder.iterdir())]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""
