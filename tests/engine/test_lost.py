"""Orders whose answers were lost side by side: each finds its own task, and asks no more than is in the budget."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import pytest

from client import ListedTask, LookupFailed, OutcomeUnknown, Turn, VideoRequest
from engine import Failure, JobState, Limits
from engine.lost import PATIENCE_SECONDS
from tests.engine.edges import HeldClock, ScriptedProvider, film, house, order

LOST = 5


@dataclass
class ListingProvider(ScriptedProvider):
    """Takes each order and loses its answer; lists every task, and tells their prompts if it is to."""

    clock: HeldClock = field(default_factory=HeldClock)
    tells: bool = False
    listed: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    made: list[datetime] = field(default_factory=list)

    async def create(self, request: VideoRequest) -> str:
        self.created.append(request)
        self.made.append(self.clock.now())
        if self.hold_creates:
            await self.hold_creates.wait()
        raise OutcomeUnknown("cut")

    async def list_created(self, model: str, since: datetime, until: datetime, turn: Turn) -> list[ListedTask] | None:
        await turn()
        self.listed.append(self.clock.steady_seconds())
        if self.find_errors:
            raise self.find_errors.pop(0)
        return [ListedTask(str(number), made) for number, made in enumerate(self.made) if since <= made <= until]

    async def prompt_of(self, task_id: str) -> str | None:
        self.told.append(self.clock.steady_seconds())
        return self.created[int(task_id)].prompt if self.tells else None


@pytest.fixture
def provider(tmp_path: Path) -> ListingProvider:
    return ListingProvider(clip=film(tmp_path / "film.mp4"))


def test_orders_lost_side_by_side_each_find_their_own_task(tmp_path: Path, provider: ListingProvider) -> None:
    async def scenario() -> None:
        limits = Limits(running_tasks=LOST, creates_per_second=1000, queries_per_second=5)
        async with house(tmp_path, provider, clock=provider.clock, limits=limits) as at:
            orders = [order(number, member_id=number) for number in range(1, LOST + 1)]
            told = [replace(one, wish=replace(one.wish, prompt=f"wave {one.interaction_id}")) for one in orders]
            jobs = [await at.engine.request(one) for one in told]
            await at.until(lambda: len(provider.created) == LOST)
            await at.a_while(60)
            kept = [await at.books.jobs.get(job.id) for job in jobs]
            assert all(job and job.state is JobState.SUBMITTING for job in kept)
            provider.tells = True
            for job in jobs:
                running = await at.until_state(job, JobState.RUNNING)
                assert provider.created[int(running.task_id or "")].prompt == job.options.prompt
            assert len(provider.created) == LOST
            # Each reading asks each task that is nobody's yet, once, whoever is waiting for it.
            assert len(provider.told) <= LOST * len(provider.listed)
            assert len(provider.listed) < 2 * LOST * 6

    asyncio.run(scenario())


def test_in_no_second_more_is_asked_than_the_budget(tmp_path: Path, provider: ListingProvider) -> None:
    async def scenario() -> None:
        limits = Limits(running_tasks=LOST, creates_per_second=1000, queries_per_second=2)
        async with house(tmp_path, provider, clock=provider.clock, limits=limits) as at:
            for number in range(1, LOST + 1):
                await at.engine.request(order(number, member_id=number))
            await at.until(lambda: len(provider.told) > 3 * LOST, step_seconds=0.25)
            asked = sorted([*provider.listed, *provider.told])
            assert all(later - earlier >= 1 for earlier, later in zip(asked, asked[2:], strict=False))

    asyncio.run(scenario())


def test_a_list_is_not_asked_again_before_the_time_that_the_provider_named(
    tmp_path: Path, provider: ListingProvider
) -> None:
    async def scenario() -> None:
        provider.find_errors = [LookupFailed("429", retry_after_seconds=200)]
        provider.tells = True
        async with house(tmp_path, provider, clock=provider.clock) as at:
            job = await at.engine.request(order())
            assert (await at.until_state(job, JobState.RUNNING)).task_id == "0"
            assert provider.listed[1] - provider.listed[0] >= 200

    asyncio.run(scenario())


def test_who_names_a_time_after_the_patience_is_not_waited_for(tmp_path: Path, provider: ListingProvider) -> None:
    async def scenario() -> None:
        provider.find_errors = [LookupFailed("429", retry_after_seconds=24 * 3600)]
        async with house(tmp_path, provider, clock=provider.clock) as at:
            job = await at.engine.request(order())
            ended = await at.until_state(job, JobState.FAILED)
            assert ended.failure is Failure.OUTCOME_UNKNOWN
            assert ended.ended_at is not None
            assert (ended.ended_at - job.created_at).total_seconds() < PATIENCE_SECONDS + 10

    asyncio.run(scenario())


def test_orders_in_the_same_words_are_paid_back(tmp_path: Path, provider: ListingProvider) -> None:
    async def scenario() -> None:
        provider.tells, provider.hold_creates = True, asyncio.Event()
        async with house(tmp_path, provider, clock=provider.clock, limits=Limits(creates_per_second=1000)) as at:
            jobs = [await at.engine.request(order(number, member_id=number)) for number in (1, 2)]
            await at.until(lambda: len(provider.created) == 2)
            provider.hold_creates.set()
            for job in jobs:
                assert (await at.until_state(job, JobState.FAILED)).failure is Failure.OUTCOME_UNKNOWN
            assert len(provider.created) == 2

    asyncio.run(scenario())
