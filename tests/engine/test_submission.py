"""Handing orders over: who waits for what, whose task a lost answer was, and what the operator is told."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from client import Busy, InputRefused, LookupFailed, OperatorNeeded, OutcomeUnknown, Unreachable
from engine import (
    Failure,
    JobState,
    Limits,
    NotEnoughCredits,
    NotOffered,
    Stranded,
    Wish,
)
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.media.sounds import tone
from tests.storage.books import MEMBER

AT_ONCE = Limits(creates_per_second=1000)
"""The rate is held in real seconds, of which a step of the held clock takes next to none."""


async def a_note() -> bytes:
    """Hand over a sound of five seconds."""
    return tone("wav", 5)


async def run_soon(at: House, *numbers: int) -> None:
    """Give orders, one each by another member, and see them run within half a minute."""
    jobs = [await at.engine.request(order(number, member_id=number)) for number in numbers]
    for job in jobs:
        running = await at.until_state(job, JobState.RUNNING)
        assert running.running_at is not None
        assert (running.running_at - job.created_at).total_seconds() < 30


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    return ScriptedProvider(clip=film(tmp_path / "film.mp4"))


def test_after_a_stop_nothing_is_sent_any_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider()
        async with house(tmp_path, provider, limits=Limits(creates_per_second=2)) as at:
            jobs = [await at.engine.request(order(number)) for number in (1, 2, 3)]
            await at.until(lambda: len(provider.created) >= 1)
            await at.engine.stop(5)
            sent = len(provider.created)
            states = [(await at.books.jobs.get(job.id)) for job in jobs]
            assert JobState.SUBMITTING not in {job.state for job in states if job}
            await asyncio.sleep(0.6)  # as long as the rate would have held the next one back
            assert len(provider.created) == sent < 3

    asyncio.run(scenario())


def test_patience_counts_for_each_order_from_when_it_was_given(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(create_errors=[Unreachable() for _ in range(500)])
        async with house(tmp_path, provider, limits=Limits(submit_patience_seconds=120)) as at:
            first = await at.engine.request(order(1))
            await at.until(lambda: (at.clock.now() - first.created_at).total_seconds() > 100)
            second = await at.engine.request(order(2))
            await at.until_state(first, JobState.FAILED)
            ended = await at.until_state(second, JobState.FAILED)
            assert ended.ended_at is not None
            assert (ended.ended_at - second.created_at).total_seconds() >= 120

    asyncio.run(scenario())


def test_patience_ends_also_while_the_provider_asked_for_an_hour(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(create_errors=[Busy(retry_after_seconds=3600)])
        async with house(tmp_path, provider, limits=Limits(submit_patience_seconds=120)) as at:
            job = await at.engine.request(order())
            ended = await at.until_state(job, JobState.FAILED)
            assert ended.failure is Failure.PROVIDER_BUSY
            assert ended.ended_at is not None
            assert (ended.ended_at - job.created_at).total_seconds() < 240

    asyncio.run(scenario())


@pytest.mark.parametrize("cancelled", [True, False])
def test_what_the_provider_asked_for_holds_also_once_nobody_waits_for_it(tmp_path: Path, *, cancelled: bool) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(create_errors=[Busy(retry_after_seconds=300)])
        async with house(tmp_path, provider, limits=Limits(submit_patience_seconds=120)) as at:
            first = await at.engine.request(order(1))
            await at.until(lambda: len(provider.created) == 1)
            asked_at = at.clock.now()
            await at.until_state(first, JobState.QUEUED)
            if cancelled:
                await at.engine.cancel(first.id, MEMBER, moderates_guild=None)
            await at.until_row(first, lambda job: job.state.final)
            await at.until(lambda: at.clock.now() - asked_at >= timedelta(seconds=200))
            await at.until_state(await at.engine.request(order(2)), JobState.RUNNING)
            assert at.clock.now() - asked_at >= timedelta(seconds=300)

    asyncio.run(scenario())


def test_of_orders_that_are_turned_away_side_by_side_the_longest_wait_counts(tmp_path: Path) -> None:
    async def scenario() -> None:
        answered = asyncio.Event()
        provider = ScriptedProvider(hold_creates=answered)
        async with house(tmp_path, provider, limits=AT_ONCE) as at:
            for number in (1, 2, 3):
                await at.engine.request(order(number, member_id=number))
            await at.until(lambda: len(provider.created) == 3)
            provider.create_errors = [Busy(), Busy(retry_after_seconds=300), Busy(retry_after_seconds=30)]
            asked_at = at.clock.now()
            answered.set()
            await at.until(lambda: len(provider.created) > 3)
            assert at.clock.now() - asked_at >= timedelta(seconds=300)

    asyncio.run(scenario())


def test_a_lost_answer_is_settled_by_the_one_task_that_fits(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        provider.create_errors = [OutcomeUnknown("cut")]
        provider.find_errors = [LookupFailed("503")]
        provider.found = ["task-77"]
        provider.finish()
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            done = await at.until_state(job, JobState.DONE)
            assert done.task_id == "task-77"
            assert len(provider.created) == 1
            assert await at.left() == 990

    asyncio.run(scenario())


def test_a_crash_while_submitting_is_settled_by_the_list_as_well(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        provider.hold_creates = asyncio.Event()
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until(lambda: len(provider.created) == 1)
        provider.found = ["task-1"]
        provider.finish()
        async with house(tmp_path, provider) as at:
            await at.until_state(job, JobState.DONE)
            assert len(provider.created) == 1

    asyncio.run(scenario())


def test_a_task_that_may_be_another_orders_is_not_adopted_and_both_keep_their_money_right(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(found=["task-2"])
        async with house(tmp_path, provider) as at:
            provider.hold_creates = asyncio.Event()
            mine = await at.engine.request(order(1))
            theirs = await at.engine.request(order(2, member_id=77))
            await at.until(lambda: len(provider.created) == 2)
            provider.create_errors = [OutcomeUnknown("cut")]  # of the first: its task was never made
            provider.hold_creates.set()
            await at.until_state(theirs, JobState.RUNNING)
            assert (await at.until_state(mine, JobState.FAILED)).failure is Failure.OUTCOME_UNKNOWN
            assert await at.left() == 1000

    asyncio.run(scenario())


@pytest.mark.parametrize("refusal", [Unreachable(), Busy()])
def test_while_a_lost_order_is_looked_for_others_find_out_whether_the_provider_is_well_again(
    tmp_path: Path, refusal: Exception
) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(create_errors=[OutcomeUnknown("cut"), refusal], found=["task-8", "task-9"])
        async with house(tmp_path, provider, limits=AT_ONCE) as at:
            lost = await at.engine.request(order(1))
            await at.until(lambda: len(provider.created) == 1)
            await run_soon(at, 2, 3)
            assert (await at.until_state(lost, JobState.FAILED)).failure is Failure.OUTCOME_UNKNOWN

    asyncio.run(scenario())


def test_an_order_that_was_lost_in_a_crash_keeps_no_other_from_finding_out_either(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(hold_creates=asyncio.Event(), found=["task-8", "task-9"])
        async with house(tmp_path, provider, limits=AT_ONCE) as at:
            await at.engine.request(order(1))
            await at.until(lambda: len(provider.created) == 1)
        provider.hold_creates = None
        provider.create_errors = [Unreachable()]
        async with house(tmp_path, provider, clock=at.clock, limits=AT_ONCE) as at:
            await run_soon(at, 2, 3)

    asyncio.run(scenario())


def test_one_order_whose_sound_cannot_be_stored_holds_up_no_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(store_errors=[Unreachable() for _ in range(500)])
        async with house(tmp_path, provider, limits=Limits(submit_patience_seconds=300)) as at:
            singing = await at.engine.request(replace(order(1), wish=Wish(soundtrack=True), sound=a_note))
            others = [await at.engine.request(order(number, member_id=number)) for number in range(2, 5)]
            for other in others:
                await at.until_state(other, JobState.RUNNING, step_seconds=0.1)
            assert (await at.until_state(singing, JobState.FAILED)).failure is Failure.PROVIDER_UNREACHABLE
            assert len(provider.created) == 3

    asyncio.run(scenario())


def test_a_model_that_is_throttled_holds_up_no_other_model(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(create_errors=[Busy(retry_after_seconds=60)])
        async with house(tmp_path, provider) as at:
            throttled = await at.engine.request(replace(order(1), wish=Wish(model="wan2.2-i2v-flash")))
            await at.until(lambda: len(provider.created) == 1, step_seconds=0.1)
            other = await at.engine.request(order(2))
            running = await at.until_state(other, JobState.RUNNING, step_seconds=0.1)
            assert running.running_at is not None
            assert (running.running_at - other.created_at).total_seconds() < 30
            await at.until_state(throttled, JobState.RUNNING)

    asyncio.run(scenario())


def test_an_account_with_more_places_uses_them_all(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider()
        async with house(tmp_path, provider, limits=Limits(running_tasks=8, creates_per_second=100)) as at:
            for number in range(9):
                await at.engine.request(order(number))
            await at.until(lambda: len(provider.created) == 8)

    asyncio.run(scenario())


def test_a_model_with_fewer_places_gets_no_more_than_those(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider()
        async with house(tmp_path, provider) as at:
            old = [replace(order(number), wish=Wish(model="wan2.2-i2v-plus")) for number in (1, 2, 3)]
            jobs = [await at.engine.request(each) for each in old]
            new = await at.engine.request(order(9, member_id=77))
            await at.until_state(new, JobState.RUNNING)
            await at.until_state(jobs[1], JobState.RUNNING)
            for _ in range(20):
                at.clock.advance(1)
                await asyncio.sleep(0.002)
            third = await at.books.jobs.get(jobs[2].id)
            assert third is not None
            assert third.state is JobState.QUEUED

    asyncio.run(scenario())


def test_tasks_at_another_provider_keep_the_bot_from_starting(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            await at.until_state(await at.engine.request(order()), JobState.RUNNING)
        with pytest.raises(Stranded, match="1 clips are still being made at scripted"):
            async with house(tmp_path, ScriptedProvider(name="another")):
                pass

    asyncio.run(scenario())


def test_several_refusals_at_once_ring_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        refusals: list[Exception] = [OperatorNeeded("no balance", code="Arrearage") for _ in range(5)]
        async with house(tmp_path, ScriptedProvider(create_errors=refusals)) as at:
            jobs = [await at.engine.request(order(number)) for number in range(5)]
            for job in jobs:
                await at.until_state(job, JobState.FAILED)
            for _ in range(20):
                await asyncio.sleep(0.005)
            assert len(at.operator.told) == 1

    asyncio.run(scenario())


def test_who_cannot_pay_has_nothing_fetched(tmp_path: Path) -> None:
    async def scenario() -> None:
        async def never() -> bytes:
            raise AssertionError("fetched")

        async with house(tmp_path, per_day=3) as at:
            with pytest.raises(NotEnoughCredits):
                await at.engine.request(replace(order(), image=never))

    asyncio.run(scenario())


@pytest.mark.parametrize("found", [[], ["task-8", "task-9"]])
def test_where_none_or_several_fit_the_order_is_refunded(tmp_path: Path, found: list[str]) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(create_errors=[OutcomeUnknown("cut")], found=found)
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            assert (await at.until_state(job, JobState.FAILED)).failure is Failure.OUTCOME_UNKNOWN
            assert len(provider.created) == 1

    asyncio.run(scenario())


def test_a_task_that_belongs_to_another_order_is_not_adopted(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(found=["task-1"])
        async with house(tmp_path, provider) as at:
            await at.until_state(await at.engine.request(order(1)), JobState.RUNNING)
            provider.create_errors = [OutcomeUnknown("cut")]
            lost = await at.engine.request(order(2))
            assert (await at.until_state(lost, JobState.FAILED)).failure is Failure.OUTCOME_UNKNOWN

    asyncio.run(scenario())


def test_the_operator_is_told_once_an_hour_also_across_restarts(tmp_path: Path) -> None:
    async def scenario() -> None:
        clock, told = None, []
        for number, pause in enumerate((0, 60, 3600)):
            provider = ScriptedProvider(create_errors=[OperatorNeeded("no balance", code="Arrearage")])
            async with house(tmp_path, provider, clock=clock) as at:
                clock = at.clock
                clock.advance(pause)
                await at.until_state(await at.engine.request(order(number)), JobState.FAILED)
                for _ in range(20):
                    await asyncio.sleep(0.005)
                told.append(at.operator.told)
        assert [len(times) for times in told] == [1, 0, 1]
        assert "Arrearage: no balance" in told[0][0]

    asyncio.run(scenario())


def test_a_refused_picture_does_not_ring_for_the_operator(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(create_errors=[InputRefused("odd")])) as at:
            await at.until_state(await at.engine.request(order()), JobState.FAILED)
            assert at.operator.told == []

    asyncio.run(scenario())


def test_the_wish_is_settled_before_anything_is_charged(tmp_path: Path) -> None:
    async def scenario() -> None:

        async with house(tmp_path) as at:
            with pytest.raises(NotOffered):
                await at.engine.request(replace(order(), wish=Wish(duration_seconds=7)))
            assert await at.left() == 1000

    asyncio.run(scenario())
