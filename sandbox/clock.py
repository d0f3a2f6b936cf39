"""The sandbox's time: real time plus an offset, so that deadlines can be shown without waiting for them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Time that can be put forward, never back; those who sleep by it are woken when it is."""

    def __init__(self) -> None:
        self._offset_seconds = 0.0
        self._moved = asyncio.Event()

    @property
    def offset_seconds(self) -> float:
        return self._offset_seconds

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset_seconds)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; for measuring how much sandbox time went by."""
        return time.monotonic() + self._offset_seconds

    def advance(self, seconds: float) -> None:
        """Put the clock forward. Raises ValueError for a negative number."""
        if not seconds >= 0:
            raise ValueError("the clock only goes forward")
        self._offset_seconds += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def sleep(self, seconds: float) -> None:
        """Sleep in sandbox time: an advance of the clock shortens the wait."""
        end = self.monotonic() + seconds
        while (left := end - self.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)
