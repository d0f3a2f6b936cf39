"""How long a finished clip takes into the channel once it is noticed, beside the bare download and upload of it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import aiohttp

from bench.figures import Bound, Figure, Goal
from bench.pair import SETTINGS, BenchError
from sandbox.app import PROJECT, Sandbox
from sandbox.discord.rest import PREFIX
from sandbox.discord.world import CLIPS, MEMBER
from sandbox.smoke import draw_photo
from sandbox.wan.tasks import Task

T = TypeVar("T")

MEGABYTES = (1, 9, 25)
ROUNDS = 9
UPLOAD_LIMIT_BYTES = 50 * 2**20
WAIT_SECONDS, LOOK_SECONDS = 60, 0.02
# So that neither side finds the machine warm from the other.
REST_SECONDS = 0.7
BESIDE = "bare httpx download + aiohttp upload"
GOAL = Goal(Bound.TIMES, 1.3)
MESSAGES = f"/channels/{CLIPS}/messages"

# The number alone is wanted, and nothing is that new.
_NOTHING = 10**9


@dataclass(frozen=True, slots=True)
class _Road:
    """A sandbox with the bot, and the bare carrier beside it; each is a process of its own."""

    sandbox: Sandbox
    http: aiohttp.ClientSession
    carrier: asyncio.subprocess.Process
    photo: bytes
    """One for all: it has grain in it, and of another the stand-in would make another clip meanwhile."""

    async def call(self, path: str, **more: Any) -> Any:
        async with self.http.post(path, **more) as answer:
            body = await answer.json()
        if answer.status >= 400:
            raise BenchError(f"{path} was refused: {body.get('error')}")
        return body


async def measure(folder: Path) -> list[Figure]:
    """Send clips of each size along both ways, by turns.

    The bot's time is the stand-ins': from the answer that tells that a task has finished to the one that takes the
    message. In it the bot commits twice, writes the file and looks into it. The carrier's time is its own, for two
    requests to the same stand-ins, all in memory.
    """
    async with _road(folder) as road:
        return [await _figure(road, megabytes) for megabytes in MEGABYTES]


async def _figure(road: _Road, megabytes: int) -> Figure:
    await road.call("/sandbox/settings", json={"wan": {"result_bytes": megabytes * 10**6}})
    _, clip_url = await _by_the_bot(road, await _ordered(road))  # it warms up
    ours, bare = [], []
    for _ in range(ROUNDS):
        task = await _ordered(road)
        await asyncio.sleep(REST_SECONDS)
        bare.append(await _by_the_carrier(road, clip_url))
        await asyncio.sleep(REST_SECONDS)
        seconds, clip_url = await _by_the_bot(road, task)
        ours.append(seconds)
    name = f"noticed → posted, {megabytes} MB"
    return Figure(name, median(ours) * 1000, "ms", BESIDE, median(bare) * 1000, GOAL)


async def _ordered(road: _Road) -> Task:
    """A task that goes on until it is told to end."""
    known = len(list(road.sandbox.wan.tasks))
    await road.call("/sandbox/commands", data=_animate(road.photo))
    return await _soon(lambda: next(iter(list(road.sandbox.wan.tasks)[known:]), None))


async def _by_the_bot(road: _Road, task: Task) -> tuple[float, str]:
    """The seconds from noticed to posted, and where the clip lies."""
    wire = road.sandbox.wire
    before, _ = wire.since(_NOTHING)
    await road.call(f"/sandbox/wan/tasks/{task.id}", json={"status": "completed"})
    posted = await _soon(lambda: _moment(wire.since(before)[1], "POST", MESSAGES, "firstframe-"))
    noticed = _moment(wire.since(before)[1], "GET", f"/v1/tasks/{task.id}", "/results/")
    if noticed is None:
        raise BenchError("A clip was posted that nobody had looked for.")
    return (posted - noticed).total_seconds(), str(road.sandbox.wan.describe(task)["result_url"])


async def _soon(find: Callable[[], T | None]) -> T:
    for _ in range(int(WAIT_SECONDS / LOOK_SECONDS)):
        if (found := find()) is not None:
            return found
        await asyncio.sleep(LOOK_SECONDS)
    raise BenchError("A clip was not ordered or posted within a minute.")


def _moment(told: list[dict[str, Any]], method: str, path: str, word: str) -> datetime | None:
    """When a request was first answered with something that has the word in it."""
    for one in told:
        answered = one["kind"] == "response" and one["method"] == method and one["path"].startswith(path)
        if answered and word in json.dumps(one["body"]):
            return datetime.fromisoformat(one["at"])
    return None


async def _by_the_carrier(road: _Road, clip_url: str) -> float:
    if not (road.carrier.stdin and road.carrier.stdout):
        raise BenchError("The bare carrier cannot be talked to.")
    road.carrier.stdin.write(f"{clip_url} {road.sandbox.url}{PREFIX}{MESSAGES}\n".encode())
    line = await road.carrier.stdout.readline()
    if not line:
        raise BenchError("The bare carrier has ended by itself.")
    return float(line)


def _animate(photo: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    # The same each time, so that the stand-in makes one clip of each size.
    options = {"prompt": "the sun goes down slowly", "duration": 5, "seed": 7}
    options |= {"model": "wan2.5-i2v-preview", "resolution": "480P"}
    payload = {"as": MEMBER, "channel": CLIPS, "command": "animate", "options": options}
    form.add_field("payload_json", json.dumps(payload))
    form.add_field("image", photo, filename="evening.jpg", content_type="image/jpeg")
    return form


@asynccontextmanager
async def _road(folder: Path) -> AsyncIterator[_Road]:
    async with AsyncExitStack() as stack:
        sandbox = Sandbox(folder, bot_environment=SETTINGS)
        stack.push_async_callback(sandbox.close)
        await sandbox.start()
        http = await stack.enter_async_context(aiohttp.ClientSession(sandbox.url))
        carrier = await stack.enter_async_context(_carrier(sandbox.bot_token))
        road = _Road(sandbox, http, carrier, draw_photo())
        wan = {"pending_seconds": 0, "task_seconds": 0, "hold": True}
        await road.call("/sandbox/settings", json={"upload_limit_bytes": UPLOAD_LIMIT_BYTES, "wan": wan})
        await sandbox.bot.start()
        if not await sandbox.bot.wait_ready():
            raise BenchError(f"A bot did not become ready. It said last: {sandbox.bot.last_lines(1)}")
        yield road


@asynccontextmanager
async def _carrier(token: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-W", "ignore::ResourceWarning", "-m", "bench.bare_carrier"),
        cwd=PROJECT,
        env={**os.environ, "BENCH_DISCORD_TOKEN": token},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.stdin:
            process.stdin.close()  # it ends with its input
        await process.wait()
