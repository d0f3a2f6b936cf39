"""The takes of one order are posted, sent another way, held and removed together."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from storage import (
    Action,
    AuditStore,
    BlockStore,
    Failure,
    Job,
    JobState,
    Route,
)
from tests.storage.books import (
    BY_MODERATOR,
    CHANNEL,
    GUILD,
    MEMBER,
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


async def _ready(kept: Books, count: int = 3) -> list[str]:
    jobs = await kept.jobs.accept_batch(new_batch(1, count))
    for job in jobs:
        await kept.jobs.advance(job.id, JobState.QUEUED, JobState.READY, NOON)
    return [job.id for job in jobs]


async def _posted(kept: Books, count: int = 3, message_id: int = 900) -> list[str]:
    ids = await _ready(kept, count)
    await kept.jobs.intend_batch(BATCH, ids, Route.CHANNEL, NOON)
    await kept.jobs.done_batch(ids, message_id, CHANNEL, LATER)
    return ids


async def _states(kept: Books) -> list[tuple[JobState, Route | None]]:
    return [(job.state, job.route) for job in await kept.jobs.of_batch(BATCH)]


def test_the_intent_to_post_is_that_of_all_given_takes_or_of_none(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        ids = await _ready(kept)
        await kept.jobs.end("job2", (JobState.READY,), Failure.RESULT_LOST, NOON, actor_id=0)
        assert await kept.jobs.intend_batch(BATCH, ids, Route.CHANNEL, LATER) == []
        assert await kept.jobs.intend_batch("another", ["job1", "job3"], Route.CHANNEL, LATER) == []
        assert await kept.jobs.intend_batch(BATCH, ["job1", "nobody"], Route.CHANNEL, LATER) == []
        assert {job.state for job in await kept.open_jobs()} == {JobState.READY}
        meant = await kept.jobs.intend_batch(BATCH, ["job3", "job1"], Route.CHANNEL, LATER)
        assert [(job.id, job.state, job.route, job.posting_at) for job in meant] == [
            ("job1", JobState.POSTING, Route.CHANNEL, LATER),
            ("job3", JobState.POSTING, Route.CHANNEL, LATER),
        ]
        assert await kept.jobs.intend_batch(BATCH, ["job1", "job3"], Route.CHANNEL, LATER) == []

    run(tmp_path, scenario)


def test_one_message_is_that_of_all_its_takes(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        ids = await _posted(kept)
        found = await kept.jobs.jobs_of_message(GUILD, 900)
        assert [job.id for job in found] == ids
        assert {(job.state, job.clip_channel_id, job.ended_at) for job in found} == {(JobState.DONE, CHANNEL, LATER)}
        assert await kept.jobs.of_message(GUILD, 900) == found[0]
        assert await kept.jobs.done_batch(ids, 901, CHANNEL, LATER) == []

    run(tmp_path, scenario)


def test_a_message_that_is_there_is_remembered_also_where_one_take_has_ended_meanwhile(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        ids = await _ready(kept)
        await kept.jobs.intend_batch(BATCH, ids, Route.CHANNEL, NOON)
        await kept.jobs.end("job1", (JobState.POSTING,), Failure.NOT_POSTED, NOON, actor_id=0)
        assert [job.id for job in await kept.jobs.done_batch(ids, 900, CHANNEL, NOON)] == ["job2", "job3"]

    run(tmp_path, scenario)


def test_takes_are_rerouted_and_held_together_or_not_at_all(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        ids = await _ready(kept, 2)
        assert await kept.jobs.reroute_batch(ids, Route.CHANNEL, Route.DIRECT, NOON) == []
        assert await kept.jobs.hold_batch(ids, NOON) == []
        await kept.jobs.intend_batch(BATCH, ids, Route.CHANNEL, NOON)
        await kept.jobs.reroute("job1", Route.CHANNEL, Route.DIRECT, NOON)
        assert await kept.jobs.reroute_batch(ids, Route.CHANNEL, Route.REPLY, NOON) == []
        assert await _states(kept) == [(JobState.POSTING, Route.DIRECT), (JobState.POSTING, Route.CHANNEL)]
        await kept.jobs.reroute("job1", Route.DIRECT, Route.CHANNEL, NOON)
        assert len(await kept.jobs.reroute_batch(ids, Route.CHANNEL, Route.DIRECT, NOON)) == 2
        assert [job.waits_since for job in await kept.jobs.hold_batch(ids, LATER)] == [LATER, LATER]
        assert await _states(kept) == [(JobState.READY, None)] * 2
        fetched = await kept.jobs.done_batch(ids, 900, None, LATER, from_state=JobState.READY)
        assert [(job.id, job.clip_message_id) for job in fetched] == [("job1", 900), ("job2", 900)]

    run(tmp_path, scenario)


def test_takes_that_are_all_refused_are_one_refused_order(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        blocks = BlockStore(kept.database)
        for number in (1, 11, 21):
            assert await blocks.of(GUILD, MEMBER, NOON) is None
            for job in await kept.jobs.accept_batch(new_batch(number, 4, price=1)):
                await kept.jobs.end(job.id, (JobState.QUEUED,), Failure.MODERATION, NOON, actor_id=0)
        assert await blocks.of(GUILD, MEMBER, NOON) is not None

    run(tmp_path, scenario)


def test_takes_in_one_message_are_removed_and_taken_down_as_one(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        ids = await _ready(kept, 3)
        await kept.jobs.end("job1", (JobState.READY,), Failure.RESULT_LOST, NOON, actor_id=0)
        await kept.jobs.intend_batch(BATCH, ids[1:], Route.CHANNEL, NOON)
        await kept.jobs.done_batch(ids[1:], 900, CHANNEL, NOON)
        other = await kept.finish(await kept.jobs.accept(new_job(9)), NOON)
        remove = (
            kept.jobs.remove(job_id, refund=True, deed=BY_MODERATOR, now=LATER, action=Action.CLIP_REMOVED)
            for job_id in ("job3", "job2", "job1")
        )
        removals = [removal for removal in await asyncio.gather(*remove) if removal]
        assert [(removal.fresh, removal.refunded) for removal in removals] == [(True, 20), (False, 20), (False, 20)]
        assert [[job.id for job in removal.jobs] for removal in removals] == [["job2", "job3"]] * 3
        assert removals[0].job.id == "job2"
        (entry,) = await AuditStore(kept.database).all_of(GUILD)
        assert (entry.target_id, entry.after) == ("job2", {"member": str(MEMBER), "refunded": 20})
        assert await kept.left(NOON) == 50
        assert [job.id for job in await kept.jobs.to_remove()] == ["job2"]
        await kept.jobs.clip_gone("job2")
        assert await kept.jobs.to_remove() == []
        assert await kept.jobs.get("job9") == other

    run(tmp_path, scenario)


def test_jobs_without_a_batch_are_removed_one_by_one(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        jobs: list[Job | None] = [
            await kept.finish(await kept.jobs.accept(new_job(number)), NOON, 900 + number) for number in (1, 2)
        ]
        await kept.jobs.remove("job1", refund=False, deed=BY_MODERATOR, now=LATER, action=Action.CLIP_REMOVED)
        await kept.jobs.clip_gone("job1")
        assert await kept.jobs.get("job2") == jobs[1]

    run(tmp_path, scenario)
