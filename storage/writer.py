"""The one connection that writes: in a thread of its own, a whole change at a time, several of them in one commit."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Self, TypeVar

T = TypeVar("T")

Change = Callable[[sqlite3.Connection], T]

_MOST_TOGETHER = 64
"""So many changes share a commit: the first of them should not wait for all that come after it."""


@dataclass(slots=True)
class _Asked:
    """A change that waits for its turn, and who waits for it."""

    change: Change[Any]
    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Carries out changes in the order in which they were asked for.

    A commit waits for the disk, which takes longer than most changes do: those that come while one is under way share
    the next. Each is alone all the same, in a savepoint of its own: one that fails leaves the others as they are.
    """

    def __init__(self, thread: ThreadPoolExecutor, connection: sqlite3.Connection) -> None:
        self._thread = thread
        self._connection = connection
        self._asked: SimpleQueue[_Asked] = SimpleQueue()
        self._called = False

    @classmethod
    async def open(cls, path: Path, pragmas: tuple[str, ...]) -> Self:
        """Open the file; raises sqlite3.Error."""
        thread = ThreadPoolExecutor(1, thread_name_prefix="database writer")
        try:
            loop = asyncio.get_running_loop()
            return cls(thread, await loop.run_in_executor(thread, connect, path, pragmas))
        except BaseException:
            thread.shutdown(wait=False)
            raise

    async def write(self, change: Change[T]) -> T:
        """Carry out a change in a transaction and commit it, or undo it where it raises.

        Begun is carried out, even where the caller has given up waiting.
        """
        loop = asyncio.get_running_loop()
        asked = _Asked(change, loop.create_future())
        self._asked.put(asked)
        if not self._called:  # else the thread has not looked yet, and finds this one too
            self._called = True
            try:
                self._thread.submit(self._commit_all, loop)
            except RuntimeError:  # it is closed; the next one must not wait for it either
                self._called = False
                raise
        result: T = await asked.answer
        return result

    async def alone(self, work: Change[T]) -> T:
        """Do what cannot be done in a transaction, between two of them."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._connection)

    async def close(self) -> None:
        """Close the connection once the changes asked for are through."""
        await self.alone(sqlite3.Connection.close)
        self._thread.shutdown(wait=False)

    def _commit_all(self, loop: asyncio.AbstractEventLoop) -> None:
        self._called = False  # before the look: what comes after it calls anew
        while together := self._next():
            try:
                self._commit(together)
            except BaseException as error:  # whatever it is, it belongs to those who wait
                for asked in together:
                    asked.error = error
            loop.call_soon_threadsafe(_answer, together)

    def _next(self) -> list[_Asked]:
        together: list[_Asked] = []
        try:
            while len(together) < _MOST_TOGETHER:
                together.append(self._asked.get_nowait())
        except Empty:
            pass
        return together

    def _commit(self, together: list[_Asked]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            if len(together) == 1:
                together[0].result = together[0].change(connection)
            else:
                for asked in together:
                    _carry_out(connection, asked)
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()  # does nothing where there is no transaction any more, so it is right in every case
            raise


def connect(path: Path, pragmas: tuple[str, ...]) -> sqlite3.Connection:
    """Open the file in this thread; raises sqlite3.Error."""
    # isolation_level None: transactions begin where the code says so, never on their own.
    connection = sqlite3.connect(path, isolation_level=None)
    connection.row_factory = sqlite3.Row
    try:
        for pragma in pragmas:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _carry_out(connection: sqlite3.Connection, asked: _Asked) -> None:
    connection.execute("SAVEPOINT change")
    try:
        asked.result = asked.change(connection)
    except BaseException as error:
        if not connection.in_transaction:  # a full disk may have undone all of it, and what others were told is void
            raise
        connection.execute("ROLLBACK TO change")
        asked.error = error
    connection.execute("RELEASE change")


def _answer(together: list[_Asked]) -> None:
    for asked in together:
        if asked.answer.done():  # its caller has given up
            continue
        if asked.error is not None:
            asked.answer.set_exception(asked.error)
        else:
            asked.answer.set_result(asked.result)
