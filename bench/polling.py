"""How long a clip that is finished at the provider waits until it is noticed, on simulated time.

The bot's own agenda of looks against the ways others look: every 15 s, every 5 s, and as dashscope's own client does.
All see the same tasks, may send the same queries a second, and get their answers at once.
"""

import asyncio
import heapq
import math
import random
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final, Protocol

from bench.figures import Bound, Figure, Goal, percentile
from engine.looks import Looks
from engine.polling import LEARN_FROM, PRIOR, Expectation, Need, learn

IN_FLIGHT: Final = (5, 10, 100, 1000)
QUERIES_PER_SECOND: Final = 20
COUNTED = 4000
SEED: Final = 7

MEDIAN_SECONDS: Final = 90.0
SIGMA: Final = math.log(240 / MEDIAN_SECONDS) / 1.6449
"""So that 95 of 100 tasks take 240 s at most."""

_MEAN_SECONDS: Final = MEDIAN_SECONDS * math.exp(SIGMA**2 / 2)
_WARM_UP_SECONDS: Final = 8 * _MEAN_SECONDS

CLIENT: Final = "dashscope's client"
FOUR_TIMES_LESS: Final = Goal(Bound.TIMES, 0.25)
NO_MORE: Final = Goal(Bound.TIMES, 1)


@dataclass(frozen=True, slots=True)
class Task:
    """When it begins at the provider and when it is finished, in seconds."""

    begins: float
    ends: float


class Way(Protocol):
    """A way of looking at tasks, which are known by a name."""

    def begin(self, task: str, now: float) -> None:
        """Look at one more task from now on."""
        ...

    def next_look(self, now: float) -> float | None:
        """The moment of the next look; None where no task is known."""
        ...

    def look(self, now: float) -> str:
        """The task that is looked at now."""
        ...

    def unfinished(self, task: str, now: float) -> None:
        """What the look has told."""
        ...

    def finished(self, task: str, took_seconds: float) -> None:
        """What the look has told, with the provider's own time."""
        ...


class Bot:
    """The bot's agenda, with what it learns on the way. All tasks are of one kind, which it has not seen before."""

    def __init__(self) -> None:
        self._looks = Looks(QUERIES_PER_SECOND)
        self._begun: dict[str, float] = {}
        self._took: deque[float] = deque(maxlen=LEARN_FROM)
        self._need = Need.of(PRIOR)

    @property
    def expected(self) -> Expectation:
        """What it has learned."""
        return self._need.expected

    def begin(self, task: str, now: float) -> None:
        self._begun[task] = now
        self.unfinished(task, now)

    def next_look(self, now: float) -> float | None:
        wait = self._looks.wait_seconds(now)
        return None if wait is None else now + max(wait, 0)

    def look(self, now: float) -> str:
        return self._looks.take(now)

    def unfinished(self, task: str, now: float) -> None:
        age = now - self._begun[task]
        self._looks.plan(task, self._need, now, age_seconds=age, seen_age_seconds=age)

    def finished(self, task: str, took_seconds: float) -> None:
        self._looks.drop(task)
        del self._begun[task]
        self._took.append(took_seconds)
        self._need = Need.of(learn(self._took))


class Queue:
    """Each task by a schedule of its own: so long to the first look, then these gaps; what is due waits its turn."""

    def __init__(self, gaps_seconds: Callable[[], Iterator[float]]) -> None:
        self._gaps_seconds = gaps_seconds
        self._gaps: dict[str, Iterator[float]] = {}
        self._due: list[tuple[float, str]] = []
        self._next_query = 0.0

    def begin(self, task: str, now: float) -> None:
        self._gaps[task] = self._gaps_seconds()
        self.unfinished(task, now)

    def next_look(self, now: float) -> float | None:
        return max(self._due[0][0], self._next_query, now) if self._due else None

    def look(self, now: float) -> str:
        self._next_query = now + 1 / QUERIES_PER_SECOND
        return heapq.heappop(self._due)[1]

    def unfinished(self, task: str, now: float) -> None:
        heapq.heappush(self._due, (now + next(self._gaps[task]), task))

    def finished(self, task: str, took_seconds: float) -> None:  # noqa: ARG002 - the protocol's; it learns nothing
        del self._gaps[task]


def every(seconds: float) -> Callable[[], Iterator[float]]:
    """The same gap for ever."""

    def gaps() -> Iterator[float]:
        while True:
            yield seconds

    return gaps


def as_dashscope() -> Iterator[float]:
    """The gaps of AioVideoSynthesis.wait in dashscope 2.0.2.

    It looks at once; the gap is 1 s, doubled before the 3rd, the 6th and the 9th one, up to 5 s.
    """
    yield 0.0
    gap, looks = 1.0, 0
    while True:
        looks += 1
        if looks % 3 == 0:
            gap = min(gap * 2, 5.0)
        yield gap


OTHERS: Final[dict[str, Callable[[], Iterator[float]]]] = {
    CLIENT: as_dashscope,
    "every 5 s": every(5),
    "every 15 s": every(15),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a way of looking came to."""

    lags_seconds: Sequence[float]
    queries_per_job: float
    most_in_a_second: int
    """Queries, of any second."""


class Run:
    """A way of looking, at work on tasks; those between `first` and `last` count."""

    def __init__(self, way: Way, tasks: Sequence[Task], first: int, last: int) -> None:
        self._way, self._tasks, self._first, self._last = way, tasks, first, last
        self._lags: list[float] = []
        self._looked: list[float] = []
        self._queries = 0

    def outcome(self) -> Outcome:
        """Let the tasks come, and be looked at until all that count are noticed."""
        counted, coming, now = self._last - self._first, 0, 0.0
        while len(self._lags) < counted:
            due = self._way.next_look(now)
            if due is None or (coming < len(self._tasks) and self._tasks[coming].begins <= due):
                now = self._tasks[coming].begins
                self._way.begin(str(coming), now)
                coming += 1
            else:
                now = due
                self._look(now)
        return Outcome(self._lags, self._queries / counted, most_in_a_second(self._looked))

    def _look(self, now: float) -> None:
        name = self._way.look(now)
        task, counts = self._tasks[int(name)], self._first <= int(name) < self._last
        self._looked.append(now)
        self._queries += counts
        if task.ends > now:
            self._way.unfinished(name, now)
            return
        self._way.finished(name, task.ends - task.begins)
        if counts:
            self._lags.append(now - task.ends)


def most_in_a_second(moments: Sequence[float]) -> int:
    """How many of these moments, which are in order, lie within a second at most."""
    most, first = 0, 0
    for place, moment in enumerate(moments):
        while moments[first] <= moment - 1 + 1e-6:
            first += 1
        most = max(most, place - first + 1)
    return most


def tasks_for(in_flight: int, seed: int = SEED, counted: int = COUNTED) -> tuple[list[Task], int, int]:
    """Tasks that come at random and keep so many in flight, and which of them count: neither the first nor the last."""
    chance = random.Random(seed)
    rate = in_flight / _MEAN_SECONDS
    first = math.ceil(_WARM_UP_SECONDS * rate)
    tasks, now = [], 0.0
    for _ in range(2 * first + counted):
        now += chance.expovariate(rate)
        tasks.append(Task(now, now + chance.lognormvariate(math.log(MEDIAN_SECONDS), SIGMA)))
    return tasks, first, first + counted


def outcomes(in_flight: int) -> dict[str, Outcome]:
    """All ways of looking, at the same tasks; the bot's own has no name."""
    tasks, first, last = tasks_for(in_flight)
    ways: dict[str, Way] = {"": Bot()} | {name: Queue(gaps) for name, gaps in OTHERS.items()}
    return {name: Run(way, tasks, first, last).outcome() for name, way in ways.items()}


async def measure(_folder: Path) -> list[Figure]:
    """Simulate all sizes, beside the event loop."""
    return [figure for size in IN_FLIGHT for figure in _figures(size, await asyncio.to_thread(outcomes, size))]


def _figures(size: int, found: dict[str, Outcome]) -> Iterator[Figure]:
    own, client = found[""], found[CLIENT]
    lag = f"finished → noticed, {size} in flight"
    for name in OTHERS:
        goal = FOUR_TIMES_LESS if size == 10 and name == CLIENT else NO_MORE
        yield Figure(f"{lag}, mean", fmean(own.lags_seconds), "s", name, fmean(found[name].lags_seconds), goal)
    for rank in (50, 95):
        ours, theirs = (percentile(one.lags_seconds, rank) for one in (own, client))
        yield Figure(f"{lag}, p{rank}", ours, "s", CLIENT, theirs)
    yield Figure(f"queries per job, {size} in flight", own.queries_per_job, "", CLIENT, client.queries_per_job)
    budget = float(QUERIES_PER_SECOND)
    yield Figure(f"most queries in a second, {size} in flight", own.most_in_a_second, "", "budget", budget, NO_MORE)
