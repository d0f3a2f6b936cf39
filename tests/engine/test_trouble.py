"""Long outages, garbled answers, lost results: a paid task is neither dropped nor doubled, and no worker spins."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from client import LookupFailed, OperatorNeeded, ResultGone
from engine import (
    Failure,
    JobState,
    Limits,
    StageDown,
)
from engine.clock import SystemClock
from engine.worker import Worker
from tests.engine.edges import ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage

THREE_HOURS = 3 * 3600


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    return ScriptedProvider(clip=film(tmp_path / "film.mp4"))


def test_a_failed_look_after_a_long_outage_does_not_drop_a_finished_task(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.RUNNING)
            clock = at.clock
        clock.advance(THREE_HOURS)
        provider.look_errors = [LookupFailed("503")]
        provider.finish()
        async with house(tmp_path, provider, clock=clock) as at:
            await at.until_state(job, JobState.DONE)

    asyncio.run(scenario())


def test_a_clip_that_may_be_posted_is_not_refunded_before_the_channel_was_searched(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        provider.finish()
        stage = MemoryStage(errors_after=[StageDown("cut")])
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(order())
            await at.until(lambda: stage.posted == [job.id], step_seconds=0.2)
            clock = at.clock
        clock.advance(THREE_HOURS)
        stage.find_errors = [StageDown("503") for _ in range(5)]
        async with house(tmp_path, provider, stage, clock) as at:
            await at.until_state(job, JobState.DONE)
            assert await at.left() == 990
        assert stage.posted == [job.id]

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [ValueError("a fault of ours"), StageDown("503")])
def test_a_post_that_never_works_ends_at_its_deadline(
    tmp_path: Path, provider: ScriptedProvider, error: Exception
) -> None:
    async def scenario() -> None:
        provider.finish()
        stage = MemoryStage(errors_before=[error] * 500)
        limits = Limits(delivery_deadline_seconds=600)
        async with house(tmp_path, provider, stage, limits=limits) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.FAILED, step_seconds=5)
            assert len(stage.errors_before) > 450
            assert await at.left() == 1000

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [OSError("no space left"), RuntimeError("a fault of ours")])
def test_a_result_that_can_never_be_stored_ends_at_its_deadline(tmp_path: Path, error: Exception) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(download_errors=[error for _ in range(1000)])
        provider.finish()
        async with house(tmp_path, provider, limits=Limits(delivery_deadline_seconds=600)) as at:
            job = await at.engine.request(order())
            failed = await at.until_state(job, JobState.FAILED, step_seconds=5)
            assert failed.failure is Failure.RESULT_LOST
            assert len(provider.download_errors) > 900
            assert await at.left() == 1000

    asyncio.run(scenario())


def test_a_result_that_is_gone_is_asked_for_again(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        provider.finish()
        provider.download_errors = [ResultGone(), ResultGone()]
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.DONE)
            assert provider.looks == 3
            assert provider.asked_to_download == 3

    asyncio.run(scenario())


def test_a_status_that_breaks_does_not_spin(tmp_path: Path) -> None:
    async def scenario() -> None:
        stage = MemoryStage(status_errors=[RuntimeError("a fault of ours") for _ in range(1000)])
        async with house(tmp_path, stage=stage) as at:
            job = await at.engine.request(order())
            await at.engine.show_in(job, 901)
            await at.until_state(job, JobState.RUNNING)
            for _ in range(60):
                at.clock.advance(1)
                await asyncio.sleep(0.002)
            assert 2 <= stage.status_calls <= 8

    asyncio.run(scenario())


class Stumbling(Worker):
    """Its database is away once."""

    name = "stumbling"
    steps = 0

    async def step(self) -> float | None:
        self.steps += 1
        if self.steps == 1:
            raise sqlite3.OperationalError("database is locked")
        self.halt()
        return None


def test_a_locked_database_does_not_end_a_worker() -> None:
    async def scenario() -> None:
        worker = Stumbling(SystemClock())
        running = asyncio.create_task(worker.run())
        await asyncio.sleep(0)
        worker.wake()
        await running
        assert worker.steps == 2

    asyncio.run(scenario())


def test_a_key_that_is_revoked_while_tasks_run_is_told_to_the_operator_and_drops_none(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        provider.look_errors = [LookupFailed("401") for _ in range(5)]
        provider.check_errors = [OperatorNeeded("bad key", code="InvalidApiKey")]
        provider.finish()
        async with house(tmp_path, provider) as at:
            await at.until_state(await at.engine.request(order()), JobState.DONE)
            assert ["InvalidApiKey" in text for text in at.operator.told] == [True]

    asyncio.run(scenario())
