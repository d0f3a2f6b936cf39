"""Makes a clip small enough to be uploaded, in a process of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from media import worker


class CannotShrink(Exception):
    """Not even the smallest size fits, the source is no clip, its process died, or there was an order to stop."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What came out."""

    size_bytes: int
    width: int
    height: int


def shrink(source: Path, to: Path, limit_bytes: int, *, should_stop: Callable[[], bool] | None = None) -> Shrunk:
    """Re-encode `source` into `to` with at most `limit_bytes` bytes, as large as still looks good.

    Takes seconds of CPU on every core, though not in this process; `should_stop` is asked ten times a second. `to` is
    there whole or not at all. Raises CannotShrink, or OSError where the disk is full or no process is to be had.
    """
    part = to.with_name(to.name + ".part")
    order = {"source": str(source.absolute()), "limit_bytes": limit_bytes}
    try:
        made = worker.run("shrink", order, part, should_stop)
    except worker.NoResult as error:
        raise CannotShrink(str(error)) from error
    size_bytes = part.stat().st_size
    part.replace(to)
    return Shrunk(size_bytes, made["width"], made["height"])
