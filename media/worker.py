"""Has a clip encoded in a process of its own: it steps back for the bot, keeps within bounds, and ends when it is told.

Encoders take every core for seconds, hundreds of megabytes, and now and then the lock that the bot's other threads wait
for. A process can also be ended in the middle of anything, and may die of a broken file without taking the bot along.
"""

import errno
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

from media import apart

MAX_SECONDS = 1800
"""Whatever the clip claims to be. The process sets itself a shorter time, by the clip's length."""

_LOOK_EVERY_SECONDS = 0.1
_ROOT = Path(__file__).parent.parent

log = logging.getLogger(__name__)


class NoResult(Exception):
    """The task says why it can't; or its process died, took too long, or was told to stop."""


def run(
    task: str, order: Mapping[str, Any], part: Path, should_stop: Callable[[], bool] | None = None
) -> dict[str, Any]:
    """Let the task write `part`, and return what it says of it. Blocks; asks `should_stop` ten times a second.

    Raises NoResult, or OSError where the disk is full or no process is to be had. Then there is no `part`.
    """
    try:
        with _started(task, json.dumps({**order, "part": str(part.absolute())})) as process:
            told, complaints = _waited(process, should_stop)
        return _answer(task, process.returncode, told, complaints)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def _started(task: str, order: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process, which is gone afterwards. Its input is a pipe that closes when the bot ends, however that ends."""
    its_end, our_end = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-m", "media.task", task, order],
            stdin=its_end,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=_ROOT,
            env=apart.environment(),
            # Of its own, since Linux may share the cores among sessions first: its work is not taken off the bot's.
            # And a Ctrl+C for the bot lets it say itself what is to stop.
            start_new_session=True,
        )
        with process:
            try:
                yield process
            finally:
                process.kill()
    finally:
        os.close(its_end)
        os.close(our_end)


def _waited(process: subprocess.Popen[bytes], should_stop: Callable[[], bool] | None) -> tuple[bytes, bytes]:
    last_moment = monotonic() + MAX_SECONDS
    while monotonic() < last_moment:
        if should_stop is not None and should_stop():
            raise NoResult("told to stop")
        try:
            return process.communicate(timeout=_LOOK_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    log.warning("an encoding did not end in %s s", MAX_SECONDS)
    raise NoResult("took too long")


def _answer(task: str, code: int, told: bytes, complaints: bytes) -> dict[str, Any]:
    """What the task said. Every failure is logged: it may be the clip's fault, or the machine's."""
    if code != 0:
        last = complaints.strip().rpartition(b"\n")[2]
        log.warning("the process to %s a clip died: exit %s %r", task, code, last[:200])
        raise NoResult(f"died: exit {code}")
    answer: dict[str, Any] = json.loads(told)
    if "cannot" in answer:
        log.warning("could not %s a clip: %s", task, answer["cannot"])
        raise NoResult(answer["cannot"])
    if "disk_is_full" in answer:
        raise OSError(errno.ENOSPC, "the disk is full")
    return answer
