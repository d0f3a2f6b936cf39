"""Cancelling what waits, also while the provider is just being asked to take it."""

import asyncio
from pathlib import Path

import pytest

from client import Busy
from engine import CancelOutcome, JobState
from tests.engine.edges import House, ScriptedProvider, house, order
from tests.storage.books import GUILD, MEMBER


@pytest.fixture
def provider() -> ScriptedProvider:
    """It answers an order when the test lets it."""
    return ScriptedProvider(hold_creates=asyncio.Event())


async def answered(at: House) -> None:
    """The provider answers, and what follows from it has happened."""
    assert at.provider.hold_creates
    at.provider.hold_creates.set()
    await asyncio.sleep(0)


def test_an_order_that_is_turned_away_while_it_is_cancelled_is_over(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        provider.create_errors = [Busy()]
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until(lambda: len(provider.created) == 1)
            cancelling = asyncio.create_task(at.engine.cancel(job.id, MEMBER, moderates_guild=None))
            await at.a_while(5)
            assert not cancelling.done()
            await answered(at)
            assert (await cancelling).outcome is CancelOutcome.CANCELLED
            assert await at.left() == 1000
            await at.a_while(60)
            assert len(provider.created) == 1
            await at.until_state(job, JobState.CANCELLED)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("stops", "outcome", "left"), [(False, CancelOutcome.TOO_LATE, 990), (True, CancelOutcome.CANCELLED, 1000)]
)
def test_an_order_that_is_taken_while_it_is_cancelled_is_stopped_where_it_can_be(
    tmp_path: Path, provider: ScriptedProvider, stops: bool, outcome: CancelOutcome, left: int
) -> None:
    async def scenario() -> None:
        provider.cancels = stops
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until(lambda: len(provider.created) == 1)
            cancelling = asyncio.create_task(at.engine.cancel(job.id, MEMBER, moderates_guild=None))
            await at.a_while(2)
            await answered(at)
            assert (await cancelling).outcome is outcome
            assert await at.left() == left

    asyncio.run(scenario())


def test_nobody_waits_for_an_answer_for_good(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until(lambda: len(provider.created) == 1)
            asked_at = at.clock.steady_seconds()
            cancelling = asyncio.create_task(at.engine.cancel(job.id, MEMBER, moderates_guild=None))
            await at.until(cancelling.done)
            assert cancelling.result().outcome is CancelOutcome.TOO_LATE
            assert 10 <= at.clock.steady_seconds() - asked_at < 15
            assert await at.left() == 990
            await answered(at)
            await at.until_state(job, JobState.RUNNING)

    asyncio.run(scenario())


def test_a_members_waiting_jobs_are_cancelled_together(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            sent = [await at.engine.request(order(number)) for number in range(5)]
            await at.until(lambda: len(provider.created) == 5, step_seconds=0.1)
            waiting = [await at.engine.request(order(number)) for number in range(5, 8)]
            other = await at.engine.request(order(9, member_id=77))
            provider.create_errors = [Busy()]
            cancelling = asyncio.create_task(at.engine.cancel_waiting(GUILD, MEMBER, actor_id=40))
            for job in waiting:
                await at.until_state(job, JobState.CANCELLED, step_seconds=0.1)
            await answered(at)
            # The three that waited, and the one of those on their way that was turned away.
            assert await cancelling == 4
            assert await at.left() == 1000 - 10 * (len(sent) - 1)
            states = [job.state for job in [await at.engine.job(job.id) for job in sent] if job]
            assert sorted(states) == [JobState.CANCELLED] + [JobState.RUNNING] * 4
            await at.until_state(other, JobState.RUNNING)

    asyncio.run(scenario())
