"""A create whose answer is lost: the list settles it where it can, else it is paid back; never a second paid POST."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from itertools import repeat
from pathlib import Path

import pytest

from client.dialect import Timeouts
from engine import Failure, Job, JobState
from tests.acceptance.rough_house import RoughHouse, asked, at_work
from tests.client.dialects import BOTH, DASHSCOPE, SINANCODE, Dialect
from tests.client.rough import Bad, Call, RoughService
from tests.client.service import cuts, hangs, says, together
from tests.engine.edges import HeldClock, film

PRICE = 10
MADE, NOT_MADE = Bad(cuts(), has_effect=True), Bad(cuts())
PATIENT = Timeouts(create_seconds=20, look_seconds=5)
MODEL = "wan2.6-i2v"
MINUTES = 60.0
UNKNOWN = Failure.OUTCOME_UNKNOWN

Act = Callable[[RoughHouse], Awaitable[None]]


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The result of every task."""
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


def two_at_once(*made: bool) -> Iterator[Bad]:
    """Two creates that are both under way when their answers are lost; whether each was made."""
    lost = together(2, cuts())
    return iter([Bad(lost, has_effect=was_made) for was_made in made])


def play(
    folder: Path, clip: bytes, dialect: Dialect, creates: Iterator[Bad], *lives: Act, ahead: timedelta = timedelta(0)
) -> None:
    """Lives of the engine, each but the last ended by a crash, at one service whose creates go like this.

    The service's clock is `ahead` of ours.
    """

    async def scenario() -> None:
        clock = HeldClock()
        async with RoughService(dialect, clip, lambda: clock.now() + ahead) as service:
            service.finished = False
            service.misbehave(Call.CREATE, creates)
            for act in lives:
                async with at_work(folder, service, clock, dialect, PATIENT) as at:
                    await act(at)

    asyncio.run(scenario())


async def ordered(at: RoughHouse, *prompts: str) -> list[Job]:
    """These orders, given at once."""
    jobs = [await at.house.engine.request(asked(prompt, number)) for number, prompt in enumerate(prompts, 1)]
    await at.house.until(lambda: at.paid_posts() == len(jobs), step_seconds=0.1)
    return jobs


async def passed(at: RoughHouse, seconds: float) -> None:
    """Let so much time pass."""
    until = at.house.clock.steady_seconds() + seconds
    await at.house.until(lambda: at.house.clock.steady_seconds() >= until)


async def ends(at: RoughHouse, jobs: list[Job], *failures: Failure | None) -> list[Job]:
    """The jobs as they ended: with a clip of their own task that was paid, or unpaid with this failure."""
    ended = [await at.end_of(job, 2.0) for job in jobs]
    assert [job.failure for job in ended] == list(failures)
    assert [at.clips(job) for job in ended] == [0 if failure else 1 for failure in failures]
    assert await at.spent() == PRICE * sum(failure is None for failure in failures)
    assert at.paid_posts() == len(jobs)
    own = [job for job in ended if job.state is JobState.DONE]
    assert [at.service.tasks[job.task_id or ""].prompt for job in own] == [job.options.prompt for job in own]
    return ended


def test_two_lost_at_once_each_get_their_own_once_the_tasks_tell_their_prompts(tmp_path: Path, clip: bytes) -> None:
    async def act(at: RoughHouse) -> None:
        jobs = await ordered(at, "a wave", "a horse")
        await passed(at, MINUTES)
        rows = [await at.house.books.jobs.get(job.id) for job in jobs]
        assert [row and row.state for row in rows] == [JobState.SUBMITTING] * 2
        at.service.finished = True
        await ends(at, jobs, None, None)

    play(tmp_path, clip, DASHSCOPE, two_at_once(True, True), act)


def test_of_two_lost_at_once_only_the_one_that_was_made_gets_a_clip(tmp_path: Path, clip: bytes) -> None:
    async def act(at: RoughHouse) -> None:
        jobs = await ordered(at, "a wave", "a horse")
        [task] = at.service.tasks.values()
        await passed(at, 3 * MINUTES)
        at.service.finished = True
        await ends(at, jobs, *(None if job.options.prompt == task.prompt else UNKNOWN for job in jobs))

    play(tmp_path, clip, DASHSCOPE, two_at_once(True, False), act)


def test_two_lost_at_once_in_the_same_words_are_both_paid_back(tmp_path: Path, clip: bytes) -> None:
    async def act(at: RoughHouse) -> None:
        jobs = await ordered(at, "a wave", "a wave")
        at.service.finished = True
        await ends(at, jobs, UNKNOWN, UNKNOWN)

    play(tmp_path, clip, DASHSCOPE, two_at_once(True, True), act)


def test_tasks_that_never_tell_whose_they_are_are_left_alone(tmp_path: Path, clip: bytes) -> None:
    async def act(at: RoughHouse) -> None:
        await ends(at, await ordered(at, "a wave", "a horse"), UNKNOWN, UNKNOWN)

    play(tmp_path, clip, DASHSCOPE, two_at_once(True, True), act)


def test_a_task_of_another_program_with_the_same_key_is_told_from_ours_in_time(tmp_path: Path, clip: bytes) -> None:
    async def act(at: RoughHouse) -> None:
        at.service.make("a stranger's", MODEL)
        jobs = await ordered(at, "a wave")
        await passed(at, 2 * MINUTES)
        at.service.finished = True
        await ends(at, jobs, None)

    play(tmp_path, clip, DASHSCOPE, repeat(MADE), act)


def test_a_finished_task_in_other_words_is_nobodys(tmp_path: Path, clip: bytes) -> None:
    async def act(at: RoughHouse) -> None:
        at.service.finished = True
        at.service.make("a stranger's", MODEL)
        await ends(at, await ordered(at, "a wave"), UNKNOWN)

    play(tmp_path, clip, DASHSCOPE, repeat(NOT_MADE), act)


def test_an_order_whose_answer_comes_keeps_its_task_while_another_is_looked_for(tmp_path: Path, clip: bytes) -> None:
    async def act(at: RoughHouse) -> None:
        at.service.finished = True
        lost, sound = await ordered(at, "a wave", "a horse")
        await ends(at, [lost, sound], UNKNOWN, None)

    play(tmp_path, clip, DASHSCOPE, iter([NOT_MADE, Bad()]), act)


@pytest.mark.parametrize("crashes", [0, 1])
def test_a_late_task_of_an_order_that_was_given_up_goes_to_no_other(tmp_path: Path, clip: bytes, crashes: int) -> None:
    given_up: list[Job] = []

    async def give_up(at: RoughHouse) -> None:
        empty = Bad(says(200, {"data": [], "total_page": 0}))
        at.service.misbehave(Call.LIST, repeat(empty, 4))
        given_up.append(await at.end_of(await at.house.engine.request(asked("a wave"))))
        assert given_up[0].failure is UNKNOWN

    async def order_another(at: RoughHouse) -> None:
        later = await at.house.engine.request(asked("a horse", 2))
        await passed(at, 2 * MINUTES)
        at.service.finished = True
        await ends(at, [*given_up, later], UNKNOWN, UNKNOWN)

    async def both(at: RoughHouse) -> None:
        await give_up(at)
        await order_another(at)

    lives = (give_up, order_another) if crashes else (both,)
    play(tmp_path, clip, DASHSCOPE, iter([MADE, NOT_MADE]), *lives, ahead=timedelta(seconds=25))


@BOTH
def test_two_lost_at_once_where_nothing_can_be_listed_are_paid_back(
    tmp_path: Path, clip: bytes, dialect: Dialect
) -> None:
    async def act(at: RoughHouse) -> None:
        at.service.misbehave(Call.LIST, repeat(Bad(says(403, {"code": "AccessDenied"}))))
        at.service.finished = True
        await ends(at, await ordered(at, "a wave", "a horse"), UNKNOWN, UNKNOWN)

    play(tmp_path, clip, dialect, two_at_once(True, True), act)


@BOTH
@pytest.mark.parametrize("crashes", [1, 3])
def test_a_crash_while_it_is_ordered_sends_nothing_again(
    tmp_path: Path, clip: bytes, dialect: Dialect, crashes: int
) -> None:
    jobs: list[Job] = []

    async def order(at: RoughHouse) -> None:
        jobs.append(await at.house.engine.request(asked("a wave")))
        await at.house.until(lambda: bool(at.service.tasks), step_seconds=0.1)

    async def crash(at: RoughHouse) -> None:
        await passed(at, 1)

    async def end(at: RoughHouse) -> None:
        at.service.misbehave(Call.LIST, iter(()))
        at.service.finished = True
        await ends(at, jobs, UNKNOWN if dialect is SINANCODE else None)

    async def prepare(at: RoughHouse) -> None:
        at.service.misbehave(Call.LIST, repeat(Bad(says(503, b""))))
        await order(at)

    lives = [prepare, *[crash] * (crashes - 1), end]
    play(tmp_path, clip, dialect, repeat(Bad(hangs(), has_effect=True)), *lives)
