"""A thousand commands with pictures of 5 MB in ten seconds, while clips are encoded anew: `python -m bench.burst`.

How long each waits for its acknowledgement, and for how long the bot's event loop is away. The stand-ins share the
machine with the bot, so they are spared: commands are given inside their process, and pictures lie in its memory.
"""

import asyncio
import io
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from bench.figures import Bound, Figure, Goal, percentile
from bench.pair import BenchError
from sandbox.app import Sandbox
from sandbox.discord.interactions import Interaction, State
from sandbox.discord.uploads import Upload
from sandbox.discord.world import CLIPS, PEOPLE
from sandbox.wan.tasks import Status, Task, Verdict

SIZES = (100, 300, 1000)
WITHIN_SECONDS = 10.0
ANSWER_SECONDS = 3.0

PICTURE_SIZE = (4000, 3000)
PICTURE_BYTES = 5_000_000
PICTURES = 64
"""So many different ones, which are made different frames of."""

ENCODINGS = 2
CLIP = {"duration": 5, "resolution": "1080P", "seed": 7, "prompt": "the tide comes in"}
CLIP_BYTES = 12_000_000
RENDER_SECONDS, ENCODE_SECONDS = 120.0, 15.0
LOOK_SECONDS, LOOKS = 0.2, 100
NEVER_SECONDS = 1e9

# What all members order, they can pay.
SETTINGS = {"FIRSTFRAME_CREDITS_PER_DAY": "1000000"}

EMPTY = "empty discord.py command"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a burst came to. Who was not acknowledged in time (`failed` says how many) counts with that time."""

    acknowledged_ms: Sequence[float]
    failed: int
    late_ms: Sequence[float]
    own_late_ms: Sequence[float]
    taken_a_second: float


class Listened:
    """A bot in a sandbox whose event loop can be asked how late it was."""

    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.clips = folder / "wan"
        self._file = folder / "late.json"

    @property
    def pid(self) -> int:
        """Raises BenchError where the bot does not run."""
        pid = self.sandbox.bot.describe()["pid"]
        if pid is None:
            raise BenchError(f"A bot has ended by itself. It said last: {self.sandbox.bot.last_lines(1).strip()}")
        return int(pid)

    async def lateness(self) -> dict[str, list[float]]:
        """What its loop has noted since the last time, at each tick, in ms."""
        self._file.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        for _ in range(LOOKS):
            if self._file.exists():
                told: dict[str, list[float]] = json.loads(self._file.read_text("utf-8"))
                return told
            await asyncio.sleep(LOOK_SECONDS)
        raise BenchError("A bot did not tell how late its event loop was.")

    def order(self, number: int, what: dict[str, Any], picture: bytes) -> Interaction:
        """Order a clip as one of the members would."""
        files = {"image": [Upload("photo.jpg", picture)]}
        return self.sandbox.discord.people.run(PEOPLE[number % len(PEOPLE)], CLIPS, "animate", what, files, None)

    def empty(self, number: int) -> Interaction:
        """Give the empty bot its command."""
        return self.sandbox.discord.people.run(PEOPLE[number % len(PEOPLE)], CLIPS, "empty", {}, {}, None)


async def measure(folder: Path) -> list[Figure]:
    """Three sizes, and the empty bot under as many commands as the largest."""
    pictures = await asyncio.to_thread(draw_pictures)
    empty = await _of_empty(folder / "empty", SIZES[-1])
    figures: list[Figure] = []
    for count in SIZES:
        own = await _of_own(folder / f"own-{count}", count, pictures)
        figures.extend(_figures(count, own, empty if count == SIZES[-1] else None))
    return figures


def draw_pictures() -> list[bytes]:
    """Photos of 5 MB that are encoded once: the others have another table, which makes other pixels of the same file.

    Encoding them all would take longer than the burst.
    """
    grey, grain = Image.linear_gradient("L").resize(PICTURE_SIZE), Image.effect_noise(PICTURE_SIZE, 30)
    photo, first = Image.merge("RGB", (ImageChops.add(grey, grain, 2), grey, grain)), io.BytesIO()
    for quality in range(85, 100):
        first = io.BytesIO()
        photo.save(first, "JPEG", quality=quality)
        if first.tell() >= PICTURE_BYTES:
            break
    data = first.getvalue()
    place = data.index(b"\xff\xdb") + 5 + 1  # behind the marker, its length, the table's number, and its first value
    changes = islice(product(range(4), repeat=3), PICTURES)
    return [_with_table(data, place, change) for change in changes]


def _with_table(data: bytes, place: int, change: tuple[int, ...]) -> bytes:
    values = bytes(old + more for old, more in zip(data[place:], change, strict=False))
    return data[:place] + values + data[place + len(values) :]


async def _of_empty(folder: Path, count: int) -> Outcome:
    async with _listened(folder, "empty") as bot:
        await bot.lateness()
        interactions = [bot.empty(number) async for number in _evenly(count)]
        await _until_late(interactions)
        return _outcome(bot, interactions, await bot.lateness(), WITHIN_SECONDS)


async def _of_own(folder: Path, count: int, pictures: Sequence[bytes]) -> Outcome:
    async with _listened(folder, "own") as bot:
        clips = await _rendered_clips(bot, pictures[0])
        await bot.lateness()
        for clip in clips:
            await bot.sandbox.wan.tasks.end(clip, Verdict(Status.COMPLETED))
        begun = time.monotonic()
        interactions = [
            bot.order(number, {"prompt": f"{number}", "seed": number}, pictures[number % len(pictures)])
            async for number in _evenly(count)
        ]
        await _until_late(interactions)
        await _until_posted(bot)
        seconds = time.monotonic() - begun
        return _outcome(bot, interactions, await bot.lateness(), seconds)


async def _evenly(count: int) -> AsyncIterator[int]:
    begun = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, begun + number * WITHIN_SECONDS / count - time.monotonic()))
        yield number


async def _until_late(interactions: Sequence[Interaction]) -> None:
    await asyncio.wait([asyncio.ensure_future(one.acknowledged.wait()) for one in interactions], timeout=ANSWER_SECONDS)


async def _rendered_clips(bot: Listened, picture: bytes) -> list[Task]:
    """Tasks whose clips are too large to be posted as they are, and end when they are told to; no other ever does."""
    settings, tasks = bot.sandbox.wan.settings, bot.sandbox.wan.tasks
    settings.merge({"hold": True, "pending_seconds": 0, "result_bytes": CLIP_BYTES})
    for number in range(ENCODINGS):
        bot.order(number, CLIP, picture)
    await _until(lambda: sum(one.status is Status.PROCESSING for one in tasks) == ENCODINGS, "run", RENDER_SECONDS)
    # The same order has the same clip.
    await _until(lambda: any(bot.clips.glob("*.mp4")), "be rendered", RENDER_SECONDS)
    settings.merge({"pending_seconds": NEVER_SECONDS})
    return list(tasks)


async def _until_posted(bot: Listened) -> None:
    """Go on until the clips are there, but no longer than it takes to see what their encoding does to the loop."""
    if not (_posted(bot) or _encodes(bot.pid)):
        raise BenchError("No clip was being encoded during the burst.")
    with suppress(BenchError):
        await _until(lambda: _posted(bot) == ENCODINGS, "be posted", ENCODE_SECONDS)


def _posted(bot: Listened) -> int:
    return sum(bool(one.attachments) for one in bot.sandbox.discord.messages.seen_by(PEOPLE[0], CLIPS))


def _encodes(pid: int) -> bool:
    """Whether a child of this process encodes a clip."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    commands = (Path(f"/proc/{child}/cmdline") for each in children for child in each.read_text("ascii").split())
    return any(b"media.task" in command.read_bytes() for command in commands if command.exists())


async def _until(holds: Callable[[], bool], what: str, seconds: float) -> None:
    last_moment = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > last_moment:
            raise BenchError(f"Clips took more than {seconds:g} s to {what}.")
        await asyncio.sleep(LOOK_SECONDS)


def _outcome(
    bot: Listened, interactions: Sequence[Interaction], late: dict[str, list[float]], seconds: float
) -> Outcome:
    after = [one.acknowledged_after_ms for one in interactions]
    states = [bot.sandbox.discord.interaction_json(one)["state"] for one in interactions]
    return Outcome(
        [ANSWER_SECONDS * 1000 if one is None else one for one in after],
        sum(one is None for one in after),
        late["late_ms"],
        late["own_late_ms"],
        states.count(State.ANSWERED) / seconds,
    )


@asynccontextmanager
async def _listened(folder: Path, which: str) -> AsyncIterator[Listened]:
    """The bot in a sandbox of its own; what it has not done in the end is left undone."""
    command = (sys.executable, "-m", "bench.listening_bot", str(folder / "late.json"), which)
    sandbox = Sandbox(folder, bot_command=command, bot_environment=SETTINGS)
    try:
        await sandbox.start()
        await sandbox.bot.start()
        if not await sandbox.bot.wait_ready():
            raise BenchError(f"A bot did not become ready. It said last: {sandbox.bot.last_lines(1).strip()}")
        yield Listened(sandbox, folder)
    finally:
        await sandbox.bot.kill()
        await sandbox.close()


def _figures(count: int, own: Outcome, empty: Outcome | None = None) -> Iterator[Figure]:
    """The goals are about the largest burst, which has the empty bot's beside it."""
    burst = f"{count} commands of 5 MB in 10 s"
    for what, unit, goal, of in _MEASURED:
        if empty is None:
            yield Figure(f"{burst}{what}", of(own), unit)
        else:
            yield Figure(f"{burst}{what}", of(own), unit, EMPTY, of(empty), goal)
    yield Figure(f"{burst}, answered a second", own.taken_a_second, "")


def _rank(name: str, percent: float) -> Callable[[Outcome], float]:
    return lambda one: percentile(getattr(one, name), percent)


_AWAY = " and 2 re-encodings, stall of the event loop"
_MEASURED: tuple[tuple[str, str, Goal | None, Callable[[Outcome], float]], ...] = (
    (" → acknowledged, p50", "ms", None, _rank("acknowledged_ms", 50)),
    (" → acknowledged, p99", "ms", Goal(Bound.AT_MOST, 250), _rank("acknowledged_ms", 99)),
    (" → acknowledged, last", "ms", Goal(Bound.AT_MOST, 3000), _rank("acknowledged_ms", 100)),
    (", not acknowledged in 3 s", "", Goal(Bound.AT_MOST, 0), lambda one: one.failed),
    (f"{_AWAY}, p99", "ms", Goal(Bound.AT_MOST, 20), _rank("late_ms", 99)),
    (f"{_AWAY}, longest", "ms", Goal(Bound.AT_MOST, 100), _rank("late_ms", 100)),
    (f"{_AWAY}, p99 while it had a core", "ms", None, _rank("own_late_ms", 99)),
    (f"{_AWAY}, longest while it had a core", "ms", None, _rank("own_late_ms", 100)),
)
