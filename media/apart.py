"""Runs a decoder apart, in a process of its own: with limits from the system, no secrets, and free to crash.

Headers are checked before anything is decoded, but they do not bound everything: a table of contents may claim billions
of entries, notes may name the same bytes a thousand times, and the decoders are large programs in C. So is the plotting
library, which needs less than they do, and would otherwise stay in the bot's memory for good.
"""

import json
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

MAX_MEMORY_BYTES = 512 * 1024 * 1024
"""What the process may set aside, its interpreter included. Honest files of the permitted size need about half."""

MAX_CPU_SECONDS = 10
MAX_WALL_SECONDS = 60

TASKS = {
    "sound": ("media.sound", "make"),
    "picture": ("media.picture", "make"),
    "chart": ("media.plotting.page", "make"),
    "last frame": ("media.last_frame", "make"),
}

_ERRORS = ("media.errors", "media.sound_errors", "media.clip")
"""Modules whose errors are the tasks' own answers: they are raised again on this side."""

_KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME")
ROOT = Path(__file__).parent.parent
_NOTHING_MORE: Mapping[str, str] = MappingProxyType({})

log = logging.getLogger(__name__)


class GaveUp(Exception):
    """The process crashed, ran into a limit, or took too long."""


def run(task: str, data: bytes, more: Mapping[str, str] = _NOTHING_MORE) -> tuple[dict[str, Any], bytes]:
    """Facts and bytes that the task makes of `data`; takes a tenth of a second more than the task.

    `more` is put into its environment. Raises GaveUp, and whatever the task raises of its own.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-m", "media.apart", task],
            input=data,
            capture_output=True,
            cwd=ROOT,
            env={**environment(), **more},
            timeout=MAX_WALL_SECONDS,
            # Of its own, since Linux may share the cores among sessions first: its work is not taken off the bot's.
            # And a Ctrl+C for the bot is none for a picture that is being looked at.
            start_new_session=True,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise _gave_up(task, error) from error
    facts, _, made = done.stdout.partition(b"\n")
    return answer(json.loads(facts)), made


def _gave_up(task: str, error: subprocess.SubprocessError) -> GaveUp:
    """Logged too: it may be the file's fault, or an installation that lacks something."""
    last = (getattr(error, "stderr", None) or b"").strip().rpartition(b"\n")[2]
    reason = f"exit {error.returncode}" if isinstance(error, subprocess.CalledProcessError) else type(error).__name__
    log.warning("the process for a %s gave up: %s %r", task, reason, last[:200])
    return GaveUp(reason)


def answer(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts; raises the task's own error where that is what they tell."""
    if "error" in facts and facts["module"] in _ERRORS:
        kind = getattr(import_module(facts["module"]), facts["error"])
        raise kind(**facts["facts"]) if facts["facts"] else kind(facts["reason"])
    return facts


def _told(error: Exception) -> dict[str, Any]:
    kind = type(error)
    return {"module": kind.__module__, "error": kind.__name__, "reason": str(error), "facts": vars(error)}


def environment() -> dict[str, str]:
    """What the process finds in its environment: enough to start Python, and none of the bot's settings."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    # One heap for all threads: each would reserve its own. And Pillow may put a picture where the last one was, which
    # spares the system thousands of fresh pages; a block has 16 MB. Where glibc can, it asks for large pages.
    heap = {"MALLOC_ARENA_MAX": "1", "PILLOW_BLOCKS_MAX": "2", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
    return {**kept, **heap}


def limit(memory_bytes: int, cpu_seconds: int | None = None, *, niceness: int = 5) -> None:
    """Bounds for this very process. Linux counts every writable page set aside; elsewhere memory may be looser."""
    os.nice(niceness)
    for kind, most in ((resource.RLIMIT_DATA, memory_bytes), (resource.RLIMIT_CPU, cpu_seconds)):
        _, hard = resource.getrlimit(kind)
        if most is not None:
            bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(task: str, size_bytes: int = -1) -> None:
    """In the process that is apart: the task within its limits, from the standard input to the standard output.

    `size_bytes` is how much comes in, if that is known: then memory for it is set aside once.
    """
    limit(MAX_MEMORY_BYTES, MAX_CPU_SECONDS)
    module, function = TASKS[task]
    try:
        facts, made = getattr(import_module(module), function)(sys.stdin.buffer.read(size_bytes))
    except Exception as error:  # the task's own answer if it is one of its errors, a crash otherwise
        if type(error).__module__ not in _ERRORS:
            raise
        facts, made = _told(error), b""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(sys.argv[1])
