"""After an older copy is restored nothing is ordered, posted or refunded that may have been before."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from client import Busy, LookupFailed, OperatorNeeded
from engine import ChannelClosed, Failure, Job, JobState, PostRefused, Route, StageDown
from storage import EVERYWHERE, Layer
from tests.engine.edges import House, ScriptedProvider, film, order
from tests.engine.lives import Life
from tests.storage.books import ACCOUNT, CHANNEL, MEMBER

CLOSED = ChannelClosed("50001")


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path, ScriptedProvider(clip=film(tmp_path / "film.mp4")))


async def queued(life: Life, at: House) -> Job:
    """An order that waits: the provider is too busy for it."""
    life.provider.create_errors = [Busy(retry_after_seconds=60)]
    job = await at.engine.request(order())
    await at.until(lambda: len(life.provider.created) == 1)
    return await at.until_state(job, JobState.QUEUED)


async def submitting(life: Life, at: House) -> Job:
    """An order whose answer is not there yet."""
    life.provider.hold_creates = asyncio.Event()
    return await at.until_state(await at.engine.request(order()), JobState.SUBMITTING)


async def running(life: Life, at: House) -> Job:
    """A task under way."""
    return await at.until_state(await at.engine.request(order()), JobState.RUNNING)


async def posting(life: Life, at: House) -> Job:
    """A clip of which nobody knows yet whether it is posted."""
    life.stage.hold_posts = asyncio.Event()
    life.provider.finish()
    return await at.until_state(await at.engine.request(order()), JobState.POSTING)


BEGINNINGS = pytest.mark.parametrize("begin", [queued, submitting, running, posting])


@BEGINNINGS
def test_what_was_posted_since_is_found_and_neither_ordered_nor_posted_again(
    life: Life, begin: Callable[[Life, House], Awaitable[Job]]
) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            job = await begin(life, at)
            life.back_up()
            for held in (life.provider.hold_creates, life.stage.hold_posts):
                if held:
                    held.set()
            life.provider.finish()
            before = await at.until_state(job, JobState.DONE, step_seconds=5)
            await at.until_settled()
        made, posts = len(life.provider.created), life.stage.posts
        assert await life.restore() >= 1
        async with life.bot() as at:
            done = await at.until_state(job, JobState.DONE)
            await at.until_settled()
            assert (done.route, done.clip_message_id) == (Route.CHANNEL, before.clip_message_id)
            assert done.clip_channel_id == CHANNEL
            assert await at.left() == 990
        assert (len(life.provider.created), life.stage.posts) == (made, posts)

    asyncio.run(scenario())


def test_a_task_that_is_not_posted_is_looked_at_and_posted_once(life: Life) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            job = await running(life, at)
            life.back_up()
        assert await life.restore() == 1
        async with life.bot() as at:
            again = await at.until_state(job, JobState.RUNNING)
            assert (again.task_id, again.running_at) == (job.task_id, job.running_at)
            life.provider.finish()
            done = await at.until_state(job, JobState.DONE)
            assert done.route is Route.CHANNEL
            assert life.stage.posted == [job.id]
            assert len(life.provider.created) == 1
            assert await at.left() == 990

    asyncio.run(scenario())


def test_a_clip_that_is_made_and_not_posted_is_posted_once(life: Life) -> None:
    async def scenario() -> None:
        life.stage.errors_before = [StageDown()] * 100
        life.provider.finish()
        async with life.bot() as at:
            job = await at.until_state(await at.engine.request(order()), JobState.POSTING)
            life.back_up()
        life.stage.errors_before.clear()
        await life.restore()
        async with life.bot() as at:
            done = await at.until_state(job, JobState.DONE)
            assert done.ready_at == job.ready_at
        assert life.stage.posted == [job.id]

    asyncio.run(scenario())


@pytest.mark.parametrize("begin", [queued, submitting])
def test_an_order_of_which_nothing_is_known_is_refunded_and_never_sent_again(
    life: Life, begin: Callable[[Life, House], Awaitable[Job]]
) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            job = await begin(life, at)
            life.back_up()
        made = len(life.provider.created)
        life.provider.found = ["somebody-elses"]  # of an order that the copy has never heard of
        await life.restore()
        async with life.bot() as at:
            failed = await at.until_state(job, JobState.FAILED)
            assert failed.failure is Failure.RESTORED
            await at.until_settled()
            assert (job.id, JobState.FAILED) in [(shown, status.state) for shown, status in life.stage.statuses]
            assert await at.left() == 1000
        assert len(life.provider.created) == made
        assert life.stage.posts == 0

    asyncio.run(scenario())


def test_a_task_that_has_failed_or_is_forgotten_is_refunded(life: Life) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            job = await running(life, at)
            life.back_up()
        life.provider.fail(OperatorNeeded("no balance"))
        await life.restore()
        async with life.bot() as at:
            assert (await at.until_state(job, JobState.FAILED)).failure is Failure.OPERATOR
            assert await at.left() == 1000
        life.provider.look_errors = [LookupFailed("UNKNOWN")] * 1000
        life.clock.advance(3 * 24 * 3600)
        (life.folder / "backups" / "kept.db").unlink()
        await life.restore()
        async with life.bot() as at:
            assert (await at.until_state(job, JobState.FAILED)).failure is Failure.TIMED_OUT
            assert life.provider.looks < 10

    asyncio.run(scenario())


def test_a_clip_that_went_to_its_member_directly_is_found_there(life: Life) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            job = await running(life, at)
            life.back_up()
            life.stage.closed = {Route.CHANNEL: CLOSED}
            life.provider.finish()
            await at.until_state(job, JobState.DONE)
        life.stage.find_errors = [CLOSED]  # the channel still is; direct messages are not
        await life.restore()
        async with life.bot() as at:
            done = await at.until_state(job, JobState.DONE)
            assert (done.route, done.clip_channel_id) == (Route.DIRECT, 7000 + MEMBER)
        assert life.stage.posted == [job.id]

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [CLOSED, PostRefused("50035")])
def test_where_nobody_can_look_it_is_refunded_and_not_posted(life: Life, error: Exception) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            job = await running(life, at)
            life.back_up()
        life.stage.find_errors = [error]
        life.provider.finish()
        await life.restore()
        async with life.bot() as at:
            failed = await at.until_state(job, JobState.FAILED)
            assert failed.failure is Failure.RESTORED
            assert await at.left() == 1000
        assert life.stage.posts == 0

    asyncio.run(scenario())


@BEGINNINGS
def test_what_may_have_been_made_since_is_refunded_to_its_member_and_stays_spent(
    life: Life, begin: Callable[[Life, House], Awaitable[Job]]
) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            await at.books.limit(Layer.CHANNEL, CHANNEL, 1000)
            await at.books.limit(Layer.BUDGET, 0, 1000)
            await at.books.limit(Layer.BUDGET, 0, 1000, guild_id=EVERYWHERE)
            job = await begin(life, at)
            life.back_up()
        life.stage.find_errors = [CLOSED] * 2
        await life.restore()
        async with life.bot() as at:
            assert (await at.until_state(job, JobState.FAILED)).failure is Failure.RESTORED
            assert await at.left() == 1000
            standing = await at.books.standings.of(ACCOUNT, at.clock.now())
            spendings = (standing.channel, standing.budget, standing.everywhere)
            assert [spending.spent for spending in spendings if spending] == [job.price] * 3

    asyncio.run(scenario())


def test_while_discord_is_down_nothing_is_decided(life: Life) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            job = await running(life, at)
            life.back_up()
            life.provider.finish()
            await at.until_state(job, JobState.DONE)
        looks, life.stage.finds = life.provider.looks, 0
        life.stage.find_errors = [StageDown(), StageDown(), RuntimeError("a fault of ours")]
        await life.restore()
        async with life.bot() as at:
            await at.until(lambda: life.stage.finds == 2)
            row = await at.books.jobs.get(job.id)
            assert row
            assert row.state is JobState.POSTING
            await at.until_state(job, JobState.DONE)
        assert life.provider.looks == looks
        assert life.stage.posted == [job.id]

    asyncio.run(scenario())


def test_a_bot_that_dies_while_it_looks_looks_again(life: Life) -> None:
    async def scenario() -> None:
        async with life.bot() as at:
            job = await running(life, at)
            life.back_up()
            life.provider.finish()
            await at.until_state(job, JobState.DONE)
        await life.restore()
        life.stage.find_errors = [StageDown()] * 3
        async with life.bot() as at:
            await at.until(lambda: len(life.stage.find_errors) == 1)
        async with life.bot() as at:
            await at.until_state(job, JobState.DONE)
        assert life.stage.posted == [job.id]

    asyncio.run(scenario())
