"""Sharing: one copy of a clip in the showcase, however many press and wherever the bot dies."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine import (
    AgeRestricted,
    ChannelClosed,
    ClipGone,
    Deed,
    Job,
    NoShowcase,
    NotShareable,
    NotYours,
    PostRefused,
    Route,
    StageDown,
)
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.engine.presses import OTHER, SHOWCASE, Desks, MemoryShowcase, clip_of, desks, press
from tests.storage.books import BY_MODERATOR, GUILD, MEMBER, MODERATOR


def run(folder: Path, scenario: Callable[[House, Desks], Awaitable[None]], stage: MemoryStage | None = None) -> None:
    """Play a scenario in a server that has a showcase."""

    async def play() -> None:
        async with house(folder, ScriptedProvider(film(folder / "made.mp4")), stage) as at:
            await at.servers.change(GUILD, {"showcase_channel_id": SHOWCASE}, BY_MODERATOR)
            await scenario(at, desks(at, folder))

    asyncio.run(play())


def test_a_clip_is_shared_once_by_its_member_or_a_moderator(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        with pytest.raises(NotYours):
            await its.gallery.share(clip.id, press(member_id=OTHER))
        first = await its.gallery.share(clip.id, press(member_id=MODERATOR, moderates=True))
        assert (first.channel_id, first.message_id, first.fresh) == (SHOWCASE, 700, True)
        assert first.job.shared_by == MODERATOR
        second = await its.gallery.share(clip.id, press(101))
        assert second == replace(first, fresh=False)
        assert its.showcase.copies == [clip.id]

    run(tmp_path, scenario)


def test_two_who_press_at_once_share_one_copy(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        presses = [press(), press(101, MODERATOR, moderates=True), press(102)]
        its.showcase.hold = asyncio.Event()
        pressed = [asyncio.create_task(its.gallery.share(clip.id, by)) for by in presses]
        await at.until(lambda: its.showcase.posts > 0)
        await at.a_while()
        its.showcase.hold.set()
        shared = await asyncio.gather(*pressed)
        assert its.showcase.copies == [clip.id]
        assert sorted(one.fresh for one in shared) == [False, False, True]
        assert {one.message_id for one in shared} == {700}

    run(tmp_path, scenario)


@pytest.mark.parametrize("posted", [True, False])
def test_a_bot_that_died_while_sharing_finds_the_copy_or_posts_it(tmp_path: Path, posted: bool) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip, showcase = await at.a_clip(), its.showcase
        died = RuntimeError("the bot died here")
        (showcase.errors_after if posted else showcase.errors_before).append(died)
        with pytest.raises(RuntimeError):
            await its.gallery.share(clip.id, press())
        # The showcase may be another channel by now: the copy is where it was meant to be.
        await at.servers.change(GUILD, {"showcase_channel_id": 26}, BY_MODERATOR)
        renewed = desks(at, tmp_path, showcase)
        shared = await renewed.gallery.share(clip.id, press(101))
        assert (shared.channel_id, shared.message_id, shared.fresh) == (SHOWCASE, 700, not posted)
        assert showcase.copies == [clip.id]

    run(tmp_path, scenario)


def test_while_nobody_can_tell_if_there_is_a_copy_none_is_posted(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip, showcase = await at.a_clip(), its.showcase
        showcase.errors_after = [StageDown("cut")]
        showcase.find_errors = [StageDown("still"), ChannelClosed("closed")]
        for error in (StageDown, StageDown, ChannelClosed):
            with pytest.raises(error):
                await its.gallery.share(clip.id, press())
        assert (await its.gallery.share(clip.id, press())).message_id == 700
        assert showcase.copies == [clip.id]

    run(tmp_path, scenario)


@pytest.mark.parametrize("error", [ChannelClosed("403"), PostRefused("400"), ClipGone()])
def test_what_was_surely_not_posted_may_go_to_another_showcase(tmp_path: Path, error: Exception) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip, showcase = await at.a_clip(), its.showcase
        showcase.errors_before = [error]
        with pytest.raises(type(error)):
            await its.gallery.share(clip.id, press())
        await at.servers.change(GUILD, {"showcase_channel_id": 26}, BY_MODERATOR)
        assert (await its.gallery.share(clip.id, press())).channel_id == 26
        assert showcase.channels == [26]

    run(tmp_path, scenario)


def test_only_what_everybody_in_the_server_may_see_is_shared(tmp_path: Path) -> None:
    stage = MemoryStage()

    async def scenario(at: House, its: Desks) -> None:
        private = await clip_of(at, replace(order(), private=True))
        outside = await clip_of(at, replace(order(2), guild_id=0))
        stage.closed[Route.CHANNEL] = ChannelClosed("403")
        direct = await clip_of(at, order(3))
        assert direct.route is Route.DIRECT
        for clip in (private, direct):
            with pytest.raises(NotShareable):
                await its.gallery.share(clip.id, press())
        with pytest.raises(NotShareable):
            await its.gallery.share(outside.id, press(guild_id=0))
        assert its.showcase.copies == []

    run(tmp_path, scenario, stage)


def test_a_clip_for_adults_is_shared_among_adults_only(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        with pytest.raises(AgeRestricted):
            await its.gallery.share(clip.id, press(age_restricted=True))
        its.showcase.for_adults = True
        assert (await its.gallery.share(clip.id, press(age_restricted=True))).fresh

    run(tmp_path, scenario)


def test_a_copy_is_a_spoiler_where_the_clip_is_one_or_the_showcase_wants_it(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        hidden, plain = await clip_of(at, replace(order(), spoiler=True)), await at.a_clip(2)
        for clip in (hidden, plain):
            await its.gallery.share(clip.id, press())
        await at.servers.set_channel(GUILD, SHOWCASE, {"spoiler": True}, BY_MODERATOR)
        await its.gallery.share((await at.a_clip(3)).id, press())
        assert its.showcase.spoilers == [True, False, True]

    run(tmp_path, scenario)


def test_nothing_is_shared_without_a_showcase_or_without_a_clip(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        await at.servers.change(GUILD, {"showcase_channel_id": None}, BY_MODERATOR)
        with pytest.raises(NoShowcase):
            await its.gallery.share(clip.id, press())
        await at.engine.remove(clip.id, Deed(MEMBER), refund=False, moderates_guild=None)
        with pytest.raises(ClipGone):
            await its.gallery.share(clip.id, press())
        with pytest.raises(ClipGone):
            await its.gallery.share((await at.engine.request(order(2))).id, press())

    run(tmp_path, scenario)


class RemovingShowcase(MemoryShowcase):
    """One into which a copy is posted at the very moment in which its clip is removed."""

    house: House

    async def post_copy(self, job: Job, *, spoiler: bool) -> int:
        await self.house.engine.remove(job.id, Deed(MEMBER), refund=False, moderates_guild=None)
        return await super().post_copy(job, spoiler=spoiler)


def test_a_clip_that_is_removed_while_it_is_shared_leaves_no_copy(tmp_path: Path) -> None:
    async def scenario(at: House, _: Desks) -> None:
        showcase = RemovingShowcase()
        showcase.house = at
        clip = await at.a_clip()
        with pytest.raises(ClipGone):
            await desks(at, tmp_path, showcase).gallery.share(clip.id, press())
        assert showcase.dropped == showcase.copies == [clip.id]

    run(tmp_path, scenario)


def test_what_was_begun_is_ended_though_nobody_waits_for_it(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        its.showcase.hold = asyncio.Event()
        pressed = asyncio.create_task(its.gallery.share(clip.id, press()))
        await at.until(lambda: its.showcase.posts == 1)
        pressed.cancel()
        its.showcase.hold.set()
        assert (await at.until_row(clip, lambda row: row.share_message_id)).share_message_id == 700

    run(tmp_path, scenario)
