"""Jobs move by compare-and-set, together with their money."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import (
    Action,
    BlockStore,
    ClipOptions,
    Deed,
    Failure,
    Installed,
    JobState,
    Layer,
    NotEnoughCredits,
    Relation,
    SoundtrackFile,
)
from tests.storage.books import (
    ACCOUNT,
    BY_MODERATOR,
    CHANNEL,
    GUILD,
    MEMBER,
    MODERATOR,
    NOON,
    Books,
    books,
    new_job,
    takes,
)

LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize("home_channel_id", [0, CHANNEL + 1])
def test_what_an_order_is_answered_with_is_what_stands_in_the_file(tmp_path: Path, home_channel_id: int) -> None:
    moment = NOON + timedelta(microseconds=123456)
    usual = new_job(1, home_channel_id=home_channel_id, at=moment)
    rare = replace(
        usual,
        options=ClipOptions(
            duration_seconds=10,
            resolution="1080P",
            seed=9,
            audio=False,
            shots="multi",
            rewrite=False,
            watermark=True,
            prompt='Wellen \N{WATER WAVE} "Zitat"',
            negative_prompt="\N{SNOWMAN}",
            template="squish",
            model="wan2.6-i2v",
        ),
        soundtrack=SoundtrackFile("s" * 64, b"a sound", "audio/mpeg"),
        notes=("flattened", "gr\xf6\xdfer"),
        spoiler=True,
        private=True,
        installed=Installed.USER,
        token="a token",
        token_until=moment + timedelta(minutes=14),
        parent_id="parent",
        relation=Relation.REMIX,
    )
    batch = takes([replace(rare, id=f"take{take}") for take in (1, 2)])
    batch = [replace(take, interaction_id=7) for take in batch]

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            answered = [await kept.jobs.accept(usual), *await kept.jobs.accept_batch(batch)]
            assert [await kept.jobs.get(job.id) for job in answered] == answered
            assert [job.status_settled for job in answered] == [False, False, True]

    asyncio.run(scenario())


def test_a_job_comes_back_from_the_file_as_it_was_stored(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as first:
            stored = await first.jobs.accept(new_job(1))
        async with books(tmp_path) as second:
            assert await second.jobs.get("job1") == stored
            assert (await second.jobs.first_frame(stored.frame or "")).jpeg == b"a jpeg"
        assert stored.state is JobState.QUEUED
        assert stored.options == new_job(1).options
        assert stored.created_at == NOON
        assert stored.notes == ("flattened",)
        assert (stored.home_channel_id, stored.spoiler, stored.clip_gone) == (CHANNEL, False, False)

    asyncio.run(scenario())


def test_the_same_interaction_delivered_twice_is_one_job_and_one_charge(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            first = await kept.jobs.accept(new_job(1))
            again = await kept.jobs.accept(new_job(1))
            assert again == first
            assert await kept.left(NOON) == 50

    asyncio.run(scenario())


def test_a_hundred_commands_at_once_against_one_remaining_clip_give_one_job(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=10) as kept:
            orders = (kept.jobs.accept(new_job(number)) for number in range(100))
            results = await asyncio.gather(*orders, return_exceptions=True)
            refused = [result for result in results if isinstance(result, NotEnoughCredits)]
            assert len(refused) == 99
            assert len(await kept.open_jobs()) == 1
            assert await kept.left(NOON) == 0

    asyncio.run(scenario())


def test_a_step_from_a_state_that_is_over_does_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            assert await kept.jobs.advance("job1", JobState.QUEUED, JobState.SUBMITTING, NOON)
            assert await kept.jobs.advance("job1", JobState.QUEUED, JobState.SUBMITTING, NOON) is None
            assert await kept.jobs.advance("nobody", JobState.QUEUED, JobState.SUBMITTING, NOON) is None

    asyncio.run(scenario())


def test_of_ten_ends_at_once_one_counts_and_refunds(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            ends = (
                kept.jobs.end("job1", (JobState.QUEUED,), Failure.CANCELLED, NOON, actor_id=MEMBER) for _ in range(10)
            )
            ended = [job for job in await asyncio.gather(*ends) if job]
            assert [job.state for job in ended] == [JobState.CANCELLED]
            assert await kept.left(NOON) == 60

    asyncio.run(scenario())


def test_a_step_remembers_its_time_and_what_it_learned(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await kept.jobs.advance("job1", JobState.QUEUED, JobState.SUBMITTING, NOON)
            later = NOON + timedelta(seconds=90)
            running = await kept.jobs.advance("job1", JobState.SUBMITTING, JobState.RUNNING, NOON, task_id="t-1")
            found = {"result_url": "http://x/1", "took_seconds": 88.0}
            ready = await kept.jobs.advance("job1", JobState.RUNNING, JobState.READY, later, **found)
            assert running is not None
            assert running.task_id == "t-1"
            assert ready is not None
            assert (ready.running_at, ready.ready_at) == (NOON, later)
            assert await kept.jobs.durations("720P/5s") == [88.0]

    asyncio.run(scenario())


def test_a_step_writes_no_column_it_should_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            with pytest.raises(ValueError, match="price"):
                await kept.jobs.advance("job1", JobState.QUEUED, JobState.SUBMITTING, NOON, price=1)

    asyncio.run(scenario())


def test_jobs_are_listed_for_their_member_alone_newest_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await kept.jobs.accept(new_job(2, at=NOON + timedelta(seconds=1)))
            await kept.jobs.accept(new_job(3, member_id=99))
            assert [job.id for job in await kept.jobs.of_member(MEMBER, None, 10)] == ["job2", "job1"]
            assert await kept.jobs.of_member(MEMBER, 77, 10) == []

    asyncio.run(scenario())


def test_a_job_is_unsettled_until_its_end_is_shown(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await kept.jobs.end("job1", (JobState.QUEUED,), Failure.PROVIDER_BUSY, NOON, actor_id=0)
            assert [job.id for job in await kept.unsettled()] == ["job1"]
            assert await kept.open_jobs() == []
            await kept.jobs.settle_status("job1")
            assert await kept.unsettled() == []

    asyncio.run(scenario())


def test_a_thread_is_remembered_with_the_channel_that_it_is_in_and_a_spoiler_stays_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            stored = await kept.jobs.accept(replace(new_job(1, channel_id=21, home_channel_id=CHANNEL), spoiler=True))
            assert (stored.channel_id, stored.home_channel_id, stored.spoiler) == (21, CHANNEL, True)

    asyncio.run(scenario())


def test_a_job_is_found_by_its_clip_and_by_its_status_in_its_own_guild(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            job = await kept.jobs.accept(new_job(1))
            await kept.jobs.set_status_message(job.id, 800)
            done = await kept.finish(job, NOON, message_id=900)
            assert await kept.jobs.of_message(GUILD, 900) == done
            assert await kept.jobs.of_message(GUILD, 800) == done
            assert await kept.jobs.of_message(GUILD + 1, 900) is None
            assert await kept.jobs.of_message(GUILD, 700) is None

    asyncio.run(scenario())


def test_a_members_waiting_and_open_jobs_are_their_own_oldest_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1, at=LATER))
            await kept.jobs.accept(new_job(2))
            await kept.jobs.accept(new_job(3))
            await kept.jobs.accept(new_job(4, member_id=99))
            await kept.jobs.accept(new_job(5, guild_id=GUILD + 1))
            await kept.jobs.advance("job3", JobState.QUEUED, JobState.SUBMITTING, NOON)
            await kept.finish(await kept.jobs.accept(new_job(6)), NOON)
            assert [job.id for job in await kept.jobs.waiting_of(GUILD, MEMBER)] == ["job2", "job3", "job1"]
            await kept.jobs.advance("job3", JobState.SUBMITTING, JobState.RUNNING, NOON, task_id="task3")
            assert [job.id for job in await kept.jobs.waiting_of(GUILD, MEMBER)] == ["job2", "job1"]
            assert [job.id for job in await kept.open_jobs(MEMBER)] == ["job2", "job3", "job5", "job1"]

    asyncio.run(scenario())


def test_only_refusals_for_moderation_in_a_row_pause_a_member(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            blocks = BlockStore(kept.database)
            for number, failure in enumerate(
                (Failure.PROVIDER_BUSY, Failure.PROVIDER_FAILED, *[Failure.MODERATION] * 3)
            ):
                assert await blocks.of(GUILD, MEMBER, NOON) is None
                await kept.jobs.accept(new_job(number))
                for _ in range(2):  # the second time finds the job at its end
                    await kept.jobs.end(f"job{number}", (JobState.QUEUED,), failure, NOON, actor_id=0)
            block = await blocks.of(GUILD, MEMBER, NOON)
            assert block is not None
            assert (block.until, block.actor_id) == (NOON + timedelta(minutes=60), 0)
            assert await kept.left(NOON) == 60

    asyncio.run(scenario())


def test_a_first_frame_that_is_not_kept_any_more_is_missing_in_words(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            job = await kept.jobs.accept(new_job(1))
            await kept.database.execute("UPDATE jobs SET frame = NULL")
            await kept.database.execute("DELETE FROM first_frames")
            later = await kept.jobs.get(job.id)
            assert later is not None
            assert later.frame is None
            with pytest.raises(LookupError, match="not kept any more"):
                await kept.jobs.first_frame(job.frame or "")

    asyncio.run(scenario())


async def _breaks(kept: Books, table: str, condition: str = "TRUE") -> None:
    """From now on a row like this cannot be written, as when the disk is full."""
    await kept.database.execute(
        f"CREATE TRIGGER broken BEFORE INSERT ON {table} WHEN {condition} "
        "BEGIN SELECT RAISE(ABORT, 'cannot be written'); END"
    )


def test_a_job_whose_charge_cannot_be_written_is_not_stored(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _breaks(kept, "ledger", "NEW.kind = 'charge'")
            with pytest.raises(sqlite3.IntegrityError, match="cannot be written"):
                await kept.jobs.accept(new_job(1))
            assert await kept.jobs.get("job1") is None

    asyncio.run(scenario())


def test_a_job_whose_refund_cannot_be_written_does_not_end_and_no_clip_is_removed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            await kept.finish(await kept.jobs.accept(new_job(2)), NOON)
            await _breaks(kept, "ledger", "NEW.kind = 'refund'")
            with pytest.raises(sqlite3.IntegrityError, match="cannot be written"):
                await kept.jobs.end("job1", (JobState.QUEUED,), Failure.PROVIDER_BUSY, NOON, actor_id=0)
            with pytest.raises(sqlite3.IntegrityError, match="cannot be written"):
                await kept.jobs.remove("job2", refund=True, deed=BY_MODERATOR, now=NOON, action=Action.CLIP_REMOVED)
            assert [job.id for job in await kept.open_jobs()] == ["job1"]
            assert await kept.jobs.to_remove() == []

    asyncio.run(scenario())


def test_what_cannot_be_put_on_the_record_does_not_happen(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.finish(await kept.jobs.accept(new_job(1)), NOON)
            await kept.ledger.grant(ACCOUNT, 5, Deed(MODERATOR, interaction_id=1), NOON)
            await _breaks(kept, "audit")
            changes = (
                kept.ledger.grant(ACCOUNT, 5, Deed(MODERATOR, interaction_id=2), NOON),
                kept.ledger.take(ACCOUNT, 5, Deed(MODERATOR, interaction_id=3), NOON),
                kept.jobs.remove("job1", refund=True, deed=BY_MODERATOR, now=NOON, action=Action.CLIP_REMOVED),
                kept.limit(Layer.MEMBER, MEMBER, 5),
            )
            results = await asyncio.gather(*changes, return_exceptions=True)
            assert [type(result) for result in results] == [sqlite3.IntegrityError] * 4
            assert await kept.left(NOON) == 55
            assert await kept.jobs.to_remove() == []
            assert await kept.limits.of_guild(GUILD) == []

    asyncio.run(scenario())
