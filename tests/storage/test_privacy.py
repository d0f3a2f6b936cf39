"""A person leaves and nothing of them is found in the file; files that nobody needs go on their own."""

import asyncio
import random
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import (
    Action,
    AuditStore,
    Deed,
    FirstFrameImage,
    Forgotten,
    JobState,
    JobsUnderWay,
    PrivacyStore,
)
from tests.storage.books import CHANNEL, GUILD, MODERATOR, NOON, Books, books, new_job
from tests.storage.leavers import (
    BATCH,
    DIRECT_CHANNEL,
    LEAVER,
    OWN_WORDS,
    POSTED_CHANNEL,
    done,
    found_in_files,
    leave_traces,
    own_job,
    tables,
    votes_of,
)

DAY = timedelta(days=1)
TOMORROW = NOON + DAY

_COPY = """
INSERT INTO jobs (id, interaction_id, guild_id, channel_id, home_channel_id, member_id, provider, state, kind, options,
                  notes, price, upload_limit_bytes, status_settled, created_at)
SELECT :id, :number, guild_id, channel_id, home_channel_id, :member, provider, state, kind,
    json_set(options, '$.prompt', :text), notes, price, upload_limit_bytes, status_settled, created_at
FROM jobs WHERE id = 'job1'
"""


def _privacy(kept: Books) -> PrivacyStore:
    return PrivacyStore(kept.database, 60)


async def _credits(kept: Books) -> list[tuple[int, ...]]:
    sums = "SELECT guild_id, SUM(allowance), SUM(granted) FROM ledger GROUP BY guild_id"
    return [tuple(row) for row in await kept.database.rows(sums)]


def test_nothing_of_a_person_who_has_left_is_found_anywhere_in_the_file(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            for number in range(40):  # rows of others around and between theirs, so that pages are split and moved
                await kept.jobs.accept(new_job(100 + number, price=1))
                if number == 20:
                    await leave_traces(kept)
            traces = (*OWN_WORDS, str(LEAVER), str(DIRECT_CHANNEL), str(POSTED_CHANNEL), "987654321")
            assert [trace for trace in traces if trace not in tables(tmp_path)] == []
            before = await _credits(kept)
            assert await _privacy(kept).forget(LEAVER, TOMORROW + DAY) == Forgotten(jobs=8, entries=13)
            assert [trace for trace in traces if trace in tables(tmp_path)] == []
            assert await _credits(kept) == before
            ids = (LEAVER, DIRECT_CHANNEL, POSTED_CHANNEL)
            assert [trace for trace in (*OWN_WORDS, *ids) if found_in_files(tmp_path, trace)] == []

    asyncio.run(scenario())


def test_nothing_is_left_between_the_rows_where_pages_were_split_and_moved(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await done(kept, own_job(1))
            chance = random.Random(4)

            def copy(book: sqlite3.Connection) -> None:
                for number in range(700):
                    own = number % 3 == 0
                    text = ("a secret wish " if own else "somebody else's ") + "x" * chance.randrange(900)
                    values = {"id": f"{chance.random()}", "number": 9000 + number, "text": text}
                    values |= {"member": LEAVER if own else 31, "detail": "d" * chance.randrange(300)}
                    book.execute(_COPY, values)
                    values["at"] = chance.randrange(number + 1)
                    book.execute("UPDATE jobs SET detail = :detail WHERE rowid = :at", values)

            await kept.database.write(copy)
            assert (await _privacy(kept).forget(LEAVER, TOMORROW)).jobs == 235
            assert [trace for trace in ("a secret wish", LEAVER) if found_in_files(tmp_path, trace)] == []

    asyncio.run(scenario())


def test_the_jobs_of_a_person_who_has_left_keep_what_the_figures_need(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            before = await kept.jobs.get("job3")
            await _privacy(kept).forget(LEAVER, TOMORROW + DAY)
            after = await kept.jobs.get("job3")
            assert before is not None
            assert after is not None
            assert after.interaction_id < 0
            assert after == replace(
                before,
                interaction_id=after.interaction_id,
                member_id=0,
                options=replace(before.options, prompt=None, negative_prompt=None, template=None, seed=0),
                notes=(),
                frame=None,
                soundtrack=None,
                status_message_id=None,
                status_settled=True,
                task_id=None,
                result_url=None,
                clip_message_id=None,
                clip_channel_id=None,
                token=None,
                token_until=None,
                parent_id=None,
            )
            direct = await kept.jobs.get("job4")
            assert direct is not None
            assert (direct.channel_id, direct.home_channel_id) == (0, 0)

    asyncio.run(scenario())


def test_votes_leave_with_their_giver_and_with_the_takes_that_they_are_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            assert [await votes_of(kept, batch) for batch in (BATCH, "batch-job41")] == [[2, 0], [2, 0]]
            await _privacy(kept).forget(LEAVER, TOMORROW + DAY)
            assert [await votes_of(kept, batch) for batch in (BATCH, "batch-job41")] == [[], [1, 0]]
            assert len(list(await kept.database.rows("SELECT * FROM votes"))) == 1

    asyncio.run(scenario())


def test_a_copy_of_somebody_elses_clip_stays_without_who_shared_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            await _privacy(kept).forget(LEAVER, TOMORROW + DAY)
            jobs = [await kept.jobs.get(job_id) for job_id in ("job31", "job41")]
            assert [job and (job.shared_by, job.share_channel_id, job.share_message_id) for job in jobs] == [
                (0, None, None),
                (0, CHANNEL + 5, 970),
            ]
            assert await kept.jobs.share("job31", MODERATOR, CHANNEL, TOMORROW) is None

    asyncio.run(scenario())


def test_a_clip_that_waits_to_be_fetched_is_under_way(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(own_job(1))
            await kept.jobs.advance("job1", JobState.QUEUED, JobState.POSTING, NOON)
            await kept.jobs.hold("job1", NOON)
            with pytest.raises(JobsUnderWay):
                await _privacy(kept).forget(LEAVER, NOON)
            assert await _privacy(kept).prune(NOON + DAY) == 0

    asyncio.run(scenario())


def test_the_record_keeps_what_was_done_and_by_which_moderator(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            await _privacy(kept).forget(LEAVER, TOMORROW + DAY)
            record = {entry.action: entry for entry in await AuditStore(kept.database).all_of(GUILD)}
            removed, deleted = record[Action.CLIP_REMOVED], record[Action.CLIP_DELETED]
            assert (removed.actor_id, removed.target_id, removed.after) == (
                MODERATOR, "job2", {"member": "0", "refunded": 10},
            )  # fmt: skip
            assert (deleted.actor_id, deleted.after) == (0, {"member": "0", "refunded": 0})
            blocked = record[Action.MEMBER_BLOCKED]
            assert (blocked.actor_id, blocked.target_id, blocked.reason) == (MODERATOR, "0", "")
            assert blocked.after == {"until": round((NOON + timedelta(hours=1)).timestamp() * 1000)}

    asyncio.run(scenario())


def test_a_person_with_jobs_under_way_stays_as_they_are(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            await kept.jobs.accept(own_job(7))
            before = tables(tmp_path)
            with pytest.raises(JobsUnderWay) as refusal:
                await _privacy(kept).forget(LEAVER, NOON)
            assert refusal.value.count == 1
            assert tables(tmp_path) == before

    asyncio.run(scenario())


def test_who_was_never_here_can_leave_and_two_can_leave_after_each_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            assert await _privacy(kept).forget(31, NOON) == Forgotten(0, 0)
            for number, member in enumerate([31, 32, 31]):
                await kept.finish(await kept.jobs.accept(new_job(number, member_id=member)), NOON)
                assert (await _privacy(kept).forget(member, NOON)).jobs == 1

    asyncio.run(scenario())


def test_files_that_somebody_else_uses_stay(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            shared = FirstFrameImage("shared", b"both have it")
            await kept.finish(await kept.jobs.accept(replace(own_job(1), frame=shared)), NOON)
            await kept.finish(await kept.jobs.accept(own_job(2)), NOON)
            await kept.jobs.accept(replace(new_job(3), frame=shared))
            await _privacy(kept).forget(LEAVER, NOON)
            assert (await kept.jobs.first_frame("shared")).jpeg == b"both have it"
            for drop in (kept.jobs.first_frame("secret-frame-2"), kept.jobs.soundtrack("secret-sound-1")):
                with pytest.raises(LookupError):
                    await drop

    asyncio.run(scenario())


def test_a_clip_that_is_still_to_be_taken_down_is_found_until_it_is_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await done(kept, own_job(1), 900)
            await kept.jobs.remove("job1", refund=False, deed=Deed(LEAVER), now=NOON, action=Action.CLIP_DELETED)
            await _privacy(kept).forget(LEAVER, TOMORROW)
            [job] = await kept.jobs.to_remove()
            assert (job.channel_id, job.clip_message_id, job.removed_by) == (CHANNEL, 900, 0)
            await _privacy(kept).settle_forgotten(TOMORROW)
            assert await kept.jobs.to_remove() == [job]
            await kept.jobs.clip_gone("job1")
            await _privacy(kept).settle_forgotten(TOMORROW)
            after = await kept.jobs.get("job1")
            assert after is not None
            assert (after.clip_message_id, after.status_message_id) == (None, None)

    asyncio.run(scenario())


def test_while_another_process_reads_the_file_it_is_swept_later(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await done(kept, own_job(1))
            await kept.database.execute("PRAGMA busy_timeout = 1")
            reader = sqlite3.connect(tmp_path / "firstframe.db", isolation_level=None)
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM jobs").fetchone()
            assert (await _privacy(kept).forget(LEAVER, TOMORROW)).jobs == 1
            assert found_in_files(tmp_path, "a secret wish")
            reader.close()
            await _privacy(kept).settle_forgotten(TOMORROW)
            assert found_in_files(tmp_path, "a secret wish") == []

    asyncio.run(scenario())


def test_files_go_once_no_job_has_used_them_for_long_and_none_needs_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=1000) as kept:
            await done(kept, own_job(1, NOON - 9 * DAY))
            await kept.jobs.accept(own_job(2, NOON - 9 * DAY))  # still under way
            await done(kept, own_job(3, NOON - 9 * DAY))
            again = replace(own_job(4), frame=own_job(3).frame)
            await done(kept, again)
            assert await _privacy(kept).prune(NOON - 5 * DAY) == 3
            kept_jobs = [await kept.jobs.get(f"job{number}") for number in (1, 2, 3, 4)]
            assert [(job.frame, job.soundtrack) for job in kept_jobs if job] == [
                (None, None),
                ("secret-frame-2", "secret-sound-2"),
                ("secret-frame-3", None),
                ("secret-frame-3", "secret-sound-4"),
            ]
            with pytest.raises(LookupError):
                await kept.jobs.first_frame("secret-frame-1")
            assert await _privacy(kept).prune(NOON - 5 * DAY) == 0
            assert kept_jobs[0] is not None
            assert kept_jobs[0].state is JobState.DONE
            frames = await _privacy(kept).frames_of(LEAVER)
            assert frames == [("secret-frame-3", NOON), ("secret-frame-2", NOON - 9 * DAY)]

    asyncio.run(scenario())
