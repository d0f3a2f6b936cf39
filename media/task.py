"""The other side of the worker: one encoding, within bounds, that does not outlive whoever asked for it."""

import errno
import json
import os
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import av

from media import apart
from media.clip import NotAClip
from media.encoder import CannotEncode

MAX_MEMORY_BYTES = 1024 * 1024 * 1024
"""What the process may set aside, its threads' stacks included. With six cores a clip of 1080p needs three quarters."""

_NICENESS = 10
_SECONDS_TO_BEGIN = 60
_TASKS = {"shrink": "media.shrinking", "join": "media.joining"}

_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""That passes, and says nothing about the clip."""


def _main(task: str, order: dict[str, Any]) -> None:
    apart.limit(MAX_MEMORY_BYTES, niceness=_NICENESS)
    signal.alarm(_SECONDS_TO_BEGIN)
    threading.Thread(target=_end_with_the_bot, args=(Path(order["part"]),), daemon=True).start()
    json.dump(_answer(task, order), sys.stdout)


def _end_with_the_bot(part: Path) -> None:
    os.read(sys.stdin.fileno(), 1)  # nothing ever comes: this returns when the other end is closed
    part.unlink(missing_ok=True)
    os._exit(1)


def _answer(task: str, order: dict[str, Any]) -> dict[str, Any]:
    try:
        made: dict[str, Any] = import_module(_TASKS[task]).make(order)
    except CannotEncode as error:
        return {"cannot": str(error)}
    except (NotAClip, av.FFmpegError, OSError, ValueError) as error:
        full = getattr(error, "errno", None) in _DISK_IS_FULL
        return {"disk_is_full": True} if full else {"cannot": f"{type(error).__name__}: {error}"}
    return made


if __name__ == "__main__":
    _main(sys.argv[1], json.loads(sys.argv[2]))
