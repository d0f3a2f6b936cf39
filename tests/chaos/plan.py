"""Which errand is run next and where the bot dies meanwhile, drawn from the seed."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from tests.chaos.points import Listed, halves

MOST_DEATHS_A_LIFE = 4
TRIES_A_DEATH = 8
"""How often a point may be missed for each time that it is wanted, before it counts as out of reach."""


@dataclass(frozen=True, slots=True)
class Life:
    """One errand, and the points at which the bot dies during it, one after the other."""

    errand: str
    deaths: tuple[str, ...]


class Plan:
    """What one lane still has to do."""

    def __init__(self, chance: random.Random, points: Listed, wanted: Counter[str]) -> None:
        self._chance = chance
        self._halves = {errand: halves(some) for errand, some in points.items()}
        self._left = +wanted
        self._given_up: Counter[str] = Counter()
        self._missed: Counter[tuple[str, str]] = Counter()
        self._patience = Counter({half: count * TRIES_A_DEATH for half, count in wanted.items()})

    @property
    def left(self) -> int:
        """How many deaths are still to come."""
        return self._left.total()

    def next(self) -> Life | None:
        """The next life, None where nothing is left to do that any errand does."""
        can = {errand: [half for half in some if self._left[half]] for errand, some in self._halves.items()}
        can = {errand: some for errand, some in can.items() if some}
        if not can:
            return None
        first = self._chance.choice(sorted({half for some in can.values() for half in some}))
        fewest = min(self._missed[name, first] for name, some in can.items() if first in some)
        able = sorted(name for name, some in can.items() if first in some and self._missed[name, first] == fewest)
        errand = self._chance.choice(able)
        later = can[errand][can[errand].index(first) + 1 :]
        more = min(self._chance.randrange(MOST_DEATHS_A_LIFE), len(later))
        following = sorted(self._chance.sample(range(len(later)), more))
        return Life(errand, (first, *(later[index] for index in following)))

    def over(self, life: Life, died: Collection[str], armed: int) -> None:
        """A life has ended: these of its deaths came, of the first so many, which were all that it got to."""
        for half in life.deaths[:armed]:
            if half in died:
                self._left[half] -= 1
                continue
            self._missed[life.errand, half] += 1
            self._patience[half] -= 1
            if self._patience[half] <= 0:
                self._given_up[half] = self._left.pop(half)

    def try_again(self) -> None:
        """Want what was given up once more."""
        self._left, self._given_up = +self._given_up, Counter()
        self._patience = Counter({half: count * TRIES_A_DEATH for half, count in self._left.items()})


def shared_out(
    wanted: Iterable[str], each: int, lanes: int, share: Callable[[int, str], int]
) -> tuple[Counter[str], ...]:
    """What each lane has to do, so that all of them together kill so often at each.

    `share` says in what proportion the lanes take a point: 0 where a lane cannot, and what none can is left out.
    """
    shares = tuple(Counter[str]() for _ in range(lanes))
    for position, half in enumerate(wanted):
        able = [number for number in range(lanes) for _ in range(share(number, half))]
        for turn in range(each if able else 0):
            shares[able[(position + turn) % len(able)]][half] += 1
    return shares
