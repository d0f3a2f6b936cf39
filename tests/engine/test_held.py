"""Clips that no route took: they wait for their member, are handed over once, and are refunded after a week."""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import pytest

from client import ResultGone
from engine import ChannelClosed, Failure, HandOver, Job, JobState, NoHandOver, PostRefused, Route
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.storage.books import MEMBER, NOON

CLOSED = ChannelClosed("50007")
WEEK = timedelta(days=7)


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    made = ScriptedProvider(clip=film(tmp_path / "film.mp4"))
    made.finish()
    return made


@pytest.fixture
def stage() -> MemoryStage:
    return MemoryStage(closed={Route.CHANNEL: CLOSED, Route.DIRECT: PostRefused("200000")})


async def a_held_clip(at: House) -> Job:
    """A job whose clip waits."""
    job = await at.engine.request(order())
    return await at.until_row(job, lambda row: row.waits_since)


async def refunds(at: House) -> int:
    entries = await at.books.ledger.history(10, MEMBER, before_id=None, limit=50)
    return sum(entry.kind.value == "refund" for entry in entries)


def test_a_clip_that_nobody_takes_waits_and_the_status_says_until_when(
    tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
            assert (job.state, job.route) == (JobState.READY, None)
            assert job.waits_since is not None
            await at.until(lambda: any(status.waits for _, status in stage.statuses))
            assert (await at.engine.status(job)).waits == job.waits_since + WEEK
            tries = stage.posts
            await at.a_while(600)
            assert stage.posts == tries == 2  # once a route, and never again by itself
            assert await at.left() == 990

    asyncio.run(scenario())


def test_a_clip_is_handed_over_to_its_member_and_to_nobody_else(
    tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
            hand_over = at.engine.hand_over
            assert await hand_over("nobody", MEMBER) is NoHandOver.UNKNOWN
            assert await hand_over(job.id, 666) is NoHandOver.NOT_YOURS
            given = await hand_over(job.id, MEMBER)
            assert isinstance(given, HandOver)
            assert given.file.read_bytes() == provider.clip
            await at.engine.handed_over(job.id, 77)
            done = await at.until_state(job, JobState.DONE)
            assert (done.clip_message_id, done.clip_channel_id) == (77, None)
            assert await hand_over(job.id, MEMBER) is NoHandOver.NOT_WAITING
            await at.until_settled()
            at.clock.advance(2 * WEEK.total_seconds())
            await at.a_while()
            assert await refunds(at) == 0
            assert list((tmp_path / "clips").iterdir()) == []

    asyncio.run(scenario())


def test_two_presses_at_once_get_the_clip_once(tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
            presses = await asyncio.gather(*(at.engine.hand_over(job.id, MEMBER) for _ in range(5)))
            assert sum(isinstance(press, HandOver) for press in presses) == 1
            assert presses.count(NoHandOver.UNDER_WAY) == 4

    asyncio.run(scenario())


def test_a_hand_over_that_surely_failed_can_be_tried_again_and_ends_the_wait_no_later(
    tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
            at.clock.advance(WEEK.total_seconds() / 2)
            assert isinstance(await at.engine.hand_over(job.id, MEMBER), HandOver)
            await at.engine.not_handed_over(job.id)
            now = await at.until_row(job, lambda row: row.state is JobState.READY)
            assert now.waits_since == job.waits_since
            assert isinstance(await at.engine.hand_over(job.id, MEMBER), HandOver)

    asyncio.run(scenario())


def test_a_crash_between_handing_over_and_recording_it_refunds_nothing(
    tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
            assert isinstance(await at.engine.hand_over(job.id, MEMBER), HandOver)
        async with house(tmp_path, provider, stage, at.clock) as at:
            await at.a_while()
            assert stage.posted == []
            assert isinstance(await at.engine.hand_over(job.id, MEMBER), HandOver)  # it may not have arrived
        async with house(tmp_path, provider, stage, at.clock) as at:
            at.clock.advance(WEEK.total_seconds() + 60)
            done = await at.until_row(job, lambda row: row.state.final)
            assert (done.state, done.clip_message_id) == (JobState.DONE, None)
            assert await refunds(at) == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("crash", [False, True])
def test_a_clip_for_which_nobody_comes_is_refunded_once_after_a_week(
    tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage, crash: bool
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
            at.clock.advance((WEEK - timedelta(hours=1)).total_seconds())
            await at.a_while(60)
            assert (await at.until_row(job, bool)).state is JobState.READY
            if not crash:
                at.clock.advance(3600)
                await at.until_state(job, JobState.FAILED)
        if crash:
            at.clock.advance(3600)
        async with house(tmp_path, provider, stage, at.clock) as at:
            failed = await at.until_state(job, JobState.FAILED)
            assert failed.failure is Failure.CHANNEL_CLOSED
            assert await refunds(at) == 1
            assert await at.books.left(NOON) == 1000
            assert await at.engine.hand_over(job.id, MEMBER) is NoHandOver.NOT_WAITING
            await at.until_settled()
            assert list((tmp_path / "clips").iterdir()) == []

    asyncio.run(scenario())


def test_a_press_at_the_last_moment_gets_the_clip_or_the_refund_and_not_both(
    tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
            at.clock.advance(WEEK.total_seconds() + 1)
            given = await at.engine.hand_over(job.id, MEMBER)
            await at.a_while(5)
            row = await at.until_row(job, bool)
            if isinstance(given, HandOver):
                assert given.file.exists()
                await at.engine.handed_over(job.id, 77)
                row = await at.until_row(job, lambda now: now.state.final)
            assert (row.state is JobState.DONE) == isinstance(given, HandOver)
            assert await refunds(at) == (0 if isinstance(given, HandOver) else 1)

    asyncio.run(scenario())


def test_a_clip_whose_file_is_lost_is_fetched_again_or_refunded(
    tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
            (tmp_path / "clips" / f"{job.id}.mp4").unlink()
            provider.download_errors = [ResultGone()]
            assert await at.engine.hand_over(job.id, MEMBER) is NoHandOver.LATER
            given = await at.engine.hand_over(job.id, MEMBER)
            assert isinstance(given, HandOver)
            assert given.file.exists()
            await at.engine.not_handed_over(job.id)
            given.file.unlink()
            at.clock.advance(25 * 3600)
            provider.download_errors = [ResultGone()]
            assert await at.engine.hand_over(job.id, MEMBER) is NoHandOver.LOST
            assert (await at.until_state(job, JobState.FAILED)).failure is Failure.RESULT_LOST
            assert await refunds(at) == 1

    asyncio.run(scenario())


def test_a_clip_that_a_power_failure_has_cut_short_is_fetched_again(
    tmp_path: Path, provider: ScriptedProvider, stage: MemoryStage
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, stage) as at:
            job = await a_held_clip(at)
        os.truncate(tmp_path / "clips" / f"{job.id}.mp4", len(provider.clip) - 100)
        async with house(tmp_path, provider, stage) as at:
            given = await at.engine.hand_over(job.id, MEMBER)
            assert isinstance(given, HandOver)
            assert given.file.read_bytes() == provider.clip

    asyncio.run(scenario())


def test_a_clip_is_handed_over_in_a_size_that_the_member_can_be_sent(tmp_path: Path, stage: MemoryStage) -> None:
    async def scenario() -> None:
        large = ScriptedProvider(clip=film(tmp_path / "large.mp4", side=480))
        large.finish()
        async with house(tmp_path, large, stage) as at:
            job = await a_held_clip(at)
            limit = len(large.clip) // 2
            given = await at.engine.hand_over(job.id, MEMBER, limit)
            assert isinstance(given, HandOver)
            assert given.file.stat().st_size <= limit

    asyncio.run(scenario())
