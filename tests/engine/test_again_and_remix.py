"""The same clip again, and others like it: what stays and what becomes another."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from client import DASHSCOPE
from engine import (
    NotOffered,
    Relation,
    Wish,
)
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.engine.presses import (
    OTHER,
    WHOLE,
    Desks,
    clip_of,
    desks,
    press,
    run,
    takes_of,
)
from tests.media.sounds import tone
from tests.storage.books import BY_MODERATOR, CHANNEL, GUILD


def test_again_is_the_same_with_another_seed_at_the_cost_of_who_pressed(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        first = await clip_of(at, replace(order(), wish=WHOLE, spoiler=True))
        before = await at.left()
        second = await clip_of(at, await its.sequels.again(first.id, press(member_id=OTHER)))
        assert replace(second.options, seed=5) == first.options
        assert second.options.seed != 5
        assert (second.frame, second.spoiler, second.price) == (first.frame, True, first.price)
        assert (second.member_id, second.relation, second.parent_id) == (OTHER, Relation.AGAIN, first.id)
        assert await at.left() == before
        assert at.provider.created[0].image == at.provider.created[1].image

    run(tmp_path, scenario)


def test_again_with_a_soundtrack_sounds_the_same(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        async def sound() -> bytes:
            return tone("mp3")

        wish = Wish(resolution="720P", soundtrack=True)
        first = await clip_of(at, replace(order(), sound=sound, wish=wish))
        second = await clip_of(at, await its.sequels.again(first.id, press()))
        assert second.soundtrack == first.soundtrack is not None
        assert at.provider.stored[0] == at.provider.stored[1]
        silent = await its.sequels.remix(first.id, press(101), Wish(audio=False))
        assert (silent.soundtrack, silent.wish.soundtrack, silent.wish.audio) == (None, False, False)
        ahead = await its.sequels.extend(first.id, press(102), None, 5)
        assert (ahead.soundtrack, ahead.wish.soundtrack) == (None, False)  # it would begin anew

    run(tmp_path, scenario)


def test_what_is_usual_in_a_channel_does_not_change_what_is_made_again(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        first = await clip_of(at, replace(order(), wish=Wish(resolution="720P", seed=3)))
        usual = {"seed": 7, "template": "flying", "negative_prompt": "rain", "model": "wan2.5-i2v-preview"}
        await at.servers.set_channel(GUILD, CHANNEL, usual, BY_MODERATOR)
        seconds = [await clip_of(at, await its.sequels.again(first.id, press(number))) for number in (100, 101)]
        for second in seconds:
            assert replace(second.options, seed=3) == first.options
            assert second.options.seed != 7
        assert seconds[0].options.seed != seconds[1].options.seed

    run(tmp_path, scenario)


def test_a_template_that_is_not_published_any_more_is_refused_again_and_left_out_of_a_remix(tmp_path: Path) -> None:
    renewed = tuple(replace(model, templates=model.templates and ("squish",)) for model in DASHSCOPE)
    made = film(tmp_path / "made.mp4")

    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(made)) as at:
            clip = await clip_of(at, replace(order(), wish=Wish(model="wanx2.1-i2v-turbo", template="flying")))
        async with house(tmp_path, ScriptedProvider(made, models=renewed), clock=at.clock) as at:
            its, before = desks(at, tmp_path, models=renewed), await at.left()
            with pytest.raises(NotOffered):
                await at.engine.request(await its.sequels.again(clip.id, press()))
            assert await at.left() == before
            remixed = await at.engine.request(await its.sequels.remix(clip.id, press(101), Wish()))
            assert (remixed.options.model, remixed.options.template) == ("wanx2.1-i2v-turbo", None)

    asyncio.run(scenario())


def test_a_remix_changes_what_was_said_and_keeps_the_rest(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        first = await clip_of(at, replace(order(), wish=WHOLE))
        wish = Wish(prompt="wind", duration_seconds=5, resolution="1080P")
        options = (await clip_of(at, await its.sequels.remix(first.id, press(member_id=OTHER), wish))).options
        assert (options.prompt, options.duration_seconds, options.resolution) == ("wind", 5, "1080P")
        kept = ("negative_prompt", "shots", "watermark", "model", "audio")
        assert all(getattr(options, name) == getattr(first.options, name) for name in kept)
        assert options.seed != first.options.seed
        bare = await its.sequels.remix(first.id, press(101), Wish())
        assert (bare.wish.prompt, bare.wish.duration_seconds, bare.wish.resolution) == (None, 10, "720P")

    run(tmp_path, scenario)


def test_new_words_take_the_place_of_a_template_and_the_old_ones_do_not(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        wish = Wish(model="wanx2.1-i2v-turbo", template="flying", prompt="up")
        clip = await clip_of(at, replace(order(), wish=wish))
        assert (await its.sequels.remix(clip.id, press(), Wish(prompt="up"))).wish.template == "flying"
        assert (await its.sequels.remix(clip.id, press(), Wish())).wish.template == "flying"
        assert (await its.sequels.remix(clip.id, press(), Wish(prompt="down"))).wish.template is None

    run(tmp_path, scenario)


def test_a_remix_begins_with_what_the_channel_takes_of_the_clip(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await clip_of(at, replace(order(), wish=replace(WHOLE, resolution="1080P")))
        await at.servers.set_channel(GUILD, CHANNEL, {"most_resolution": "720P", "most_seconds": 5}, BY_MODERATOR)
        draft = await its.sequels.remix_form(clip.id, press())
        assert (draft.model.resolutions, draft.model.durations) == (("720P",), (5,))
        assert (draft.options.resolution, draft.options.duration_seconds, draft.options.prompt) == ("720P", 5, "waves")
        await at.engine.request(await its.sequels.remix(clip.id, press(), Wish(prompt="waves")))

    run(tmp_path, scenario)


def test_again_of_a_batch_is_as_many_takes(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        takes = await takes_of(at, 3)
        jobs = await at.engine.takes(await at.engine.request(await its.sequels.again(takes[0].id, press())))
        assert len(jobs) == 3
        assert not {job.options.seed for job in jobs} & {takes[0].options.seed}
        final = await its.sequels.final(takes[1].id, press(101), 5)
        assert (final.takes, final.wish.seed, final.parent_id) == (1, takes[1].options.seed, takes[1].id)

    run(tmp_path, scenario)
