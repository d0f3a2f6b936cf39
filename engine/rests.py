"""When to try again what has failed: later after each failure in a row, for each matter by itself."""

from engine.clock import Clock
from engine.worker import rest_seconds


class Rests:
    """Rests by the key of what failed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def after_failure(self, key: str, least_seconds: float = 0) -> None:
        """It failed once more: rest, doubling, and not less than this."""
        failures = self._failures[key] = self._failures.get(key, 0) + 1
        self.rest(key, max(rest_seconds(failures), least_seconds))

    def rest(self, key: str, seconds: float) -> None:
        """Rest for so long, whatever failed before."""
        self._until[key] = self._clock.steady_seconds() + seconds

    def seconds_left(self, key: str) -> float:
        """How long not to try again; 0 if it may be tried now."""
        until = self._until.get(key)
        return 0.0 if until is None else max(0.0, until - self._clock.steady_seconds())

    def over(self, key: str) -> None:
        """It worked, or nobody waits for it any more: what failed before counts no more."""
        self._failures.pop(key, None)
        self._until.pop(key, None)
