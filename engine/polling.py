"""When to look at a task next: a pure function of what is known about tasks of its kind.

Durations are taken as lognormal. A gap of g seconds in which a task finishes with chance p lets its clip wait p · g / 2
seconds to be expected; the next look is where that outweighs a look's cost. Where the completion hazard h is steady,
p is h · g, so that the rate of looks goes with the square root of the hazard. The account's query budget is shared by
the tasks in flight.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, pvariance

SHORTEST_GAP_SECONDS = 1.0
LONGEST_GAP_SECONDS = 3.0
"""Also where nothing is expected yet, so that a kind that became faster is noticed."""

_PRIOR_WEIGHT = 2.0
"""How many observed tasks the prior counts for."""

_BUDGET_SHARE = 0.8
"""The rest of the query budget stays free for looks that have to be repeated."""

_LOOK_COST_SECONDS = 0.03
"""A look is worth it once this much waiting for a finished clip is to be expected without it."""

_GROWTH = 1.25


@dataclass(frozen=True, slots=True)
class Expectation:
    """How long tasks of a kind take: a lognormal distribution."""

    median_seconds: float
    sigma: float

    def survival(self, age_seconds: float) -> float:
        """Chance that a task is still unfinished at this age."""
        if age_seconds < 0.001:  # nothing finishes in a millisecond, and the logarithm stays in its range
            return 1.0
        return 0.5 * math.erfc(math.log(age_seconds / self.median_seconds) / (self.sigma * math.sqrt(2)))

    def finishes_within(self, gap_seconds: float, age_seconds: float) -> float:
        """Chance that a task which is unfinished at this age finishes within the gap."""
        now = self.survival(age_seconds)
        # Far beyond anything seen the distribution knows nothing any more: then it may be over at any time.
        return 1 - self.survival(age_seconds + gap_seconds) / now if now > 1e-9 else 1.0


PRIOR = Expectation(median_seconds=90.0, sigma=0.6)
"""For kinds never seen: 1 to 5 minutes is what the provider calls typical."""


def learn(durations_seconds: Sequence[float], prior: Expectation = PRIOR) -> Expectation:
    """What is expected of a kind after these tasks of it; with none, the prior."""
    logs = [math.log(max(seconds, 0.1)) for seconds in durations_seconds]
    if not logs:
        return prior
    weight = len(logs) / (len(logs) + _PRIOR_WEIGHT)
    mean = weight * fmean(logs) + (1 - weight) * math.log(prior.median_seconds)
    # Around the observed mean, not the mixed one: a wrong prior must not look like spread.
    variance = weight * pvariance(logs) + (1 - weight) * prior.sigma**2
    return Expectation(math.exp(mean), max(math.sqrt(variance), 0.05))


def gap_seconds(age_seconds: float, expected: Expectation, in_flight: int, queries_per_second: float) -> float:
    """How long to wait before the next look at a task of this age, with so many tasks in flight."""
    gap = max(SHORTEST_GAP_SECONDS, in_flight / (queries_per_second * _BUDGET_SHARE))
    longest = max(LONGEST_GAP_SECONDS, gap)
    while gap < longest and expected.finishes_within(gap, age_seconds) * gap / 2 < _LOOK_COST_SECONDS:
        gap *= _GROWTH
    return min(gap, longest)
