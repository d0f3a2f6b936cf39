"""The one SQLite file: opened and migrated once, written in whole transactions, read beside them."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiosqlite

from storage.migrations import MIGRATIONS

Parameters = Mapping[str, Any]

# FULL: an intent to spend money has to survive a power cut, not only the death of the process.
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 5000",
    # What is deleted is overwritten in the file, not only left out of the tables.
    "PRAGMA secure_delete = ON",
)


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

    def __init__(self, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()

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
        writer = await _connect(path)
        try:
            database = cls(writer, await _connect(path))
        except BaseException:
            await writer.close()
            raise
        try:
            await database._migrate()
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close both connections once the transaction under way has ended."""
        async with self._turn:
            await self._reader.close()
            await self._writer.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        """One transaction; commits at the end, rolls back on any exception, and is the only one at a time."""
        async with self._turn:
            try:
                await self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                await self._writer.execute("COMMIT")
            except BaseException:
                # sqlite3's own rollback() does nothing where there is no transaction, so it is right in every case.
                await asyncio.shield(self._writer.rollback())
                raise

    async def checkpoint(self) -> None:
        """Bring the file up to date and empty the log beside it, which still holds pages as they were."""
        async with self._turn:
            await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def size_bytes(self) -> int:
        """How large the file is, without the log beside it."""
        sql = "SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()"
        row = await self.row(sql)
        return int(row["bytes"]) if row else 0

    async def sweep(self) -> None:
        """Write the whole file anew: pages keep copies of rows that were moved, even those deleted since.

        Raises sqlite3.OperationalError where there is no room for it, or another process reads the file.
        """
        async with self._turn:
            await self._writer.execute("VACUUM")
            if (await fetch_one(self._writer, "PRAGMA wal_checkpoint(TRUNCATE)"))["busy"]:
                raise sqlite3.OperationalError("the file is being read")

    async def rows(self, sql: str, parameters: Parameters | None = None) -> Iterable[aiosqlite.Row]:
        """All rows of a query, as they stand committed."""
        return await self._reader.execute_fetchall(sql, parameters or {})

    async def row(self, sql: str, parameters: Parameters | None = None) -> aiosqlite.Row | None:
        """The first row of a query, or None."""
        return next(iter(await self.rows(sql, parameters)), None)

    async def _migrate(self) -> None:
        async with self.transaction() as connection:
            version = (await fetch_one(connection, "PRAGMA user_version"))[0]
        if version > len(MIGRATIONS):
            raise NewerDatabase(version, len(MIGRATIONS))
        for number, statements in enumerate(MIGRATIONS[version:], version + 1):
            await self._step(number, statements)

    async def _step(self, number: int, statements: Iterable[str]) -> None:
        # Inside a transaction the pragma would do nothing. While it is on, a table in use cannot be rebuilt.
        await self._writer.execute("PRAGMA foreign_keys = OFF")
        async with self.transaction() as connection:
            for statement in statements:
                await connection.execute(statement)
            if broken := list(await connection.execute_fetchall("PRAGMA foreign_key_check")):
                raise sqlite3.IntegrityError(f"{len(broken)} rows refer to what is not there")
            await connection.execute(f"PRAGMA user_version = {number}")
        await self._writer.execute("PRAGMA foreign_keys = ON")


async def fetch_one(connection: aiosqlite.Connection, sql: str, parameters: Parameters | None = None) -> aiosqlite.Row:
    """The first row of a query that always has one."""
    return next(iter(await connection.execute_fetchall(sql, parameters or {})))


async def _connect(path: Path) -> aiosqlite.Connection:
    # isolation_level None: transactions begin where the code says so, never on their own.
    connection = await aiosqlite.connect(path, isolation_level=None)
    connection.row_factory = aiosqlite.Row
    try:
        for pragma in _PRAGMAS:
            await connection.execute(pragma)
    except BaseException:
        await connection.close()  # its thread would keep the process from ending
        raise
    return connection
