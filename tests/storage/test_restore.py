"""What is restored is believed only as far as it has ended, and what it replaces is kept whole."""

import asyncio
import shutil
import sqlite3
import stat
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from storage import (
    BadCopy,
    Failure,
    Job,
    JobState,
    Meta,
    NewerDatabase,
    Restored,
    Route,
    copy_database,
    restore_database,
)
from storage.migrations import MIGRATIONS
from tests.storage.books import NOON, Books, books, new_job
from tests.storage.old_files import contents, old_file

NAME = "firstframe.db"
PATH = (JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING, JobState.READY, JobState.POSTING, JobState.DONE)
OPEN = PATH[:-1]


def restored(copy: Path, folder: Path) -> Restored:
    """Restore a copy into this folder, and keep what is there as kept.db."""
    return asyncio.run(restore_database(copy, folder / NAME, folder / "backups" / "kept.db"))


async def job_in(kept: Books, number: int, state: JobState) -> Job:
    """Carry a job of its own member up to this state."""
    until = NOON + timedelta(minutes=15)
    job = await kept.jobs.accept(replace(new_job(number, member_id=number), token="a token", token_until=until))
    facts = {JobState.RUNNING: {"task_id": f"t-{number}"}, JobState.READY: {"result_url": "http://127.0.0.1/1.mp4"}}
    for before, after in pairwise(PATH[: PATH.index(state) + 1]):
        columns: dict[str, Any] = {"route": Route.CHANNEL} if after is JobState.POSTING else facts.get(after, {})
        moved = await kept.jobs.advance(job.id, before, after, NOON, **columns)
        assert moved
        job = moved
    return job


async def rows(folder: Path) -> dict[str, Job]:
    """All jobs of the database in this folder."""
    async with books(folder) as kept:
        found = [await kept.jobs.get(f"job{number}") for number in range(1, 9)]
        return {job.id: job for job in found if job}


def test_every_open_job_is_in_doubt_and_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    async def scenario() -> list[Job]:
        async with books(tmp_path) as kept:
            before = [await job_in(kept, number, state) for number, state in enumerate(PATH, 1)]
            await kept.jobs.end("job1", OPEN, Failure.CANCELLED, NOON, actor_id=1)
            before[0] = await job_in(kept, 7, JobState.QUEUED)
            copy_database(tmp_path / NAME, tmp_path / "copy.db")
            return before

    before = asyncio.run(scenario())
    assert restored(tmp_path / "copy.db", tmp_path).in_doubt == len(OPEN)
    after = asyncio.run(rows(tmp_path))
    for job in before:
        known = replace(job, token=None, token_until=None)
        doubted = replace(known, state=JobState.POSTING, route=None)
        assert after[job.id] == (doubted if job.state in OPEN else known)
    assert after["job1"].state is JobState.CANCELLED


def test_a_clip_that_waits_for_its_member_waits_on(tmp_path: Path) -> None:
    async def scenario() -> Job | None:
        async with books(tmp_path) as kept:
            await job_in(kept, 1, JobState.POSTING)
            held = await kept.jobs.hold("job1", NOON)
        copy_database(tmp_path / NAME, tmp_path / "copy.db")
        return held

    held = asyncio.run(scenario())
    assert held
    assert restored(tmp_path / "copy.db", tmp_path).in_doubt == 0
    assert asyncio.run(rows(tmp_path))["job1"] == replace(held, token=None, token_until=None)


def test_the_ledger_is_that_of_the_copy(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            copy_database(tmp_path / NAME, tmp_path / "copy.db")
            await kept.jobs.accept(new_job(2))
            assert await kept.left(NOON) == 40

    async def after() -> None:
        async with books(tmp_path) as kept:
            assert await kept.left(NOON) == 50
            await kept.jobs.end("job1", (JobState.POSTING,), Failure.RESTORED, NOON, actor_id=0)
            assert await kept.left(NOON) == 60

    asyncio.run(scenario())
    restored(tmp_path / "copy.db", tmp_path)
    asyncio.run(after())


def test_the_commands_are_registered_anew_and_those_who_left_stay_noted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await Meta(kept.database).set("commands of 1", "digest")
            await Meta(kept.database).set("left:30", "1")
        copy_database(tmp_path / NAME, tmp_path / "copy.db")

    asyncio.run(scenario())
    restored(tmp_path / "copy.db", tmp_path)
    assert [row["key"] for row in contents(tmp_path / NAME)["meta"]] == ["left:30"]


def killed_with(folder: Path, number: int) -> None:
    """The files of a bot that took an order and was killed, its row only in the log."""
    elsewhere = folder / "elsewhere"

    async def scenario() -> None:
        async with books(elsewhere) as kept:
            await kept.jobs.accept(new_job(number))
            for name in (NAME, f"{NAME}-wal"):
                shutil.copy(elsewhere / name, folder / name)

    asyncio.run(scenario())
    shutil.rmtree(elsewhere)
    assert (folder / f"{NAME}-wal").stat().st_size > 0


def copy_with(folder: Path, number: int) -> Path:
    """A copy with one job."""

    async def scenario() -> None:
        async with books(folder / "other") as kept:
            await kept.jobs.accept(new_job(number))

    asyncio.run(scenario())
    copy_database(folder / "other" / NAME, folder / "copy.db")
    return folder / "copy.db"


def test_the_database_before_is_kept_with_all_that_a_killed_bot_had_written(tmp_path: Path) -> None:
    copy = copy_with(tmp_path, 2)
    killed_with(tmp_path, 1)
    done = restored(copy, tmp_path)
    assert done.kept == tmp_path / "backups" / "kept.db"
    assert [job["id"] for job in contents(done.kept)["jobs"]] == ["job1"]
    assert [job["id"] for job in contents(tmp_path / NAME)["jobs"]] == ["job2"]
    assert stat.S_IMODE(done.kept.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["backups", "copy.db", NAME, "other"]
    back = asyncio.run(restore_database(done.kept, tmp_path / NAME, tmp_path / "backups" / "again.db"))
    assert back.in_doubt == 1


def test_a_damaged_database_is_kept_as_it_is_and_its_log_is_not_read_into_the_new_one(tmp_path: Path) -> None:
    copy = copy_with(tmp_path, 2)
    killed_with(tmp_path, 1)
    (tmp_path / NAME).write_bytes(b"what a broken disk left" * 1000)
    log = (tmp_path / f"{NAME}-wal").read_bytes()[:1000]
    (tmp_path / f"{NAME}-wal").write_bytes(log)
    done = restored(copy, tmp_path)
    assert done.kept
    assert done.kept.read_bytes() == b"what a broken disk left" * 1000
    assert (tmp_path / "backups" / "kept.db-wal").read_bytes() == log
    assert not (tmp_path / f"{NAME}-wal").exists()
    assert [job["id"] for job in contents(tmp_path / NAME)["jobs"]] == ["job2"]


def test_a_log_without_its_database_is_not_read_into_the_new_one(tmp_path: Path) -> None:
    copy = copy_with(tmp_path, 2)
    killed_with(tmp_path, 1)
    (tmp_path / NAME).unlink()
    assert restored(copy, tmp_path).kept is None
    assert [job["id"] for job in contents(tmp_path / NAME)["jobs"]] == ["job2"]


def test_it_is_restored_into_an_empty_folder(tmp_path: Path) -> None:
    copy = copy_with(tmp_path, 2)
    done = restored(copy, tmp_path / "new")
    assert done == Restored(1, None)
    assert [job["id"] for job in contents(tmp_path / "new" / NAME)["jobs"]] == ["job2"]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_copy_of_an_earlier_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    copy = tmp_path / "copy.db"
    old_file(copy, version)
    before = contents(copy)
    done = restored(copy, tmp_path)
    assert done.in_doubt == sum(job["state"] in OPEN for job in before["jobs"])
    assert contents(copy) == before

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            assert {job.route for job in await kept.open_jobs()} == {None}
            assert {job.state for job in await kept.open_jobs()} == {JobState.POSTING}
            found = await kept.jobs.get("done100")
            assert found
            assert (found.state, found.route) == (JobState.DONE, Route.CHANNEL)

    asyncio.run(scenario())


def test_a_newer_or_broken_copy_leaves_everything_as_it_was(tmp_path: Path) -> None:
    copy = copy_with(tmp_path, 2)
    killed_with(tmp_path, 1)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file() and file != copy}
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(NewerDatabase, match="run the newer bot"):
        restored(copy, tmp_path)
    copy.write_bytes(copy.read_bytes()[:5000])
    with pytest.raises(BadCopy):
        restored(copy, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file() and file != copy} == before


def test_nothing_is_replaced_that_could_not_be_kept(tmp_path: Path) -> None:
    copy = copy_with(tmp_path, 2)
    killed_with(tmp_path, 1)
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "kept.db").write_bytes(b"kept before")
    with pytest.raises(FileExistsError):
        restored(copy, tmp_path)
    assert (tmp_path / "backups" / "kept.db").read_bytes() == b"kept before"
    assert [job["id"] for job in contents(tmp_path / NAME)["jobs"]] == ["job1"]
