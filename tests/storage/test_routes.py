"""A clip takes one route after another, waits where all are closed, and a token is kept no longer than it is of use."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import (
    Failure,
    Installed,
    Job,
    JobState,
    Layer,
    NewJob,
    Relation,
    Route,
    Rule,
    TooManyAtOnce,
    job_reader,
    job_store,
)
from tests.storage.books import CHANNEL, GUILD, MEMBER, NOON, Books, books, new_job
from tests.storage.leavers import found_in_files, tables

LATER = NOON + timedelta(minutes=5)
SECRET = "a-secret-token"


def run(folder: Path, scenario: Callable[[Books], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with books(folder) as kept:
            await scenario(kept)

    asyncio.run(opened())


def private_job(number: int) -> NewJob:
    token = {"token": SECRET, "token_until": NOON + timedelta(minutes=15)}
    return replace(new_job(number), private=True, installed=Installed.USER, **token)  # type: ignore[arg-type] # a mix of kinds


async def _posting(kept: Books, number: int = 1, route: Route = Route.CHANNEL) -> None:
    job = await kept.jobs.accept(new_job(number))
    await kept.jobs.advance(job.id, JobState.QUEUED, JobState.READY, NOON)
    await kept.jobs.advance(job.id, JobState.READY, JobState.POSTING, NOON, route=route)


def test_what_an_order_says_of_its_place_and_its_origin_is_kept(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        new = replace(private_job(1), parent_id="job0", relation=Relation.REMIX)
        stored = await kept.jobs.accept(new)
        assert (stored.private, stored.installed, stored.token) == (True, Installed.USER, SECRET)
        assert stored.token_until == NOON + timedelta(minutes=15)
        assert (stored.parent_id, stored.relation) == ("job0", Relation.REMIX)
        plain = await kept.jobs.accept(new_job(2))
        assert (plain.private, plain.installed, plain.token, plain.token_until) == (False, "server", None, None)
        assert (plain.parent_id, plain.relation, plain.batch_id, plain.take) == (None, None, None, 1)
        assert (plain.route, plain.waits_since, plain.fitted) == (None, None, False)

    run(tmp_path, scenario)


def test_a_token_is_not_told_where_a_job_is(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        new = private_job(1)
        assert SECRET not in repr(new)
        assert SECRET not in repr(await kept.jobs.accept(new))

    run(tmp_path, scenario)


def test_a_clip_takes_another_route_once_from_the_one_that_it_was_meant_for(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await _posting(kept)
        tries = (kept.jobs.reroute("job1", Route.CHANNEL, Route.DIRECT, LATER) for _ in range(5))
        moved = [job for job in await asyncio.gather(*tries) if job]
        assert [(job.state, job.route, job.posting_at) for job in moved] == [(JobState.POSTING, Route.DIRECT, LATER)]
        assert await kept.jobs.reroute("job1", None, Route.CHANNEL, LATER) is None

    run(tmp_path, scenario)


def test_only_a_clip_that_is_on_its_way_is_rerouted_or_held(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.jobs.accept(new_job(1))
        await _posting(kept, 2)
        await kept.jobs.advance("job2", JobState.POSTING, JobState.DONE, NOON)
        for job_id in ("job1", "job2", "nobody"):
            assert await kept.jobs.reroute(job_id, None, Route.DIRECT, LATER) is None
            assert await kept.jobs.reroute(job_id, Route.CHANNEL, Route.DIRECT, LATER) is None
            assert await kept.jobs.hold(job_id, LATER) is None

    run(tmp_path, scenario)


def test_a_clip_that_waits_is_handed_over_sent_again_or_ends_and_is_paid_once(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        for number in (1, 2, 3):
            await _posting(kept, number, Route.DIRECT)
            held = await kept.jobs.hold(f"job{number}", LATER)
            assert held is not None
            assert (held.state, held.route, held.waits_since) == (JobState.READY, None, LATER)
            assert await kept.jobs.hold(f"job{number}", LATER) is None
        columns = {"clip_message_id": 900, "route": Route.REPLY}
        handed = await kept.jobs.advance("job1", JobState.READY, JobState.DONE, LATER, **columns)
        assert handed is not None
        again = await kept.jobs.advance("job2", JobState.READY, JobState.POSTING, LATER, route=Route.CHANNEL)
        assert again is not None
        assert (again.waits_since, again.route) == (None, Route.CHANNEL)
        for job_id in ("job1", "job3"):
            for _ in range(2):
                await kept.jobs.end(job_id, (JobState.READY,), Failure.CHANNEL_CLOSED, LATER, actor_id=0)
        assert await kept.left(NOON) == 40
        assert await kept.jobs.advance("job3", JobState.READY, JobState.DONE, LATER) is None

    run(tmp_path, scenario)


def test_a_clip_that_waits_keeps_no_place(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.limit(Layer.EVERYONE, 0, 1, rule=Rule.AT_ONCE)
        await _posting(kept)
        with pytest.raises(TooManyAtOnce):
            await kept.jobs.accept(new_job(2))
        await kept.jobs.hold("job1", NOON)
        await kept.jobs.accept(new_job(2))
        assert [job.id for job in await kept.open_jobs(MEMBER)] == ["job1", "job2"]

    run(tmp_path, scenario)


def test_a_clip_is_found_where_it_went(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await _posting(kept, 1, Route.DIRECT)
        await _posting(kept, 2, Route.CHANNEL)
        for number in (1, 2):
            facts = {"clip_message_id": 900 + number, "clip_channel_id": 70, "fitted": True, "notes": ("part_alone",)}
            await kept.jobs.advance(f"job{number}", JobState.POSTING, JobState.DONE, NOON, **facts)
        direct = await kept.jobs.of_message(0, 901)
        assert direct is not None
        assert (direct.id, direct.clip_channel_id, direct.channel_id) == ("job1", 70, CHANNEL)
        assert (direct.fitted, direct.notes) == (True, ("part_alone",))
        assert await kept.jobs.of_message(0, 902) is None
        assert await kept.jobs.of_message(GUILD + 1, 901) is None

    run(tmp_path, scenario)


def test_a_message_is_looked_up_in_the_indexes(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        statements: dict[str, dict[str, int | str]] = {
            job_reader._BY_MESSAGE: {"guild": 1, "message": 1},
            job_reader._BY_BATCH: {"batch": "b"},
            job_store._GONE: {"id": "job1"},
        }
        for sql, values in statements.items():
            plan = [row["detail"] for row in await kept.database.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert not [step for step in plan if step.startswith("SCAN")], plan

    run(tmp_path, scenario)


async def _tokens(kept: Books) -> dict[str, str | None]:
    return {row["id"]: row["token"] for row in await kept.database.rows("SELECT id, token FROM jobs ORDER BY id")}


def test_a_token_goes_when_it_is_dead_or_its_job_is_over_and_said_to_be(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        for number in range(1, 6):
            await kept.jobs.accept(private_job(number))
        for number in (2, 3):
            await kept.jobs.end(f"job{number}", (JobState.QUEUED,), Failure.PROVIDER_BUSY, NOON, actor_id=0)
        for number in (3, 4):
            await kept.jobs.settle_status(f"job{number}")
        await kept.jobs.advance("job4", JobState.QUEUED, JobState.DONE, NOON)
        await kept.jobs.advance("job5", JobState.QUEUED, JobState.RUNNING, NOON, token=None, token_until=None)
        assert await kept.jobs.forget_tokens(NOON + timedelta(minutes=14)) == 1
        assert await _tokens(kept) == {"job1": SECRET, "job2": SECRET, "job3": None, "job4": None, "job5": None}
        assert await kept.jobs.forget_tokens(NOON + timedelta(minutes=15)) == 2
        assert SECRET not in tables(tmp_path)
        jobs: list[Job | None] = [await kept.jobs.get(f"job{number}") for number in range(1, 6)]
        assert [job and job.token_until for job in jobs] == [None] * 5
        await kept.database.checkpoint()
        assert found_in_files(tmp_path, SECRET) == []

    run(tmp_path, scenario)
