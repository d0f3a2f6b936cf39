"""A result whose address points inward is asked for anew a few times, and then refunded."""

import asyncio
from pathlib import Path

from client import ResultInward
from engine import Failure, JobState
from tests.engine.edges import ScriptedProvider, film, house, order


def test_a_result_that_keeps_pointing_inward_is_refunded(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(download_errors=[ResultInward("localhost points inward")] * 1000)
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            provider.finish()
            failed = await at.until_state(job, JobState.FAILED)
            assert failed.failure is Failure.RESULT_LOST
            assert failed.ended_at
            assert failed.ready_at
            assert (failed.ended_at - failed.ready_at).total_seconds() < 600
            assert (len(provider.created), at.stage.posts, await at.left()) == (1, 0, 1000)

    asyncio.run(scenario())


def test_a_result_that_points_elsewhere_at_the_next_look_is_posted(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(clip=film(tmp_path / "film.mp4"), download_errors=[ResultInward()] * 2)
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            provider.finish()
            await at.until_state(job, JobState.DONE)
            assert (len(provider.created), at.stage.posted, await at.left()) == (1, [job.id], 990)

    asyncio.run(scenario())
