"""How long after a restart all jobs in flight are watched again.

The bot says in its log when it has put all of them down for a look. It may have done so before its session is ready,
so the whole start is told as well.
"""

import asyncio
import re
import time
from datetime import datetime
from pathlib import Path

from bench.figures import Bound, Figure, Goal
from bench.flight import running_tasks, sandbox_with
from bench.pair import BenchError

SIZES = (1_000, 3_000, 10_000)
A_SECOND = Goal(Bound.AT_MOST, 1)
LOOKS = 200
LOOK_SECONDS = 0.05

_WATCHED = re.compile(r"^(\S+ \S+) .*: (\d+) tasks under way are watched from now on$", re.MULTILINE)


async def measure(folder: Path) -> list[Figure]:
    """Start the bot over databases of each size, and once over an empty one to have the files read from the disk."""
    async with running_tasks() as address:
        await _start(folder / "warm", address, 0)
        empty, _ = await _start(folder / "empty", address, 0)
        figures = []
        for size in SIZES:
            ready, watched = await _start(folder / str(size), address, size)
            name = f"restart with {size:,} in flight"
            figures += [
                Figure(f"{name}, ready → all watched", max(watched - ready, 0.0), "s", goal=A_SECOND),
                Figure(f"{name}, start → ready and all watched", max(watched, ready), "s", "with none", empty),
            ]
        return figures


async def _start(folder: Path, wan_url: str, jobs: int) -> tuple[float, float]:
    """Seconds from the start of the process until it is ready, and until it watches all jobs."""
    async with sandbox_with(folder, wan_url, jobs) as sandbox:
        begun = time.time()
        await sandbox.bot.start()
        if not await sandbox.bot.wait_ready():
            raise BenchError(f"The bot did not become ready. It said last: {sandbox.bot.last_lines(1).strip()}")
        ready = time.time() - begun
        return ready, (await _watched_at(folder / "bot.log", jobs)) - begun if jobs else 0.0


async def _watched_at(log: Path, jobs: int) -> float:
    """The moment, by the line's own time."""
    for _ in range(LOOKS):
        found = _WATCHED.search(await asyncio.to_thread(log.read_text, "utf-8"))
        if found and int(found[2]) == jobs:
            return datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S,%f").astimezone().timestamp()
        await asyncio.sleep(LOOK_SECONDS)
    raise BenchError("The bot never said that it watches its jobs again.")
