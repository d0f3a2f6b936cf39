"""Blocks as moderators set them, and refusals in a row that pause a member."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import Action, AuditStore, Block, BlockStore, Deed, Failure, JobState, ServerStore
from storage.blocks import block_within, strike_within
from tests.storage.books import GUILD, MEMBER, MODERATOR, NOON, Books, books, new_job

RUDE = Deed(MODERATOR, "rude")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


async def _strikes(store: BlockStore, times: list[datetime], first: int = 1) -> list[bool]:
    """Whether each of these refusals began a pause."""
    return [await store.strike(GUILD, MEMBER, first + number, at) is not None for number, at in enumerate(times)]


async def _strike(kept: Books, job_id: str) -> Block | None:
    return await kept.database.write(lambda book: strike_within(book, GUILD, MEMBER, NOON, job_id=job_id))


async def _actions(kept: Books) -> list[Action]:
    return [entry.action for entry in await AuditStore(kept.database).all_of(GUILD)]


def test_a_block_holds_in_its_guild_until_its_moment(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            changed = await store.block(GUILD, MEMBER, NOON + HOUR, RUDE, NOON)
            block = Block(MEMBER, NOON + HOUR, "rude", MODERATOR, NOON)
            assert (changed.before, changed.after) == (None, block)
            assert await store.of(GUILD, MEMBER, NOON + HOUR - timedelta(milliseconds=1)) == block
            assert await store.of(GUILD, MEMBER, NOON + HOUR) is None
            assert await store.of(11, MEMBER, NOON) is None
            assert await store.of(GUILD, 31, NOON) is None
            assert await store.of_guild(GUILD, NOON) == [block]
            assert await store.of_guild(GUILD, NOON + HOUR) == []
            assert await kept.database.write(lambda book: block_within(book, GUILD, MEMBER, NOON)) == block

    asyncio.run(scenario())


def test_a_block_for_good_has_no_end_and_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            first = await store.block(GUILD, MEMBER, NOON + HOUR, RUDE, NOON)
            second = await store.block(GUILD, MEMBER, None, RUDE, NOON + MINUTE)
            assert second.before == first.after
            assert await store.of(GUILD, MEMBER, NOON + timedelta(days=9999)) == second.after
            assert (await store.block(GUILD, MEMBER, None, RUDE, NOON + 2 * MINUTE)).same
            record = await AuditStore(kept.database).all_of(GUILD)
            hour = round((NOON + HOUR).timestamp() * 1000)
            assert [(entry.before, entry.after) for entry in record] == [
                (None, {"until": hour, "reason": "rude"}),
                ({"until": hour, "reason": "rude"}, {"until": None, "reason": "rude"}),
            ]
            assert {(entry.target_kind, entry.target_id, entry.reason) for entry in record} == {
                ("member", str(MEMBER), "rude")
            }

    asyncio.run(scenario())


def test_a_lifted_block_is_gone_and_there_is_none_to_lift_twice(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            block = (await store.block(GUILD, MEMBER, None, RUDE, NOON)).after
            lifted = await store.lift(GUILD, MEMBER, Deed(MODERATOR), NOON)
            assert (lifted.before, lifted.after) == (block, None)
            assert (await store.lift(GUILD, MEMBER, Deed(MODERATOR), NOON)).same
            assert await store.of(GUILD, MEMBER, NOON) is None
            assert await _actions(kept) == [Action.MEMBER_BLOCKED, Action.BLOCK_LIFTED]

    asyncio.run(scenario())


def test_the_third_refusal_in_a_row_pauses_a_member_for_an_hour(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            assert await _strikes(store, [NOON, NOON + MINUTE]) == [False, False]
            block = await store.strike(GUILD, MEMBER, 3, NOON + 2 * MINUTE)
            assert block is not None
            assert (block.actor_id, block.until, block.created_at) == (0, NOON + 62 * MINUTE, NOON + 2 * MINUTE)
            assert await store.of(GUILD, MEMBER, NOON + 61 * MINUTE) == block
            assert await store.of(GUILD, MEMBER, NOON + 62 * MINUTE) is None
            assert await store.of(11, MEMBER, NOON + 2 * MINUTE) is None
            assert await _actions(kept) == [Action.MEMBER_PAUSED]

    asyncio.run(scenario())


def test_a_refusal_counts_once_for_its_interaction_or_job(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            for _ in range(5):
                assert await store.strike(GUILD, MEMBER, 1, NOON) is None
                assert await _strike(kept, "job1") is None
            assert await store.strike(GUILD, MEMBER, 2, NOON) is not None

    asyncio.run(scenario())


def test_a_refusal_that_comes_twice_begins_no_pause_though_the_server_has_become_stricter(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            await _strikes(store, [NOON, NOON])
            await ServerStore(kept.database).change(GUILD, {"strikes": 2}, Deed(MODERATOR), NOON)
            assert await _strikes(store, [NOON, NOON]) == [False, False]
            assert await _strikes(store, [NOON], first=10) == [True]

    asyncio.run(scenario())


def test_refusals_of_others_and_in_other_guilds_do_not_count(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            for number, (guild, member) in enumerate([(GUILD, 31), (11, MEMBER), (GUILD, MEMBER), (GUILD, MEMBER)]):
                assert await store.strike(guild, member, number, NOON) is None

    asyncio.run(scenario())


def test_after_a_pause_the_count_starts_anew(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            times = [NOON + number * HOUR for number in range(6)]
            assert await _strikes(store, times) == [False, False, True, False, False, True]

    asyncio.run(scenario())


def test_a_posted_clip_starts_the_count_anew_and_a_failed_one_does_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            await _strikes(store, [NOON, NOON + MINUTE])
            await kept.finish(await kept.jobs.accept(new_job(1)), NOON + 2 * MINUTE)
            times = [NOON + number * MINUTE for number in (3, 4, 5)]
            assert await _strikes(store, times[:2], first=10) == [False, False]
            await kept.jobs.accept(new_job(2))
            await kept.jobs.end("job2", (JobState.QUEUED,), Failure.PROVIDER_BUSY, NOON + 4 * MINUTE, actor_id=0)
            assert await _strikes(store, times[2:], first=20) == [True]

    asyncio.run(scenario())


def test_a_refusal_is_forgotten_after_a_day(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            times = [NOON, NOON + HOUR, NOON + 24 * HOUR, NOON + 24 * HOUR + MINUTE]
            assert await _strikes(store, times) == [False, False, False, True]

    asyncio.run(scenario())


@pytest.mark.parametrize(("strikes", "began"), [(0, [False] * 4), (1, [True] * 4), (4, [False] * 3 + [True])])
def test_the_server_says_how_many_refusals_pause_and_for_how_long(
    tmp_path: Path, strikes: int, began: list[bool]
) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            settings = {"strikes": strikes, "strike_pause_minutes": 10}
            await ServerStore(kept.database).change(GUILD, settings, Deed(MODERATOR), NOON)
            assert await _strikes(store, [NOON + number * timedelta(seconds=1) for number in range(4)]) == began
            block = await store.of(GUILD, MEMBER, NOON + 4 * timedelta(seconds=1))
            assert (block is not None) == any(began)
            assert await store.of(GUILD, MEMBER, NOON + 11 * MINUTE) is None

    asyncio.run(scenario())


def test_a_longer_block_stays_and_a_shorter_one_gives_way_to_the_pause(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = BlockStore(kept.database)
            for until, gives_way in ((None, False), (NOON + 2 * HOUR, False), (NOON + MINUTE, True)):
                longer = (await store.block(GUILD, MEMBER, until, RUDE, NOON)).after
                numbers = [f"{until}{number}" for number in range(3)]
                ends = [await _strike(kept, job_id) for job_id in numbers]
                assert any(ends) == gives_way
                assert (await store.of(GUILD, MEMBER, NOON) == longer) != gives_way

    asyncio.run(scenario())
