"""Joins two clips into one, in a process of its own."""

from collections.abc import Callable
from pathlib import Path

from media import worker


class CannotJoin(Exception):
    """One of the two is no clip, their process died, or there was an order to stop."""


def join(first: Path, second: Path, to: Path, *, should_stop: Callable[[], bool] | None = None) -> None:
    """Make `to` of the first clip and, where that ends, the second: an MP4 of the first's size, with the sound of both.

    A picture that ends the first and begins the second shows once. Where the two were made alike, their pictures are
    copied bit by bit, which takes a second; else they are encoded anew, and the second's scaled to the first's size.
    Blocks; `should_stop` is asked ten times a second. `to` is there whole or not at all. Raises CannotJoin, or OSError
    where the disk is full or no process is to be had.
    """
    part = to.with_name(to.name + ".part")
    try:
        worker.run("join", {"first": str(first.absolute()), "second": str(second.absolute())}, part, should_stop)
    except worker.NoResult as error:
        raise CannotJoin(str(error)) from error
    part.replace(to)
