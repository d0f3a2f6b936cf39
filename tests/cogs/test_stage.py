"""Clips on Discord: posted as spoilers where that is the rule, found again, and taken down."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import ChannelClosed, JobState, Status
from sandbox.discord.world import CLIPS, MEMBER, USER_MODERATOR
from tests.cogs.scene import Message, Scene, buttons, scene


def test_a_clip_is_found_again_by_either_name_and_has_a_button_to_delete_it(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            plain, spoiler = await at.posted(1, at=now), await at.posted(2, at=now, spoiler=True)
            names = {message["id"]: message["attachments"][0]["filename"] for message in await at.here.messages()}
            assert names == {
                str(plain.clip_message_id): "firstframe-job1.mp4",
                str(spoiler.clip_message_id): "SPOILER_firstframe-job2.mp4",
            }
            assert await at.stage.find_clip(plain) == plain.clip_message_id
            assert await at.stage.find_clip(spoiler) == spoiler.clip_message_id
            assert await at.stage.find_clip(replace(plain, id="job3")) is None
            assert all(list(buttons(message)) == ["Delete"] for message in await at.here.messages())

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


def test_what_somebody_deleted_before_is_taken_down_too(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            job = await at.posted(at=now)
            await at.here.post(f"messages/{CLIPS}/{job.clip_message_id}/delete", {"as": USER_MODERATOR})
            await at.stage.take_down(replace(job, status_message_id=123, removed_at=now, removed_by=1))
            assert await at.here.messages() == []

    asyncio.run(done())


def test_a_channel_that_is_gone_is_told_as_closed(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            with pytest.raises(ChannelClosed):
                await at.stage.take_down(replace(job, channel_id=99))

    asyncio.run(done())


async def _texts(at: Scene) -> list[str]:
    """The first lines of the messages in #clips."""
    messages: list[Message] = await at.here.messages()
    return [message["content"].splitlines()[0] for message in messages]
