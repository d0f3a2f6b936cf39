"""What is known of orders that were surely not taken: whom it concerns, since when, and when to try again."""

from collections.abc import Iterable

from client import Busy, NotSent
from engine.worker import rest_seconds
from storage import Failure


class Trouble:
    """Begins with an order that was surely not taken, and is over with the next one that was answered.

    Its moments are the clock's steady seconds.
    """

    def __init__(self, since: float) -> None:
        self.since = since
        self.failure = Failure.PROVIDER_UNREACHABLE
        self._failures = 0
        self._rest_until = since

    def note(self, error: NotSent, now: float) -> None:
        """One more order was not taken. Several that failed side by side count as one, with the longest rest."""
        self.failure = Failure.PROVIDER_BUSY if isinstance(error, Busy) else Failure.PROVIDER_UNREACHABLE
        rest = (error.retry_after_seconds or 0) if isinstance(error, Busy) else 0
        if self.rest_seconds(now) == 0:
            self._failures += 1
            rest = max(rest, rest_seconds(self._failures))
        self._rest_until = max(self._rest_until, now + rest)

    def rest_seconds(self, now: float) -> float:
        """How long not to try again."""
        return max(0.0, self._rest_until - now)


class Troubles:
    """Troubles by what they are about: the whole service, one model, the file store, or a single order.

    An order is held back by those that concern it and by no others: one that cannot be sent must not stop the rest.
    """

    def __init__(self) -> None:
        self._by_key: dict[str, Trouble] = {}

    def note(self, key: str, error: NotSent, now: float) -> None:
        """An order was not taken, for a reason that concerns all with this key."""
        self._by_key.setdefault(key, Trouble(now)).note(error, now)

    def over(self, keys: Iterable[str]) -> None:
        """Whatever these are about works again."""
        for key in keys:
            self._by_key.pop(key, None)

    def keep_only(self, keys: set[str], now: float) -> None:
        """Forget what concerns no order any more; but not before its rest is over, which the next order has to keep."""
        resting = {key for key, trouble in self._by_key.items() if trouble.rest_seconds(now) > 0}
        self.over(self._by_key.keys() - keys - resting)

    def concerning(self, keys: Iterable[str]) -> list[Trouble]:
        """The troubles that hold back an order with these keys, the oldest first."""
        found = (self._by_key[key] for key in keys if key in self._by_key)
        return sorted(found, key=lambda trouble: trouble.since)

    def rest_seconds(self, keys: Iterable[str], now: float) -> float:
        """How long an order with these keys has to wait; 0 where nothing is known against it."""
        return max((trouble.rest_seconds(now) for trouble in self.concerning(keys)), default=0.0)
