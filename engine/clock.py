"""The time, passed in, so that a test can hold it."""

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the engine asks of time."""

    def now(self) -> datetime:
        """The present, aware, in UTC: for what is written down or shown. Whoever sets the clock can make it jump."""
        ...

    def steady_seconds(self) -> float:
        """A count that only grows, and only by what passes: for waits and deadlines. A start begins another."""
        ...

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        """Return once the event is set or the seconds have passed; None waits for the event alone."""
        ...


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        return datetime.now(UTC)

    def steady_seconds(self) -> float:
        """The seconds of a clock that nobody can set."""
        return time.monotonic()

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        """Return once the event is set or the seconds have passed; None waits for the event alone."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await wake.wait()
