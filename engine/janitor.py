"""Clears away once a day what has been kept long enough."""

import logging
from datetime import datetime, timedelta

from engine.clock import Clock
from engine.worker import Worker
from storage import PrivacyStore

log = logging.getLogger(__name__)

ROUND_SECONDS = 24 * 3600.0

LEAP = timedelta(hours=1)
"""A clock that has gained more than this in a day was set: nothing is thrown away for it before another day."""


class Janitor(Worker):
    """Makes a round at the start and then daily: first frames and soundtracks, and what outlasted those who left."""

    name = "janitor"

    def __init__(self, store: PrivacyStore, clock: Clock, *, keep_days: float) -> None:
        super().__init__(clock)
        self._store = store
        self._keep = timedelta(days=keep_days)
        self._last: tuple[datetime, float] | None = None

    async def step(self) -> float | None:
        """Make a round."""
        now = self.clock.now()
        if self._leapt(now):
            log.warning("the clock was set ahead since yesterday: what is kept stays for another day")
            return ROUND_SECONDS
        pruned = await self._store.prune(now - self._keep)
        if pruned:
            log.info("%d first frames and soundtracks were kept long enough and are gone", pruned)
        await self._store.settle_forgotten(now)
        return ROUND_SECONDS

    def _leapt(self, now: datetime) -> bool:
        """Whether the clock has gone further than the time since the last look at it."""
        steady = self.clock.steady_seconds()
        before, self._last = self._last, (now, steady)
        return before is not None and now - before[0] - timedelta(seconds=steady - before[1]) > LEAP
