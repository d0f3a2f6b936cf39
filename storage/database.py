"""The one SQLite file: opened and migrated once, written in whole transactions, read beside them."""

import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self, TypeVar

import aiosqlite

from storage.migrations import MIGRATIONS
from storage.writer import Change, Writer

T = TypeVar("T")

Parameters = Mapping[str, Any]

# FULL: an intent to spend money has to survive a power cut, not only the death of the process.
PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    # What is deleted is overwritten in the file, not only left out of the tables.
    "PRAGMA secure_delete = ON",
)


# In the reader, whose questions are small: beyond that the system's own cache is as good, and shared.
_READER_CACHE = "PRAGMA cache_size = -256"


class NewerDatabase(Exception):
    """The file was written by a newer version of the bot."""

    def __init__(self, found: int, known: int) -> None:
        self.found, self.known = found, known
        super().__init__(
            f"The database is of version {found} and this bot knows version {known}: "
            "run the newer bot or restore a backup."
        )


class UnusableDatabase(Exception):
    """The file is no database, or may not be read or written."""


class Database:
    """Two connections to one file: a writer that takes turns and a reader that sees only what is committed."""

    def __init__(self, writer: Writer, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the file, making or migrating it where needed; raises NewerDatabase or UnusableDatabase."""
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return await cls._open(path)
        except sqlite3.Error as error:
            raise UnusableDatabase(str(error)) from error

    @classmethod
    async def _open(cls, path: Path) -> Self:
        writer = await Writer.open(path, PRAGMAS)
        try:
            database = cls(writer, await _connect_reader(path))
        except BaseException:
            await writer.close()
            raise
        try:
            await writer.alone(_migrate)
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close both connections once what was asked of them is done."""
        await self._reader.close()
        await self._writer.close()

    async def write(self, change: Change[T]) -> T:
        """Carry out a change in one transaction: committed when this returns, undone where it raises.

        A change reads and writes by the connection that it is given, and waits for nothing else.
        """
        return await self._writer.write(change)

    async def execute(self, sql: str, parameters: Parameters | None = None) -> int:
        """Carry out one statement as a change of its own; how many rows it changed."""
        return await self.write(lambda connection: connection.execute(sql, parameters or {}).rowcount)

    async def checkpoint(self) -> None:
        """Bring the file up to date and empty the log beside it, which still holds pages as they were."""
        await self._writer.alone(_checkpoint)

    async def size_bytes(self) -> int:
        """How large the file is, without the log beside it."""
        sql = "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()"
        row = await self.row(sql)
        return int(row["bytes"]) if row else 0

    async def sweep(self) -> None:
        """Write the whole file anew: pages keep copies of rows that were moved, even those deleted since.

        Raises sqlite3.OperationalError where there is no room for it, or another process reads the file.
        """
        await self._writer.alone(_sweep)

    async def rows(self, sql: str, parameters: Parameters | None = None) -> Iterable[sqlite3.Row]:
        """All rows of a query, as they stand committed."""
        return await self._reader.execute_fetchall(sql, parameters or {})

    async def row(self, sql: str, parameters: Parameters | None = None) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        return next(iter(await self.rows(sql, parameters)), None)


def fetch_all(connection: sqlite3.Connection, sql: str, parameters: Parameters | None = None) -> list[sqlite3.Row]:
    """All rows of a query."""
    return connection.execute(sql, parameters or {}).fetchall()


def fetch_one(connection: sqlite3.Connection, sql: str, parameters: Parameters | None = None) -> sqlite3.Row:
    """The first row of a query that always has one."""
    return fetch_all(connection, sql, parameters)[0]


async def _connect_reader(path: Path) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None)
    connection.row_factory = aiosqlite.Row
    try:
        for pragma in (*PRAGMAS, _READER_CACHE):
            await connection.execute(pragma)
    except BaseException:
        await connection.close()  # its thread would keep the process from ending
        raise
    return connection


def _checkpoint(connection: sqlite3.Connection) -> bool:
    """Whether all of the log was brought into the file."""
    return not fetch_one(connection, "PRAGMA wal_checkpoint(TRUNCATE)")["busy"]


def _sweep(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")
    if not _checkpoint(connection):
        raise sqlite3.OperationalError("the file is being read")


def _migrate(connection: sqlite3.Connection) -> None:
    version = fetch_one(connection, "PRAGMA user_version")[0]
    if version > len(MIGRATIONS):
        raise NewerDatabase(version, len(MIGRATIONS))
    _try_to_write(connection, version)
    for number, statements in enumerate(MIGRATIONS[version:], version + 1):
        _step(connection, number, statements)


def _try_to_write(connection: sqlite3.Connection, version: int) -> None:
    """Find out whether the file may be written: to open it, and even to begin, it is enough that it may be read."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(f"PRAGMA user_version = {version}")  # what it says already
    finally:
        connection.rollback()


def _step(connection: sqlite3.Connection, number: int, statements: Iterable[str]) -> None:
    # Inside a transaction the pragma would do nothing. While it is on, a table in use cannot be rebuilt.
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements:
            connection.execute(statement)
        if broken := fetch_all(connection, "PRAGMA foreign_key_check"):
            raise sqlite3.IntegrityError(f"{len(broken)} rows refer to what is not there")
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    connection.execute("PRAGMA foreign_keys = ON")
