"""Jobs move by compare-and-set, together with their money."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from storage import Failure, JobState, NotEnoughCredits
from tests.storage.books import ACCOUNT, MEMBER, NOON, books, new_job


def test_a_job_comes_back_from_the_file_as_it_was_stored(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as first:
            stored = await first.jobs.accept(new_job(1))
        async with books(tmp_path) as second:
            assert await second.jobs.get("job1") == stored
            assert (await second.jobs.first_frame(stored.frame)).jpeg == b"a jpeg"
        assert stored.state is JobState.QUEUED
        assert stored.options == new_job(1).options
        assert stored.created_at == NOON
        assert stored.notes == ("flattened",)

    asyncio.run(scenario())


def test_the_same_interaction_delivered_twice_is_one_job_and_one_charge(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            first = await kept.jobs.accept(new_job(1))
            again = await kept.jobs.accept(new_job(1))
            assert again == first
            assert (await kept.ledger.balance(ACCOUNT, NOON)).left == 50

    asyncio.run(scenario())


def test_a_hundred_commands_at_once_against_one_remaining_clip_give_one_job(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=10) as kept:
            orders = (kept.jobs.accept(new_job(number)) for number in range(100))
            results = await asyncio.gather(*orders, return_exceptions=True)
            refused = [result for result in results if isinstance(result, NotEnoughCredits)]
            assert len(refused) == 99
            assert len(await kept.jobs.open()) == 1
            assert (await kept.ledger.balance(ACCOUNT, NOON)).left == 0

    asyncio.run(scenario())


def test_a_step_from_a_state_that_is_over_does_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            assert await kept.jobs.advance("job1", JobState.QUEUED, JobState.SUBMITTING, NOON)
            assert await kept.jobs.advance("job1", JobState.QUEUED, JobState.SUBMITTING, NOON) is None
            assert await kept.jobs.advance("nobody", JobState.QUEUED, JobState.SUBMITTING, NOON) is None

    asyncio.run(scenario())


def test_of_ten_ends_at_once_one_counts_and_refunds(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            ends = (
                kept.jobs.end("job1", (JobState.QUEUED,), Failure.CANCELLED, NOON, actor_id=MEMBER) for _ in range(10)
            )
            ended = [job for job in await asyncio.gather(*ends) if job]
            assert [job.state for job in ended] == [JobState.CANCELLED]
            assert (await kept.ledger.balance(ACCOUNT, NOON)).left == 60

    asyncio.run(scenario())


def test_a_step_remembers_its_time_and_what_it_learned(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await kept.jobs.advance("job1", JobState.QUEUED, JobState.SUBMITTING, NOON)
            later = NOON + timedelta(seconds=90)
            running = await kept.jobs.advance("job1", JobState.SUBMITTING, JobState.RUNNING, NOON, task_id="t-1")
            found = {"result_url": "http://x/1", "took_seconds": 88.0}
            ready = await kept.jobs.advance("job1", JobState.RUNNING, JobState.READY, later, **found)
            assert running is not None
            assert running.task_id == "t-1"
            assert ready is not None
            assert (ready.running_at, ready.ready_at) == (NOON, later)
            assert await kept.jobs.durations("720P/5s") == [88.0]

    asyncio.run(scenario())


def test_a_step_writes_no_column_it_should_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            with pytest.raises(ValueError, match="price"):
                await kept.jobs.advance("job1", JobState.QUEUED, JobState.SUBMITTING, NOON, price=1)

    asyncio.run(scenario())


def test_jobs_are_listed_for_their_member_alone_newest_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await kept.jobs.accept(new_job(2, at=NOON + timedelta(seconds=1)))
            await kept.jobs.accept(new_job(3, member_id=99))
            assert [job.id for job in await kept.jobs.of_member(MEMBER, None, 10)] == ["job2", "job1"]
            assert await kept.jobs.of_member(MEMBER, 77, 10) == []

    asyncio.run(scenario())


def test_a_job_is_unsettled_until_its_end_is_shown(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await kept.jobs.end("job1", (JobState.QUEUED,), Failure.TIMED_OUT, NOON, actor_id=0)
            assert [job.id for job in await kept.jobs.unsettled()] == ["job1"]
            assert await kept.jobs.open() == []
            await kept.jobs.settle_status("job1")
            assert await kept.jobs.unsettled() == []

    asyncio.run(scenario())
