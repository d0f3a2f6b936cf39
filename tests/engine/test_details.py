"""What can be told of a clip, to whom, and where it is whole."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from engine import ClipGone, NotYours, Relation, Wish
from tests.engine.edges import RESULT, House, order
from tests.engine.presses import OTHER, Desks, clip_of, press, run
from tests.storage.books import MODERATOR


def test_details_are_all_that_made_the_clip(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        first = await clip_of(at, replace(order(), wish=Wish(prompt="x" * 1500, resolution="720P", seed=4)))
        second = await clip_of(at, await its.sequels.again(first.id, press()))
        details = await its.archive.details(second.id, press())
        assert details.parent is not None
        assert (details.job.id, details.parent.id, details.model) == (second.id, first.id, "wan2.6-i2v")
        assert (details.takes, details.votes) == ((), {})
        assert details.job.options.prompt == "x" * 1500
        assert (details.job.task_id, details.job.relation) == ("task-2", Relation.AGAIN)
        assert (await its.archive.details(first.id, press())).parent is None

    run(tmp_path, scenario)


def test_details_and_the_full_quality_are_for_the_clips_member_and_moderators(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        for ask in (its.archive.details, its.archive.full_quality):
            with pytest.raises(NotYours):
                await ask(clip.id, press(member_id=OTHER))
            with pytest.raises(NotYours):
                await ask(clip.id, press(member_id=OTHER, guild_id=0, moderates=True))
            with pytest.raises(ClipGone):
                await ask("nothing", press())
            assert (await ask(clip.id, press(member_id=MODERATOR, moderates=True))).job.id == clip.id

    run(tmp_path, scenario)


def test_the_full_quality_is_there_for_a_day_and_then_it_is_said_since_when_it_is_not(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        clip = await at.a_clip()
        assert clip.ready_at is not None
        until = clip.ready_at + timedelta(hours=24)
        there = await its.archive.full_quality(clip.id, press())
        assert (there.url, there.until, there.whole) == (RESULT, until, True)
        assert RESULT not in repr(replace(there, job=replace(clip, result_url=None)))
        at.clock.advance((until - at.clock.now()).total_seconds())
        gone = await its.archive.full_quality(clip.id, press())
        assert (gone.url, gone.until) == (None, until)
        longer = await clip_of(at, await its.sequels.extend(clip.id, press(), None, 5))
        assert not (await its.archive.full_quality(longer.id, press())).whole

    run(tmp_path, scenario)


def test_an_order_that_came_to_nothing_has_details_and_no_full_quality(tmp_path: Path) -> None:
    async def scenario(at: House, its: Desks) -> None:
        job = await at.engine.request(order())
        assert (await its.archive.details(job.id, press())).job.id == job.id
        with pytest.raises(ClipGone):
            await its.archive.full_quality(job.id, press())

    run(tmp_path, scenario)
