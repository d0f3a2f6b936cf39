"""Outside of servers, members have an allowance of its own, under the operator's budget over all."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from storage import (
    EVERYWHERE,
    Account,
    BudgetSpent,
    Layer,
    Limit,
    NotEnoughCredits,
    Period,
    PrivacyStore,
    Rule,
)
from tests.storage.books import MEMBER, NOON, books, new_job


def test_outside_of_servers_there_is_an_allowance_of_its_own(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=60, outside=30) as kept:
            outside = Account(EVERYWHERE, MEMBER)
            await kept.jobs.accept(new_job(1, guild_id=EVERYWHERE, price=20))
            assert await kept.left(NOON) == 60
            assert await kept.left(NOON, outside) == 10
            with pytest.raises(NotEnoughCredits) as refusal:
                await kept.jobs.accept(new_job(2, guild_id=EVERYWHERE, price=11))
            assert refusal.value.balance.limit == Limit(Layer.DEFAULT, 0, Rule.CREDITS, 30, Period.DAY)
            assert await kept.left(NOON + timedelta(days=1), outside) == 30

    asyncio.run(scenario())


def test_where_nothing_is_offered_outside_of_servers_nothing_can_be_ordered_there(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=60, outside=0) as kept:
            with pytest.raises(NotEnoughCredits):
                await kept.jobs.accept(new_job(1, guild_id=EVERYWHERE, price=1))
            await kept.jobs.accept(new_job(2, price=60))

    asyncio.run(scenario())


def test_the_budget_over_all_servers_holds_outside_of_them_and_is_told_of_as_that(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=60) as kept:
            await kept.limit(Layer.BUDGET, 0, 50, guild_id=EVERYWHERE)
            await kept.jobs.accept(new_job(1, price=30))
            standing = await kept.standings.of(Account(EVERYWHERE, MEMBER), NOON)
            assert standing.budget is None
            assert standing.everywhere is not None
            assert standing.everywhere.spent == 30
            with pytest.raises(BudgetSpent) as refusal:
                await kept.jobs.accept(new_job(2, guild_id=EVERYWHERE, price=21))
            assert refusal.value.everywhere

    asyncio.run(scenario())


@pytest.mark.parametrize(("own", "stays"), [(29, True), (40, False)])
def test_an_own_limit_there_goes_unless_leaving_would_lift_it(tmp_path: Path, own: int, stays: bool) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.limit(Layer.MEMBER, MEMBER, own, guild_id=EVERYWHERE)
            await PrivacyStore(kept.database, 60, 30).forget(MEMBER, NOON)
            assert bool(await kept.limits.of(EVERYWHERE, Layer.MEMBER, MEMBER)) == stays

    asyncio.run(scenario())
