"""A posted clip is removed once, with or without its credits, and taken down until it is gone."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from storage import EVERYWHERE, Action, AuditStore, Deed, Failure, JobState, Layer, LedgerKind
from tests.storage.books import ACCOUNT, BY_MODERATOR, CHANNEL, GUILD, MEMBER, MODERATOR, NOON, books, new_job

LATER = NOON + timedelta(hours=1)


def test_a_removed_clip_is_refunded_if_asked_and_recorded_once_however_often_it_is_removed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.finish(await kept.jobs.accept(new_job(1)), NOON)
            remove = (
                kept.jobs.remove("job1", refund=True, deed=BY_MODERATOR, now=LATER, action=Action.CLIP_REMOVED)
                for _ in range(10)
            )
            removals = [removal for removal in await asyncio.gather(*remove) if removal]
            assert sorted(removal.fresh for removal in removals) == [False] * 9 + [True]
            assert {removal.refunded for removal in removals} == {10}
            assert await kept.left(NOON) == 60
            job = removals[0].job
            assert (job.state, job.removed_at, job.removed_by) == (JobState.DONE, LATER, MODERATOR)
            (entry,) = await AuditStore(kept.database).all_of(GUILD)
            assert (entry.action, entry.target_kind, entry.target_id) == (Action.CLIP_REMOVED, "clip", "job1")
            assert (entry.before, entry.after) == (None, {"member": str(MEMBER), "refunded": 10})
            refund = (await kept.ledger.history(GUILD, MEMBER, limit=1))[0]
            assert (refund.kind, refund.actor_id, refund.reason) == (LedgerKind.REFUND, MODERATOR, BY_MODERATOR.reason)

    asyncio.run(scenario())


def test_a_clip_removed_without_a_refund_is_not_refunded_by_a_second_removal(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.finish(await kept.jobs.accept(new_job(1)), NOON)
            own = await kept.jobs.remove("job1", refund=False, deed=Deed(MEMBER), now=LATER, action=Action.CLIP_DELETED)
            assert own is not None
            assert (own.fresh, own.refunded) == (True, 0)
            again = await kept.jobs.remove(
                "job1", refund=True, deed=BY_MODERATOR, now=LATER, action=Action.CLIP_REMOVED
            )
            assert again is not None
            assert (again.fresh, again.refunded, again.job.removed_by) == (False, 0, MEMBER)
            assert await kept.left(NOON) == 50
            assert await AuditStore(kept.database).count(GUILD) == 1

    asyncio.run(scenario())


def test_a_refund_of_a_clip_that_was_made_fills_no_budget_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            for layer, target, guild in (
                (Layer.CHANNEL, CHANNEL, GUILD),
                (Layer.BUDGET, 0, GUILD),
                (Layer.BUDGET, 0, EVERYWHERE),
            ):
                await kept.limit(layer, target, 1000, guild_id=guild)
            await kept.finish(await kept.jobs.accept(new_job(1)), NOON)
            await kept.jobs.remove("job1", refund=True, deed=BY_MODERATOR, now=LATER, action=Action.CLIP_REMOVED)
            await kept.jobs.accept(new_job(2))
            for state, following in pairwise((JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING, JobState.READY)):
                await kept.jobs.advance("job2", state, following, NOON)
            await kept.jobs.end("job2", (JobState.READY,), Failure.CHANNEL_CLOSED, NOON, actor_id=0)
            await kept.jobs.accept(new_job(3))
            await kept.jobs.end("job3", (JobState.QUEUED,), Failure.CANCELLED, NOON, actor_id=MEMBER)
            standing = await kept.standings.of(replace(ACCOUNT, home_channel_id=CHANNEL), NOON)
            assert standing.balance.left == 60
            spent = [
                spending.spent for spending in (standing.channel, standing.budget, standing.everywhere) if spending
            ]
            assert spent == [20, 20, 20]

    asyncio.run(scenario())


def test_only_a_posted_clip_can_be_removed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await kept.jobs.accept(new_job(2))
            await kept.jobs.end("job2", (JobState.QUEUED,), Failure.CANCELLED, NOON, actor_id=MEMBER)
            for number in ("job1", "job2", "nobody"):
                removal = await kept.jobs.remove(
                    number, refund=True, deed=BY_MODERATOR, now=LATER, action=Action.CLIP_REMOVED
                )
                assert removal is None
            assert await kept.left(NOON) == 50
            assert await kept.jobs.to_remove() == []

    asyncio.run(scenario())


def test_a_removed_clip_is_to_be_taken_down_until_it_is_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.finish(await kept.jobs.accept(new_job(1)), NOON)
            assert await kept.jobs.to_remove() == []
            await kept.jobs.remove("job1", refund=False, deed=BY_MODERATOR, now=LATER, action=Action.CLIP_REMOVED)
        async with books(tmp_path) as kept:
            assert [job.id for job in await kept.jobs.to_remove()] == ["job1"]
            await kept.jobs.clip_gone("job1")
            assert await kept.jobs.to_remove() == []
            job = await kept.jobs.get("job1")
            assert job is not None
            assert job.clip_gone

    asyncio.run(scenario())
