"""Ids as Discord makes them: milliseconds since 2015 with a counter, so that they sort by time."""

from __future__ import annotations

from datetime import UTC, datetime

from sandbox.clock import Clock

DISCORD_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
COUNTER_BITS = 22


class Snowflakes:
    """Gives ids that rise, also where the clock stands still."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> str:
        milliseconds = int((self._clock.now() - DISCORD_EPOCH).total_seconds() * 1000)
        self._last = max(milliseconds << COUNTER_BITS, self._last + 1)
        return str(self._last)
