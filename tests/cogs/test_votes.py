"""Several takes side by side: their buttons, their votes, and what is made of one of them."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path

from engine import Failure, JobState, Relation
from sandbox.discord.world import MEMBER, OPERATOR, SECOND_MEMBER, USER_MODERATOR
from tests.cogs.scene import Message, Scene, buttons, scene, until
from tests.cogs.test_clip_buttons import NOT_YOURS, clip_of

EVERYBODY = (MEMBER, SECOND_MEMBER, USER_MODERATOR, OPERATOR)


def test_takes_have_a_vote_and_a_final_each(tmp_path: Path) -> None:
    async def shown() -> list[list[str]]:
        async with scene(tmp_path) as at:
            batch = await _batch(at)
            return [[button["label"] for button in row["components"]] for row in batch["components"]]

    assert asyncio.run(shown()) == [
        ["1 · 0 votes", "2 · 0 votes", "3 · 0 votes"],
        ["Final 1", "Final 2", "Final 3"],
        ["Again", "Remix", "Details", "Delete"],
    ]


def test_a_take_that_failed_has_no_buttons(tmp_path: Path) -> None:
    async def shown() -> list[str]:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            first, _, third = await at.ready(count=3, at=now)
            posted = await at.post([first, third], now)
            return list(buttons(await clip_of(at, posted[0])))

    assert asyncio.run(shown())[:4] == ["1 · 0 votes", "3 · 0 votes", "Final 1", "Final 3"]


def test_a_member_has_one_vote_which_can_be_moved_and_taken_back(tmp_path: Path) -> None:
    async def counted() -> None:
        async with scene(tmp_path) as at:
            batch = await _batch(at)
            await _vote(at, batch, SECOND_MEMBER, 2)
            await _shows(at, batch, 0, 1, 0)
            await _vote(at, batch, SECOND_MEMBER, 1)
            await _vote(at, batch, MEMBER, 1)
            await _shows(at, batch, 2, 0, 0)
            await _vote(at, batch, MEMBER, 1)
            await _shows(at, batch, 1, 0, 0)

    asyncio.run(counted())


def test_however_many_press_the_message_is_edited_seldom_and_ends_right(tmp_path: Path) -> None:
    async def edits() -> int:
        async with scene(tmp_path) as at:
            batch = await _batch(at)
            # An odd number of times each, so that in any order all of them end with a vote.
            presses = [(who, take) for who, take in zip(EVERYBODY, (1, 2, 3, 3), strict=True) for _ in range(5)]
            await asyncio.gather(*(_vote(at, batch, who, take) for who, take in presses))
            await _shows(at, batch, 1, 1, 2)
            wire = [json.loads(line) for line in at.here.wire.jsonl().splitlines()]
            return sum(_is_edit(entry) for entry in wire)

    assert 1 <= asyncio.run(edits()) <= 6, "twenty presses within a few seconds"


def test_the_details_of_takes_tell_each_of_them(tmp_path: Path) -> None:
    async def told() -> str:
        async with scene(tmp_path) as at:
            batch = await _batch(at)
            await _vote(at, batch, SECOND_MEMBER, 2)
            await _shows(at, batch, 0, 1, 0)
            return str((await at.press(await _as_it_is(at, batch), "Details", MEMBER))["content"])

    text = asyncio.run(told())
    assert "- Cost: 30 credits for all takes" in text
    assert "- Take 2 `job2`: seed `2` · 1 vote" in text
    assert "- Take 3 `job3`: seed `3` · 0 votes" in text


def test_a_final_is_made_of_the_take_that_was_chosen(tmp_path: Path) -> None:
    async def made() -> None:
        async with scene(tmp_path) as at:
            batch = await _batch(at)
            refused = await at.press(batch, "Final 2", SECOND_MEMBER)
            assert (refused["ephemeral"], refused["content"]) == (True, NOT_YOURS)
            await at.fill_in(await at.press_for_form(batch, "Final 2", MEMBER), {}, MEMBER)
            (job,) = await at.books.open_jobs(int(MEMBER))
            assert (job.parent_id, job.relation, job.options.seed) == ("job2", Relation.FINAL, 2)
            assert job.batch_id is None

    asyncio.run(made())


def test_again_orders_as_many_takes_once_more(tmp_path: Path) -> None:
    async def ordered() -> None:
        async with scene(tmp_path) as at:
            await at.press(await _batch(at), "Again", SECOND_MEMBER)
            jobs = await at.books.open_jobs(int(SECOND_MEMBER))
            assert len(jobs) == 3
            assert len({job.batch_id for job in jobs}) == 1
            assert len({job.options.seed for job in jobs}) == 3

    asyncio.run(ordered())


def test_takes_are_deleted_where_no_clip_came_of_the_first(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            first, *others = await at.ready(count=3, at=now)
            await at.books.jobs.end(first.id, (JobState.POSTING,), Failure.MODERATION, now, actor_id=0)
            posted = await at.post(others, now)
            clip = await clip_of(at, posted[0])
            form = await at.press_for_form(clip, "Delete", MEMBER)
            said = (await at.fill_in(form, {}, MEMBER))["content"]
            assert "2 takes are gone for good" in said

            await until(lambda: _is_gone(at, clip))

    asyncio.run(told())


def test_takes_are_deleted_together(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            batch = await _batch(at)
            form = await at.press_for_form(batch, "Delete", MEMBER)
            assert (await at.fields(form))[""][
                "content"
            ] == "Delete your 3 takes for good? Their 30 credits stay spent."
            said = (await at.fill_in(form, {}, MEMBER))["content"]
            assert said == "Your 3 takes are gone for good (before: posted), their 30 credits stay spent."
            await until(lambda: _is_gone(at, batch))

    asyncio.run(done())


async def _batch(at: Scene) -> Message:
    now = datetime.now(UTC)
    posted = await at.post(await at.ready(count=3, at=now), now)
    return await clip_of(at, posted[0])


async def _vote(at: Scene, batch: Message, who: str, take: int) -> None:
    state = await at.here.press(batch, f"firstframe:vote:job{take}", who=who)
    assert state["state"] == "answered", state


async def _shows(at: Scene, batch: Message, *votes: int) -> None:
    wanted = [f"{take} · {count} vote{'' if count == 1 else 's'}" for take, count in enumerate(votes, 1)]

    async def shows() -> bool:
        return list(buttons(await _as_it_is(at, batch)))[: len(wanted)] == wanted

    await until(shows)


async def _as_it_is(at: Scene, batch: Message) -> Message:
    return next(message for message in await at.here.messages() if message["id"] == batch["id"])


async def _is_gone(at: Scene, batch: Message) -> bool:
    return batch["id"] not in {message["id"] for message in await at.here.messages()}


def _is_edit(entry: Message) -> bool:
    return entry.get("method") == "PATCH" and "@original" in str(entry.get("path"))
