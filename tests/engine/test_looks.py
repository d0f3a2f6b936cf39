"""The agenda of looks: within the budget, nobody forgotten, the likeliest first, as cheap among many as among few."""

import math
import random
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.looks import Looks
from engine.polling import PRIOR, Expectation, Need

START = 1_800_000_000.0
KINDS = tuple(Need.of(Expectation(median, sigma)) for median, sigma in ((5, 0.3), (90, 0.6), (600, 1.2)))


def agenda(ages: list[float], rate: float = 20) -> Looks:
    """Tasks that are as old as this, and of several kinds."""
    looks = Looks(rate)
    for number, age in enumerate(ages):
        looks.plan(str(number), kind_of(str(number)), START, age_seconds=age, seen_age_seconds=age)
    return looks


def kind_of(task: str) -> Need:
    return KINDS[int(task) % len(KINDS)]


def taken(looks: Looks, ages: list[float], count: int, late: float = 0) -> Iterator[tuple[float, str]]:
    """So many looks, each at its moment or a little later, at tasks that never end."""
    now = START
    for _ in range(count):
        now += max(looks.wait_seconds(now) or 0, 0) + late
        task = looks.take(now)
        yield now, task
        age = ages[int(task)] + now - START
        looks.plan(task, kind_of(task), now, age_seconds=age, seen_age_seconds=age)


many_ages = st.lists(st.floats(0, 2000), min_size=1, max_size=60)


@given(many_ages, st.floats(0.5, 50), st.integers(1, 20))
def test_the_budget_is_never_exceeded(ages: list[float], rate: float, turns: int) -> None:
    moments = [moment for moment, _ in taken(agenda(ages, rate), ages, 300)]
    looks = turns * max(1, int(rate / 5))
    spans = [later - earlier for earlier, later in zip(moments, moments[looks:], strict=False)]
    assert min(spans, default=math.inf) >= looks / rate - 1e-5


@given(many_ages, st.floats(0.5, 50), st.integers(1, 20), st.lists(st.booleans(), min_size=50, max_size=200))
def test_the_budget_is_not_exceeded_by_what_is_lent_either(
    ages: list[float], rate: float, turns: int, lent: list[bool]
) -> None:
    looks, now, moments = agenda(ages, rate), START, []
    for is_lent in lent:
        if is_lent:
            while (seconds := looks.lend(now)) > 0:
                now += seconds
        else:
            now += max(looks.wait_seconds(now) or 0, 0)
            task = looks.take(now)
            age = ages[int(task)] + now - START
            looks.plan(task, kind_of(task), now, age_seconds=age, seen_age_seconds=age)
        moments.append(now)
    queries = turns * max(1, int(rate / 5))
    spans = [later - earlier for earlier, later in zip(moments, moments[queries:], strict=False)]
    assert min(spans, default=math.inf) >= queries / rate - 1e-5


def test_what_is_due_goes_out_a_few_at_a_time() -> None:
    ages = [900.0] * 40
    looks = Looks(20)
    for number in range(40):
        looks.plan(str(number), Need.of(PRIOR), START, age_seconds=900, seen_age_seconds=0)
    moments = Counter(round(moment - START, 3) for moment, _ in taken(looks, ages, 20))
    assert moments == {0.0: 4, 0.2: 4, 0.4: 4, 0.6: 4, 0.8: 4}


@given(many_ages, st.floats(0.2, 50), st.floats(0, 0.5))
def test_nobody_starves(ages: list[float], rate: float, late: float) -> None:
    looks = agenda(ages, rate)
    count = len(ages)
    seen: defaultdict[str, int] = defaultdict(int)
    for _, task in taken(looks, ages, 100 * count, late):
        seen[task] += 1
    assert len(seen) == count


def test_where_the_budget_is_short_looks_go_where_an_end_is_likely() -> None:
    looks, need, ages = Looks(20), Need.of(PRIOR), [5.0] * 300 + [100.0] * 300
    for number, age in enumerate(ages):
        looks.plan(str(number), need, START, age_seconds=age, seen_age_seconds=age)
    got: Counter[float] = Counter()
    for query in range(3000):
        task = looks.take(START + query / 20)
        age = ages[int(task)]
        got[age] += query > 1000  # by then the agenda has found its pace
        looks.plan(task, need, START + query / 20, age_seconds=age, seen_age_seconds=age)
    assert got[100.0] > 1.3 * got[5.0]


def test_with_looks_to_spare_not_all_of_the_budget_is_used() -> None:
    ages = [100.0] * 5
    moments = [moment for moment, _ in taken(agenda(ages), ages, 500)]
    assert 500 / (moments[-1] - moments[0]) < 10


def test_a_task_that_was_not_seen_since_it_began_is_due_at_once_and_the_longest_overdue_first() -> None:
    looks = Looks(20)
    for number, age in enumerate((200.0, 4000.0, 900.0)):
        looks.plan(str(number), Need.of(PRIOR), START, age_seconds=age, seen_age_seconds=0)
    assert (looks.wait_seconds(START) or 0) <= 0
    assert [looks.take(START + n) for n in range(3)] == ["1", "2", "0"]
    assert looks.wait_seconds(START + 3) is None


def test_what_has_ended_counts_no_more() -> None:
    looks, need = Looks(20), Need.of(PRIOR)

    def first_gap(now: float) -> float:
        looks.plan("first", need, now, age_seconds=100, seen_age_seconds=100)
        return looks.wait_seconds(now) or 0

    alone = first_gap(START)
    looks.take(START)
    for number in range(1000):
        looks.plan(str(number), need, START, age_seconds=100, seen_age_seconds=100)
    for number in range(1000):
        looks.drop(looks.take(START + number))
    assert first_gap(START + 1001) == pytest.approx(alone)


def test_a_poll_takes_as_little_memory_among_ten_thousand_as_among_ten() -> None:
    peaks = [peak_bytes(count) for count in (10, 10_000)]
    assert max(peaks) < 2_000
    assert peaks[1] - peaks[0] < 500


def peak_bytes(count: int) -> int:
    """The most that a hundred looks hold at a time, beyond what was there."""
    chance = random.Random(1)
    ages = [chance.uniform(0, 300) for _ in range(count)]
    looks = agenda(ages)
    list(taken(looks, ages, 1000))
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        for _ in taken(looks, ages, 100):
            pass
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
