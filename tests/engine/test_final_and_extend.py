"""The final clip, and what happens next: in which quality and lengths, from which picture, for how much."""

from dataclasses import replace
from pathlib import Path

import pytest

from client import ResultGone
from engine import (
    ChannelClosed,
    ClipGone,
    NotHere,
    NothingBetter,
    Relation,
    StageDown,
    Wish,
)
from tests.engine.edges import House, order
from tests.engine.presses import WHOLE, Desks, clip_of, final_form, finish, press, run
from tests.storage.books import BY_MODERATOR, CHANNEL, GUILD


def test_the_final_clip_is_the_same_in_the_best_quality_and_longer_if_wanted(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        draft = await clip_of(at, replace(order(), wish=WHOLE))
        offer = await its.sequels.final_form(draft.id, press())
        assert [(choice.seconds, choice.price) for choice in offer.choices] == [(10, 30), (15, 45)]
        assert (offer.resolution, offer.usual_seconds, offer.model.name) == ("1080P", 10, "wan2.6-i2v")
        final = await clip_of(at, await its.sequels.final(draft.id, press(), 15))
        assert final.options == replace(draft.options, resolution="1080P", duration_seconds=15)
        assert (final.price, final.frame) == (45, draft.frame)
        assert (final.relation, final.parent_id) == (Relation.FINAL, draft.id)

    run(tmp_path, scenario)


def test_a_clip_that_is_as_good_as_its_model_makes_them_has_no_final_one(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        best = await clip_of(at, replace(order(), wish=Wish(resolution="1080P", duration_seconds=15)))
        assert not its.sequels.has_final(best)
        for pressed in (finish, final_form):
            with pytest.raises(NothingBetter):
                await pressed(its, best.id, press())
        short = await clip_of(at, replace(order(2), wish=Wish(resolution="1080P", duration_seconds=5)))
        assert its.sequels.has_final(short)
        assert [choice.seconds for choice in (await its.sequels.final_form(short.id, press())).choices] == [10, 15]

    run(tmp_path, scenario)


def test_a_preset_does_not_hold_for_the_final_clip_and_a_moderators_own_bound_does(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        await at.servers.set_channel(GUILD, CHANNEL, {"preset": "preview"}, BY_MODERATOR)
        draft = await clip_of(at, replace(order(), wish=Wish(prompt="waves")))
        assert (draft.options.resolution, draft.options.duration_seconds) == ("720P", 5)
        final = await clip_of(at, await its.sequels.final(draft.id, press(), 15))
        assert (final.options.resolution, final.options.duration_seconds) == ("1080P", 15)
        onward = await its.sequels.extend_form(final.id, press())
        assert [choice.seconds for choice in onward.choices] == [5]
        await clip_of(at, await its.sequels.extend(final.id, press(102), None, 5))
        with pytest.raises(NotHere):
            await at.engine.request(await its.sequels.again(final.id, press(103)))
        await at.servers.set_channel(GUILD, CHANNEL, {"most_seconds": 10}, BY_MODERATOR)
        with pytest.raises(NotHere):
            await at.engine.request(await its.sequels.final(draft.id, press(104), 15))
        assert [choice.seconds for choice in (await its.sequels.final_form(draft.id, press())).choices] == [5, 10]
        by_hand = {"most_resolution": "480P", "most_seconds": 5}
        await at.servers.set_channel(GUILD, CHANNEL, by_hand, BY_MODERATOR)
        for pressed in (final_form, finish):
            with pytest.raises(NotHere):
                await pressed(its, draft.id, press(105))

    run(tmp_path, scenario)


def test_an_extension_begins_with_the_last_picture_and_costs_the_new_seconds(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await clip_of(at, replace(order(), wish=WHOLE))
        offer = await its.sequels.extend_form(clip.id, press())
        assert [(choice.seconds, choice.price) for choice in offer.choices] == [(5, 10), (10, 20), (15, 30)]
        assert (offer.resolution, offer.usual_seconds) == ("720P", 10)
        longer = await clip_of(at, await its.sequels.extend(clip.id, press(), "then it rains", 5))
        assert (longer.price, longer.relation, longer.parent_id) == (10, Relation.EXTEND, clip.id)
        assert (longer.options.prompt, longer.options.duration_seconds) == ("then it rains", 5)
        assert longer.frame != clip.frame
        assert not list((tmp_path / "clips").glob("*.last-*"))
        assert not its.sequels.has_final(longer)
        with pytest.raises(NothingBetter):
            await its.sequels.final_form(longer.id, press())

    run(tmp_path, scenario)


def test_what_is_made_again_of_an_extension_continues_the_same_clip(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        longer = await clip_of(at, await its.sequels.extend(clip.id, press(), "rain", 5))
        other = await its.sequels.again(longer.id, press(101))
        assert (other.relation, other.parent_id, other.frame) == (Relation.EXTEND, clip.id, longer.frame)
        still_longer = await its.sequels.extend(longer.id, press(102), "snow", 5)
        assert (still_longer.relation, still_longer.parent_id) == (Relation.EXTEND, longer.id)

    run(tmp_path, scenario)


def test_the_last_picture_is_of_the_posted_file_once_the_provider_has_none(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        at.provider.download_errors = [ResultGone("gone")]
        await at.engine.request(await its.sequels.extend(clip.id, press(), None, 5))
        at.clock.advance(25 * 3600)
        at.provider.clip = b"not asked for"
        await at.engine.request(await its.sequels.extend(clip.id, press(101), None, 5))

    run(tmp_path, scenario)


@pytest.mark.parametrize(("error", "refusal"), [(ChannelClosed("gone"), ClipGone), (StageDown("later"), StageDown)])
def test_a_clip_that_cannot_be_fetched_is_not_extended_and_nothing_is_charged(
    tmp_path: Path, error: Exception, refusal: type[Exception]
) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        at.clock.advance(25 * 3600)
        before = await at.left()
        at.stage.fetch_errors = [error]
        with pytest.raises(refusal):
            await at.engine.request(await its.sequels.extend(clip.id, press(), None, 5))
        assert await at.left() == before

    run(tmp_path, scenario)
