"""How often a task deserves a look: a pure function of what is known about tasks of its kind.

Looks at a rate r let a clip that is finished wait 1 / 2r seconds. Of all ways to spend a number of looks, the clips
wait least in all where the rate goes with the square root of the completion hazard. So each task accrues need at that
pace, and gets a look whenever it has accrued a certain amount, the same for all: a small one as long as the account's
query budget allows, and as much more as brings all looks under the budget.
"""

import math
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean
from typing import Final

SHORTEST_GAP_SECONDS: Final = 0.5
"""Out of courtesy: no task is looked at more often, however likely its end is."""

LEAST_NEED: Final = 0.11
"""In √s. What a look is worth where there are looks to spare: half a second of waiting for typical clips."""

_LEAST_PACE: Final = 0.25
"""Of the pace of a task that may end at any time: nothing is forgotten, and a kind that became faster is noticed."""

LEARN_FROM: Final = 500
"""So many of the latest tasks of a kind. Those that are noticed together are not a fair sample, if there are a thousand
under way: with 50 or 200 what is learned sways."""

_PRIOR_WEIGHT: Final = 2.0
"""How many observed tasks the prior counts for."""

_LEAST_SIGMA: Final = 0.1
"""However alike the tasks were: the next one may differ."""

_GRID: Final = tuple(step / 10 for step in range(-50, 41))
"""In standard deviations of the logarithm. A task that is older than the last is one of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """How long tasks of a kind take: a lognormal distribution."""

    median_seconds: float
    sigma: float

    def hazard(self, deviations: float) -> float:
        """Chance per second that a task ends that is so many standard deviations beyond the median, and unfinished."""
        density = math.exp(-(deviations**2) / 2) / math.sqrt(2 * math.pi)
        survival = 0.5 * math.erfc(deviations / math.sqrt(2))
        return density / survival / (self.sigma * self.age_seconds(deviations))

    def age_seconds(self, deviations: float) -> float:
        """The age of a task that is so many standard deviations beyond the median."""
        return self.median_seconds * math.exp(self.sigma * deviations)


PRIOR: Final = Expectation(median_seconds=90.0, sigma=0.6)
"""For kinds never seen: 1 to 5 minutes is what the provider calls typical."""


def learn(durations_seconds: Collection[float], prior: Expectation = PRIOR) -> Expectation:
    """What is expected of a kind after these tasks of it; with none, the prior."""
    logs = [math.log(max(seconds, 0.1)) for seconds in durations_seconds]
    if not logs:
        return prior
    weight = len(logs) / (len(logs) + _PRIOR_WEIGHT)
    observed = fmean(logs)
    mean = weight * observed + (1 - weight) * math.log(prior.median_seconds)
    # Around the observed mean, not the mixed one: a wrong prior must not look like spread.
    variance = weight * fmean((log - observed) ** 2 for log in logs) + (1 - weight) * prior.sigma**2
    return Expectation(math.exp(mean), max(math.sqrt(variance), _LEAST_SIGMA))


@dataclass(frozen=True, slots=True)
class Need:
    """What a task of a kind accrues with its age: a curve, straight between these points and at its ends."""

    expected: Expectation
    least_pace: float
    ages_seconds: Sequence[float]
    accrued: Sequence[float]

    @classmethod
    def of(cls, expected: Expectation) -> "Need":
        """The curve of a kind."""
        least = _LEAST_PACE / math.sqrt(expected.median_seconds)
        ages = [expected.age_seconds(deviations) for deviations in _GRID]
        paces = [max(math.sqrt(expected.hazard(deviations)), least) for deviations in _GRID]
        accrued = [least * ages[0]]
        for (age, older), (pace, next_pace) in zip(pairwise(ages), pairwise(paces), strict=True):
            accrued.append(accrued[-1] + (older - age) * (pace + next_pace) / 2)
        return cls(expected, least, tuple(ages), tuple(accrued))

    def at(self, age_seconds: float) -> float:
        """What a task has accrued since it began, in √s."""
        return _along(self.ages_seconds, self.accrued, max(age_seconds, 0.0), self.least_pace)

    def age_seconds(self, accrued: float) -> float:
        """The age at which a task has accrued so much."""
        return _along(self.accrued, self.ages_seconds, accrued, 1 / self.least_pace)

    def next_look_seconds(self, seen_age_seconds: float, need: float) -> float:
        """The age for the next look at a task that was seen unfinished at this age, when looks go for so much need."""
        due = self.age_seconds(self.at(seen_age_seconds) + need)
        return max(due, seen_age_seconds + SHORTEST_GAP_SECONDS)


def need_for_a_look(pace: float, queries_per_second: float) -> float:
    """How much need a look goes for while all tasks together accrue it at this pace."""
    return max(LEAST_NEED, pace / queries_per_second)


def _along(points: Sequence[float], values: Sequence[float], at: float, slope: float) -> float:
    """The value at a point; beyond the ends the curve goes on with this slope."""
    place = bisect_right(points, at)
    if place == 0:
        return values[0] - (points[0] - at) * slope
    before, value = points[place - 1], values[place - 1]
    if place < len(points):
        slope = (values[place] - value) / (points[place] - before)
    return value + (at - before) * slope
