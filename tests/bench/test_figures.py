"""The arithmetic of the bench on given samples; what it measures is not for a test to judge."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.figures import Bound, Figure, Goal, percentile, table

TWICE = Goal(Bound.TIMES, 2)
SIXTY_MORE = Goal(Bound.MORE, 60)


def figure(value: float, beside_value: float, goal: Goal | None = None, unit: str = "ms") -> Figure:
    return Figure("acknowledged", value, unit, "empty command", beside_value, goal)


@pytest.mark.parametrize(
    ("samples", "percent", "expected"),
    [
        ([7], 0, 7),
        ([7], 50, 7),
        ([7], 100, 7),
        ([3, 1, 2, 4], 50, 2),
        ([3, 1, 2, 4], 51, 3),
        ([5, 4, 3, 2, 1], 50, 3),
        (range(1, 101), 99, 99),
        (range(1, 101), 100, 100),
        (range(1, 201), 99, 198),
    ],
)
def test_a_percentile_is_the_nearest_rank(samples: Sequence[float], percent: float, expected: float) -> None:
    assert percentile(samples, percent) == expected


@given(st.lists(st.floats(0, 1000), min_size=1), st.integers(0, 100))
def test_a_percentile_is_a_sample_that_so_many_do_not_exceed(samples: list[float], percent: int) -> None:
    found = percentile(samples, percent)
    assert found in samples
    assert sum(one <= found for one in samples) * 100 >= percent * len(samples)
    assert sum(one < found for one in samples) * 100 <= percent * len(samples)


@pytest.mark.parametrize(("samples", "percent"), [([], 50), ([1.0], -1), ([1.0], 101)])
def test_a_percentile_of_nothing_or_beyond_all_is_refused(samples: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(samples, percent)


@pytest.mark.parametrize(
    ("value", "beside_value", "goal", "met"),
    [
        (4.0, 2.0, TWICE, True),
        (4.01, 2.0, TWICE, False),
        (1.0, 2.0, TWICE, True),
        (100.0, 40.0, SIXTY_MORE, True),
        (100.1, 40.0, SIXTY_MORE, False),
        (30.0, 40.0, SIXTY_MORE, True),
        (4.0, 2.0, None, None),
    ],
)
def test_a_goal_is_met_up_to_its_limit(value: float, beside_value: float, goal: Goal | None, met: bool | None) -> None:
    assert figure(value, beside_value, goal).met is met


def test_the_ratio_is_to_the_peer_and_none_where_the_peer_has_none() -> None:
    assert figure(3, 2).ratio == 1.5
    assert figure(3, 0).ratio is None


def test_a_figure_as_json_has_every_field() -> None:
    assert json.loads(json.dumps(figure(110, 44, SIXTY_MORE, "MB").as_json())) == {
        "name": "acknowledged",
        "value": 110,
        "unit": "MB",
        "beside": "empty command",
        "beside_value": 44,
        "ratio": 2.5,
        "goal": "≤ 60 MB more",
        "met": False,
    }
    assert (figure(1, 1).as_json()["goal"], figure(1, 1).as_json()["met"]) == (None, None)


def test_the_table_lines_up_and_says_what_is_met() -> None:
    lines = table([figure(3.456, 2.0, TWICE), figure(123.4, 12.34, SIXTY_MORE, "MB"), figure(1, 0)]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == [
        *("acknowledged", "3.46 ms", "empty command", "2.00 ms", "1.73", "≤ 2 ×", "yes")
    ]
    assert [cell.strip() for cell in lines[3].split("|")[1:-1]] == [
        *("acknowledged", "123 MB", "empty command", "12.3 MB", "10.00", "≤ 60 MB more", "no")
    ]
    assert [cell.strip() for cell in lines[4].split("|")[5:-1]] == ["–", "–", "–"]
