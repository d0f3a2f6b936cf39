"""Credits move by rows that stay, each once, whatever is delivered how often."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from storage import (
    Account,
    Action,
    AuditStore,
    Balance,
    Changed,
    Deed,
    Failure,
    JobState,
    LedgerKind,
    NotEnoughCredits,
)
from tests.storage.books import ACCOUNT, GUILD, MEMBER, MODERATOR, NOON, Books, books, new_job

TOMORROW = NOON + timedelta(days=1)


async def _refund(kept: Books, number: int) -> None:
    await kept.jobs.end(f"job{number}", (JobState.QUEUED,), Failure.PROVIDER_BUSY, NOON, actor_id=0)


async def _grant(kept: Books, amount: int, interaction_id: int = 1) -> Changed[Balance]:
    return await kept.ledger.grant(ACCOUNT, amount, Deed(MODERATOR, "thanks", interaction_id), NOON)


async def _take(kept: Books, amount: int, interaction_id: int = 2) -> tuple[int, Changed[Balance]]:
    return await kept.ledger.take(ACCOUNT, amount, Deed(MODERATOR, "a slip", interaction_id), NOON)


async def _parts(kept: Books) -> tuple[int | None, int]:
    balance = (await kept.standings.of(ACCOUNT, NOON)).balance
    return balance.allowance_left, balance.granted_left


def test_the_allowance_is_new_each_day(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1, price=60))
            assert await kept.left(NOON) == 0
            assert await kept.left(TOMORROW) == 60

    asyncio.run(scenario())


def test_granted_credits_are_spent_after_the_allowance_and_stay(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            changed = await _grant(kept, 40)
            assert (changed.before.left, changed.after.left) == (60, 100)
            await kept.jobs.accept(new_job(1, price=70))
            assert await _parts(kept) == (0, 30)
            assert await kept.left(TOMORROW) == 90

    asyncio.run(scenario())


def test_a_refund_gives_back_what_was_taken_from_where_it_was_taken(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 40)
            await kept.jobs.accept(new_job(1, price=70))
            await _refund(kept, 1)
            assert await _parts(kept) == (60, 40)

    asyncio.run(scenario())


def test_a_refund_on_the_next_day_does_not_add_to_that_days_allowance(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1, price=60))
            await kept.jobs.accept(new_job(2, price=10, at=TOMORROW))
            await kept.jobs.end("job1", (JobState.QUEUED,), Failure.PROVIDER_BUSY, TOMORROW, actor_id=0)
            assert await kept.left(TOMORROW) == 50
            assert await kept.left(NOON) == 60

    asyncio.run(scenario())


def test_a_grant_delivered_many_times_at_once_is_given_and_recorded_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            changes = await asyncio.gather(*(_grant(kept, 40) for _ in range(20)))
            assert sorted(changed.same for changed in changes) == [False] + [True] * 19
            assert await _parts(kept) == (60, 40)
            entries = await AuditStore(kept.database).all_of(GUILD)
            assert [(entry.action, entry.before, entry.after) for entry in entries] == [
                (
                    Action.CREDITS_GRANTED,
                    {"left": 60, "granted": 0},
                    {"left": 100, "granted": 40, "amount": 40},
                )
            ]
            assert (entries[0].target_kind, entries[0].target_id) == ("member", str(MEMBER))
            assert (entries[0].actor_id, entries[0].reason) == (MODERATOR, "thanks")

    asyncio.run(scenario())


def test_what_is_taken_is_never_more_than_what_is_granted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 40)
            taken, changed = await _take(kept, 15, 2)
            assert (taken, changed.before.granted_left, changed.after.granted_left) == (15, 40, 25)
            taken, changed = await _take(kept, 999, 3)
            assert (taken, changed.after.left) == (25, 60)
            taken, changed = await _take(kept, 1, 4)
            assert (taken, changed.same) == (0, True)
            entries = await AuditStore(kept.database).all_of(GUILD, action=Action.CREDITS_TAKEN)
            assert [entry.after for entry in entries] == [
                {"left": 85, "granted": 25, "amount": 15},
                {"left": 60, "granted": 0, "amount": 25},
            ]

    asyncio.run(scenario())


def test_a_take_delivered_twice_is_taken_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 40)
            results = await asyncio.gather(*(_take(kept, 15) for _ in range(10)))
            assert sorted(taken for taken, _ in results) == [0] * 9 + [15]
            assert await _parts(kept) == (60, 25)

    asyncio.run(scenario())


@pytest.mark.parametrize("amount", [0, -5])
def test_nothing_or_less_is_neither_given_nor_taken(tmp_path: Path, amount: int) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 40, 1)
            with pytest.raises(ValueError, match="neither"):
                await _grant(kept, amount, 2)
            with pytest.raises(ValueError, match="neither"):
                await _take(kept, amount, 3)
            assert await _parts(kept) == (60, 40)

    asyncio.run(scenario())


def test_credits_are_granted_in_one_guild_to_one_member(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 40)
            assert await kept.left(NOON, Account(GUILD, MEMBER + 1)) == 60
            assert await kept.left(NOON, Account(GUILD + 1, MEMBER)) == 60

    asyncio.run(scenario())


def test_a_history_shows_each_move_newest_first_and_pages_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 40)
            await kept.jobs.accept(new_job(1, price=70))
            await kept.jobs.accept(new_job(2, member_id=MEMBER + 1))
            await _refund(kept, 1)
            await _take(kept, 15)
            first = await kept.ledger.history(GUILD, MEMBER, limit=3)
            rest = await kept.ledger.history(GUILD, MEMBER, before_id=first[-1].id, limit=3)
            assert [(entry.kind, entry.amount, entry.job_id) for entry in (*first, *rest)] == [
                (LedgerKind.ADJUSTMENT, -15, None),
                (LedgerKind.REFUND, 70, "job1"),
                (LedgerKind.CHARGE, -70, "job1"),
                (LedgerKind.GRANT, 40, None),
            ]
            charge, grant = first[-1], rest[0]
            assert (charge.allowance, charge.granted, charge.actor_id) == (-60, -10, MEMBER)
            assert (grant.reason, grant.actor_id, grant.created_at) == ("thanks", MODERATOR, NOON)
            assert await kept.ledger.history(GUILD + 1, MEMBER, limit=3) == []

    asyncio.run(scenario())


def test_who_cannot_pay_is_not_charged_at_all(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 5)
            with pytest.raises(NotEnoughCredits) as refusal:
                await kept.jobs.accept(new_job(1, price=66))
            assert (refusal.value.price, refusal.value.balance.left) == (66, 65)
            assert await _parts(kept) == (60, 5)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger SET granted = 999",
        "UPDATE ledger SET member_id = 31",
        "UPDATE ledger SET member_id = 0, allowance = 0",
        "UPDATE ledger SET member_id = 0, counts_at = 0",
        "UPDATE ledger SET member_id = 0, guild_id = 11",
        "UPDATE ledger SET member_id = 0, home_channel_id = NULL",
        "UPDATE ledger SET member_id = 0, job_id = NULL, kind = 'grant'",
        "UPDATE ledger SET member_id = 0, actor_id = 41",
        "UPDATE ledger SET member_id = 0, reason = 'for nothing'",
        "UPDATE ledger SET member_id = 0, interaction_id = 5",
        "UPDATE ledger SET actor_id = 0",
        "DELETE FROM ledger",
    ],
)
def test_the_ledger_only_grows(tmp_path: Path, statement: str) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                await kept.database.execute(statement)
            assert await kept.left(NOON) == 50

    asyncio.run(scenario())


def test_a_row_of_the_ledger_can_lose_its_person_and_nothing_else(tmp_path: Path) -> None:
    leaving = "UPDATE ledger SET member_id = 0, actor_id = 0, reason = '', interaction_id = NULL"

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await _grant(kept, 40)
            before = [dict(row) for row in await kept.database.rows("SELECT * FROM ledger")]
            await kept.database.execute(leaving)
            after = [dict(row) for row in await kept.database.rows("SELECT * FROM ledger")]
            lost = {"member_id": 0, "actor_id": 0, "reason": "", "interaction_id": None}
            assert after == [row | lost for row in before]

    asyncio.run(scenario())
