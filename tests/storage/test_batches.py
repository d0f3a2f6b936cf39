"""The takes of one order are accepted together or not at all, and each has its own charge and refund."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import (
    Deed,
    Failure,
    FirstFrameImage,
    JobState,
    Layer,
    NotAdmitted,
    NotEnoughCredits,
    Rule,
    TooManyAtOnce,
)
from tests.storage.books import (
    ACCOUNT,
    GUILD,
    MEMBER,
    MODERATOR,
    NOON,
    Books,
    books,
    new_batch,
    new_job,
)

BATCH = "batch-job1"
LATER = NOON + timedelta(minutes=5)


def run(folder: Path, scenario: Callable[[Books], Awaitable[None]], per_day: int = 60) -> None:
    async def opened() -> None:
        async with books(folder, per_day) as kept:
            await scenario(kept)

    asyncio.run(opened())


def test_the_takes_of_an_order_come_back_as_they_were_stored(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        stored = await kept.jobs.accept_batch(new_batch(1))
        assert [(job.id, job.take, job.batch_id) for job in stored] == [(f"job{n}", n, BATCH) for n in (1, 2, 3)]
        assert {job.interaction_id for job in stored} == {1001}
        assert [job.options.seed for job in stored] == [1, 2, 3]
        assert await kept.jobs.of_batch(BATCH) == stored
        assert await kept.jobs.of_interaction(1001) == stored[0]
        assert await kept.jobs.of_batch("another") == []
        assert await kept.left(NOON) == 30

    run(tmp_path, scenario)


def test_the_first_takes_status_is_that_of_all(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.jobs.accept_batch(new_batch(1))
        await kept.jobs.accept(new_job(9))
        assert {job.id for job in await kept.unsettled()} == {"job1", "job9"}

    run(tmp_path, scenario)


def test_the_same_interaction_delivered_again_gives_the_same_takes(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        orders = (kept.jobs.accept_batch(new_batch(1)) for _ in range(5))
        first, *others = await asyncio.gather(*orders)
        assert others == [first] * 4
        assert await kept.left(NOON) == 30

    run(tmp_path, scenario)


def test_an_order_is_taken_with_all_its_takes_or_not_at_all(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        with pytest.raises(NotEnoughCredits) as refusal:
            await kept.jobs.accept_batch(new_batch(1, 3))
        assert (refusal.value.price, refusal.value.balance.left) == (30, 29)
        with pytest.raises(NotEnoughCredits):
            await kept.jobs.check_admission(ACCOUNT, 30, NOON, 3)
        assert await kept.open_jobs() == []
        assert await kept.left(NOON) == 29
        assert len(await kept.jobs.accept_batch(new_batch(4, 2))) == 2

    run(tmp_path, scenario, per_day=29)


def test_takes_need_as_many_places_at_once(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.EVERYONE, 0, 4, rule=Rule.AT_ONCE)
        await kept.jobs.accept(new_job(9, price=1))
        with pytest.raises(TooManyAtOnce) as refusal:
            await kept.jobs.accept_batch(new_batch(1, 4, price=1))
        assert (refusal.value.asked, refusal.value.open_jobs, refusal.value.limit.value) == (4, 1, 4)
        with pytest.raises(TooManyAtOnce):
            await kept.jobs.check_admission(ACCOUNT, 4, NOON, 4)
        await kept.jobs.check_admission(ACCOUNT, 3, NOON, 3)
        assert len(await kept.jobs.accept_batch(new_batch(11, 3, price=1))) == 3

    run(tmp_path, scenario)


def test_a_cooldown_does_not_hold_between_the_takes_of_one_order(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.EVERYONE, 0, 600, rule=Rule.COOLDOWN)
        await kept.jobs.accept_batch(new_batch(1))
        with pytest.raises(NotAdmitted):
            await kept.jobs.accept_batch(new_batch(4))

    run(tmp_path, scenario)


def test_a_hundred_orders_at_once_of_several_takes_spend_no_more_than_there_is(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        orders = (kept.jobs.accept_batch(new_batch(10 * number)) for number in range(100))
        results = await asyncio.gather(*orders, return_exceptions=True)
        assert sum(isinstance(result, NotEnoughCredits) for result in results) == 97
        assert len(await kept.open_jobs()) == 9
        assert await kept.left(NOON) == 10

    run(tmp_path, scenario, per_day=100)


def test_takes_use_up_the_allowance_first_and_each_gets_back_what_it_took(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.ledger.grant(ACCOUNT, 20, Deed(MODERATOR, interaction_id=1), NOON)
        await kept.jobs.accept_batch(new_batch(1, 3))
        charges = await kept.ledger.history(GUILD, MEMBER, limit=3)
        assert [(entry.job_id, entry.allowance, entry.granted) for entry in reversed(charges)] == [
            ("job1", -10, 0),
            ("job2", -5, -5),
            ("job3", 0, -10),
        ]
        await kept.jobs.end("job2", (JobState.QUEUED,), Failure.PROVIDER_FAILED, NOON, actor_id=0)
        balance = (await kept.standings.of(ACCOUNT, NOON)).balance
        assert (balance.allowance_left, balance.granted_left) == (5, 10)

    run(tmp_path, scenario, per_day=15)


def test_a_charge_that_cannot_be_written_leaves_none_of_the_takes_behind(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.database.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON ledger WHEN NEW.job_id = 'job3' "
            "BEGIN SELECT RAISE(ABORT, 'cannot be written'); END"
        )
        with pytest.raises(sqlite3.IntegrityError, match="cannot be written"):
            await kept.jobs.accept_batch(new_batch(1))
        assert await kept.jobs.of_batch(BATCH) == []
        assert await kept.left(NOON) == 60

    run(tmp_path, scenario)


def test_an_order_is_few_statements_and_one_commit_however_many_takes_it_has(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        said: list[str] = []
        await kept.database.write(lambda book: book.set_trace_callback(said.append))
        said.clear()
        await kept.jobs.accept(new_job(9))
        single, said[:] = len(said), []
        await kept.jobs.accept_batch(new_batch(1, 4))
        assert single <= 15
        assert len(said) == single + 2 * 3  # each further take is a row of its own and a charge
        assert said.count("COMMIT") == 1

    run(tmp_path, scenario)


@pytest.mark.parametrize(
    "change", [{"interaction_id": 7}, {"member_id": 7}, {"guild_id": 7}, {"take": 1}, {"batch_id": "other"}]
)
def test_what_is_not_one_order_is_not_taken(tmp_path: Path, change: dict[str, int | str]) -> None:
    async def scenario(kept: Books) -> None:
        first, second = new_batch(1, 2)
        with pytest.raises(ValueError, match="one order"):
            await kept.jobs.accept_batch([first, replace(second, **change)])  # type: ignore[arg-type] # any of the fields

    run(tmp_path, scenario)


def test_takes_with_pictures_of_their_own_keep_them(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        first, second = new_batch(1, 2)
        await kept.jobs.accept_batch([first, replace(second, frame=FirstFrameImage("other", b"another jpeg"))])
        assert (await kept.jobs.first_frame("f" * 64)).jpeg == b"a jpeg"
        assert (await kept.jobs.first_frame("other")).jpeg == b"another jpeg"

    run(tmp_path, scenario)
