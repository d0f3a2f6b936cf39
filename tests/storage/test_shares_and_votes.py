"""A clip is copied into the showcase once, and each member has one vote for the takes of a batch."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from storage import Action, Failure, JobState, PrivacyStore, Route, Sharing
from tests.storage.books import BY_MODERATOR, CHANNEL, GUILD, MEMBER, MODERATOR, NOON, Books, books, new_batch, new_job

SHOWCASE = 25
LATER = NOON + timedelta(hours=1)
BATCH = "batch-job1"


def run(folder: Path, scenario: Callable[[Books], Awaitable[None]]) -> None:
    async def opened() -> None:
        async with books(folder) as kept:
            await scenario(kept)

    asyncio.run(opened())


async def _batch(kept: Books) -> None:
    ids = [job.id for job in await kept.jobs.accept_batch(new_batch(1))]
    for job_id in ids:
        await kept.jobs.advance(job_id, JobState.QUEUED, JobState.READY, NOON)
    await kept.jobs.intend_batch(BATCH, ids, Route.CHANNEL, NOON)
    await kept.jobs.done_batch(ids, 900, CHANNEL, NOON)


def test_of_two_who_share_a_clip_at_once_one_posts_the_copy(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.finish(await kept.jobs.accept(new_job(1)), NOON)
        presses = (kept.jobs.share("job1", who, SHOWCASE, LATER) for who in (MEMBER, MODERATOR, MODERATOR))
        assert Counter(await asyncio.gather(*presses)) == {Sharing.FRESH: 1, Sharing.AGAIN: 2}
        assert await kept.jobs.share("job1", MODERATOR, SHOWCASE + 1, LATER) is Sharing.AGAIN
        job = await kept.jobs.get("job1")
        assert job is not None
        assert (job.shared_at, job.shared_by, job.share_channel_id) == (LATER, MEMBER, SHOWCASE)
        copied = await kept.jobs.shared("job1", 950)
        assert copied is not None
        assert copied.share_message_id == 950
        assert await kept.jobs.shared("job1", 951) is None
        assert await kept.jobs.share("job1", MEMBER, SHOWCASE, LATER) is Sharing.DONE
        assert await kept.jobs.of_message(GUILD, 950) == copied

    run(tmp_path, scenario)


def test_an_intent_whose_copy_was_not_taken_can_be_taken_back_but_not_a_copy(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.finish(await kept.jobs.accept(new_job(1)), NOON)
        await kept.jobs.share("job1", MEMBER, SHOWCASE, LATER)
        await kept.jobs.unshare("job1")
        assert await kept.jobs.shared("job1", 950) is None
        assert await kept.jobs.share("job1", MEMBER, SHOWCASE + 1, LATER) is Sharing.FRESH
        await kept.jobs.shared("job1", 950)
        await kept.jobs.unshare("job1")
        assert await kept.jobs.share("job1", MEMBER, SHOWCASE, LATER) is Sharing.DONE

    run(tmp_path, scenario)


def test_only_a_clip_that_is_to_be_seen_is_shared(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.jobs.accept(new_job(1))
        for number in (2, 3):
            await kept.finish(await kept.jobs.accept(new_job(number)), NOON)
        await kept.jobs.share("job3", MEMBER, SHOWCASE, LATER)
        for job_id in ("job2", "job3"):
            await kept.jobs.remove(job_id, refund=False, deed=BY_MODERATOR, now=NOON, action=Action.CLIP_REMOVED)
        for job_id in ("job1", "job2", "job3", "nobody"):
            assert await kept.jobs.share(job_id, MEMBER, SHOWCASE, LATER) is None

    run(tmp_path, scenario)


def test_a_member_has_one_vote_can_move_it_and_take_it_back(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await _batch(kept)
        assert await kept.jobs.vote(BATCH, 31, "job1", NOON) == {"job1": 1, "job2": 0, "job3": 0}
        assert await kept.jobs.vote(BATCH, 32, "job1", NOON) == {"job1": 2, "job2": 0, "job3": 0}
        assert await kept.jobs.vote(BATCH, 31, "job3", NOON) == {"job1": 1, "job2": 0, "job3": 1}
        assert await kept.jobs.vote(BATCH, 31, "job3", NOON) == {"job1": 1, "job2": 0, "job3": 0}
        assert await kept.jobs.votes(BATCH) == {"job1": 1, "job2": 0, "job3": 0}
        assert list(await kept.jobs.votes(BATCH)) == ["job1", "job2", "job3"]

    run(tmp_path, scenario)


def test_a_hundred_votes_at_once_are_all_counted(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await _batch(kept)
        presses = (kept.jobs.vote(BATCH, 100 + n % 60, f"job{1 + n % 2}", NOON) for n in range(100))
        await asyncio.gather(*presses)
        # Those from 40 on voted once; the others pressed the same button twice and have taken theirs back.
        assert await kept.jobs.votes(BATCH) == {"job1": 10, "job2": 10, "job3": 0}

    run(tmp_path, scenario)


def test_only_a_take_that_is_to_be_seen_gets_votes_and_only_in_its_batch(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await kept.jobs.accept_batch(new_batch(1))
        await kept.jobs.end("job2", (JobState.QUEUED,), Failure.PROVIDER_BUSY, NOON, actor_id=0)
        none = {"job1": 0, "job2": 0, "job3": 0}
        for job_id in ("job1", "job2", "nobody"):
            assert await kept.jobs.vote(BATCH, 31, job_id, NOON) == none
        await kept.finish(await kept.jobs.accept(new_job(9)), NOON)
        assert await kept.jobs.vote(BATCH, 31, "job9", NOON) == none
        assert await kept.jobs.vote("another", 31, "job9", NOON) == {}

    run(tmp_path, scenario)


def test_votes_go_once_nothing_of_the_batch_is_to_be_seen(tmp_path: Path) -> None:
    async def scenario(kept: Books) -> None:
        await _batch(kept)
        await kept.jobs.vote(BATCH, 31, "job1", NOON)
        privacy = PrivacyStore(kept.database, 60)
        await privacy.prune(NOON + timedelta(days=99))
        assert (await kept.jobs.votes(BATCH))["job1"] == 1
        await kept.jobs.remove("job1", refund=False, deed=BY_MODERATOR, now=LATER, action=Action.CLIP_REMOVED)
        await kept.jobs.clip_gone("job1")
        await privacy.prune(NOON)
        assert (await kept.jobs.votes(BATCH))["job1"] == 0

    run(tmp_path, scenario)
