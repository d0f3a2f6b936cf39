"""Which task to look at next, and when: an agenda in which each look costs O(log n), whatever is under way.

It knows no clock, no jobs and no provider: time is a number of seconds that comes with each call and only grows.
"""

import heapq

from engine.polling import Need, need_for_a_look

_TURNS_A_SECOND = 5
"""So often looks go out, together those that are due: each that wakes the processor alone costs half as much again."""


class Looks:
    """The next look at each task, never more in all than the query budget has.

    A look goes to the task that was due first, so that each one comes to its turn however many there are.
    """

    def __init__(self, queries_per_second: float) -> None:
        self._queries_per_second = queries_per_second
        self._together = max(1, int(queries_per_second / _TURNS_A_SECOND))
        self._taken = 0
        self._due: list[tuple[float, str]] = []
        self._paces: dict[str, float] = {}
        self._pace = 0.0
        self._next_query = 0.0

    def plan(self, task: str, need: Need, now: float, *, age_seconds: float, seen_age_seconds: float) -> None:
        """Put the next look at a task of this age down, which was unfinished when last seen."""
        amount = need_for_a_look(self._pace, self._queries_per_second)
        look_age = need.next_look_seconds(seen_age_seconds, amount)
        self._set_pace(task, amount / (look_age - seen_age_seconds))
        self.look_in(task, look_age - age_seconds, now)

    def look_in(self, task: str, seconds: float, now: float) -> None:
        """Put the next look at a task down for a certain moment."""
        heapq.heappush(self._due, (now + seconds, task))

    def wait_seconds(self, now: float) -> float | None:
        """How long until the next look, at most 0 where it is due; None where none is put down."""
        return max(self._due[0][0], self._next_query) - now if self._due else None

    def take(self, now: float) -> str:
        """The task that is due first, for a look now; it has to be planned anew or dropped after that."""
        self._spend(now)
        return heapq.heappop(self._due)[1]

    def lend(self, now: float) -> float:
        """Give a query of the budget away; where there is none now, in how many seconds to ask again."""
        seconds = max(self._next_query - now, 0.0)
        if seconds == 0:
            self._spend(now)
        return seconds

    def drop(self, task: str) -> None:
        """Plan no more for this task, of which no look is put down."""
        self._set_pace(task, 0.0)
        del self._paces[task]

    def _spend(self, now: float) -> None:
        self._taken += 1
        if self._taken % self._together == 0:
            # From the last of a turn on, so that no second has more queries than the budget.
            self._next_query = now + self._together / self._queries_per_second

    def _set_pace(self, task: str, pace: float) -> None:
        # The sum is carried on, which is why a look costs the same among ten tasks and ten thousand.
        self._pace = max(self._pace + pace - self._paces.get(task, 0.0), 0.0)
        self._paces[task] = pace
