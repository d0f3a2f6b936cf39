"""Many jobs at once: their messages share their edits, what is news goes first, and nothing is counted anew."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

from engine import JobState
from engine.life import Life
from tests.engine.edges import HeldClock, ScriptedProvider, film, house
from tests.storage.books import NOON, Books, books, new_job

MANY = 40
MINUTE = 60


async def fill(kept: Books, count: int = MANY) -> None:
    """So many running jobs of three members, each with its status message."""
    for number in range(1, count + 1):
        job = await kept.jobs.accept(replace(new_job(number, price=1, member_id=number % 3), provider="scripted"))
        await kept.jobs.advance(job.id, JobState.QUEUED, JobState.SUBMITTING, NOON)
        await kept.jobs.advance(job.id, JobState.SUBMITTING, JobState.RUNNING, NOON, task_id=f"task-{number}")
        await kept.jobs.set_status_message(job.id, 5000 + number)


def test_edits_that_show_progress_only_are_shared_by_all_and_ends_do_not_wait_for_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, 1000) as kept:
            await fill(kept)
        provider = ScriptedProvider(clip=film(tmp_path / "film.mp4"))
        async with house(tmp_path, provider) as at:
            await at.a_while(MINUTE)
            edits = Counter(job_id for job_id, _ in at.stage.statuses)
            assert len(edits) == MANY
            # Two a second; and each says once that it is being made, as soon as that is known.
            assert MINUTE <= edits.total() <= 2 * MINUTE + MANY
            assert max(edits.values()) - min(edits.values()) <= 2
            at.stage.statuses.clear()
            provider.finish()
            await at.until_settled()
            ends = [job_id for job_id, status in at.stage.statuses if status.state is JobState.DONE]
            assert sorted(ends) == sorted(edits)

    asyncio.run(scenario())


def test_the_places_of_each_member_are_kept_up_with_each_change(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, 1000) as kept:
            await fill(kept, 6)
            life = Life(kept.jobs, HeldClock())
            await life.load()
            assert life.at_provider() == {0: 2, 1: 2, 2: 2}
            for job in life.in_state(JobState.RUNNING):
                if job.member_id:
                    await life.record(job, JobState.READY, result_url="https://results.example/1.mp4")
            assert life.at_provider() == {0: 2}

    asyncio.run(scenario())


def test_a_start_reads_each_job_that_is_not_over_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, 1000) as kept:
            await fill(kept, 6)
            for number, state in ((1, JobState.CANCELLED), (2, JobState.CANCELLED)):
                await kept.jobs.advance(f"job{number}", JobState.RUNNING, state, NOON)
            await kept.jobs.settle_status("job2")
            await kept.jobs.settle_status("job3")
            assert sorted(job.id for job in await kept.jobs.unfinished()) == ["job1", "job3", "job4", "job5", "job6"]

    asyncio.run(scenario())
