"""How many orders a second are checked, charged and stored, beside the same SQL through sqlite3 in one thread."""

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any, TypeVar, cast
from unittest.mock import patch

from bench.figures import Bound, Figure, Goal
from storage import ClipOptions, Database, FirstFrameImage, JobStore, Ledger, NewJob, Standings
from storage.database import PRAGMAS

T = TypeVar("T")
Said = tuple[str, Any]

CALLERS = (1, 10, 50)
GOALS = {1: Goal(Bound.AT_LEAST_TIMES, 1), 50: Goal(Bound.AT_LEAST_TIMES, 5)}
ORDERS, ROUNDS, MEMBERS = 200, 7, 40
FRAME_BYTES = 2_000
"""Of one picture for all: the room it takes on the disk would hide what the rest of an order costs."""
BESIDE = "the same SQL, sqlite3 in one thread"
SLOW_COMMIT_SECONDS = 0.002
"""More than this disk takes, on both sides: as disks do that lie behind a network, or have nothing to keep what they
hold in memory through a power failure."""


class _SlowDisk(sqlite3.Connection):
    """Its commits take longer, as the disk would: in the thread that writes, and with nothing for the processor."""

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        if sql == "COMMIT":
            time.sleep(SLOW_COMMIT_SECONDS)
        return super().execute(sql, values)


async def measure(folder: Path) -> list[Figure]:
    """Both sides by turns, each round on a fresh file.

    The peer repeats statements and values that were written down while the bot's own code took the same orders, and
    commits after each.
    """
    files = (folder / f"{number}.db" for number in count())
    said = await _written_down(next(files))
    figures = [
        await _figure(callers, disk, said, lambda: next(files))
        for disk in (sqlite3.Connection, _SlowDisk)
        for callers in CALLERS
    ]
    return [
        *figures,
        await _most_to_share(said, lambda: next(files)),
        await asyncio.to_thread(_commit_alone, next(files)),
    ]


async def _figure(
    callers: int, disk: type[sqlite3.Connection], said: Sequence[Sequence[Said]], fresh: Callable[[], Path]
) -> Figure:
    rounds = []
    for number in range(ROUNDS + 1):
        ours = await _ours(fresh(), disk, callers) if number % 2 else None
        theirs = await _theirs(fresh(), disk, said)
        rounds.append((ours or await _ours(fresh(), disk, callers), theirs))
    own, beside = (median(one[side] for one in rounds[1:]) for side in (0, 1))  # the first warms up
    name = f"orders checked, charged and stored, {callers} at a time"
    if disk is _SlowDisk:
        name += f", a commit {SLOW_COMMIT_SECONDS * 1000:g} ms longer"
    return Figure(name, own, "orders/s", BESIDE, beside, GOALS.get(callers))


async def _most_to_share(said: Sequence[Sequence[Said]], fresh: Callable[[], Path]) -> Figure:
    """What the peer's SQL takes by itself, all orders in one commit: sharing commits brings no more than that."""
    rounds = [
        [await _theirs(fresh(), sqlite3.Connection, said, together) for together in (len(said), 1)]
        for _ in range(ROUNDS)
    ]
    own, beside = (median(one[side] for one in rounds) for side in (0, 1))
    return Figure("the same SQL with one commit for all orders", own, "orders/s", BESIDE, beside)


async def _ours(file: Path, disk: type[sqlite3.Connection], callers: int) -> float:
    with patch.object(sqlite3, "connect", partial(sqlite3.connect, factory=disk)):
        database = await Database.open(file)
    store, orders = _store(database), iter(_orders())

    async def call() -> None:
        for order in orders:
            await store.accept(order)

    started = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(callers)))
    seconds = time.perf_counter() - started
    await database.close()
    return ORDERS / seconds


async def _theirs(
    file: Path, disk: type[sqlite3.Connection], said: Sequence[Sequence[Said]], together: int = 1
) -> float:
    await (await Database.open(file)).close()
    return await asyncio.to_thread(_repeat, file, disk, said, together)


def _repeat(file: Path, disk: type[sqlite3.Connection], said: Sequence[Sequence[Said]], together: int) -> float:
    connection = _connected(file, disk)
    started = time.perf_counter()
    for first in range(0, len(said), together):
        connection.execute("BEGIN IMMEDIATE")
        for order in said[first : first + together]:
            for sql, values in order:
                connection.execute(sql, values).fetchall()
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return len(said) / seconds


def _commit_alone(file: Path) -> Figure:
    """What the disk takes for a commit, which is what orders that come together can share."""
    connection = _connected(file, sqlite3.Connection)
    connection.execute("CREATE TABLE one (number)")
    times = []
    for number in range(ORDERS):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO one VALUES (?)", (number,))
        started = time.perf_counter()
        connection.execute("COMMIT")
        times.append(time.perf_counter() - started)
    connection.close()
    return Figure("a commit of one small row on this disk", median(times) * 1000, "ms")


class _Listening(sqlite3.Connection):
    """Writes down what is said to it."""

    said: list[Said]

    def execute(self, sql: str, values: Any = (), /) -> sqlite3.Cursor:
        self.said.append((sql, values))
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: Any, /) -> sqlite3.Cursor:
        self.said.extend((sql, values) for values in rows)
        return super().executemany(sql, rows)


class _Dictated:
    """Stands where the database does, and carries changes out over a listening connection."""

    def __init__(self, connection: _Listening) -> None:
        self._connection = connection

    async def write(self, change: Callable[[sqlite3.Connection], T]) -> T:
        return change(self._connection)


async def _written_down(file: Path) -> list[list[Said]]:
    """The statements of each order, with their values."""
    await (await Database.open(file)).close()
    connection = _connected(file, _Listening)
    store, found = _store(cast(Database, _Dictated(connection))), []
    for order in _orders():
        connection.said = []
        await store.accept(order)
        found.append(connection.said)
    connection.close()
    return found


def _connected(file: Path, kind: type[sqlite3.Connection]) -> Any:
    connection = sqlite3.connect(file, isolation_level=None, factory=kind)
    connection.row_factory = sqlite3.Row
    if isinstance(connection, _Listening):
        connection.said = []
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


def _store(database: Database) -> JobStore:
    standings = Standings(database, 1_000_000)
    return JobStore(database, Ledger(database, standings), standings)


def _orders() -> list[NewJob]:
    """Orders of many members in one server, each by an interaction of its own."""
    picture = bytes(FRAME_BYTES)
    first = NewJob(
        id="",
        interaction_id=0,
        guild_id=1,
        channel_id=2,
        member_id=0,
        provider="dashscope-beijing",
        kind="wan2.6-i2v 5 720P",
        options=ClipOptions(prompt="the sun goes down slowly", duration_seconds=5, resolution="720P", seed=7),
        frame=FirstFrameImage(hashlib.sha256(picture).hexdigest(), picture),
        soundtrack=None,
        notes=(),
        price=10,
        upload_limit_bytes=10 * 2**20,
        created_at=datetime(2026, 3, 14, 12, 0, tzinfo=UTC),
    )
    return [
        replace(first, id=f"job{n}", interaction_id=n + 1, member_id=100 + n % MEMBERS, role_ids=frozenset({7, 8}))
        for n in range(ORDERS)
    ]
