"""A copy is what was committed at one moment, whole and for its owner alone, or it is not there."""

import asyncio
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from storage import BadCopy, Database, Meta, NewerDatabase, copy_database
from storage.migrations import MIGRATIONS
from tests.storage.books import books, new_job
from tests.storage.old_files import contents, old_file

NAME = "firstframe.db"


def filled(folder: Path, jobs: int = 1) -> Path:
    """A database with some jobs in it."""

    async def scenario() -> None:
        async with books(folder, per_day=10 * jobs) as kept:
            for number in range(1, jobs + 1):
                await kept.jobs.accept(new_job(number))

    asyncio.run(scenario())
    return folder / NAME


def test_a_copy_of_a_file_in_use_has_what_is_committed_and_nothing_else(tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "copy.db"

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))

            def copied_meanwhile(book: sqlite3.Connection) -> None:
                book.execute("INSERT INTO meta VALUES ('begun', 'and not committed')")
                copy_database(tmp_path / NAME, copy)

            await kept.database.write(copied_meanwhile)
            await kept.jobs.accept(new_job(2))

    asyncio.run(scenario())
    there = contents(copy)
    assert [job["id"] for job in there["jobs"]] == ["job1"]
    assert [entry["job_id"] for entry in there["ledger"]] == ["job1"]
    assert there["meta"] == []
    assert [file.name for file in copy.parent.iterdir()] == ["copy.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_copies_taken_while_much_is_written_are_each_of_one_moment(tmp_path: Path) -> None:
    copies = [tmp_path / f"copy{number}.db" for number in range(5)]

    async def copied() -> None:
        for copy in copies:
            await asyncio.to_thread(copy_database, tmp_path / NAME, copy)

    async def scenario() -> None:
        async with books(tmp_path, per_day=100_000) as kept:
            copying, number = asyncio.create_task(copied()), 0
            while not copying.done():
                number += 1
                await kept.jobs.accept(new_job(number, price=1))
            await copying

    asyncio.run(scenario())
    for copy in copies:
        there = contents(copy)
        assert {job["id"] for job in there["jobs"]} == {entry["job_id"] for entry in there["ledger"]}


def test_what_a_killed_bot_had_only_in_its_log_is_in_the_copy(tmp_path: Path) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1))
            for file in tmp_path.glob(f"{NAME}*"):  # as they lie there when a process ends at once
                if not file.name.endswith("-shm"):
                    shutil.copy(file, killed)

    asyncio.run(scenario())
    assert (killed / f"{NAME}-wal").stat().st_size > 0
    copy_database(killed / NAME, tmp_path / "copy.db")
    assert [job["id"] for job in contents(tmp_path / "copy.db")["jobs"]] == ["job1"]


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_file_of_an_earlier_version_is_copied_as_it_is(tmp_path: Path, version: int) -> None:
    old_file(tmp_path / NAME, version)
    copy_database(tmp_path / NAME, tmp_path / "copy.db")
    assert contents(tmp_path / "copy.db") == contents(tmp_path / NAME)


def damaged(file: Path) -> None:
    """Pages in the middle of the file are overwritten."""
    content = bytearray(filled(file.parent, jobs=5).read_bytes())
    content[8192:40960] = b"\xaa" * (40960 - 8192)
    file.write_bytes(content)


def cut_short(file: Path) -> None:
    """The second half of the file is missing."""
    content = filled(file.parent, jobs=5).read_bytes()
    file.write_bytes(content[: len(content) // 2])


def newer(file: Path) -> None:
    """Another version wrote it."""
    with closing(sqlite3.connect(filled(file.parent))) as connection:
        connection.execute("PRAGMA user_version = 999")


def somebody_elses(file: Path) -> None:
    """A database, and even one that counts its versions."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE jobs (id TEXT PRIMARY KEY)")
        connection.execute("PRAGMA user_version = 3")


def with_more_than_ours(file: Path) -> None:
    """Something in it does what no version of the bot does."""
    with closing(sqlite3.connect(filled(file.parent))) as connection:
        connection.execute("CREATE TRIGGER more AFTER INSERT ON jobs BEGIN DELETE FROM meta; END")


def missing(file: Path) -> None:
    """There is nothing."""


def torn_apart(file: Path) -> None:
    """Rows refer to what is not there."""
    with closing(sqlite3.connect(filled(file.parent))) as connection, connection:
        connection.execute("DELETE FROM first_frames")


UNFIT: list[tuple[Callable[[Path], object], type[Exception], str]] = [
    (damaged, BadCopy, "damaged|malformed"),
    (cut_short, BadCopy, "damaged|malformed"),
    (torn_apart, BadCopy, "rows refer to what is not there"),
    (lambda file: file.write_bytes(b"no database at all" * 100), BadCopy, "not a database"),
    (lambda file: file.write_bytes(b""), BadCopy, "not a database of this bot"),
    (somebody_elses, BadCopy, "not a database of this bot"),
    (with_more_than_ours, BadCopy, "not a database of this bot"),
    (newer, NewerDatabase, "of version 999 and this bot knows version"),
    (missing, FileNotFoundError, "no such file"),
]


@pytest.mark.parametrize(("make", "kind", "words"), UNFIT)
def test_what_is_no_whole_database_of_this_bot_is_not_copied(
    tmp_path: Path, make: Callable[[Path], object], kind: type[Exception], words: str
) -> None:
    source, copies = tmp_path / "source" / NAME, tmp_path / "copies"
    source.parent.mkdir()
    copies.mkdir()
    make(source)
    with pytest.raises(kind, match=words):
        copy_database(source, copies / "copy.db")
    assert list(copies.iterdir()) == []


def test_a_file_that_is_there_already_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_bytes(b"dear to somebody")
    with pytest.raises(FileExistsError):
        copy_database(filled(tmp_path), tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_bytes() == b"dear to somebody"


def test_a_copy_opens_as_a_database_of_its_own(tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    copy_database(filled(tmp_path), copy)

    async def scenario() -> None:
        database = await Database.open(copy)
        await Meta(database).set("key", "only in the copy")
        await database.close()

    asyncio.run(scenario())
    assert contents(tmp_path / NAME)["meta"] == []
