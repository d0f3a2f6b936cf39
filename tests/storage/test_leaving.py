"""Leaving is no way around a rule, and what a rule needs of the person goes once it needs it no more."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import (
    Account,
    AuditStore,
    BlockStore,
    CoolingDown,
    Deed,
    Forgotten,
    JobState,
    Layer,
    Limit,
    NotEnoughCredits,
    Period,
    PrivacyStore,
    Rule,
    ServerStore,
)
from tests.storage.books import BY_MODERATOR, GUILD, MODERATOR, NOON, Books, books, new_job
from tests.storage.leavers import (
    LEAVER,
    LEAVING,
    OWN_WORDS,
    done,
    found_in_files,
    leave_traces,
    own_job,
    tables,
)

DAY = timedelta(days=1)
TOMORROW = NOON + DAY


def _privacy(kept: Books) -> PrivacyStore:
    return PrivacyStore(kept.database, 60)


async def _credits(kept: Books) -> list[tuple[int, ...]]:
    sums = "SELECT guild_id, SUM(allowance), SUM(granted) FROM ledger GROUP BY guild_id"
    return [tuple(row) for row in await kept.database.rows(sums)]


def test_leaving_is_no_refill_and_what_was_granted_goes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.ledger.grant(LEAVING, 40, Deed(MODERATOR, "thanks", 1), NOON)
            await kept.finish(await kept.jobs.accept(own_job(1, price=45)), NOON)
            sums = await _credits(kept)
            for number in (2, 3):  # whoever comes back and leaves again has used all of it
                await _privacy(kept).forget(LEAVER, NOON + timedelta(minutes=number))
                balance = (await kept.standings.of(LEAVING, NOON + timedelta(minutes=number))).balance
                assert (balance.allowance_left, balance.granted_left) == (60 - 45 - 5 * (number - 2), 0)
                assert await _credits(kept) == sums
                order = own_job(number, NOON + timedelta(minutes=number), price=5)
                await kept.finish(await kept.jobs.accept(order), NOON)
                sums = await _credits(kept)
            with pytest.raises(NotEnoughCredits):
                await kept.jobs.accept(own_job(9, NOON + timedelta(minutes=9), price=6))
            assert (await kept.standings.of(LEAVING, TOMORROW)).balance.allowance_left == 60

    asyncio.run(scenario())


def test_a_task_stays_known_as_long_as_the_provider_lists_it_and_leads_to_nobody(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            for number, begun_at in enumerate((NOON, NOON + 2 * DAY), 1):
                job = await kept.jobs.accept(own_job(number, begun_at))
                task = {"task_id": f"secret-task-{number}"}
                await kept.jobs.advance(job.id, JobState.QUEUED, JobState.RUNNING, begun_at, **task)
                await kept.jobs.advance(job.id, JobState.RUNNING, JobState.DONE, begun_at)
            assert await kept.jobs.knows_task("secret-task-1")
            await _privacy(kept).forget(LEAVER, NOON + 2 * DAY)
            assert not await kept.jobs.knows_task("secret-task-1")  # of the day before yesterday
            assert await kept.jobs.knows_task("secret-task-2")
            assert "secret-task" not in tables(tmp_path)
            assert found_in_files(tmp_path, "secret-task") == []
            await _privacy(kept).settle_forgotten(NOON + 3 * DAY)
            assert await kept.jobs.knows_task("secret-task-2")
            await _privacy(kept).settle_forgotten(NOON + 4 * DAY)
            assert not await kept.jobs.knows_task("secret-task-2")
            assert "task:" not in tables(tmp_path)

    asyncio.run(scenario())


CHARGES = st.lists(st.tuples(st.integers(0, 24 * 45), st.integers(1, 9)), max_size=10)


@settings(max_examples=20)
@given(CHARGES, st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]), st.integers(0, 24 * 31))
def test_whichever_limit_counts_afterwards_finds_what_was_used_in_its_period(
    charges: list[tuple[int, int]], zone: str, leaves_after_hours: int
) -> None:
    async def scenario(folder: Path) -> None:
        async with books(folder) as kept:
            now = datetime.fromisoformat("2026-03-01T00:30:00+00:00") + timedelta(hours=leaves_after_hours)
            await ServerStore(kept.database).change(GUILD, {"time_zone": zone}, Deed(MODERATOR), NOON)
            for role_id, period in enumerate(Period, 1):
                await kept.limit(Layer.ROLE, role_id, 1000, period)
            for number, (hours_ago, price) in enumerate(charges):
                order = own_job(number, now - timedelta(hours=hours_ago), price=price)
                await kept.finish(await kept.jobs.accept(replace(order, role_ids=frozenset({3}))), now)
            accounts = [Account(GUILD, LEAVER, frozenset({role_id})) for role_id in (1, 2, 3)]
            before = [(await kept.standings.of(account, now)).balance.allowance_left for account in accounts]
            await _privacy(kept).forget(LEAVER, now)
            after = [(await kept.standings.of(account, now)).balance.allowance_left for account in accounts]
            assert after == before

    with TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))


def test_what_was_carried_over_loses_the_person_once_no_period_needs_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            await _privacy(kept).forget(LEAVER, NOON + timedelta(minutes=3))
            left = [line for line in tables(tmp_path).splitlines() if str(LEAVER) in line]
            kept_for_now = ["limits", "ledger", "ledger", "meta", "strikes"]  # the limit whose allowance is in use
            assert sorted(line.split(",")[0] for line in left) == sorted(f"('{table}'" for table in kept_for_now)
            sums = await _credits(kept)
            await _privacy(kept).settle_forgotten(NOON + 31 * DAY)
            assert str(LEAVER) in tables(tmp_path)
            await _privacy(kept).settle_forgotten(NOON + 33 * DAY)
            assert str(LEAVER) not in tables(tmp_path)
            assert found_in_files(tmp_path, LEAVER) == []
            assert await _credits(kept) == sums

    asyncio.run(scenario())


def test_leaving_is_no_way_from_a_used_allowance_of_the_day_to_everyones_of_the_week(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            own = Limit(Layer.MEMBER, LEAVER, Rule.CREDITS, 15, Period.DAY)
            await kept.limits.set(GUILD, [own], BY_MODERATOR, NOON)
            await kept.limit(Layer.EVERYONE, 0, 100, Period.WEEK)
            await kept.finish(await kept.jobs.accept(new_job(1, price=15, member_id=LEAVER)), NOON)
            await _privacy(kept).forget(LEAVER, NOON)
            assert await kept.left(NOON, LEAVING) == 0
            await _privacy(kept).settle_forgotten(NOON + 8 * DAY)
            assert own not in await kept.limits.of_guild(GUILD)

    asyncio.run(scenario())


def test_settling_leaves_alone_what_a_moderator_took_from_somebody_who_stays(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.ledger.grant(LEAVING, 40, Deed(MODERATOR, "thanks", 1), NOON)
            await kept.ledger.take(LEAVING, 15, Deed(MODERATOR, "carried over", 2), NOON)
            await _privacy(kept).settle_forgotten(NOON + 99 * DAY)
            assert (await kept.standings.of(LEAVING, NOON)).balance.granted_left == 25

    asyncio.run(scenario())


def test_leaving_is_no_way_around_a_cooldown(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.limit(Layer.EVERYONE, 0, 3 * 24 * 3600, rule=Rule.COOLDOWN)
            await done(kept, own_job(1, NOON - 9 * DAY))
            await done(kept, own_job(2, NOON - 2 * DAY))
            assert await _privacy(kept).forget(LEAVER, NOON) == Forgotten(jobs=1, entries=2, cooling=1)
            again = await _privacy(kept).forget(LEAVER, NOON)
            assert (again.jobs, again.cooling) == (0, 1)
            with pytest.raises(CoolingDown) as refusal:
                await kept.jobs.accept(own_job(3))
            assert refusal.value.until == NOON + DAY
            assert await kept.jobs.of_member(LEAVER, None, 10) == []
            assert [word for word in OWN_WORDS if word in tables(tmp_path)] == []
            await _privacy(kept).settle_forgotten(NOON + DAY - timedelta(seconds=1))
            assert str(LEAVER) in tables(tmp_path)
            await _privacy(kept).settle_forgotten(NOON + DAY)
            assert str(LEAVER) not in tables(tmp_path)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("rule", "own", "others", "stays"),
    [
        (Rule.CREDITS, 59, None, True),  # the default is 60 a day
        (Rule.CREDITS, 60, None, False),
        (Rule.CREDITS, None, None, False),
        (Rule.CREDITS, 80, (Layer.EVERYONE, 100), True),
        (Rule.CREDITS, 80, (Layer.EVERYONE, 70), False),
        (Rule.CREDITS, 80, (Layer.ROLE, 100), True),
        (Rule.AT_ONCE, 1, None, True),
        (Rule.AT_ONCE, 3, (Layer.EVERYONE, 2), False),
        (Rule.COOLDOWN, 60, None, True),
        (Rule.COOLDOWN, 60, (Layer.EVERYONE, 90), False),
    ],
)
def test_an_own_limit_goes_unless_leaving_would_lift_it(
    tmp_path: Path, rule: Rule, own: int | None, others: tuple[Layer, int] | None, stays: bool
) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.limit(Layer.MEMBER, LEAVER, own, rule=rule)
            await kept.limit(Layer.MEMBER, 31, own, rule=rule)
            if others:
                await kept.limit(others[0], 5 if others[0] is Layer.ROLE else 0, others[1], rule=rule)
            await _privacy(kept).forget(LEAVER, NOON)
            assert bool(await kept.limits.of(GUILD, Layer.MEMBER, LEAVER)) == stays
            assert await kept.limits.of(GUILD, Layer.MEMBER, 31)
            if stays:
                await kept.limits.clear(GUILD, Layer.MEMBER, LEAVER, Deed(MODERATOR), NOON + DAY)
                await _privacy(kept).settle_forgotten(NOON + 2 * DAY)
            assert str(LEAVER) not in tables(tmp_path)

    asyncio.run(scenario())


def test_a_block_in_force_stays_with_its_record_until_it_is_over(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            blocks, record = BlockStore(kept.database), AuditStore(kept.database)
            await blocks.block(GUILD, LEAVER, NOON - DAY, Deed(MODERATOR, "an old one"), NOON - 2 * DAY)
            block = (await blocks.block(GUILD, LEAVER, None, Deed(MODERATOR, "rude"), NOON)).after
            await kept.ledger.grant(LEAVING, 5, Deed(MODERATOR, "a comfort", 7), NOON + timedelta(hours=1))
            await _privacy(kept).forget(LEAVER, NOON + DAY)
            await _privacy(kept).settle_forgotten(NOON + 99 * DAY)
            assert await blocks.of(GUILD, LEAVER, NOON + 99 * DAY) == block
            about = await record.all_of(GUILD, member_id=LEAVER)
            assert [(entry.reason, entry.after) for entry in about] == [("rude", {"until": None, "reason": "rude"})]
            await blocks.lift(GUILD, LEAVER, Deed(MODERATOR), NOON + 100 * DAY)
            await _privacy(kept).settle_forgotten(NOON + 101 * DAY)
            assert str(LEAVER) not in tables(tmp_path)
            assert found_in_files(tmp_path, LEAVER) == []

    asyncio.run(scenario())


def test_leaving_starts_no_count_of_refusals_anew_and_brings_none_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            blocks = BlockStore(kept.database)
            hour = timedelta(hours=1)
            for number in range(3):
                await blocks.strike(GUILD, LEAVER, number, NOON)  # the third begins a pause
            await done(kept, own_job(1, NOON + hour))
            await _privacy(kept).forget(LEAVER, NOON + 2 * hour)
            assert await blocks.strike(GUILD, LEAVER, 11, NOON + 3 * hour) is None
            assert await blocks.strike(GUILD, LEAVER, 12, NOON + 3 * hour) is None
            await _privacy(kept).forget(LEAVER, NOON + 4 * hour)
            assert await blocks.strike(GUILD, LEAVER, 13, NOON + 5 * hour) is not None

    asyncio.run(scenario())
