"""A file of any earlier version becomes one of the newest, with all that is in it, or stays as it is."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage import (
    Action,
    AuditStore,
    BlockStore,
    Database,
    Deed,
    Failure,
    JobState,
    Layer,
    Route,
    UnusableDatabase,
)
from storage.migrations import MIGRATIONS
from tests.storage.books import ACCOUNT, BY_MODERATOR, GUILD, MEMBER, MODERATOR, NOON, books, new_batch, new_job
from tests.storage.old_files import LIMITS, ROWS, contents, old_file

VERSIONS = pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))

NEW_OF_JOBS = {
    "installed": "server",
    "private": 0,
    "token": None,
    "token_until": None,
    "parent_id": None,
    "relation": None,
    "batch_id": None,
    "take": 1,
    "fitted": 0,
    "waits_since": None,
    "shared_at": None,
    "shared_by": None,
    "share_channel_id": None,
    "share_message_id": None,
}


async def _opened(path: Path) -> None:
    database = await Database.open(path)
    await database.close()


def _routed(job: dict[str, Any]) -> dict[str, Any]:
    way = "channel" if job["guild_id"] else "direct"
    return {
        "route": way if job["state"] in ("posting", "done") else None,
        "clip_channel_id": job["channel_id"] if job["clip_message_id"] else None,
    }


def _of_second(job: dict[str, Any]) -> dict[str, Any]:
    return {"home_channel_id": job["channel_id"], "spoiler": 0, "removed_at": None, "removed_by": None, "clip_gone": 0}


@VERSIONS
def test_there_is_something_in_every_table_before(tmp_path: Path, version: int) -> None:
    path = tmp_path / "firstframe.db"
    old_file(path, version)
    assert [table for table, rows in contents(path).items() if not rows] == []
    assert contents(path).keys() == ROWS[version - 1].keys()


def test_a_file_of_the_first_version_is_upgraded_with_all_that_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "firstframe.db"
    old_file(path, 1)
    before = contents(path)
    asyncio.run(_opened(path))
    after = contents(path)
    for table in ("first_frames", "soundtracks", "meta"):
        assert after[table] == before[table]
    assert after["jobs"] == [job | _of_second(job) | NEW_OF_JOBS | _routed(job) for job in before["jobs"]]
    made = {job["id"] for job in before["jobs"] if job["ready_at"]}
    home = [
        {
            "home_channel_id": 20 if entry["job_id"] else None,
            "made": int(entry["kind"] == "refund" and entry["job_id"] in made),
        }
        for entry in before["ledger"]
    ]
    was = [entry | new for entry, new in zip(before["ledger"], home, strict=True)]
    assert [{name: entry[name] for name in was[0]} for entry in after["ledger"]] == was
    assert after["limits"] == list(LIMITS)
    assert "member_limits" not in after
    assert (after["audit"], after["votes"]) == ([], [])


def test_a_file_of_the_second_version_is_upgraded_with_all_that_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "firstframe.db"
    old_file(path, 2)
    before = contents(path)
    asyncio.run(_opened(path))
    after = contents(path)
    assert after.pop("votes") == []
    jobs = [job | NEW_OF_JOBS | _routed(job) for job in before["jobs"]]
    assert after == before | {"jobs": jobs}


@VERSIONS
def test_an_upgraded_file_is_built_like_a_new_one(tmp_path: Path, version: int) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    old_file(old, version)
    for path in (old, new):
        asyncio.run(_opened(path))
    built = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    with closing(sqlite3.connect(old)) as one, closing(sqlite3.connect(new)) as other:
        assert one.execute(built).fetchall() == other.execute(built).fetchall()
        assert one.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


@VERSIONS
def test_the_bot_goes_on_with_an_upgraded_file(tmp_path: Path, version: int) -> None:
    old_file(tmp_path / "firstframe.db", version)

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            assert {"posting400", "queued300"} <= {job.id for job in await kept.open_jobs()}
            standing = await kept.standings.of(ACCOUNT, NOON)
            assert (standing.balance.limit.layer, standing.balance.allowance_left) == (Layer.MEMBER, 35)
            assert standing.balance.granted_left == 7
            await kept.jobs.end("queued300", (JobState.QUEUED,), Failure.CANCELLED, NOON, actor_id=MEMBER)
            assert await kept.left(NOON) == 52
            again = await kept.ledger.grant(ACCOUNT, 7, Deed(MODERATOR, interaction_id=77), NOON)
            assert again.same
            await kept.jobs.accept(new_job(1))
            await kept.jobs.accept_batch(new_batch(11))
            assert await kept.left(NOON) == 12
            assert await kept.jobs.reroute("posting400", Route.CHANNEL, Route.DIRECT, NOON)
            removal = await kept.jobs.remove(
                "done100", refund=True, deed=BY_MODERATOR, now=NOON, action=Action.CLIP_REMOVED
            )
            assert removal is not None
            assert removal.refunded == 10

    asyncio.run(scenario())


def test_what_the_second_version_knew_still_holds(tmp_path: Path) -> None:
    old_file(tmp_path / "firstframe.db", 2)

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            assert [job.id for job in await kept.jobs.to_remove()] == ["done500"]
            assert (await kept.servers.settings(GUILD)).time_zone == "Asia/Tokyo"
            assert await BlockStore(kept.database).of(GUILD, 31, NOON) is not None
            assert len(await AuditStore(kept.database).all_of(GUILD)) == 1
            found = await kept.jobs.of_message(0, 702)
            assert found is not None
            assert (found.id, found.route, found.clip_channel_id) == ("done700", Route.DIRECT, 20)

    asyncio.run(scenario())


@VERSIONS
def test_a_file_whose_rows_refer_to_what_is_not_there_is_left_at_its_version(tmp_path: Path, version: int) -> None:
    path = tmp_path / "firstframe.db"
    old_file(path, version)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM first_frames")
    before = contents(path)
    with pytest.raises(UnusableDatabase, match="rows refer to what is not there"):
        asyncio.run(_opened(path))
    assert contents(path) == before
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (version,)


@VERSIONS
@pytest.mark.parametrize("table", ["first_frames", "soundtracks"])
def test_after_an_upgrade_rows_may_not_refer_to_what_is_not_there(tmp_path: Path, version: int, table: str) -> None:
    old_file(tmp_path / "firstframe.db", version)

    async def scenario() -> None:
        async with books(tmp_path) as kept:
            with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
                await kept.database.execute(f"DELETE FROM {table}")  # noqa: S608 - one of two

    asyncio.run(scenario())
