"""Runs a task apart as `apart` does, but forked from a process that has loaded what the task needs already.

To load Pillow takes a fresh interpreter longer than most pictures take. Each picture has a process of its own all the
same, with the same limits, which ends with it and may crash: the one it is forked from never sees a byte of any.
"""

import gc
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from importlib import import_module
from typing import Any

from media import apart

_WHOLE = b"\n.whole"
"""Behind every answer: what ends without it was cut off."""

_SIZE_BYTES = 8

log = logging.getLogger(__name__)


class Warm:
    """Runs one kind of task, from any thread. Its process starts with the first, and ends with the bot."""

    def __init__(self, task: str) -> None:
        self._task = task
        self._lock = threading.Lock()
        self._template: _Template | None = None

    def run(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        """Facts and bytes that the task makes of `data`. Raises GaveUp, OSError, and whatever the task raises."""
        with self._forked(len(data)) as child:
            child.settimeout(apart.MAX_WALL_SECONDS + 1)  # it ends itself before that
            told = _told(child, data)
        facts, _, made = told.removesuffix(_WHOLE).partition(b"\n")
        if not told.endswith(_WHOLE):
            reason = "killed" if made else facts[:200].decode("ascii", "replace") or "killed"
            log.warning("the process for a %s gave up: %s", self._task, reason)
            raise apart.GaveUp(reason)
        return apart.answer(json.loads(facts)), made

    def _forked(self, size_bytes: int) -> socket.socket:
        """The line to a process that waits for so much data."""
        ours, its = socket.socketpair()
        with its:
            try:
                with self._lock:
                    self._running().fork(its, size_bytes)
            except BaseException:
                ours.close()
                raise
        return ours

    def _running(self) -> "_Template":
        if self._template is None or self._template.has_ended():
            self._template = _Template(self._task)
        return self._template


class _Template:
    """The process that others are forked from."""

    def __init__(self, task: str) -> None:
        self._line, its_end = socket.socketpair()
        with its_end:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
                [sys.executable, "-m", "media.warm", task],
                stdin=its_end.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=apart.ROOT,
                env=apart.environment(),
                # Of its own, since Linux may share the cores among sessions first: its work is not taken off the bot's.
                # And a Ctrl+C for the bot is none for a picture that is being looked at.
                start_new_session=True,
            )
        weakref.finalize(self, _end, self._line, self._process)

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def fork(self, line: socket.socket, size_bytes: int) -> None:
        """Have a process forked that serves this line, on which so much data comes."""
        socket.send_fds(self._line, [size_bytes.to_bytes(_SIZE_BYTES)], [line.fileno()])


def _end(line: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    line.close()  # which it takes as its end
    process.wait()


def _told(child: socket.socket, data: bytes) -> bytes:
    """What it answers; less than a whole answer where it has died."""
    with suppress(OSError):  # it may have died before it had read everything
        child.sendall(data)
        child.shutdown(socket.SHUT_WR)
    try:
        with child.makefile("rb") as answer:
            return answer.read()
    except OSError:
        return b""


def _serve(task: str) -> None:
    """Fork for each line that comes in, until the bot has ended."""
    import_module(apart.TASKS[task][0])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks what has become of them: the line tells
    gc.freeze()
    with socket.socket(fileno=os.dup(0)) as bot:
        while True:
            told, (*lines,), *_ = socket.recv_fds(bot, _SIZE_BYTES, 1)
            if not told:
                return
            if os.fork() == 0:
                bot.close()
                _work(task, int.from_bytes(told), *lines)
            for line in lines:
                os.close(line)


def _work(task: str, size_bytes: int, line: int) -> None:
    """In the forked process: the task, with the line as its input and output."""
    signal.alarm(apart.MAX_WALL_SECONDS)
    for standard in (0, 1):
        os.dup2(line, standard)
    os.close(line)
    try:
        apart.main(task, size_bytes)
        sys.stdout.buffer.write(_WHOLE)
        sys.stdout.buffer.flush()
        with socket.socket(fileno=0) as bot:  # which need not wait until the memory is given back
            bot.shutdown(socket.SHUT_WR)
    except BaseException as error:  # told to the bot, which takes it for no answer
        os.write(1, f"{type(error).__name__}: {error}".encode("ascii", "replace").replace(b"\n", b" "))
    finally:
        os._exit(0)


if __name__ == "__main__":
    _serve(sys.argv[1])
