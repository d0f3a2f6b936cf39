"""Several takes of one order: all or none, each with a seed of its own; votes for them."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from engine import (
    ClipGone,
    Deed,
    JobState,
    Layer,
    NotEnoughCredits,
    NotYours,
    Period,
    Rule,
    TooManyAtOnce,
    Wish,
)
from tests.engine.edges import ScriptedProvider, film, house, order
from tests.engine.presses import OTHER, desks, press, takes_of
from tests.storage.books import BY_MODERATOR, GUILD, MEMBER


def test_takes_differ_in_their_seeds_alone_and_are_charged_together(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(film(tmp_path / "made.mp4"))) as at:
            before = await at.left()
            first = await at.engine.request(replace(order(), takes=4, wish=Wish(resolution="720P", seed=7)))
            takes = await at.engine.takes(first)
            assert [job.take for job in takes] == [1, 2, 3, 4]
            assert takes[0].id == first.id
            assert takes[0].options.seed == 7
            assert len({job.options.seed for job in takes}) == 4
            assert len({job.batch_id for job in takes}) == 1
            assert {replace(job.options, seed=0) for job in takes} == {replace(first.options, seed=0)}
            assert before is not None
            assert await at.left() == before - 4 * first.price
            assert [job.id for job in await at.engine.takes(first)] == [job.id for job in takes]

    asyncio.run(scenario())


def test_takes_are_all_taken_or_none(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, per_day=39) as at:
            asked = replace(order(), takes=4, wish=Wish(resolution="720P", duration_seconds=5))

            async def never() -> bytes:
                raise AssertionError("fetched")

            with pytest.raises(NotEnoughCredits) as refusal:
                await at.engine.request(replace(asked, image=never))
            assert refusal.value.price == 40
            values: dict[Rule, tuple[int | None, Period | None]] = {Rule.AT_ONCE: (2, None)}
            await at.credits.set_limits(GUILD, Layer.EVERYONE, 0, values, BY_MODERATOR)
            with pytest.raises(TooManyAtOnce):
                await at.engine.request(replace(asked, takes=3, image=never))
            assert await at.left() == 39
            assert len(await at.engine.takes(await at.engine.request(replace(asked, takes=2)))) == 2

    asyncio.run(scenario())


def test_an_order_of_takes_that_is_delivered_twice_is_the_same_takes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            asked = replace(order(), takes=3)
            once, twice = await asyncio.gather(at.engine.request(asked), at.engine.request(asked))
            assert once.id == twice.id
            later = await at.engine.request(asked)
            assert (later.id, later.take) == (once.id, 1)
            assert len(await at.books.open_jobs()) == 3

    asyncio.run(scenario())


def test_a_single_clip_is_no_batch(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            job = await at.engine.request(order())
            assert (job.batch_id, job.take) == (None, 1)
            assert await at.engine.takes(job) == [job]

    asyncio.run(scenario())


def test_everybody_has_one_vote_which_moves_and_can_be_taken_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(film(tmp_path / "made.mp4"))) as at:
            voting, (one, two) = desks(at, tmp_path).voting, await takes_of(at, 2)
            votes = [
                (await voting.vote(one.id, press())).votes,
                (await voting.vote(one.id, press(101, OTHER))).votes,
                (await voting.vote(two.id, press(102))).votes,
                (await voting.vote(one.id, press(103, OTHER))).votes,
            ]
            assert [(count[one.id], count[two.id]) for count in votes] == [(1, 0), (2, 0), (1, 1), (0, 1)]
            ballot = await voting.ballot(one.batch_id or "")
            assert [job.id for job in ballot.takes] == [one.id, two.id]
            assert ballot.votes == votes[-1]

    asyncio.run(scenario())


def test_there_is_no_vote_where_there_is_no_choice_to_be_seen(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(film(tmp_path / "made.mp4"))) as at:
            voting, (one, _) = desks(at, tmp_path).voting, await takes_of(at, 2)
            single = await at.a_clip(2)
            with pytest.raises(ClipGone):
                await voting.vote(single.id, press())
            with pytest.raises(NotYours):
                await voting.vote(one.id, press(guild_id=11, member_id=OTHER))
            await at.engine.remove(one.id, Deed(MEMBER), refund=False, moderates_guild=None)
            with pytest.raises(ClipGone):
                await voting.vote(one.id, press())

    asyncio.run(scenario())


def test_details_of_a_take_tell_of_the_others_and_their_votes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(film(tmp_path / "made.mp4"))) as at:
            its, (one, two) = desks(at, tmp_path), await takes_of(at, 2)
            await its.voting.vote(two.id, press(member_id=OTHER))
            details = await its.archive.details(one.id, press())
            assert [job.id for job in details.takes] == [one.id, two.id]
            assert details.votes == {one.id: 0, two.id: 1}
            assert all(job.state is JobState.DONE for job in details.takes)

    asyncio.run(scenario())
