"""What is known of a provider that takes no orders: since when, and when to try it again."""

from datetime import datetime, timedelta

from client import Busy, NotSent
from engine.worker import rest_seconds


class Trouble:
    """Begins with an order that was surely not taken, and is over with the next one that was answered."""

    def __init__(self) -> None:
        self.since: datetime | None = None
        self._failures = 0
        self._rest_until: datetime | None = None

    def note(self, error: NotSent, now: datetime) -> None:
        """One more order was not taken. Several that failed side by side count as one."""
        self.since = self.since or now
        if self.rest_seconds(now) > 0:
            return
        self._failures += 1
        asked = (error.retry_after_seconds or 0) if isinstance(error, Busy) else 0
        self._rest_until = now + timedelta(seconds=max(rest_seconds(self._failures), asked))

    def rest_seconds(self, now: datetime) -> float:
        """How long not to try again; 0 where nothing is known against it."""
        return max(0.0, (self._rest_until - now).total_seconds()) if self._rest_until else 0.0

    def over(self) -> None:
        """The provider answers again, or nobody waits for it any more."""
        self.since = self._rest_until = None
        self._failures = 0
