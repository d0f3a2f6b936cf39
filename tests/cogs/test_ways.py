"""The ways a clip can go when its channel is not as usual: threads, AutoMod, slow mode, answers, direct messages."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from engine import (
    ChannelClosed,
    ClipTooLarge,
    EditsSpent,
    Failure,
    Job,
    JobState,
    PostRefused,
    Route,
    StageDown,
    Status,
    Why,
)
from sandbox.discord.world import CLIPS, MEMBER, SECOND_MEMBER, THREAD, direct_id
from tests.cogs.scene import Scene, scene

GENERATING = Status(JobState.RUNNING, elapsed_seconds=5, expected_seconds=60)
FAILED = Status(JobState.FAILED, failure=Failure.TIMED_OUT)


async def _settings(at: Scene, **changes: Any) -> None:
    at.here.service.settings.merge(changes)


async def _thread(at: Scene, **changes: Any) -> None:
    await at.here.post(f"channels/{THREAD}", changes)


async def _direct(at: Scene) -> list[dict[str, Any]]:
    return await at.here.messages(MEMBER, direct_id(MEMBER))


async def _in_thread(at: Scene, number: int = 1) -> Job:
    (job,) = await at.ready(number, at=datetime.now(UTC))
    return replace(job, channel_id=int(THREAD))


async def _with_token(at: Scene, job: Job) -> Job:
    """The job as of a command that the member alone sees the answer of."""
    answer = await at.say("quota", MEMBER)
    interaction = at.here.service.interactions.find(answer["interaction_metadata"]["id"])
    assert interaction
    return replace(job, private=True, token=interaction.token, status_message_id=int(answer["id"]))


def test_an_archived_thread_is_opened_again_and_a_locked_one_is_closed(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job = await _in_thread(at)
            status_id = await at.stage.show_status(job, GENERATING)
            shown = replace(job, status_message_id=status_id)
            await _thread(at, archived=True)
            older = replace(GENERATING, elapsed_seconds=10)
            assert await at.stage.show_status(shown, older) == status_id
            assert at.here.service.world.channels[THREAD].archived, "progress is not worth opening it"
            assert await at.stage.show_status(shown, FAILED) == status_id
            assert not at.here.service.world.channels[THREAD].archived
            await _thread(at, archived=True)
            assert await at.stage.post_clips([job], [at.clip], Route.CHANNEL, why=None)
            await _thread(at, archived=True, locked=True)
            with pytest.raises(ChannelClosed):
                await at.stage.post_clips([await _in_thread(at, 2)], [at.clip], Route.CHANNEL, why=None)

    asyncio.run(done())


def test_automod_lets_the_clip_through_without_the_members_words(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            await _settings(at, automod=["waves"])
            jobs = await at.ready(at=datetime.now(UTC))
            await at.stage.post_clips(jobs, [at.clip], Route.CHANNEL, why=None)
            (message,) = await at.here.messages()
            assert message["attachments"]
            assert "waves" not in message["content"] + message["attachments"][0]["description"]
            await _settings(at, automod=["clip*"])
            with pytest.raises(PostRefused):
                await at.stage.post_clips(await at.ready(2, at=datetime.now(UTC)), [at.clip], Route.CHANNEL, why=None)

    asyncio.run(done())


def test_a_long_slow_mode_is_told_with_its_seconds(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            await _settings(at, permissions={CLIPS: {"bypass": False}})
            await at.here.post(f"channels/{CLIPS}", {"slowmode_seconds": 3600})
            now = datetime.now(UTC)
            await at.posted(at=now)
            with pytest.raises(StageDown) as refused:
                await at.stage.post_clips(await at.ready(2, at=now), [at.clip], Route.CHANNEL, why=None)
            assert refused.value.retry_after_seconds
            assert 3000 < refused.value.retry_after_seconds <= 3600

    asyncio.run(done())


def test_a_file_over_the_limit_is_told_as_too_large(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            await _settings(at, upload_limits={CLIPS: 100})
            with pytest.raises(ClipTooLarge):
                await at.stage.post_clips(await at.ready(at=datetime.now(UTC)), [at.clip], Route.CHANNEL, why=None)

    asyncio.run(done())


def test_a_direct_message_says_why_it_comes_and_closed_ones_are_told(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            (job,) = await at.ready(at=datetime.now(UTC))
            there = await at.stage.post_clips([job], [at.clip], Route.DIRECT, why=Why.CLOSED)
            (message,) = await _direct(at)
            lines = message["content"].splitlines()
            assert lines[0] == f"I may not post in <#{CLIPS}> any more, so your clip comes here."
            assert lines[1] == f"<@{MEMBER}> your clip is ready."
            assert await at.stage.find_clip(job, Route.DIRECT) == there
            posted = replace(
                job, route=Route.DIRECT, clip_message_id=there.message_id, clip_channel_id=there.channel_id
            )
            await at.stage.fetch_clip(posted, tmp_path / "fetched.mp4")
            await at.stage.take_down(posted)
            assert await _direct(at) == []
            await at.here.post(f"members/{MEMBER}", {"direct_messages": False})
            with pytest.raises(ChannelClosed):
                await at.stage.post_clips([replace(job, id="job2")], [at.clip], Route.DIRECT, why=Why.CLOSED)

    asyncio.run(done())


def test_an_answer_carries_status_and_clip_for_its_member_alone(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            (ready,) = await at.ready(at=datetime.now(UTC))
            job = await _with_token(at, ready)
            assert await at.stage.show_status(job, GENERATING) == job.status_message_id
            assert await at.stage.find_clip(job, Route.REPLY) is None
            there = await at.stage.post_clips([job], [at.clip], Route.REPLY, why=None)
            assert await at.stage.post_clips([job], [at.clip], Route.REPLY, why=None) == there
            (message,) = await at.here.messages()
            assert message["ephemeral"]
            assert [file["filename"] for file in message["attachments"]] == ["firstframe-job1.mp4"]
            assert there.message_id == job.status_message_id
            assert await at.here.messages(SECOND_MEMBER) == []
            assert await at.stage.find_clip(job, Route.REPLY) == there
            posted = replace(job, route=Route.REPLY, clip_message_id=there.message_id)
            await at.stage.fetch_clip(posted, tmp_path / "fetched.mp4")
            with pytest.raises(PostRefused):
                await at.stage.take_down(posted)

    asyncio.run(done())


def test_a_dead_token_is_a_closed_way_and_is_in_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)  # the lowest at which the bot lets discord.py write

    async def done() -> None:
        async with scene(tmp_path) as at:
            (ready,) = await at.ready(at=datetime.now(UTC))
            job = await _with_token(at, ready)
            assert job.token
            at.here.clock.advance(16 * 60)
            told = []
            for way in (
                at.stage.find_clip(job, Route.REPLY),
                at.stage.post_clips([job], [at.clip], Route.REPLY, why=None),
                at.stage.fetch_clip(replace(job, route=Route.REPLY), tmp_path / "x.mp4"),
            ):
                with pytest.raises(ChannelClosed) as closed:
                    await way
                told.append(str(closed.value))
            assert await at.stage.show_status(job, GENERATING) is None
            assert await _direct(at) == []
            assert await at.stage.show_status(job, FAILED) is None
            (message,) = await _direct(at)
            assert "The video service did not finish this clip in time" in message["content"]
            with pytest.raises(PostRefused):
                await at.stage.take_down(replace(job, route=Route.REPLY, clip_message_id=job.status_message_id))
            assert job.token not in " ".join([*told, caplog.text, repr(job)])

    asyncio.run(done())


def test_an_old_status_message_takes_no_more_edits(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            await _settings(at, old_edits=0)
            (job,) = await at.ready(at=datetime.now(UTC))
            status_id = await at.stage.show_status(job, GENERATING)
            at.here.clock.advance(2 * 3600)
            with pytest.raises(EditsSpent):
                await at.stage.show_status(replace(job, status_message_id=status_id), FAILED)

    asyncio.run(done())


def test_a_failure_that_cannot_be_shown_where_it_was_asked_for_is_told_directly(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            (job,) = await at.ready(at=datetime.now(UTC))
            await _settings(at, permissions={CLIPS: {"send": False}})
            assert await at.stage.show_status(job, GENERATING) is None
            assert await _direct(at) == []
            assert await at.stage.show_status(job, FAILED) is None
            (message,) = await _direct(at)
            assert message["content"].startswith("About the clip that you asked for <t:")
            await at.here.post(f"members/{MEMBER}", {"direct_messages": False})
            assert await at.stage.show_status(job, FAILED) is None

    asyncio.run(done())
