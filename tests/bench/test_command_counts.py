"""What one command costs, in counts that do not depend on the machine: statements, and requests to Discord."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
import pytest

from engine import Defaults, Discipline, Menu, NotEnoughCredits, Prices
from engine.desk import Desk
from sandbox.discord.world import CLIPS, MEMBER
from storage import BlockStore, ChannelStore, Database, JobStore, Ledger, PhraseStore, Standings
from storage.database import PRAGMAS
from storage.writer import Writer
from tests.cogs.scene import scene
from tests.engine.edges import HeldClock, ScriptedProvider, order, picture
from tests.storage.books import books

READS, CHECKS, CHANGES = 3, 15, 3
"""Statements of an order: beside the writer, and in its turn those that read or frame and those that change rows."""

READS_OF_A_REFUSAL, CHECKS_OF_A_REFUSAL = 3, 7


@asynccontextmanager
async def desk(folder: Path, per_day: int) -> AsyncIterator[tuple[Desk, list[str], list[str]]]:
    """A desk, and what was said to the database: to the connection that reads, and to the one that writes."""
    async with books(folder):
        pass  # a file with its tables
    path, read, written = next(folder.glob("*.db")), list[str](), list[str]()
    writer = await Writer.open(path, PRAGMAS)
    reader = await aiosqlite.connect(path, isolation_level=None)
    reader.row_factory = aiosqlite.Row
    await reader.set_trace_callback(read.append)
    await writer.alone(lambda connection: connection.set_trace_callback(written.append))
    database, clock, menu = Database(writer, reader), HeldClock(), Menu(ScriptedProvider().models, Defaults())
    standings = Standings(database, per_day)
    jobs = JobStore(database, Ledger(database, standings), standings)
    discipline = Discipline(BlockStore(database), PhraseStore(database), clock, lambda: None)
    channels, prices = ChannelStore(database), Prices({"480P": 1, "720P": 2, "1080P": 3})
    try:
        yield Desk(jobs, "sinancode", menu, prices, clock, channels=channels, discipline=discipline), read, written
    finally:
        await database.close()


def _changes(said: list[str]) -> list[str]:
    return [one for one in said if one.split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_an_order_is_one_commit_and_few_statements(tmp_path: Path) -> None:
    async def told() -> None:
        async with desk(tmp_path, 1000) as (at, read, written):
            for number in (1, 2):
                read.clear()
                written.clear()
                await at.take(order(number))
                changes = _changes(written)
                assert len(read) <= READS
                assert len(changes) <= CHANGES
                assert len(written) - len(changes) <= CHECKS
                assert "COMMIT" not in written[written.index(changes[0]) : written.index(changes[-1])]

    asyncio.run(told())


def test_an_order_that_cannot_be_paid_writes_nothing(tmp_path: Path) -> None:
    async def told() -> None:
        async with desk(tmp_path, 1) as (at, read, written):
            with pytest.raises(NotEnoughCredits):
                await at.take(order())
            assert _changes(written) == []
            assert len(read) <= READS_OF_A_REFUSAL
            assert len(written) <= CHECKS_OF_A_REFUSAL

    asyncio.run(told())


def test_a_command_is_answered_with_two_requests(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            body = {"as": MEMBER, "channel": CLIPS, "command": "animate", "options": {"prompt": "waves"}}
            last, _ = at.here.wire.since(0)
            opened = await at.here.post("commands", body, {"image": ("picture.jpg", picture())})
            await at.answer(opened, MEMBER, CLIPS)
            _, exchanges = at.here.wire.since(last)
            asked = [(one["method"], one["path"].rpartition("/")[2]) for one in exchanges if one["kind"] == "request"]
            assert asked[:2] == [("POST", "callback"), ("PATCH", "@original")]
            assert {method for method, _ in asked[2:]} <= {"PATCH"}  # on a slow machine, what becomes of the job

    asyncio.run(told())
