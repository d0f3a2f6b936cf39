"""What tasks of each kind are expected to take, learned from those that finished."""

from collections import deque

from engine.polling import LEARN_FROM, Expectation, Need, learn
from storage import JobStore


class Expectations:
    """Read from the database once a kind; from then on each task that finishes adds to it."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._durations: dict[str, deque[float]] = {}
        self._learned: dict[str, Need] = {}

    async def of(self, kind: str) -> Expectation:
        """What a task of this kind is expected to take."""
        return (await self.need(kind)).expected

    async def need(self, kind: str) -> Need:
        """How much a task of this kind needs to be looked at, by its age."""
        if kind not in self._durations:
            latest = await self._store.durations(kind, LEARN_FROM)
            self._durations[kind] = deque(reversed(latest), LEARN_FROM)
        if kind not in self._learned:
            self._learned[kind] = Need.of(learn(self._durations[kind]))
        return self._learned[kind]

    def add(self, kind: str, took_seconds: float) -> None:
        """One more task of this kind has finished, and the database knows."""
        if kind in self._durations:
            self._durations[kind].append(took_seconds)
            self._learned.pop(kind, None)
