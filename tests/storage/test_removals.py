"""A posted clip is removed once, with or without its credits, and taken down until it is gone."""

import asyncio
from datetime import timedelta
from pathlib import Path

from storage import Action, AuditStore, Deed, Failure, JobState, LedgerKind
from tests.storage.books import BY_MODERATOR, GUILD, MEMBER, MODERATOR, NOON, books, new_job

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
