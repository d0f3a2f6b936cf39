"""What jobs in flight cost, in memory and CPU, beside the provider's own client waiting for as many tasks."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.figures import Bound, Figure, Goal
from bench.pair import BenchError
from bench.process_tree import memory_mb
from bench.running_jobs import PROVIDER, fill
from sandbox.app import Sandbox
from sandbox.discord.world import BOT, CLIPS
from sandbox.faults import Fault

SIZES = (100, 1_000, 10_000)
# discord.py waits for 2 s after the session is ready, and the client's gaps have grown to their 5 s by then.
SETTLE_SECONDS = 8.0
MEASURE_SECONDS = 7.0
PATIENCE_SECONDS = 30.0

CLIENT = "dashscope's async client"
A_TENTH = Goal(Bound.TIMES, 0.1)
TEN_THOUSAND = Goal(Bound.AT_MOST, 150)

# Edits are answered without a world behind them; nothing of it is the bot's work.
_EDITED: dict[str, object] = {
    "id": "1330000000000000001",
    "channel_id": CLIPS,
    "author": {"id": BOT, "username": "firstframe", "discriminator": "0", "avatar": None, "bot": True},
    "content": "",
    "timestamp": "2025-01-01T00:00:00+00:00",
    "edited_timestamp": None,
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "type": 0,
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process needs with so many jobs: memory over what it needs at rest, and CPU a minute."""

    jobs: int
    memory_mb: float
    cpu_seconds_a_minute: float

    @property
    def kb_per_job(self) -> float:
        return self.memory_mb * 1000 / self.jobs

    @property
    def cpu_ms_per_job_minute(self) -> float:
        return self.cpu_seconds_a_minute * 1000 / self.jobs


async def measure(folder: Path) -> list[Figure]:
    """Let both wait for tasks that stay under way, side by side, one size after the other."""
    async with running_tasks() as address:
        await _rest_mb(folder / "warm", address)  # files are read from the disk only once
        rest = await _rest_mb(folder / "rest", address)
        figures = [figure for size in SIZES for figure in await _figures(folder, address, size, rest)]
        return [*figures, await _bare_looks(address, figures[1])]


async def _figures(folder: Path, address: str, size: int, rest_mb: float) -> list[Figure]:
    async with bot_with(folder / str(size), address, size) as own, _client(address) as client:
        client_rest_mb = memory_mb(client.pid)[0]
        await _tell(client, size)
        await asyncio.sleep(SETTLE_SECONDS)
        processes = (own, client.pid)
        before = [cpu_seconds(pid) for pid in processes]
        await asyncio.sleep(MEASURE_SECONDS)
        a_minute = [(cpu_seconds(pid) - was) * 60 / MEASURE_SECONDS for pid, was in zip(processes, before, strict=True)]
        ours = Cost(size, memory_mb(own)[0] - rest_mb, a_minute[0])
        theirs = Cost(size, memory_mb(client.pid)[0] - client_rest_mb, a_minute[1])
    name = f"in flight: {size:,}"
    cpu = (ours.cpu_ms_per_job_minute, theirs.cpu_ms_per_job_minute)
    figures = [
        Figure(f"{name}, memory per job", ours.kb_per_job, "kB", CLIENT, theirs.kb_per_job, A_TENTH),
        Figure(f"{name}, CPU per job and minute", cpu[0], "ms", CLIENT, cpu[1], A_TENTH),
    ]
    if size == SIZES[-1]:
        figures.append(Figure(f"{name}, over rest", ours.memory_mb, "MB", CLIENT, theirs.memory_mb, TEN_THOUSAND))
    return figures


async def _bare_looks(address: str, fewest: Figure) -> Figure:
    """How far down the CPU of the fewest jobs could go: both sides use up nearly the whole budget for these already."""
    async with _process(sys.executable, "bench.bare_looks", address) as looking:
        if await _said(looking) != "ready":
            raise BenchError("The bare looks could not be started.")
        before = cpu_seconds(looking.pid)
        await asyncio.sleep(MEASURE_SECONDS)
        a_minute = (cpu_seconds(looking.pid) - before) * 60 / MEASURE_SECONDS
    cost = Cost(SIZES[0], 0, a_minute)
    name = f"in flight: {SIZES[0]:,}, CPU of as many bare looks by aiohttp"
    return Figure(name, cost.cpu_ms_per_job_minute, "ms", CLIENT, fewest.beside_value)


async def _rest_mb(folder: Path, address: str) -> float:
    """With one job: what the first look takes once and for all is no job's, as the client's first fetch is none."""
    async with bot_with(folder, address, 1) as pid:
        await asyncio.sleep(SETTLE_SECONDS)
        return memory_mb(pid)[0]


@asynccontextmanager
async def sandbox_with(folder: Path, wan_url: str, jobs: int) -> AsyncIterator[Sandbox]:
    """A sandbox whose bot, not started yet, finds so many jobs under way at this video service."""
    await fill(folder / "bot", jobs)
    settings = {"FIRSTFRAME_PROVIDER": PROVIDER, "FIRSTFRAME_WAN_URL": wan_url}
    sandbox = Sandbox(folder, bot_environment=settings)
    try:
        await sandbox.start()
        sandbox.faults.add(Fault("discord", "PATCH", "/messages/", times=None, status=200, body=_EDITED))
        yield sandbox
    finally:
        await sandbox.close()


@asynccontextmanager
async def bot_with(folder: Path, wan_url: str, jobs: int) -> AsyncIterator[int]:
    """The bot, ready, with so many jobs under way; the id of its process."""
    async with sandbox_with(folder, wan_url, jobs) as sandbox:
        await sandbox.bot.start()
        if not await sandbox.bot.wait_ready():
            raise BenchError(f"The bot did not become ready. It said last: {sandbox.bot.last_lines(1).strip()}")
        yield int(sandbox.bot.describe()["pid"])


@asynccontextmanager
async def running_tasks() -> AsyncIterator[str]:
    """The video service; its address."""
    async with _process(sys.executable, "bench.running_tasks") as service:
        yield await _said(service)


@asynccontextmanager
async def _client(address: str) -> AsyncIterator[asyncio.subprocess.Process]:
    async with _process(peers.python(), "bench.waiting_client", address) as client:
        if await _said(client) != "ready":
            raise BenchError("dashscope's client could not be started: `make bench` installs it.")
        yield client


@asynccontextmanager
async def _process(python: str | Path, module: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        python, "-m", module, *arguments, stdin=pipe, stdout=pipe, env={**os.environ, "PYTHONPATH": "."}
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _tell(process: asyncio.subprocess.Process, number: int) -> None:
    assert process.stdin
    process.stdin.write(f"{number}\n".encode())
    await process.stdin.drain()


async def _said(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    async with asyncio.timeout(PATIENCE_SECONDS):
        return (await process.stdout.readline()).decode().strip()


def cpu_seconds(pid: int) -> float:
    """What a process has taken of the CPU until now, in itself and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
