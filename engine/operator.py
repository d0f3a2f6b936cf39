"""Tells the operator what only they can mend: in the log each time, to themselves at most once an hour a matter."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Protocol

from engine.clock import Clock
from storage import Meta

log = logging.getLogger(__name__)

QUIET = timedelta(hours=1)


class Operator(Protocol):
    """Whoever runs the bot, as they can be reached."""

    async def tell(self, text: str) -> bool:
        """Tell them; whether it reached them."""
        ...


class Bell:
    """Rings for the operator; when it last rang is kept, so that a bot that restarts does not ring each time."""

    def __init__(self, operator: Operator, meta: Meta, clock: Clock) -> None:
        self._operator = operator
        self._meta = meta
        self._clock = clock
        self._turn = asyncio.Lock()

    async def ring(self, matter: str, text: str) -> None:
        """Tell the operator, unless this matter was told within the hour."""
        log.error("for the operator: %s", text)
        async with self._turn:  # several orders may be refused at once
            await self._ring(matter, text)

    async def _ring(self, matter: str, text: str) -> None:
        now, key = self._clock.now(), f"told the operator: {matter}"
        last = await self._meta.get(key)
        if last and timedelta() <= now - datetime.fromisoformat(last) < QUIET:  # in the future: a clock was wrong
            return
        if await self._operator.tell(text):
            await self._meta.set(key, now.isoformat())
