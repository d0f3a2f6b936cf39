"""The file is opened, migrated and written as a whole or not at all."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from storage import Database, Deed, Failure, JobState, Layer, Meta, NewerDatabase, UnusableDatabase
from storage.jobs import to_milliseconds
from storage.migrations import MIGRATIONS
from tests.storage.books import ACCOUNT, MEMBER, MODERATOR, NOON, books, new_job


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


async def _opened(path: Path) -> None:
    database = await Database.open(path)
    await database.close()


_VERSION_1_JOB = """
INSERT INTO jobs (id, interaction_id, guild_id, channel_id, member_id, provider, state, kind, options, notes, frame,
                  soundtrack, price, upload_limit_bytes, status_message_id, status_settled, task_id, result_url,
                  took_seconds, clip_message_id, failure, detail, created_at, submitting_at, running_at, ready_at,
                  posting_at, ended_at)
VALUES (:id, :number, 10, 20, :member, 'sinancode', :state, '720P/5s',
        '{"duration_seconds": 5, "resolution": "720P", "seed": 7, "prompt": "waves"}', '["flattened"]', 'f1', :sound,
        10, 1000, :number + 1, 1, :task, 'http://127.0.0.1/1.mp4', 88.5, :number + 2, :failure, 'said so',
        :at, :at + 1, :at + 2, :at + 3, :at + 4, :at + 5)
"""

_VERSION_1_ENTRY = """
INSERT INTO ledger (id, guild_id, member_id, kind, allowance, granted, job_id, interaction_id, actor_id, reason,
                    counts_at, created_at)
VALUES (:id, 10, 30, :kind, :allowance, :granted, :job, :interaction, 40, 'because', :at, :at)
"""


def version_1(path: Path) -> None:
    """A file as the first version of the schema left it, with something in every table."""
    at = to_milliseconds(NOON)
    job = {"member": MEMBER, "sound": None, "task": None, "failure": None, "at": at}
    entry = {"granted": 0, "interaction": None, "job": None, "at": at}
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in MIGRATIONS[0]:
            connection.execute(statement)
        connection.execute("INSERT INTO first_frames VALUES ('f1', x'01', 1)")
        connection.execute("INSERT INTO soundtracks VALUES ('s1', x'02', 'audio/mpeg', 1)")
        connection.execute("INSERT INTO meta VALUES ('key', 'value')")
        connection.execute("INSERT INTO member_limits VALUES (10, 30, 55, 40, 1), (10, 31, 0, 40, 2)")
        jobs = (
            job | {"id": "done", "number": 100, "state": "done", "sound": "s1", "task": "t-1"},
            job | {"id": "failed", "number": 200, "state": "failed", "failure": "moderation"},
            job | {"id": "queued", "number": 300, "state": "queued"},
        )
        connection.executemany(_VERSION_1_JOB, jobs)
        entries = (
            entry | {"id": 1, "kind": "grant", "allowance": 0, "granted": 7, "interaction": 77},
            entry | {"id": 2, "kind": "charge", "allowance": -10, "job": "done"},
            entry | {"id": 3, "kind": "charge", "allowance": -8, "granted": -2, "job": "failed"},
            entry | {"id": 4, "kind": "refund", "allowance": 8, "granted": 2, "job": "failed"},
            entry | {"id": 5, "kind": "charge", "allowance": -10, "job": "queued"},
        )
        connection.executemany(_VERSION_1_ENTRY, entries)
        connection.execute("PRAGMA user_version = 1")


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY rowid")]  # noqa: S608 - its own tables
            for name in names
            if not name.startswith("sqlite_")
        }


def test_a_file_of_the_first_version_is_upgraded_with_all_that_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "firstframe.db"
    version_1(path)
    before = contents(path)
    asyncio.run(_opened(path))
    after = contents(path)
    for table in ("first_frames", "soundtracks", "meta"):
        assert after[table] == before[table]
    new = {"home_channel_id": 20, "spoiler": 0, "removed_at": None, "removed_by": None, "clip_gone": 0}
    assert after["jobs"] == [row | new for row in before["jobs"]]
    # The fourth is the refund of a clip that was made and then lost.
    homes = {1: None, 2: 20, 3: 20, 4: 20, 5: 20}
    assert after["ledger"] == [
        row | {"home_channel_id": homes[number], "made": int(number == 4)}
        for number, row in enumerate(before["ledger"], 1)
    ]
    own = {"guild_id": 10, "layer": "member", "rule": "credits", "period": "day", "actor_id": 40}
    assert after["limits"] == [
        own | {"target_id": 30, "value": 55, "set_at": 1},
        own | {"target_id": 31, "value": 0, "set_at": 2},
    ]
    assert "member_limits" not in after
    assert after["audit"] == []


def test_an_upgraded_file_is_built_like_a_new_one(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    version_1(old)
    for path in (old, new):
        asyncio.run(_opened(path))
    built = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    with closing(sqlite3.connect(old)) as one, closing(sqlite3.connect(new)) as other:
        assert one.execute(built).fetchall() == other.execute(built).fetchall()
        assert one.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_the_bot_goes_on_with_an_upgraded_file(tmp_path: Path) -> None:
    version_1(tmp_path / "firstframe.db")

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            assert [job.id for job in await kept.jobs.open()] == ["queued"]
            standing = await kept.standings.of(ACCOUNT, NOON)
            assert (standing.balance.limit.layer, standing.balance.allowance_left) == (Layer.MEMBER, 35)
            assert standing.balance.granted_left == 7
            await kept.jobs.end("queued", (JobState.QUEUED,), Failure.CANCELLED, NOON, actor_id=MEMBER)
            assert await kept.left(NOON) == 52
            again = await kept.ledger.grant(ACCOUNT, 7, Deed(MODERATOR, interaction_id=77), NOON)
            assert again.same
            await kept.jobs.accept(new_job(1))
            assert await kept.left(NOON) == 42

    asyncio.run(scenario())


def test_a_file_whose_rows_refer_to_what_is_not_there_is_left_at_its_version(tmp_path: Path) -> None:
    path = tmp_path / "firstframe.db"
    version_1(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM first_frames")
    before = contents(path)
    with pytest.raises(UnusableDatabase, match="3 rows refer to what is not there"):
        asyncio.run(_opened(path))
    assert contents(path) == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_after_an_upgrade_rows_may_not_refer_to_what_is_not_there(tmp_path: Path) -> None:
    version_1(tmp_path / "firstframe.db")

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
                async with kept.database.transaction() as connection:
                    await connection.execute("DELETE FROM first_frames")

    asyncio.run(scenario())


def test_an_exception_inside_a_transaction_undoes_all_of_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            meta = Meta(kept.database)

            async def broken() -> None:
                async with kept.database.transaction() as connection:
                    await connection.execute("INSERT INTO meta VALUES ('a', 'b')")
                    raise ZeroDivisionError

            with pytest.raises(ZeroDivisionError):
                await broken()
            assert await meta.get("a") is None
            await meta.set("a", "c")
            assert await meta.get("a") == "c"

    asyncio.run(scenario())


def test_a_cancelled_transaction_is_undone_and_the_next_one_works(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            inside = asyncio.Event()

            async def hold() -> None:
                async with kept.database.transaction() as connection:
                    await connection.execute("INSERT INTO meta VALUES ('a', 'b')")
                    inside.set()
                    await asyncio.Event().wait()

            task = asyncio.create_task(hold())
            await inside.wait()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            assert await Meta(kept.database).get("a") is None
            await kept.jobs.accept(new_job(1))

    asyncio.run(scenario())


def test_a_reader_does_not_see_what_is_not_committed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            async with kept.database.transaction() as connection:
                await connection.execute("INSERT INTO meta VALUES ('a', 'b')")
                assert await Meta(kept.database).get("a") is None
            assert await Meta(kept.database).get("a") == "b"

    asyncio.run(scenario())
