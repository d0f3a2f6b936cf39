"""What happens in the sandbox, told live to whoever looks at a page."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

Event = dict[str, Any]

# A page that stopped reading must not fill the memory; it loses the oldest events and reloads its lists anyway.
MAX_WAITING_EVENTS = 5_000


class Hub:
    """Hands each event to every subscriber who may see it."""

    def __init__(self) -> None:
        self._subscribers: dict[asyncio.Queue[Event], str] = {}

    def publish(self, event: Event, *, only: Collection[str] | None = None) -> None:
        """Give `event` to all subscribers, or to those of the users in `only`. Needs no running reader."""
        for queue, user_id in self._subscribers.items():
            if only is not None and user_id not in only:
                continue
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(event)

    @contextmanager
    def subscribe(self, user_id: str) -> Iterator[asyncio.Queue[Event]]:
        """Events from now on, as this user may see them, until the block is left."""
        queue: asyncio.Queue[Event] = asyncio.Queue(MAX_WAITING_EVENTS)
        self._subscribers[queue] = user_id
        try:
            yield queue
        finally:
            del self._subscribers[queue]
