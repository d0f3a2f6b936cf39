"""A database of many jobs, and what each question to it costs."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiosqlite

from storage import Database, JobStore, Ledger, ReportStore, Standings
from storage.database import PRAGMAS
from storage.writer import Writer
from tests.storage.books import CHANNEL, GUILD, MEMBER, NOON

OPEN = 20
MEMBERS = 200

_YEAR_MS = 365 * 24 * 3600 * 1000
_NUMBERS = "WITH RECURSIVE one(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM one WHERE number < :all)"
_AT = "(:until - :year * (:all - number) / :all)"

_JOBS = f"""
{_NUMBERS}
INSERT INTO jobs (id, interaction_id, guild_id, channel_id, home_channel_id, member_id, provider, state, kind, options,
    notes, price, upload_limit_bytes, status_message_id, status_settled, task_id, took_seconds, clip_message_id,
    route, created_at, ready_at, ended_at)
SELECT 'past' || number, number, :guild, :channel, :channel, :member + number % :members, 'sinancode',
    iif(number > :ended, 'running', 'done'), 'newest/720P/5s',
    '{{"duration_seconds": 5, "resolution": "720P", "seed": 1}}', '[]', 10, 10485760, number + 10000000,
    number <= :ended, 'task-' || number, 60, number + 20000000,
    'channel', {_AT}, {_AT}, iif(number > :ended, NULL, {_AT})
FROM one
"""  # noqa: S608 - constants above
_CHARGES = f"""
{_NUMBERS}
INSERT INTO ledger (guild_id, member_id, kind, allowance, granted, job_id, actor_id, reason, counts_at, created_at,
    home_channel_id)
SELECT :guild, :member + number % :members, 'charge', -10, 0, 'past' || number, 0, '', {_AT}, {_AT}, :channel FROM one
"""  # noqa: S608 - constants above


def fill(path: Path, jobs: int) -> None:
    """Write so many ended jobs of a year into the file, and some more that are open."""
    values = {
        "ended": jobs,
        "all": jobs + OPEN,
        "members": MEMBERS,
        "guild": GUILD,
        "channel": CHANNEL,
        "member": MEMBER,
        "until": int(NOON.timestamp() * 1000),
        "year": _YEAR_MS,
    }
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(_JOBS, values)
        connection.execute(_CHARGES, values)


@dataclass
class Cost:
    """How many statements ran, and how many steps of SQLite's machine, in hundreds, they took."""

    statements: int = 0
    hundreds: int = 0

    def one_more_statement(self, _: str) -> None:
        self.statements += 1

    def a_hundred_more_steps(self) -> None:
        self.hundreds += 1


@dataclass(frozen=True)
class Counted:
    """The rooms of storage over connections that count."""

    cost: Cost
    jobs: JobStore
    standings: Standings
    reports: ReportStore


@asynccontextmanager
async def counted(path: Path) -> AsyncIterator[Counted]:
    """Open the file so that everything that is asked of it is counted."""
    cost = Cost()
    writer = await Writer.open(path, PRAGMAS)
    await writer.alone(partial(_count, cost))
    database = Database(writer, await _counting(path, cost))
    try:
        standings = Standings(database, 1_000_000)
        yield Counted(
            cost, JobStore(database, Ledger(database, standings), standings), standings, ReportStore(database)
        )
    finally:
        await database.close()


def _count(cost: Cost, connection: sqlite3.Connection) -> None:
    connection.set_trace_callback(cost.one_more_statement)
    connection.set_progress_handler(cost.a_hundred_more_steps, 100)


async def _counting(path: Path, cost: Cost) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    connection.row_factory = aiosqlite.Row
    await connection.set_trace_callback(cost.one_more_statement)
    await connection.set_progress_handler(cost.a_hundred_more_steps, 100)
    return connection
