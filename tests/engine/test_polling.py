"""The time of the next look is a pure function, sensible everywhere."""

import math

from hypothesis import given
from hypothesis import strategies as st

from engine.polling import (
    LONGEST_GAP_SECONDS,
    PRIOR,
    SHORTEST_GAP_SECONDS,
    Expectation,
    gap_seconds,
    learn,
)

expectations = st.builds(Expectation, st.floats(0.5, 3600), st.floats(0.05, 2))


@given(st.floats(0, 100_000), expectations, st.integers(1, 10_000), st.floats(0.5, 100))
def test_a_gap_is_finite_and_within_its_bounds(age: float, expected: Expectation, in_flight: int, rate: float) -> None:
    gap = gap_seconds(age, expected, in_flight, rate)
    assert SHORTEST_GAP_SECONDS <= gap <= max(LONGEST_GAP_SECONDS, in_flight / (rate * 0.8))


@given(st.floats(0, 100_000), expectations, st.integers(1, 10_000), st.floats(0.5, 100))
def test_all_tasks_together_stay_within_the_query_budget(
    age: float, expected: Expectation, in_flight: int, rate: float
) -> None:
    assert in_flight / gap_seconds(age, expected, in_flight, rate) <= rate or in_flight <= rate


@given(st.floats(0, 1_000_000), st.floats(0.1, 100), expectations)
def test_a_chance_is_a_chance(age: float, gap: float, expected: Expectation) -> None:
    assert 0 <= expected.finishes_within(gap, age) <= 1


def test_a_fast_kind_is_looked_at_when_it_is_likely_done() -> None:
    expected = Expectation(median_seconds=3, sigma=0.2)
    assert 2 <= gap_seconds(0, expected, 1, 20) <= 3.5


def test_looks_are_denser_when_the_end_is_likely() -> None:
    early, likely = (gap_seconds(age, PRIOR, 1, 20) for age in (5, 100))
    assert likely < early


def test_a_kind_never_seen_is_expected_to_be_typical() -> None:
    assert learn([]) == PRIOR


@given(st.floats(2, 2000))
def test_what_is_seen_often_is_believed(seconds: float) -> None:
    learned = learn([seconds] * 48)
    assert abs(math.log(learned.median_seconds / seconds)) < 0.2
