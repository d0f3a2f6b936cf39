"""What tasks of each kind are expected to take, learned from those that finished."""

from engine.polling import Expectation, learn
from storage import JobStore


class Expectations:
    """Learned once a kind, and again when one more task of it has finished."""

    def __init__(self, store: JobStore) -> None:
        self._store = store
        self._learned: dict[str, Expectation] = {}

    async def of(self, kind: str) -> Expectation:
        """What a task of this kind is expected to take."""
        if kind not in self._learned:
            self._learned[kind] = learn(await self._store.durations(kind))
        return self._learned[kind]

    def forget(self, kind: str) -> None:
        """One more task of this kind has finished."""
        self._learned.pop(kind, None)
