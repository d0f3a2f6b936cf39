"""Changes are carried out whole, one after the other, and those that wait together share a commit."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage import Database, Meta
from tests.storage.books import Books, books, new_job

INSERT = "INSERT INTO meta (key, value) VALUES (:key, 'kept')"


class Held:
    """A change that is under way until the test lets it end."""

    def __init__(self) -> None:
        self._begun, self._end = threading.Event(), threading.Event()

    def __call__(self, book: sqlite3.Connection) -> None:
        book.execute(INSERT, {"key": "held"})
        self._begun.set()
        assert self._end.wait(30)

    async def begun(self) -> None:
        assert await asyncio.to_thread(self._begun.wait, 30)

    def end(self) -> None:
        self._end.set()


@asynccontextmanager
async def busy(database: Database) -> AsyncIterator[Held]:
    """The writer is busy with a change, so that all that is asked meanwhile waits for it."""
    held = Held()
    first = asyncio.create_task(database.write(held))
    await held.begun()
    yield held
    held.end()
    await first


async def keys(kept: Books) -> list[str]:
    return [row["key"] for row in await kept.database.rows("SELECT key FROM meta ORDER BY rowid")]


def test_a_change_that_raises_is_undone_as_a_whole_and_the_next_one_works(tmp_path: Path) -> None:
    def broken(book: sqlite3.Connection) -> None:
        book.execute(INSERT, {"key": "a"})
        raise ZeroDivisionError

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            with pytest.raises(ZeroDivisionError):
                await kept.database.write(broken)
            assert await keys(kept) == []
            await Meta(kept.database).set("a", "c")
            assert await Meta(kept.database).get("a") == "c"

    asyncio.run(scenario())


def test_a_change_that_was_asked_for_is_made_though_nobody_waits_for_it_any_more(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            async with busy(kept.database):
                asked = asyncio.create_task(kept.database.execute(INSERT, {"key": "late"}))
                await asyncio.sleep(0)
                asked.cancel()
                await asyncio.gather(asked, return_exceptions=True)
            await kept.jobs.accept(new_job(1))
            assert await keys(kept) == ["held", "late"]

    asyncio.run(scenario())


def test_a_reader_does_not_see_what_is_not_committed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            async with busy(kept.database):
                assert await keys(kept) == []
            assert await keys(kept) == ["held"]

    asyncio.run(scenario())


def test_changes_that_wait_together_share_a_commit_in_the_order_they_came(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            said: list[str] = []
            await kept.database.write(lambda book: book.set_trace_callback(said.append))
            said.clear()
            async with busy(kept.database):
                waiting = [asyncio.create_task(kept.database.execute(INSERT, {"key": f"{n:02}"})) for n in range(20)]
                await asyncio.sleep(0)
            assert await asyncio.gather(*waiting) == [1] * 20
            assert said.count("COMMIT") == 2
            assert await keys(kept) == ["held", *(f"{n:02}" for n in range(20))]

    asyncio.run(scenario())


def test_more_than_share_a_commit_are_all_through_before_the_file_is_closed(tmp_path: Path) -> None:
    async def scenario() -> None:
        database = await Database.open(tmp_path / "firstframe.db")
        async with busy(database):
            waiting = [asyncio.create_task(database.execute(INSERT, {"key": f"{n}"})) for n in range(200)]
            await asyncio.sleep(0)
            closing = asyncio.create_task(database.close())
            await asyncio.sleep(0)
        await closing
        assert await asyncio.gather(*waiting) == [1] * 200

    asyncio.run(scenario())


def test_what_is_asked_after_the_file_is_closed_is_told_so_each_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        database = await Database.open(tmp_path / "firstframe.db")
        await database.close()
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await asyncio.wait_for(database.execute(INSERT, {"key": "late"}), 5)

    asyncio.run(scenario())


def test_one_that_fails_among_those_that_share_a_commit_fails_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            async with busy(kept.database):
                asked = ("a", "b", "a", "c")
                waiting = [asyncio.create_task(kept.database.execute(INSERT, {"key": key})) for key in asked]
                await asyncio.sleep(0)
            first, second, twin, last = await asyncio.gather(*waiting, return_exceptions=True)
            assert (first, second, last) == (1, 1, 1)
            assert isinstance(twin, sqlite3.IntegrityError)
            assert await keys(kept) == ["held", "a", "b", "c"]

    asyncio.run(scenario())


def test_when_the_disk_is_full_nobody_of_those_that_share_a_commit_is_told_it_was_kept(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            pages = await kept.database.row("PRAGMA page_count")
            assert pages
            large = "INSERT INTO meta (key, value) VALUES (:key, hex(zeroblob(100000)))"
            async with busy(kept.database):
                full = asyncio.create_task(kept.database.execute(f"PRAGMA max_page_count = {pages[0] + 4}"))
                small = asyncio.create_task(kept.database.execute(INSERT, {"key": "small"}))
                beyond = asyncio.create_task(kept.database.execute(large, {"key": "large"}))
                await asyncio.sleep(0)
            told = await asyncio.gather(full, small, beyond, return_exceptions=True)
            kept_now = await keys(kept)
            assert isinstance(told[2], sqlite3.OperationalError)
            assert ("small" in kept_now) == (told[1] == 1)
            assert "large" not in kept_now
            await kept.database.execute("PRAGMA max_page_count = 1000000")
            assert await kept.database.execute(large, {"key": "large"}) == 1

    asyncio.run(scenario())
