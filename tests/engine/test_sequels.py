"""Orders out of clips: who may make which, where, and at whose cost."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from client import SINANCODE, InputRefused
from engine import (
    ChannelOff,
    ClipGone,
    Deed,
    Failure,
    FrameGone,
    Installed,
    JobState,
    NotEnoughCredits,
    NotHere,
    NotYours,
    UnknownModel,
    Wish,
    WordsRefused,
)
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.engine.presses import (
    OTHER,
    WHOLE,
    Desks,
    Press,
    again,
    clip_of,
    desks,
    every,
    extend,
    for_all,
    for_owners,
    from_a_frame,
    press,
    remix,
    remix_form,
    run,
)
from tests.storage.books import BY_MODERATOR, GUILD, MEMBER, MODERATOR


@for_all
def test_everybody_who_sees_a_clip_may_make_another_one_like_it(tmp_path: Path, pressed: Press) -> None:
    async def scenario(at: House, its: Desks) -> None:
        await pressed(its, (await at.a_clip()).id, press(member_id=OTHER))

    run(tmp_path, scenario)


@for_owners
def test_what_goes_on_from_a_clip_is_for_its_member_and_for_moderators(tmp_path: Path, pressed: Press) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        with pytest.raises(NotYours):
            await pressed(its, clip.id, press(member_id=OTHER))
        await pressed(its, clip.id, press())
        await pressed(its, clip.id, press(member_id=MODERATOR, moderates=True))

    run(tmp_path, scenario)


@every
def test_moderators_of_elsewhere_and_strangers_to_a_private_clip_may_nothing(tmp_path: Path, pressed: Press) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        for guild_id in (0, 11):
            with pytest.raises(NotYours):
                await pressed(its, clip.id, press(member_id=MODERATOR, guild_id=guild_id, moderates=True))
        hidden = await clip_of(at, replace(order(2), private=True))
        with pytest.raises(NotYours):
            await pressed(its, hidden.id, press(member_id=MODERATOR, moderates=True))
        await pressed(its, hidden.id, press())

    run(tmp_path, scenario)


@for_owners
def test_outside_of_servers_nobody_moderates(tmp_path: Path, pressed: Press) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await clip_of(at, replace(order(), guild_id=0))
        with pytest.raises(NotYours):
            await pressed(its, clip.id, press(member_id=OTHER, guild_id=0, moderates=True))
        await its.sequels.again(clip.id, press(member_id=OTHER, guild_id=0))
        await pressed(its, clip.id, press(guild_id=0))

    run(tmp_path, scenario)


@every
def test_nothing_is_made_of_a_clip_that_was_removed_or_never_was(tmp_path: Path, pressed: Press) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        await at.engine.remove(clip.id, Deed(MODERATOR, "no"), refund=False, moderates_guild=GUILD)
        for job_id in (clip.id, "nothing"):
            with pytest.raises(ClipGone):
                await pressed(its, job_id, press(moderates=True))

    run(tmp_path, scenario)


def test_again_of_a_failed_order_is_possible_and_what_needs_a_clip_is_not(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        at.provider.cancels = True
        job = await at.engine.request(order())
        await at.engine.cancel(job.id, MEMBER, moderates_guild=None)
        job = await at.until_state(job, JobState.CANCELLED)
        assert job.failure is Failure.CANCELLED
        assert (await its.sequels.again(job.id, press())).frame == job.frame
        with pytest.raises(ClipGone):
            await its.sequels.extend_form(job.id, press())

    run(tmp_path, scenario)


@pytest.mark.parametrize(
    ("rules", "refusal"),
    [
        ({"allowed": False}, ChannelOff),
        ({"most_resolution": "480P"}, NotHere),
        ({"most_seconds": 2}, NotHere),
        ({"models": ("wan2.5-i2v-preview",)}, NotHere),
    ],
)
def test_the_rules_of_the_place_where_it_is_pressed_hold(
    tmp_path: Path, rules: dict[str, object], refusal: type[Exception]
) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        await at.servers.set_channel(GUILD, 21, rules, BY_MODERATOR)
        with pytest.raises(refusal):
            await at.engine.request(await its.sequels.again(clip.id, press(channel_id=21)))
        await at.engine.request(await its.sequels.again(clip.id, press(101)))

    run(tmp_path, scenario)


def test_words_that_were_forbidden_since_are_not_asked_for_again(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await clip_of(at, replace(order(), wish=WHOLE))
        await at.discipline.add_phrase(GUILD, "waves", BY_MODERATOR)
        with pytest.raises(WordsRefused):
            await at.engine.request(await its.sequels.again(clip.id, press()))
        with pytest.raises(WordsRefused):
            await at.engine.request(await its.sequels.extend(clip.id, press(101), "more waves", 5))
        await at.engine.request(await its.sequels.remix(clip.id, press(102), Wish(prompt="wind")))

    run(tmp_path, scenario)


def test_who_has_no_credits_where_it_is_pressed_gets_nothing_made(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(film(tmp_path / "made.mp4")), per_day=10) as at:
            its = desks(at, tmp_path)
            clip = await at.a_clip()
            with pytest.raises(NotEnoughCredits):
                await at.engine.request(await its.sequels.again(clip.id, press()))
            await at.engine.request(await its.sequels.again(clip.id, press(101, member_id=OTHER)))

    asyncio.run(scenario())


@from_a_frame
def test_without_its_first_frame_a_clip_is_not_made_again(tmp_path: Path, pressed: Press) -> None:
    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(film(tmp_path / "made.mp4")), keep_days=1) as at:
            clip = await at.a_clip()
            waiting = await desks(at, tmp_path).sequels.again(clip.id, press())
            at.clock.advance(2 * 24 * 3600)
            await at.until_row(clip, lambda row: row.frame is None, step_seconds=3600)
            with pytest.raises(FrameGone):
                await pressed(desks(at, tmp_path), clip.id, press())
            with pytest.raises(FrameGone):  # pruned between the press and the order
                await at.engine.request(waiting)

    asyncio.run(scenario())


@every
def test_a_model_that_the_provider_does_not_have_any_more_is_named_or_stood_in_for(
    tmp_path: Path, pressed: Press
) -> None:
    async def scenario(at: House, _: Desks) -> None:
        clip = await clip_of(at, replace(order(), wish=Wish(model="wanx2.1-i2v-turbo", template="flying")))
        its = desks(at, tmp_path, models=SINANCODE)
        if pressed in (again, remix):
            wish = (await its.sequels.remix(clip.id, press(), Wish(prompt="wind"))).wish
            assert (wish.model, wish.prompt, wish.template) == ("wan2.6-i2v", "wind", None)
            assert (await its.sequels.again(clip.id, press())).wish.model == "wanx2.1-i2v-turbo"
        elif pressed is remix_form:
            draft = await its.sequels.remix_form(clip.id, press())
            assert (draft.model.name, draft.options.resolution) == ("wan2.6-i2v", "720P")
        elif pressed is extend:
            assert (await its.sequels.extend(clip.id, press(), None, 5)).wish.model == "wanx2.1-i2v-turbo"
        else:
            with pytest.raises(UnknownModel):
                await pressed(its, clip.id, press())

    run(tmp_path, scenario)


def test_nothing_is_made_of_a_failed_take_whose_batch_was_removed(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        at.provider.create_errors = [InputRefused("no")]
        at.provider.finish()
        takes = await at.engine.takes(await at.engine.request(replace(order(), takes=2)))
        ended = [await at.until_row(take, lambda row: row.state.final) for take in takes]
        failed = next(job for job in ended if job.state is JobState.FAILED)
        done = next(job for job in ended if job.state is JobState.DONE)
        await its.sequels.again(failed.id, press())
        await at.engine.remove(done.id, Deed(MEMBER), refund=False, moderates_guild=None)
        with pytest.raises(ClipGone):
            await its.sequels.again(failed.id, press())

    run(tmp_path, scenario)


def test_what_is_made_of_a_private_clip_is_private_and_goes_where_it_was_pressed(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        hidden = await clip_of(at, replace(order(), private=True))
        assert (await its.sequels.again(hidden.id, press())).private
        clip = await at.a_clip(2)
        outside = press(101, guild_id=0, channel_id=99, installed=Installed.USER, token="a-token", private=True)
        asked = await its.sequels.again(clip.id, outside)
        assert (asked.guild_id, asked.channel_id, asked.installed, asked.token) == (0, 99, Installed.USER, "a-token")
        assert asked.private
        assert "a-token" not in repr(asked)

    run(tmp_path, scenario)


def test_a_press_that_is_delivered_twice_is_one_order(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        asked = [await its.sequels.again(clip.id, press()) for _ in range(2)]
        jobs = await asyncio.gather(*(at.engine.request(one) for one in asked))
        assert jobs[0].id == jobs[1].id

    run(tmp_path, scenario)


def test_an_order_has_one_first_frame_and_one_sound_at_most() -> None:
    for changes in ({"frame": "f"}, {"image": None}, {"sound": order().image, "soundtrack": "s"}, {"takes": 5}):
        with pytest.raises(ValueError, match=r"first frame|takes"):
            replace(order(), **changes)
