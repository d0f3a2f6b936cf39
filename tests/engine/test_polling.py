"""How often a task deserves a look is a pure function, sensible everywhere."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.polling import (
    LEAST_NEED,
    PRIOR,
    SHORTEST_GAP_SECONDS,
    Expectation,
    Need,
    learn,
    need_for_a_look,
)

expectations = st.builds(Expectation, st.floats(0.5, 3600), st.floats(0.1, 2))
ages = st.floats(0, 100_000)
amounts = st.floats(LEAST_NEED, 100)


def gap(need: Need, age: float, amount: float) -> float:
    return need.next_look_seconds(age, amount) - age


@given(ages, expectations, amounts)
def test_a_gap_is_never_shorter_than_courtesy_asks(age: float, expected: Expectation, amount: float) -> None:
    assert gap(Need.of(expected), age, amount) >= SHORTEST_GAP_SECONDS - 1e-6


@given(ages, expectations, amounts)
def test_no_task_is_forgotten_however_unlikely_its_end_is(age: float, expected: Expectation, amount: float) -> None:
    longest = max(4 * amount * math.sqrt(expected.median_seconds), SHORTEST_GAP_SECONDS)
    assert gap(Need.of(expected), age, amount) <= longest + 1e-6


@given(st.floats(1e-6, 10), st.floats(1e-6, 10), ages, amounts)
def test_the_likelier_the_end_the_shorter_the_gap_by_the_square_root(
    hazard: float, other: float, age: float, amount: float
) -> None:
    # Of a hazard that is the same at all ages.
    gap_a, gap_b = (gap(Need(PRIOR, math.sqrt(h), (0.0,), (0.0,)), age, amount) for h in (hazard, other))
    assert (gap_a <= gap_b + 1e-6) if hazard >= other else (gap_b <= gap_a + 1e-6)
    if min(gap_a, gap_b) > SHORTEST_GAP_SECONDS + 1e-6:
        assert gap_a / gap_b == pytest.approx(math.sqrt(other / hazard), rel=1e-3)


@given(expectations, st.integers(-50, 39))
def test_need_is_accrued_at_the_square_root_of_the_hazard(expected: Expectation, step: int) -> None:
    ends = (step / 10, (step + 1) / 10)
    younger, older = map(expected.age_seconds, ends)
    need = Need.of(expected)
    pace = (need.at(older) - need.at(younger)) / (older - younger)
    low, high = sorted(max(math.sqrt(expected.hazard(end)), need.least_pace) for end in ends)
    assert low * (1 - 1e-3) <= pace <= high * (1 + 1e-3)


@given(ages, ages, expectations)
def test_need_only_grows_and_is_read_both_ways(age: float, other: float, expected: Expectation) -> None:
    need = Need.of(expected)
    assert (need.at(age) <= need.at(other)) if age <= other else (need.at(other) <= need.at(age))
    assert need.age_seconds(need.at(age)) == pytest.approx(age, rel=1e-6, abs=1e-6)


@given(ages, expectations, amounts, amounts)
def test_the_more_a_look_goes_for_the_later_it_is(age: float, expected: Expectation, one: float, other: float) -> None:
    need = Need.of(expected)
    assert gap(need, age, min(one, other)) <= gap(need, age, max(one, other)) + 1e-6


@given(st.floats(0, 10_000), st.floats(0.5, 100))
def test_what_a_look_goes_for_brings_all_of_them_under_the_budget(pace: float, rate: float) -> None:
    amount = need_for_a_look(pace, rate)
    assert pace / amount <= rate * (1 + 1e-9)
    assert amount >= LEAST_NEED


def test_a_typical_task_is_looked_at_every_second_when_it_is_likely_done_and_less_before() -> None:
    need = Need.of(PRIOR)
    early, likely, late = (gap(need, age, LEAST_NEED) for age in (1, 120, 3600))
    assert 0.5 < likely < 1.1
    assert 3 < early < 6
    assert 3 < late < 6  # of one that takes so long, nothing is known


def test_a_fast_kind_is_looked_at_when_it_is_likely_done() -> None:
    first = Need.of(Expectation(median_seconds=3, sigma=0.2)).next_look_seconds(0, LEAST_NEED)
    assert 0.5 <= first <= 2


def test_a_kind_never_seen_is_expected_to_be_typical() -> None:
    assert learn([]) == PRIOR


@given(st.floats(2, 2000))
def test_what_is_seen_often_is_believed(seconds: float) -> None:
    learned = learn([seconds] * 48)
    assert abs(math.log(learned.median_seconds / seconds)) < 0.2


@given(st.lists(st.floats(0, 1e6), max_size=20))
def test_whatever_was_seen_what_is_learned_is_usable(durations: list[float]) -> None:
    learned = learn(durations)
    assert learned.median_seconds > 0
    assert learned.sigma >= 0.1
    assert Need.of(learned).at(100) > 0
