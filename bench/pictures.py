"""How long a first frame takes, and what memory, from photos of 3, 12 and 24 megapixels."""

import asyncio
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image

from bench.figures import Bound, Figure, Goal
from bench.one_picture import way
from bench.process_tree import memory_mb

SIDES = {3: (2000, 1504), 12: (4032, 3024), 24: (5664, 4248)}
WITH_GOALS = 12
ROUNDS, MEMORY_ROUNDS = 9, 3
BESIDE = "Pillow the plain way"
WAYS = {"plain": BESIDE, "work": "the work itself", "whole": "with its process"}
TIME_GOAL, MEMORY_GOAL = Goal(Bound.TIMES, 0.6), Goal(Bound.TIMES, 0.4)
SAMPLE_SECONDS = 0.001
# Of the sensor; with so much of it 12 megapixels have 10 MB.
NOISE = 13
_SEED = 12


async def measure(folder: Path) -> list[Figure]:
    """Each way by turns over the same bytes; each way's memory in a process of its own, with all that it starts."""
    figures, small = [], folder / "small.jpg"
    small.write_bytes(photo(400, 400))
    for megapixels, sides in SIDES.items():
        large = folder / f"{megapixels}.jpg"
        large.write_bytes(photo(*sides))
        ms = await asyncio.to_thread(_times_ms, large.read_bytes())
        mb = {name: await _memory_mb(name, small, large) for name in WAYS}
        what = f"first frame from {megapixels} megapixels, {large.stat().st_size / 1e6:.0f} MB"
        with_goals = megapixels == WITH_GOALS
        figures += _figures(f"{what}: time", ms, "ms", TIME_GOAL if with_goals else None)
        figures += _figures(f"{what}: memory", mb, "MB", MEMORY_GOAL if with_goals else None)
    return figures


def photo(width: int, height: int) -> bytes:
    """A JPEG as a phone held upright writes it: shades, edges and noise, 0.8 bytes for each pixel."""
    random = np.random.default_rng(_SEED)
    light = np.full((height, width, 3), 128, np.float32)
    for cells, strength in ((4, 60), (32, 30), (256, 14)):
        grid = Image.fromarray(random.integers(0, 256, (cells, cells, 3), np.uint8)).resize((width, height))
        light += (np.asarray(grid, np.float32) - 128) * (strength / 74)
    light += random.normal(0, NOISE, (height, width, 1)).astype(np.float32)
    notes = Image.Exif()
    notes[0x0112] = 6  # which way is up
    made = BytesIO()
    Image.fromarray(light.clip(0, 255).astype(np.uint8)).save(made, "JPEG", quality=98, exif=notes)
    return made.getvalue()


def _times_ms(data: bytes) -> dict[str, float]:
    ways, samples = {name: way(name) for name in WAYS}, {name: list[float]() for name in WAYS}
    for _ in range(ROUNDS + 1):
        for name, make in ways.items():
            samples[name].append(_time_ms(make, data))
    # In the first round everything has to be loaded yet.
    return {name: median(times[1:]) for name, times in samples.items()}


def _time_ms(make: Callable[[bytes], object], data: bytes) -> float:
    started = time.perf_counter()
    make(data)
    return (time.perf_counter() - started) * 1000


async def _memory_mb(name: str, small: Path, large: Path) -> float:
    """The most that it takes while it is at it, over what it has when it is ready for it, the file included."""
    command = (sys.executable, "-m", "bench.one_picture", name, str(small), str(large))
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    at_rest, most = memory_mb(process.pid)[1], 0.0
    for _ in range(MEMORY_ROUNDS):
        process.stdin.write(b"go\n")
        done = asyncio.create_task(process.stdout.readline())
        while not done.done():
            most = max(most, memory_mb(process.pid)[1])
            await asyncio.sleep(SAMPLE_SECONDS)
    process.stdin.close()
    await process.wait()
    return most - at_rest


def _figures(name: str, values: dict[str, float], unit: str, goal: Goal | None) -> list[Figure]:
    plain = values["plain"]
    return [
        Figure(f"{name}, {WAYS['work']}", values["work"], unit, BESIDE, plain),
        Figure(f"{name}, {WAYS['whole']}", values["whole"], unit, BESIDE, plain, goal),
    ]
