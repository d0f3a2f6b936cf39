"""How long each bot takes from the start of its process to a ready session, and what it holds in memory then."""

import asyncio
import time
from pathlib import Path
from statistics import median

from bench.figures import Bound, Figure, Goal
from bench.pair import EMPTY, Pair, Side, furnished
from bench.process_tree import memory_mb

ROUNDS = 5
# discord.py waits for 2 s after the session is ready until it calls the bot ready.
SETTLE_SECONDS = 2.5
START_GOAL = Goal(Bound.TIMES, 1.5)
MEMORY_GOAL = Goal(Bound.MORE, 60)

Samples = dict[Side, list[float]]


async def measure(folder: Path) -> list[Figure]:
    """Start both some times.

    The first round is not counted: in it commands are registered, and files are read from the disk.
    """
    async with furnished(folder) as pair:
        rounds = [await _round(sides) for sides in pair.in_turn(ROUNDS + 1)][1:]
    starts, rss, pss = ({side: [one[side][n] for one in rounds] for side in (pair.own, pair.empty)} for n in range(3))
    return [
        _figure(f"start-up to ready, median of {ROUNDS}", starts, "s", pair, START_GOAL),
        _figure("memory at rest (RSS)", rss, "MB", pair, MEMORY_GOAL),
        _figure("memory at rest (PSS)", pss, "MB", pair, MEMORY_GOAL),
    ]


async def _round(sides: tuple[Side, Side]) -> dict[Side, tuple[float, float, float]]:
    """Start one after the other; each one's seconds, RSS and PSS."""
    for side in sides:
        await side.stop()
    seconds = {side: await _start(side) for side in sides}
    await asyncio.sleep(SETTLE_SECONDS)
    return {side: (seconds[side], *memory_mb(side.pid)) for side in sides}


async def _start(side: Side) -> float:
    started = time.monotonic()
    await side.start()
    return time.monotonic() - started


def _figure(name: str, samples: Samples, unit: str, pair: Pair, goal: Goal) -> Figure:
    return Figure(name, median(samples[pair.own]), unit, EMPTY, median(samples[pair.empty]), goal)
