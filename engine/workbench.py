"""Where clips are encoded: one at a time, since it takes every core it can get, and not beyond the bot's end."""

import asyncio
import threading
from typing import Protocol

from media.joint import CannotJoin
from media.shrink import CannotShrink


class Stopped(Exception):
    """The bot is stopping: nothing is known of the clip, and the next start takes it up."""


class Work(Protocol):
    """An encoding: what it needs is bound to it already."""

    def __call__(self, *, should_stop: "Stop") -> object:
        """Encode; blocks."""
        ...


class Stop(Protocol):
    """Says whether to stop."""

    def __call__(self) -> bool:
        """Whether to stop."""
        ...


class Workbench:
    """Takes the encodings in turn."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(1)
        self._stop = threading.Event()

    def stop(self) -> None:
        """Give up what is being encoded, and all that waits."""
        self._stop.set()

    async def encode(self, work: Work) -> None:
        """Encode once the turn has come. Raises Stopped, or what the work raises."""
        async with self._turn:
            try:
                await asyncio.to_thread(work, should_stop=self._stop.is_set)
            except (CannotJoin, CannotShrink) as error:
                if self._stop.is_set():
                    raise Stopped from error
                raise
