"""Where a member stands is worked out from the ledger, the jobs and the limits, in the server's own time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import (
    EVERYWHERE,
    BlockStore,
    Deed,
    Failure,
    JobState,
    Layer,
    Limit,
    Period,
    Rule,
    Spending,
    Standing,
)
from tests.storage.books import ACCOUNT, BY_MODERATOR, CHANNEL, GUILD, MEMBER, MODERATOR, NOON, Books, books, new_job

ROLE, THREAD, OTHER = 51, 21, 99
TOMORROW = NOON + timedelta(days=1)


def run(folder: Path, scenario: Callable[[Books], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with books(folder) as kept:
            await scenario(kept)

    asyncio.run(opened())


async def standing(kept: Books, at: datetime = NOON, **changes: Any) -> Standing:
    return await kept.standings.of(replace(ACCOUNT, **changes), at)


def test_without_any_limit_a_member_has_the_operators_default(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        found = await standing(kept)
        assert found.balance.limit == Limit(Layer.DEFAULT, 0, Rule.CREDITS, 60, Period.DAY)
        assert (found.balance.left, found.at_once.value, found.cooldown.value) == (60, None, None)
        assert (found.channel, found.budget, found.everywhere, found.block, found.pause) == (None,) * 5
        assert found.balance.renews_at == datetime(2026, 3, 15, tzinfo=UTC)
        assert found.cools_until is None
        assert set(found.rules) == set(Rule)

    run(tmp_path, scenario)


def test_the_layers_decide_and_explain_the_allowance(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.EVERYONE, 0, 30)
        assert (await standing(kept)).balance.left == 30
        await kept.limit(Layer.ROLE, ROLE, 20)
        assert (await standing(kept)).balance.left == 30
        with_role = await standing(kept, role_ids=frozenset({ROLE}))
        assert with_role.balance.left == 20
        await kept.limit(Layer.MEMBER, MEMBER, 10)
        found = await standing(kept, role_ids=frozenset({ROLE}))
        assert found.balance.left == 10
        layers = [limit.layer for limit in found.rules[Rule.CREDITS]]
        assert layers == [Layer.MEMBER, Layer.ROLE, Layer.EVERYONE, Layer.DEFAULT]
        assert (await standing(kept, guild_id=OTHER)).balance.left == 60
        assert (await standing(kept, member_id=OTHER)).balance.left == 30

    run(tmp_path, scenario)


def test_a_week_and_a_month_add_up_what_was_spent_on_their_days(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        monday = datetime(2026, 3, 9, 9, tzinfo=UTC)
        for number, day in enumerate((-9, -1, 0, 3, 7)):  # the last month, the last week, this one, the next one
            await kept.jobs.accept(new_job(number, price=number + 1, at=monday + timedelta(days=day)))
        await kept.limit(Layer.MEMBER, MEMBER, 100, Period.WEEK)
        week = (await standing(kept)).balance
        assert (week.left, week.renews_at) == (100 - 3 - 4, datetime(2026, 3, 16, tzinfo=UTC))
        await kept.limit(Layer.MEMBER, MEMBER, 100, Period.MONTH)
        month = (await standing(kept)).balance
        assert (month.left, month.renews_at) == (100 - 2 - 3 - 4 - 5, datetime(2026, 4, 1, tzinfo=UTC))

    run(tmp_path, scenario)


def test_the_allowance_renews_at_the_servers_midnight(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.servers.change(GUILD, {"time_zone": "Asia/Tokyo"}, BY_MODERATOR, NOON)
        before, midnight = NOON + timedelta(hours=2, minutes=59), NOON + timedelta(hours=3)
        await kept.jobs.accept(new_job(1, price=60, at=before))
        found = await standing(kept, before)
        assert (found.balance.left, found.balance.renews_at) == (0, midnight)
        assert (await standing(kept, midnight)).balance.left == 60

    run(tmp_path, scenario)


def test_the_operators_own_budget_is_in_utc_whatever_the_servers_zone(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.servers.change(GUILD, {"time_zone": "Asia/Tokyo"}, BY_MODERATOR, NOON)
        await kept.limit(Layer.BUDGET, 0, 100, guild_id=EVERYWHERE)
        await kept.limit(Layer.BUDGET, 0, 100)
        found = await standing(kept)
        assert found.everywhere is not None
        assert found.everywhere.renews_at == datetime(2026, 3, 15, tzinfo=UTC)
        assert found.budget is not None
        assert found.budget.renews_at == datetime(2026, 3, 14, 15, tzinfo=UTC)

    run(tmp_path, scenario)


def test_unlimited_counts_what_is_spent_for_the_day_it_ends(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.MEMBER, MEMBER, None)
        await kept.ledger.grant(ACCOUNT, 5, Deed(MODERATOR, interaction_id=1), NOON)
        await kept.jobs.accept(new_job(1, price=1000))
        found = (await standing(kept)).balance
        assert (found.left, found.allowance_left, found.granted_left) == (None, None, 5)
        assert found.covers(10**9)
        await kept.limits.clear(GUILD, Layer.MEMBER, MEMBER, BY_MODERATOR, NOON)
        assert (await standing(kept)).balance.left == 5

    run(tmp_path, scenario)


def test_a_channel_counts_what_was_charged_in_it_and_its_threads(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.CHANNEL, CHANNEL, 50, Period.MONTH)
        await kept.jobs.accept(new_job(1, price=10))
        await kept.jobs.accept(new_job(2, price=5, channel_id=THREAD, home_channel_id=CHANNEL, member_id=OTHER))
        await kept.jobs.accept(new_job(3, price=7, channel_id=OTHER))
        cap = Limit(Layer.CHANNEL, CHANNEL, Rule.CREDITS, 50, Period.MONTH)
        assert (await standing(kept)).channel == Spending(cap, 15, datetime(2026, 4, 1, tzinfo=UTC))
        assert (await standing(kept, home_channel_id=OTHER)).channel is None

    run(tmp_path, scenario)


def test_budgets_count_what_all_members_were_charged_granted_credits_included(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, 500)
        await kept.limit(Layer.BUDGET, 0, 900, guild_id=EVERYWHERE)
        await kept.ledger.grant(ACCOUNT, 40, Deed(MODERATOR, interaction_id=1), NOON)
        await kept.jobs.accept(new_job(1, price=80))
        await kept.jobs.accept(new_job(2, price=5, member_id=OTHER))
        await kept.jobs.accept(new_job(3, price=7, guild_id=OTHER))
        await kept.ledger.take(ACCOUNT, 3, Deed(MODERATOR, interaction_id=2), NOON)
        found = await standing(kept)
        assert found.budget is not None
        assert (found.budget.spent, found.budget.left) == (85, 415)
        assert found.everywhere is not None
        assert (found.everywhere.spent, found.everywhere.left) == (92, 808)
        assert (await standing(kept, guild_id=OTHER)).budget is None
        tomorrow = await standing(kept, TOMORROW)
        assert tomorrow.budget is not None
        assert tomorrow.budget.spent == 0

    run(tmp_path, scenario)


def test_a_refund_frees_the_channel_and_the_budget_of_the_day_of_its_charge(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.CHANNEL, CHANNEL, 50)
        await kept.limit(Layer.BUDGET, 0, 50)
        await kept.jobs.accept(new_job(1, price=10))
        await kept.jobs.accept(new_job(2, price=10, at=TOMORROW))
        await kept.jobs.end("job1", (JobState.QUEUED,), Failure.PROVIDER_BUSY, TOMORROW, actor_id=0)
        for at, spent in ((NOON, 0), (TOMORROW, 10)):
            found = await standing(kept, at)
            assert found.channel is not None
            assert found.budget is not None
            assert (found.channel.spent, found.budget.spent) == (spent, spent)

    run(tmp_path, scenario)


def test_a_cap_below_what_is_spent_leaves_nothing_rather_than_less(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.jobs.accept(new_job(1, price=60))
        await kept.limit(Layer.BUDGET, 0, 20)
        await kept.limit(Layer.MEMBER, MEMBER, 20)
        found = await standing(kept)
        assert found.budget is not None
        assert (found.budget.left, found.balance.left) == (0, 0)
        await kept.limit(Layer.BUDGET, 0, None)
        unlimited = (await standing(kept)).budget
        assert unlimited is not None
        assert (unlimited.left, unlimited.covers(10**9)) == (None, True)

    run(tmp_path, scenario)


def test_jobs_under_way_are_counted_for_their_member_and_guild_until_they_end(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        first = await kept.jobs.accept(new_job(1))
        await kept.jobs.accept(new_job(2))
        await kept.jobs.accept(new_job(3, member_id=OTHER))
        await kept.jobs.accept(new_job(4, guild_id=OTHER))
        await kept.jobs.advance("job2", JobState.QUEUED, JobState.SUBMITTING, NOON)
        assert (await standing(kept)).open_jobs == 2
        await kept.finish(first, NOON)
        assert (await standing(kept)).open_jobs == 1
        await kept.jobs.end("job2", (JobState.SUBMITTING,), Failure.PROVIDER_BUSY, NOON, actor_id=0)
        assert (await standing(kept)).open_jobs == 0

    run(tmp_path, scenario)


def test_a_cooldown_runs_from_the_newest_job_that_did_not_come_to_nothing(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        def after(seconds: float) -> datetime:
            return NOON + timedelta(seconds=seconds)

        await kept.limit(Layer.EVERYONE, 0, 60, rule=Rule.COOLDOWN)
        assert (await standing(kept)).cools_until is None
        first = await kept.jobs.accept(new_job(1))
        await kept.limit(Layer.MEMBER, MEMBER, 0, rule=Rule.COOLDOWN)
        await kept.jobs.accept(new_job(2, at=after(30)))
        await kept.limits.clear(GUILD, Layer.MEMBER, MEMBER, BY_MODERATOR, NOON)
        assert (await standing(kept, after(89))).cools_until == after(90)
        assert (await standing(kept, after(90))).cools_until is None
        await kept.jobs.end("job2", (JobState.QUEUED,), Failure.PROVIDER_BUSY, after(31), actor_id=0)
        await kept.finish(first, after(40))
        assert (await standing(kept, after(50))).cools_until == after(60)
        assert (await standing(kept, after(50), member_id=OTHER)).cools_until is None
        assert (await standing(kept, after(50), guild_id=OTHER)).cools_until is None

    run(tmp_path, scenario)


def test_a_block_and_a_pause_are_part_of_it(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        blocked = await BlockStore(kept.database).block(GUILD, MEMBER, TOMORROW, BY_MODERATOR, NOON)
        paused = await kept.servers.pause(GUILD, BY_MODERATOR, NOON)
        found = await standing(kept)
        assert found.block == blocked.after is not None
        assert found.pause == paused.after is not None
        assert (await standing(kept, member_id=OTHER)).block is None
        assert (await standing(kept, guild_id=OTHER)).pause is None

    run(tmp_path, scenario)


@pytest.mark.parametrize("guild_id", [EVERYWHERE, GUILD])
def test_outside_of_servers_the_operators_budget_is_no_budget_of_a_server(tmp_path: Path, guild_id: int) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, 100, guild_id=EVERYWHERE)
        await kept.jobs.accept(new_job(1, price=10, guild_id=EVERYWHERE))
        found = await standing(kept, guild_id=guild_id)
        assert found.budget is None
        assert found.everywhere is not None
        assert found.everywhere.spent == 10

    run(tmp_path, scenario)
