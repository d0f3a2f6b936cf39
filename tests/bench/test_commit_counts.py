"""What orders and jobs cost the disk, in counts that do not depend on the machine: statements and commits."""

import asyncio
import sqlite3
import threading
from pathlib import Path
from typing import Self

from engine import JobState
from storage import Database
from tests.engine.edges import ScriptedProvider, film, house, order
from tests.storage.books import books, new_job

READS, CHANGES = 5, 3
"""Statements of an order inside its transaction: what is looked up and what is written."""

COMMITS_OF_A_LIFE = 8
"""Of a job from the order to the posted clip: each intent and each outcome, and the message that shows them."""


class _Listener:
    """Hears the connection that writes."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.commits = 0
        """Those with something to write: a transaction that only looked, or found nothing to change, is free."""

    @classmethod
    async def at(cls, database: Database) -> Self:
        listener = cls()
        await database.write(listener._listen)
        listener.said.clear()
        return listener

    def _listen(self, connection: sqlite3.Connection) -> None:
        changes = connection.total_changes

        def heard(statement: str) -> None:
            nonlocal changes
            self.said.append(statement)
            if statement == "COMMIT" and connection.total_changes > changes:
                changes, self.commits = connection.total_changes, self.commits + 1

        connection.set_trace_callback(heard)


def test_orders_one_at_a_time_are_a_commit_each_without_a_savepoint(tmp_path: Path) -> None:
    async def counted() -> list[list[str]]:
        async with books(tmp_path) as kept:
            listener, orders = await _Listener.at(kept.database), []
            for number in (1, 2, 3):
                await kept.jobs.accept(new_job(number))
                orders.append([statement.split()[0] for statement in listener.said])
                listener.said.clear()
            return orders

    for verbs in asyncio.run(counted()):
        assert (verbs[0], verbs[-1]) == ("BEGIN", "COMMIT")
        assert verbs.count("SELECT") <= READS
        assert verbs.count("INSERT") <= CHANGES
        assert len(verbs) == verbs.count("SELECT") + verbs.count("INSERT") + 2


def test_fifty_orders_that_wait_together_share_one_commit(tmp_path: Path) -> None:
    begun, end = threading.Event(), threading.Event()

    def held(_: sqlite3.Connection) -> None:
        begun.set()
        assert end.wait(30)

    async def counted() -> _Listener:
        async with books(tmp_path, per_day=1000) as kept:
            listener = await _Listener.at(kept.database)
            first = asyncio.create_task(kept.database.write(held))
            await asyncio.to_thread(begun.wait, 30)
            orders = [asyncio.create_task(kept.jobs.accept(new_job(number))) for number in range(50)]
            await asyncio.sleep(0)
            end.set()
            await asyncio.gather(first, *orders)
            return listener

    heard = asyncio.run(counted())
    assert heard.commits == 1
    assert len(heard.said) <= 4 + 50 * (READS + CHANGES + 2)


def test_a_whole_life_of_a_job_is_few_commits(tmp_path: Path) -> None:
    async def counted() -> int:
        provider = ScriptedProvider(clip=film(tmp_path / "film.mp4"))
        async with house(tmp_path, provider) as at:
            listener = await _Listener.at(at.books.database)
            job = await at.engine.request(order())
            await at.until_state(job, JobState.RUNNING)
            provider.finish()
            await at.until_state(job, JobState.DONE)
            await at.until_settled()
            return listener.commits

    assert asyncio.run(counted()) <= COMMITS_OF_A_LIFE
