"""The two bots that are compared, each a process of its own in a sandbox of its own."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.app import BOT_COMMAND, Sandbox

EMPTY_COMMAND = (sys.executable, "-m", "bench.empty_bot")
EMPTY = "empty discord.py bot"

# So that one member can order as often as the bench wants, without a wait between the orders.
SETTINGS = {"FIRSTFRAME_CREDITS_PER_DAY": "1000000", "FIRSTFRAME_CREATES_PER_SECOND": "1000"}


class BenchError(Exception):
    """Something could not be measured; the text is one sentence."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two, with the sandbox it lives in and a client for that sandbox's driver calls."""

    is_own: bool
    sandbox: Sandbox
    http: aiohttp.ClientSession

    @property
    def pid(self) -> int:
        """Raises BenchError where the bot does not run."""
        pid = self.sandbox.bot.describe()["pid"]
        if pid is None:
            raise BenchError(f"A bot has ended by itself. It said last: {self._last_words()}")
        return int(pid)

    async def start(self) -> None:
        """Start the bot and wait until its session is ready. Raises BenchError."""
        await self.sandbox.bot.start()
        if not await self.sandbox.bot.wait_ready():
            raise BenchError(f"A bot did not become ready. It said last: {self._last_words()}")

    async def stop(self) -> None:
        await self.sandbox.bot.stop()

    async def call(self, method: str, path: str, **more: Any) -> Any:
        """Make a driver call. Raises BenchError where it is refused."""
        async with self.http.request(method, path, **more) as answer:
            body = await answer.json()
        if answer.status >= 400:
            raise BenchError(f"{method} {path} was refused: {body.get('error')}")
        return body

    def _last_words(self) -> str:
        return self.sandbox.bot.last_lines(1).strip() or "nothing"


@dataclass(frozen=True, slots=True)
class Pair:
    """The bot itself and the empty one."""

    own: Side
    empty: Side

    def in_turn(self, count: int) -> list[tuple[Side, Side]]:
        """So many rounds of both, in which each goes first every other time."""
        return [(self.own, self.empty) if n % 2 == 0 else (self.empty, self.own) for n in range(count)]


@asynccontextmanager
async def furnished(folder: Path) -> AsyncIterator[Pair]:
    """Serve both sandboxes; neither bot runs yet, both are stopped in the end, and the folder is left to the caller."""
    async with AsyncExitStack() as stack:
        sides = []
        for name, command in (("own", BOT_COMMAND), ("empty", EMPTY_COMMAND)):
            (folder / name).mkdir(parents=True)
            sandbox = Sandbox(folder / name, bot_command=command, bot_environment=SETTINGS)
            stack.push_async_callback(sandbox.close)
            await sandbox.start()
            http = await stack.enter_async_context(aiohttp.ClientSession(sandbox.url))
            sides.append(Side(name == "own", sandbox, http))
        yield Pair(*sides)
