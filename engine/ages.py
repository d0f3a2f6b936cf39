"""How old things are, whatever happens to the machine's clock meanwhile."""

from collections.abc import Container
from datetime import datetime

from engine.clock import Clock


def begun_at(clock: Clock, since: datetime) -> float:
    """The steady clock's moment for one of the other's: there the clock is believed this once.

    What began in the future begins now.
    """
    return clock.steady_seconds() - max(0.0, (clock.now() - since).total_seconds())


class Ages:
    """The clock is believed once about each thing, when its age is first asked for; from then on what passes is added.

    So a clock that is set to another time neither ends what was not due nor holds up what was.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._born: dict[str, tuple[datetime, float]] = {}

    def seconds(self, key: str, since: datetime) -> float:
        """The age of what began at this moment, and is known by this key. What began in the future begins now."""
        known = self._born.get(key)
        if known is None or known[0] != since:
            known = self._born[key] = since, begun_at(self._clock, since)
        return self._clock.steady_seconds() - known[1]

    def forget(self, key: str) -> None:
        """Nobody will ask for this again."""
        self._born.pop(key, None)

    def keep_only(self, keys: Container[str]) -> None:
        """Nobody will ask for any other again."""
        self._born = {key: born for key, born in self._born.items() if key in keys}
