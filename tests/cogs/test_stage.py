"""Clips in channels: posted as spoilers where that is the rule, found again, fetched, and taken down."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import ChannelClosed, Job, JobState, Posted, Route, Status
from sandbox.discord.world import CLIPS, MEMBER, USER_MODERATOR
from tests.cogs.scene import Message, Scene, buttons, scene


def test_a_clip_is_found_again_by_either_name_and_has_its_buttons(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            plain, spoiler = await at.posted(1, at=now), await at.posted(2, at=now, spoiler=True)
            names = {message["id"]: message["attachments"][0]["filename"] for message in await at.here.messages()}
            assert names == {
                str(plain.clip_message_id): "firstframe-job1.mp4",
                str(spoiler.clip_message_id): "SPOILER_firstframe-job2.mp4",
            }
            assert await at.stage.find_clip(plain, Route.CHANNEL) == _where(plain)
            assert await at.stage.find_clip(spoiler, Route.CHANNEL) == _where(spoiler)
            assert await at.stage.find_clip(replace(plain, id="job3"), Route.CHANNEL) is None
            assert all({"Again", "Delete"} <= set(buttons(message)) for message in await at.here.messages())

    asyncio.run(done())


def test_takes_are_posted_side_by_side_in_one_message_once(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            jobs = await at.ready(1, count=3, at=now)
            first = await at.stage.post_clips(jobs, [at.clip] * 3, Route.CHANNEL, why=None)
            assert await at.stage.post_clips(jobs, [at.clip] * 3, Route.CHANNEL, why=None) == first
            (message,) = await at.here.messages()
            files = [attachment["filename"] for attachment in message["attachments"]]
            assert files == ["firstframe-job1.mp4", "firstframe-job2.mp4", "firstframe-job3.mp4"]
            described = [attachment["description"] for attachment in message["attachments"]]
            assert described == [f"Take {take}, a clip of 5 s: waves" for take in (1, 2, 3)]
            assert message["content"].startswith(f"<@{MEMBER}> 3 takes are ready: vote")
            for job in jobs:
                assert await at.stage.find_clip(job, Route.CHANNEL) == first

    asyncio.run(done())


def test_a_posted_clips_file_is_fetched_while_it_is_there(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job, to = await at.posted(at=datetime.now(UTC)), tmp_path / "fetched.mp4"
            await at.stage.fetch_clip(job, to)
            assert to.read_bytes() == at.clip.read_bytes()
            await at.here.post(f"messages/{CLIPS}/{job.clip_message_id}/delete", {"as": USER_MODERATOR})
            with pytest.raises(ChannelClosed):
                await at.stage.fetch_clip(job, to)
            with pytest.raises(ChannelClosed):
                await at.stage.fetch_clip(replace(job, route=None), to)

    asyncio.run(done())


def test_a_clip_is_taken_down_and_its_status_says_by_whom(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            job = await at.posted(at=now)
            status_id = await at.stage.show_status(job, Status(JobState.DONE))
            removed = replace(job, status_message_id=status_id, removed_at=now, removed_by=int(MEMBER))
            await at.stage.take_down(removed)
            assert await _texts(at) == ["🗑️ **Deleted** by its member."]
            await at.stage.take_down(replace(removed, removed_by=1))
            assert await _texts(at) == ["🗑️ **Removed** by a moderator."]
            await at.stage.show_status(removed, Status(JobState.DONE, removed=True))
            assert await _texts(at) == ["🗑️ **Deleted** by its member."]

    asyncio.run(done())


def test_what_somebody_deleted_before_is_taken_down_too_and_so_is_the_copy(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            job, copy = await at.posted(1, at=now), await at.posted(2, at=now)
            await at.here.post(f"messages/{CLIPS}/{job.clip_message_id}/delete", {"as": USER_MODERATOR})
            gone = replace(job, status_message_id=123, removed_at=now, removed_by=1)
            await at.stage.take_down(replace(gone, share_channel_id=int(CLIPS), share_message_id=copy.clip_message_id))
            assert await at.here.messages() == []

    asyncio.run(done())


def test_a_channel_that_is_gone_is_told_as_closed(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            with pytest.raises(ChannelClosed):
                await at.stage.take_down(replace(job, clip_channel_id=99))

    asyncio.run(done())


def test_a_clip_in_a_channel_that_is_gone_leaves_no_copy(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            job, copy = await at.posted(1, at=now), await at.posted(2, at=now)
            shared = replace(job, share_channel_id=int(CLIPS), share_message_id=copy.clip_message_id)
            with pytest.raises(ChannelClosed):
                await at.stage.take_down(replace(shared, clip_channel_id=99, removed_at=now, removed_by=1))
            assert str(copy.clip_message_id) not in {message["id"] for message in await at.here.messages()}

    asyncio.run(done())


def _where(job: Job) -> Posted:
    assert job.clip_message_id
    return Posted(job.clip_message_id, int(CLIPS))


async def _texts(at: Scene) -> list[str]:
    """The first lines of the messages in #clips."""
    messages: list[Message] = await at.here.messages()
    return [message["content"].splitlines()[0] for message in messages]
