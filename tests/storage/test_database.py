"""The file is opened, migrated and written as a whole or not at all."""

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest

from storage import Database, NewerDatabase, UnusableDatabase
from storage.migrations import MIGRATIONS
from tests.storage.books import books


def test_a_new_file_has_the_newest_version_and_keeps_the_house_rules(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            facts = {
                name: next(iter((await kept.database.row(f"PRAGMA {name}")) or ()))
                for name in ("user_version", "journal_mode", "synchronous", "foreign_keys")
            }
        assert facts == {"user_version": len(MIGRATIONS), "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}

    asyncio.run(scenario())


def test_a_newer_file_is_refused_in_words_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "firstframe.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(NewerDatabase, match="run the newer bot"):
        asyncio.run(_opened(path))


def test_a_file_that_is_no_database_is_refused_and_nothing_keeps_the_process_alive(tmp_path: Path) -> None:
    path = tmp_path / "firstframe.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(UnusableDatabase, match="not a database"):
        asyncio.run(_opened(path))
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    for thread in others:
        thread.join(10)  # one that has closed its connection may need a moment to end
    assert [thread for thread in others if thread.is_alive()] == []


def test_a_file_that_may_only_be_read_is_refused_before_anything_has_to_be_written(tmp_path: Path) -> None:
    path = tmp_path / "firstframe.db"
    asyncio.run(_opened(path))
    with path.open("r+b") as file:
        file.seek(18)  # who may write it, by the file's own header: a mode of the file would not keep root from it
        file.write(b"\x03")
    with pytest.raises(UnusableDatabase, match="readonly"):
        asyncio.run(_opened(path))


async def _opened(path: Path) -> None:
    database = await Database.open(path)
    await database.close()
