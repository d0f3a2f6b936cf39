"""The simulated time of the polling figures: the others as they are, and the bot's goal in small."""

from itertools import islice
from statistics import fmean

import pytest

from bench.polling import CLIENT, OTHERS, Bot, Outcome, Queue, Run, Task, as_dashscope, most_in_a_second, tasks_for


def outcome(tasks: list[Task], *gaps: float) -> Outcome:
    return Run(Queue(lambda: iter(gaps)), tasks, 0, len(tasks)).outcome()


def test_the_gaps_of_dashscopes_client_are_those_of_its_source() -> None:
    assert list(islice(as_dashscope(), 12)) == [0, 1, 1, 2, 2, 2, 4, 4, 4, 5, 5, 5]


def test_a_clip_waits_from_its_end_to_the_look_that_finds_it() -> None:
    found = outcome([Task(10, 22), Task(10.5, 50)], 10, 10, 15, 15)
    assert list(found.lags_seconds) == pytest.approx([8, 10.5])
    assert found.queries_per_job == 3


def test_what_is_due_while_the_budget_is_spent_waits_its_turn() -> None:
    found = outcome([Task(0, 1)] * 40, 5)
    assert list(found.lags_seconds) == pytest.approx([4 + n / 20 for n in range(40)])
    assert found.most_in_a_second == 20


@pytest.mark.parametrize(
    ("moments", "most"),
    [([], 0), ([3], 1), ([0, 1, 2], 1), ([0, 0.5, 0.9, 1.1, 2.05], 3), ([0.05 * n for n in range(99)], 20)],
)
def test_the_busiest_second_is_found(moments: list[float], most: int) -> None:
    assert most_in_a_second(moments) == most


def test_tasks_come_as_many_at_a_time_as_they_should_and_take_as_long() -> None:
    tasks, first, last = tasks_for(100)
    took = sorted(task.ends - task.begins for task in tasks)
    assert took[len(took) // 2] == pytest.approx(90, rel=0.05)
    assert took[int(len(took) * 0.95)] == pytest.approx(240, rel=0.05)
    moments = [tasks[place].begins for place in range(first, last, 100)]
    assert fmean(sum(task.begins <= now < task.ends for task in tasks) for now in moments) == pytest.approx(
        100, rel=0.1
    )


@pytest.mark.parametrize(("in_flight", "counted", "ratio"), [(10, 200, 0.25), (100, 400, 1)])
def test_the_bot_notices_sooner_than_all_others_within_the_budget(in_flight: int, counted: int, ratio: float) -> None:
    tasks, first, last = tasks_for(in_flight, counted=counted)
    own = Run(Bot(), tasks, first, last).outcome()
    assert own.most_in_a_second <= 20
    for name, gaps in OTHERS.items():
        other = Run(Queue(gaps), tasks, first, last).outcome()
        assert fmean(own.lags_seconds) < fmean(other.lags_seconds) * (ratio if name == CLIENT else 1)


def test_the_same_seed_gives_the_same_figures() -> None:
    tasks, first, last = tasks_for(5, counted=20)
    assert tasks_for(5, counted=20) == (tasks, first, last)
    one, other = (Run(Bot(), tasks, first, last).outcome() for _ in range(2))
    assert one == other
