"""An order is taken only where nothing stands against it, and the first thing that does is the one that is said."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import (
    EVERYWHERE,
    Account,
    Action,
    AuditEntry,
    AuditStore,
    Blocked,
    BlockStore,
    BudgetSpent,
    ChannelSpent,
    CoolingDown,
    Failure,
    JobState,
    Layer,
    NotAdmitted,
    NotEnoughCredits,
    Period,
    Rule,
    ServerPaused,
    TooManyAtOnce,
)
from tests.storage.books import ACCOUNT, BY_MODERATOR, CHANNEL, GUILD, MEMBER, NOON, Books, books, new_job

ROLE = 51
LATER = NOON + timedelta(minutes=10)
TOMORROW = NOON + timedelta(days=1)


def run(folder: Path, scenario: Callable[[Books], Awaitable[None]], per_day: int = 60) -> None:
    async def opened() -> None:
        async with books(folder, per_day) as kept:
            await scenario(kept)

    asyncio.run(opened())


async def refused(kept: Books, number: int = 1, price: int = 10, at: datetime = NOON) -> NotAdmitted:
    """The refusal, which is the same before the work and with the charge, and leaves nothing behind."""
    before = await kept.ledger.history(GUILD, MEMBER, limit=99)
    with pytest.raises(NotAdmitted) as asked:
        await kept.jobs.check_admission(ACCOUNT, price, at)
    with pytest.raises(NotAdmitted) as ordered:
        await kept.jobs.accept(new_job(number, price=price, at=at))
    assert (type(asked.value), vars(asked.value)) == (type(ordered.value), vars(ordered.value))
    assert await kept.jobs.get(f"job{number}") is None
    assert await kept.ledger.history(GUILD, MEMBER, limit=99) == before
    return ordered.value


async def notes(kept: Books, guild_id: int = GUILD) -> list[AuditEntry]:
    entries = await AuditStore(kept.database).all_of(guild_id)
    return [entry for entry in entries if entry.action in (Action.BUDGET_80, Action.BUDGET_100)]


def test_the_reasons_are_told_in_one_order(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.jobs.accept(new_job(0, price=60))
        await kept.limit(Layer.BUDGET, 0, 60, guild_id=EVERYWHERE)
        everywhere = await _paid(kept)
        assert isinstance(everywhere, BudgetSpent)
        assert everywhere.everywhere
        await kept.limit(Layer.BUDGET, 0, 61)
        budget = await _paid(kept)
        assert isinstance(budget, BudgetSpent)
        assert (budget.everywhere, budget.price, budget.spending.left) == (False, 10, 1)
        await kept.limit(Layer.CHANNEL, CHANNEL, 62)
        channel = await _paid(kept)
        assert isinstance(channel, ChannelSpent)
        assert (channel.price, channel.spending.left) == (10, 2)
        poor = await refused(kept)
        assert isinstance(poor, NotEnoughCredits)
        assert (poor.price, poor.balance.left) == (10, 0)
        await kept.limit(Layer.EVERYONE, 0, 900, rule=Rule.COOLDOWN)
        cooling = await refused(kept)
        assert isinstance(cooling, CoolingDown)
        assert cooling.until == NOON + timedelta(minutes=15)
        await kept.limit(Layer.EVERYONE, 0, 1, rule=Rule.AT_ONCE)
        many = await refused(kept)
        assert isinstance(many, TooManyAtOnce)
        assert (many.limit.value, many.open_jobs) == (1, 1)
        await BlockStore(kept.database).block(GUILD, MEMBER, None, BY_MODERATOR, NOON)
        blocked = await refused(kept)
        assert isinstance(blocked, Blocked)
        assert blocked.block.reason == BY_MODERATOR.reason
        await kept.servers.pause(GUILD, BY_MODERATOR, NOON)
        paused = await refused(kept)
        assert isinstance(paused, ServerPaused)
        assert not paused.pause.everywhere

    async def _paid(kept: Books) -> NotAdmitted:
        await kept.limit(Layer.MEMBER, MEMBER, None)
        refusal = await refused(kept)
        await kept.limits.clear(GUILD, Layer.MEMBER, MEMBER, BY_MODERATOR, NOON)
        return refusal

    run(tmp_path, scenario)


def test_the_operators_pause_holds_in_every_server(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.servers.pause(EVERYWHERE, BY_MODERATOR, NOON)
        refusal = await refused(kept)
        assert isinstance(refusal, ServerPaused)
        assert refusal.pause.everywhere
        await kept.servers.resume(EVERYWHERE, BY_MODERATOR, NOON)
        await kept.jobs.accept(new_job(1))

    run(tmp_path, scenario)


def test_the_last_credit_of_each_limit_can_be_spent(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.CHANNEL, CHANNEL, 30)
        await kept.limit(Layer.BUDGET, 0, 30)
        await kept.limit(Layer.BUDGET, 0, 30, guild_id=EVERYWHERE)
        assert isinstance(await refused(kept, price=31), NotEnoughCredits)
        await kept.jobs.accept(new_job(1, price=30))

    run(tmp_path, scenario, per_day=30)


def test_the_roles_of_the_moment_decide(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.ROLE, ROLE, 100)
        assert isinstance(await refused(kept, price=100), NotEnoughCredits)
        await kept.jobs.accept(new_job(2, price=100, role_ids=frozenset({ROLE})))
        with_role = Account(GUILD, MEMBER, frozenset({ROLE}), CHANNEL)
        with pytest.raises(NotEnoughCredits):
            await kept.jobs.check_admission(with_role, 1, NOON)
        await kept.jobs.check_admission(with_role, 100, TOMORROW)

    run(tmp_path, scenario)


def test_a_job_that_ends_makes_room_for_the_next(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.EVERYONE, 0, 2, rule=Rule.AT_ONCE)
        for number in (1, 2):
            await kept.jobs.accept(new_job(number))
        assert isinstance(await refused(kept, 3), TooManyAtOnce)
        await kept.jobs.end("job1", (JobState.QUEUED,), Failure.PROVIDER_BUSY, NOON, actor_id=0)
        await kept.jobs.accept(new_job(4))

    run(tmp_path, scenario)


def test_the_cooldown_ends_to_the_second(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.EVERYONE, 0, 600, rule=Rule.COOLDOWN)
        await kept.jobs.accept(new_job(1))
        assert isinstance(await refused(kept, 2, at=LATER - timedelta(seconds=1)), CoolingDown)
        await kept.jobs.accept(new_job(3, at=LATER))

    run(tmp_path, scenario)


def test_a_job_from_a_time_that_the_clock_was_set_back_from_starts_no_cooldown(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.EVERYONE, 0, 600, rule=Rule.COOLDOWN)
        await kept.jobs.accept(new_job(1, at=NOON + timedelta(days=365)))
        await kept.jobs.accept(new_job(2, at=NOON + timedelta(seconds=1)))
        assert isinstance(await refused(kept, 3, at=NOON), CoolingDown)

    run(tmp_path, scenario)


def test_a_job_that_is_stored_already_is_given_back_whatever_stands_against_new_ones(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        job = await kept.jobs.accept(new_job(1, price=60))
        await kept.servers.pause(GUILD, BY_MODERATOR, NOON)
        assert await kept.jobs.accept(new_job(1, price=60)) == job

    run(tmp_path, scenario)


@pytest.mark.parametrize("owner", [GUILD, EVERYWHERE])
def test_moderators_are_told_at_80_and_at_100_percent_once_a_period(tmp_path: Path, owner: int) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, 100, Period.MONTH, guild_id=owner)
        prices, told = (79, 1, 1, 19, 1), (0, 1, 1, 2, 2)  # the last one is refused
        for number, (price, count) in enumerate(zip(prices, told, strict=True)):
            await asyncio.gather(kept.jobs.accept(new_job(number, price=price)), return_exceptions=True)
            assert len(await notes(kept, owner)) == count
        nearly, wholly = await notes(kept, owner)
        renews_at = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp() * 1000)
        assert nearly.after == {"spent": 80, "credits": 100, "period": "month", "renews_at": renews_at}
        assert (nearly.action, nearly.target_kind, nearly.actor_id) == (Action.BUDGET_80, "budget", 0)
        assert (wholly.action, wholly.after and wholly.after["spent"]) == (Action.BUDGET_100, 100)
        assert await notes(kept, EVERYWHERE if owner == GUILD else GUILD) == []
        await kept.jobs.accept(new_job(9, price=80, at=NOON + timedelta(days=20)))
        assert [note.action for note in await notes(kept, owner)][2:] == [Action.BUDGET_80]

    run(tmp_path, scenario, per_day=1000)


def test_all_spent_is_told_without_nearly_and_nearly_is_not_told_after_it(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, 100)
        await kept.jobs.accept(new_job(1, price=50))
        await kept.jobs.accept(new_job(2, price=50))
        await kept.jobs.end("job2", (JobState.QUEUED,), Failure.PROVIDER_BUSY, NOON, actor_id=0)
        await kept.jobs.accept(new_job(3, price=35))
        assert [note.action for note in await notes(kept)] == [Action.BUDGET_100]

    run(tmp_path, scenario, per_day=1000)


def test_a_budget_that_was_raised_is_told_of_anew(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, 100)
        await kept.jobs.accept(new_job(1, price=100))
        await kept.limit(Layer.BUDGET, 0, 200)
        await kept.jobs.accept(new_job(2, price=60))
        assert [note.after and note.after["credits"] for note in await notes(kept)] == [100, 200]

    run(tmp_path, scenario, per_day=1000)


def test_a_budget_that_is_too_small_for_the_next_order_is_told_of_once_a_period(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, 100)
        await kept.jobs.accept(new_job(1, price=85))
        for number in (2, 3):
            refusal = await refused(kept, number, price=16)
            assert isinstance(refusal, BudgetSpent)
        told = [(note.action, note.after and note.after["spent"]) for note in await notes(kept)]
        assert sorted(told) == [(Action.BUDGET_100, 85), (Action.BUDGET_80, 85)]

    run(tmp_path, scenario, per_day=1000)


def test_an_order_out_of_proportion_does_not_make_a_budget_that_has_much_left_look_spent(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, 100)
        await kept.jobs.accept(new_job(1, price=70))
        assert isinstance(await refused(kept, 2, price=31), BudgetSpent)
        assert await notes(kept) == []
        await kept.jobs.accept(new_job(3, price=30))
        assert [note.action for note in await notes(kept)] == [Action.BUDGET_100]

    run(tmp_path, scenario, per_day=1000)


def test_an_unlimited_budget_is_never_told_of(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, None)
        await kept.jobs.accept(new_job(1, price=900))
        assert await notes(kept) == []

    run(tmp_path, scenario, per_day=1000)


def test_a_hundred_members_at_once_do_not_spend_more_than_the_budget(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.BUDGET, 0, 95)
        orders = (kept.jobs.accept(new_job(number, member_id=number + 100)) for number in range(100))
        results = await asyncio.gather(*orders, return_exceptions=True)
        assert sum(isinstance(result, BudgetSpent) for result in results) == 91
        standing = await kept.standings.of(ACCOUNT, NOON)
        assert standing.budget is not None
        assert standing.budget.spent == 90
        assert [note.action for note in await notes(kept)] == [Action.BUDGET_80, Action.BUDGET_100]

    run(tmp_path, scenario)


def test_a_hundred_commands_at_once_are_not_more_jobs_than_may_be_at_once(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.MEMBER, MEMBER, 3, rule=Rule.AT_ONCE)
        orders = (kept.jobs.accept(new_job(number, price=1)) for number in range(100))
        results = await asyncio.gather(*orders, return_exceptions=True)
        assert sum(isinstance(result, TooManyAtOnce) for result in results) == 97
        assert len(await kept.open_jobs()) == 3

    run(tmp_path, scenario)
