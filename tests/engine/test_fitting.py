"""What a place takes: its limit, what its refusals teach, and that no other place is held to it."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from engine import ChannelClosed, Failure, JobState, Order, Route
from engine.clip_files import ClipFiles
from engine.fitting import Fitter
from engine.workbench import Workbench
from media.mp4 import is_whole
from tests.engine.edges import HeldClock, House, ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.storage.books import NOON

MEBIBYTE = 1024 * 1024


@pytest.fixture
def large(tmp_path: Path) -> ScriptedProvider:
    made = ScriptedProvider(clip=film(tmp_path / "large.mp4", side=480))
    made.finish()
    return made


def here(number: int, limit_bytes: int, guild_id: int = 10) -> Order:
    return replace(order(number, upload_limit_bytes=limit_bytes), guild_id=guild_id)


async def posted(at: House, asked: Order) -> int:
    """How large the clip was in the end."""
    job = await at.until_state(await at.engine.request(asked), JobState.DONE, step_seconds=0.1)
    message = next(message for message in at.stage.messages if job.id in message.ids)
    assert message.jobs[0].fitted is job.fitted is (message.files[0] != at.provider.clip)
    return len(message.files[0])


def test_a_clip_that_fits_goes_as_it_is_and_a_larger_one_is_made_smaller(
    tmp_path: Path, large: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, large) as at:
            size = len(large.clip)
            assert await posted(at, here(1, size)) == size
            assert size // 4 < await posted(at, here(2, size // 2)) <= size // 2

    asyncio.run(scenario())


def test_a_smaller_copy_that_a_power_failure_has_cut_short_is_made_anew(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", side=480)
    limit_bytes = (tmp_path / "film.mp4").stat().st_size // 2

    async def scenario() -> None:
        fitter = Fitter(ClipFiles(tmp_path), Workbench(), HeldClock())
        made = (await fitter.fit(tmp_path / "film.mp4", limit_bytes)).file
        os.truncate(made, made.stat().st_size // 2)
        assert not is_whole(made)
        assert (await fitter.fit(tmp_path / "film.mp4", limit_bytes)).file == made
        assert is_whole(made)

    asyncio.run(scenario())


def test_a_refusal_teaches_the_limit_of_that_place_alone(tmp_path: Path, large: ScriptedProvider) -> None:
    async def scenario() -> None:
        size = len(large.clip)
        stage = MemoryStage(most_bytes=size - 1)
        async with house(tmp_path, large, stage) as at:
            claimed = 2 * size
            assert await posted(at, here(1, claimed)) < size
            assert stage.posts == 2
            assert await posted(at, here(2, claimed)) < size
            assert stage.posts == 3  # the lesson holds: no second refusal
            await posted(at, here(3, claimed, guild_id=11))
            assert stage.posts == 5  # another server is asked for itself
            stage.most_bytes = None
            assert await posted(at, here(4, 3 * size)) == size  # this one has more boosts than it had
            at.clock.advance(25 * 3600)
            assert await posted(at, here(5, claimed)) == size  # a lesson is for a day

    asyncio.run(scenario())


def test_each_of_several_files_counts_by_itself(tmp_path: Path, large: ScriptedProvider) -> None:
    async def scenario() -> None:
        size = len(large.clip)
        async with house(tmp_path, large, MemoryStage(most_bytes=size)) as at:
            job = await at.engine.request(replace(here(1, size), takes=2))
            await at.until_state(job, JobState.DONE, step_seconds=0.1)
            assert at.stage.sizes == [size, size]

    asyncio.run(scenario())


def test_a_direct_message_takes_no_more_than_direct_messages_do(tmp_path: Path) -> None:
    async def scenario() -> None:
        size = 11 * MEBIBYTE
        small = film(tmp_path / "small.mp4")
        # An MP4 may have a box that means nothing: this one makes up the size.
        filler = size - len(small)
        provider = ScriptedProvider(clip=small + filler.to_bytes(4, "big") + b"free" + bytes(filler - 8))
        provider.finish()
        stage = MemoryStage(closed={Route.CHANNEL: ChannelClosed("50001")})
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(here(1, 100 * MEBIBYTE))
            done = await at.until_state(job, JobState.DONE, step_seconds=0.1)
            assert (done.route, done.fitted) == (Route.DIRECT, True)
            assert stage.sizes[0] <= 10 * MEBIBYTE

    asyncio.run(scenario())


def test_a_clip_that_fits_nowhere_is_refunded(tmp_path: Path, large: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, large) as at:
            job = await at.engine.request(here(1, 300))
            failed = await at.until_state(job, JobState.FAILED, step_seconds=0.1)
            assert failed.failure is Failure.CLIP_TOO_LARGE
            assert await at.books.left(NOON) == 1000
            assert at.stage.posts == 0

    asyncio.run(scenario())


def test_a_refusal_of_any_size_ends_in_a_refund_and_not_in_a_loop(tmp_path: Path) -> None:
    async def scenario() -> None:
        small = ScriptedProvider(clip=film(tmp_path / "small.mp4"))
        small.finish()
        async with house(tmp_path, small, MemoryStage(most_bytes=10)) as at:
            job = await at.engine.request(here(1, MEBIBYTE * 10))
            await at.until_state(job, JobState.FAILED, step_seconds=0.5)
            assert await at.books.left(NOON) == 1000
            assert at.stage.posts < 15

    asyncio.run(scenario())
