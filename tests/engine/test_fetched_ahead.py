"""A result is fetched while it is still being committed that there is one."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine import CancelOutcome, JobState
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.storage.books import MEMBER


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    return ScriptedProvider(clip=film(tmp_path / "film.mp4"))


def test_the_clip_is_here_before_the_commit_is_through(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.RUNNING)
            async with _no_commits(at):
                provider.finish()
                await _until(at, lambda: _clips(tmp_path) == [f"{job.id}.mp4"])
                stored = await at.engine.job(job.id)
                assert stored
                assert stored.state is JobState.RUNNING
            await at.until_state(job, JobState.DONE)
            assert provider.asked_to_download == 1
            assert _clips(tmp_path) == []

    asyncio.run(scenario())


@pytest.mark.parametrize("slowly", [False, True])
def test_the_clip_of_a_job_that_ends_at_that_moment_goes(
    tmp_path: Path, provider: ScriptedProvider, slowly: bool
) -> None:
    async def scenario() -> None:
        provider.cancels, provider.hold_cancels = True, asyncio.Event()
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.RUNNING)
            await at.until(lambda: provider.looks > 0, step_seconds=0.2)
            cancelling = asyncio.create_task(at.engine.cancel(job.id, MEMBER, moderates_guild=None))
            await at.until(lambda: provider.asked_to_cancel > 0, step_seconds=0)
            async with _no_commits(at):
                provider.hold_cancels.set()
                await asyncio.sleep(0.002)  # its commit is the first in the queue
                provider.hold_downloads = asyncio.Event() if slowly else None
                provider.finish()
                await _until(at, lambda: provider.asked_to_download == 1)
            assert (await cancelling).outcome is CancelOutcome.CANCELLED
            if provider.hold_downloads:
                provider.hold_downloads.set()
            await at.a_while()
            assert _clips(tmp_path) == []
            await at.until_state(job, JobState.CANCELLED)
            assert at.stage.posted == []
            assert await at.left() == 1000

    asyncio.run(scenario())


@asynccontextmanager
async def _no_commits(at: House) -> AsyncIterator[None]:
    """The disk is slow: reading goes on, and what is to be written waits."""
    over = threading.Event()
    slow = asyncio.create_task(at.books.database.write(lambda _: over.wait()))
    try:
        yield
    finally:
        over.set()
        await slow


async def _until(at: House, condition: Callable[[], bool]) -> None:
    """Let time pass until the condition holds, whatever the database does."""
    for _ in range(2000):
        if condition():
            return
        at.clock.advance(0.2)
        await asyncio.sleep(0.002)
    raise AssertionError("it never came to that")


def _clips(folder: Path) -> list[str]:
    return [file.name for file in (folder / "clips").iterdir() if file.suffix == ".mp4"]
