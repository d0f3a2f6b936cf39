"""Clears away once a day what has been kept long enough."""

import logging
from datetime import timedelta

from engine.clock import Clock
from engine.worker import Worker
from storage import PrivacyStore

log = logging.getLogger(__name__)

ROUND_SECONDS = 24 * 3600.0


class Janitor(Worker):
    """Makes a round at the start and then daily: first frames and soundtracks, and what outlasted those who left."""

    name = "janitor"

    def __init__(self, store: PrivacyStore, clock: Clock, *, keep_days: float) -> None:
        super().__init__(clock)
        self._store = store
        self._keep = timedelta(days=keep_days)

    async def step(self) -> float | None:
        """Make a round."""
        now = self.clock.now()
        pruned = await self._store.prune(now - self._keep)
        if pruned:
            log.info("%d first frames and soundtracks were kept long enough and are gone", pruned)
        await self._store.settle_forgotten(now)
        return ROUND_SECONDS
