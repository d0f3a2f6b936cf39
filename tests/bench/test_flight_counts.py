"""What a job in flight costs, in counts that do not depend on the machine: requests, imports, bytes."""

import asyncio
import sys
import tracemalloc
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from bench.running_jobs import fill
from storage import Database, JobStore, Ledger, Standings
from tests.client.service import Service, client_of, says

LOOKS = 5
JOBS = 2_000
MOST_BYTES = 1_500
MOST_BYTES_MEANWHILE = 2_000


class Imports(MetaPathFinder):
    """Asked first of all for each module that is not loaded; finds none."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        self.asked.append(fullname)
        return None


def test_a_look_is_one_request_and_imports_nothing() -> None:
    async def counted() -> tuple[int, list[str]]:
        async with Service(says(200, {"status": "processing"})) as service:
            client, imports = client_of(service.url), Imports()
            await client.look("task-0")
            sys.meta_path.insert(0, imports)
            try:
                for number in range(LOOKS):
                    await client.look(f"task-{number + 1}")
                return len(service.seen), imports.asked
            finally:
                sys.meta_path.remove(imports)
                await client.aclose()

    assert asyncio.run(counted()) == (1 + LOOKS, [])


def test_a_start_holds_few_bytes_a_job_and_hardly_more_while_it_reads(tmp_path: Path) -> None:
    async def counted() -> tuple[int, int, int]:
        await fill(tmp_path, JOBS)
        database = await Database.open(tmp_path / "firstframe.db")
        standings = Standings(database, 1_000_000)
        store = JobStore(database, Ledger(database, standings), standings)
        tracemalloc.start()
        try:
            jobs = await store.unfinished()
            held, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
            await database.close()
        return len({job.id for job in jobs}), held // JOBS, most // JOBS

    found, held_bytes, most_bytes = asyncio.run(counted())
    assert found == JOBS
    assert held_bytes <= MOST_BYTES
    assert most_bytes <= MOST_BYTES_MEANWHILE
