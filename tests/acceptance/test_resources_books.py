"""A database of 100,000 jobs: a start reads what is open, and who asks waits no longer than in a small one."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage import Account, JobState
from tests.acceptance.many_jobs import OPEN, Cost, Counted, counted, fill
from tests.storage.books import ACCOUNT, CHANNEL, GUILD, MEMBER, NOON, books, new_job

SIZES = (1_000, 100_000)
UTC = ZoneInfo("UTC")

Question = Callable[[Counted], Awaitable[object]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A file of each size."""
    found = {}
    for size in SIZES:
        folder = tmp_path_factory.mktemp(f"jobs{size}")
        asyncio.run(made(folder))
        found[size] = folder / "firstframe.db"
        fill(found[size], size)
    return found


async def made(folder: Path) -> None:
    async with books(folder):
        pass


def cost_of(path: Path, question: Question) -> tuple[object, Cost]:
    async def scenario() -> tuple[object, Cost]:
        async with counted(path) as at:
            return await question(at), at.cost

    return asyncio.run(scenario())


async def start(at: Counted) -> list[str]:
    """What the engine reads before it runs, and its workers at their first look around."""
    await at.jobs.forget_tokens(NOON)
    found = [*await at.jobs.unfinished(), *await at.jobs.to_remove()]
    await at.jobs.durations("newest/720P/5s")
    return sorted({job.state for job in found})


async def an_order(at: Counted) -> JobState:
    account = Account(GUILD, MEMBER, home_channel_id=CHANNEL)
    await at.jobs.of_interaction(987_654_321)
    await at.jobs.check_admission(account, 10, NOON)
    return (await at.jobs.accept(new_job(987_000_000))).state


QUESTIONS: dict[str, Question] = {
    "a start": start,
    "an order": an_order,
    "/jobs": lambda at: at.jobs.of_member(MEMBER, GUILD, 100),
    "/quota": lambda at: at.standings.of(ACCOUNT, NOON),
    "a message's clip": lambda at: at.jobs.of_message(GUILD, 20_000_500),
    "a clip's task": lambda at: at.jobs.knows_task("task-500"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_hundred_times_as_many_jobs_cost_no_more(files: dict[int, Path], question: str) -> None:
    (_, small), (_, large) = (cost_of(files[size], QUESTIONS[question]) for size in SIZES)
    assert large.statements == small.statements <= 25
    assert large.hundreds <= 3 * small.hundreds + 100


def test_a_start_reads_what_is_open_and_nothing_else(files: dict[int, Path]) -> None:
    async def question(at: Counted) -> int:
        return len(await at.jobs.unfinished())

    found, cost = cost_of(files[SIZES[-1]], question)
    assert found in (OPEN, OPEN + 1)  # the order of the test above
    assert cost.hundreds < 200


def report(days: int, member: int | None) -> Question:
    begin = NOON - timedelta(days=days)
    return lambda at: at.reports.report(GUILD, begin, NOON + timedelta(days=1), UTC, member)


def test_a_report_is_one_statement_that_reads_its_own_days_and_people(files: dict[int, Path]) -> None:
    large = files[SIZES[-1]]
    month, year, own = (
        cost_of(large, report(days, member))[1] for days, member in ((30, None), (365, None), (30, MEMBER))
    )
    assert month.statements == own.statements == 1
    assert month.hundreds < year.hundreds / 6
    assert own.hundreds < month.hundreds / 6
