"""What a member has left is what the ledger says, whatever happens in which order."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Balance, Failure, JobState, NotEnoughCredits
from tests.storage.books import ACCOUNT, MODERATOR, NOON, Books, books, new_job

TOMORROW = NOON + timedelta(days=1)


async def _refund(kept: Books, number: int) -> None:
    await kept.jobs.end(f"job{number}", (JobState.QUEUED,), Failure.TIMED_OUT, NOON, actor_id=0)


async def _grant(kept: Books, amount: int, interaction_id: int = 1) -> tuple[Balance, Balance]:
    return await kept.ledger.grant(
        ACCOUNT, amount, actor_id=MODERATOR, reason="thanks", interaction_id=interaction_id, now=NOON
    )


def test_the_allowance_is_new_each_day(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1, price=60))
            assert (await kept.ledger.balance(ACCOUNT, NOON)).left == 0
            tomorrow = await kept.ledger.balance(ACCOUNT, TOMORROW)
            assert tomorrow.left == 60
            assert tomorrow.renews_at == TOMORROW.replace(hour=0) + timedelta(days=1)

    asyncio.run(scenario())


def test_granted_credits_are_spent_after_the_allowance_and_stay(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            before, after = await _grant(kept, 40)
            assert (before.left, after.left) == (60, 100)
            await kept.jobs.accept(new_job(1, price=70))
            today = await kept.ledger.balance(ACCOUNT, NOON)
            assert (today.allowance_left, today.granted_left) == (0, 30)
            assert (await kept.ledger.balance(ACCOUNT, TOMORROW)).left == 90

    asyncio.run(scenario())


def test_a_refund_gives_back_what_was_taken_from_where_it_was_taken(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 40)
            await kept.jobs.accept(new_job(1, price=70))
            await _refund(kept, 1)
            balance = await kept.ledger.balance(ACCOUNT, NOON)
            assert (balance.allowance_left, balance.granted_left) == (60, 40)

    asyncio.run(scenario())


def test_a_refund_on_the_next_day_does_not_add_to_that_days_allowance(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1, price=60))
            await kept.jobs.end("job1", (JobState.QUEUED,), Failure.TIMED_OUT, TOMORROW, actor_id=0)
            assert (await kept.ledger.balance(ACCOUNT, TOMORROW)).left == 60

    asyncio.run(scenario())


def test_a_grant_delivered_twice_is_given_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _grant(kept, 40)
            _, after = await _grant(kept, 40)
            assert after.granted_left == 40

    asyncio.run(scenario())


def test_a_members_own_limit_holds_until_it_is_lifted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            before, after = await kept.ledger.set_limit(ACCOUNT, 5, actor_id=MODERATOR, now=NOON)
            assert (before.per_day, after.per_day, after.own_limit) == (60, 5, True)
            with pytest.raises(NotEnoughCredits) as refusal:
                await kept.jobs.accept(new_job(1))
            assert refusal.value.balance.left == 5
            _, lifted = await kept.ledger.set_limit(ACCOUNT, None, actor_id=MODERATOR, now=NOON)
            assert (lifted.per_day, lifted.own_limit) == (60, False)

    asyncio.run(scenario())


def test_a_limit_below_what_is_spent_leaves_nothing_rather_than_less(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1, price=60))
            _, after = await kept.ledger.set_limit(ACCOUNT, 20, actor_id=MODERATOR, now=NOON)
            assert after.left == 0

    asyncio.run(scenario())


@pytest.mark.parametrize("statement", ["UPDATE ledger SET granted = 999", "DELETE FROM ledger"])
def test_the_ledger_only_grows(tmp_path: Path, statement: str) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                async with kept.database.transaction() as connection:
                    await connection.execute(statement)
            assert (await kept.ledger.balance(ACCOUNT, NOON)).left == 50

    asyncio.run(scenario())


ACTIONS = st.one_of(
    st.tuples(st.just("order"), st.integers(1, 80), st.integers(0, 3)),
    st.tuples(st.just("refund"), st.integers(0, 12), st.just(0)),
    st.tuples(st.just("grant"), st.integers(1, 50), st.just(0)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ACTIONS, max_size=14))
def test_nothing_goes_below_zero_and_an_order_is_taken_exactly_when_it_can_be_paid(
    actions: list[tuple[str, int, int]],
) -> None:
    async def scenario(folder: Path) -> None:
        async with books(folder) as kept:
            spent_on_day = dict.fromkeys(range(4), 0)
            granted = 0
            paid: dict[int, tuple[int, int, int]] = {}
            for number, (action, amount, day) in enumerate(actions):
                at = NOON + timedelta(days=day)
                if action == "grant":
                    granted += amount
                    await _grant(kept, amount, number)
                elif action == "refund":
                    allowance, extra, on_day = paid.pop(amount, (0, 0, 0))
                    spent_on_day[on_day] -= allowance
                    granted += extra
                    await _refund(kept, amount)
                else:
                    allowance = min(amount, 60 - spent_on_day[day])
                    if amount - allowance <= granted:
                        spent_on_day[day] += allowance
                        granted -= amount - allowance
                        paid[number] = (allowance, amount - allowance, day)
                        await kept.jobs.accept(new_job(number, price=amount, at=at))
                    else:
                        with pytest.raises(NotEnoughCredits):
                            await kept.jobs.accept(new_job(number, price=amount, at=at))
                for then in range(4):
                    balance = await kept.ledger.balance(ACCOUNT, NOON + timedelta(days=then))
                    assert balance.allowance_left == 60 - spent_on_day[then]
                    assert balance.granted_left == granted
                    assert min(balance.allowance_left, balance.granted_left) >= 0

    with TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))
