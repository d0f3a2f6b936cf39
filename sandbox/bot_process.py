"""The bot as a process of its own: started, watched, stopped gracefully, killed on demand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

# A little more than the bot gives itself to finish what is under way.
STOP_SECONDS = 70
READY_SECONDS = 30


class BotProcess:
    """At most one process at a time; `ready` is set while the bot's gateway session is ready."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        log: Path,
        ready: asyncio.Event,
        changed: Callable[[dict[str, Any]], None],
    ) -> None:
        self._command = command
        self._folder = folder
        self._environment = dict(environment)
        self._log = log
        self._ready = ready
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def describe(self) -> dict[str, Any]:
        process = self._process
        return {
            "running": self.running,
            "pid": process.pid if process and self.running else None,
            "ready": self.running and self._ready.is_set(),
            "returncode": process.returncode if process else None,
        }

    async def start(self) -> None:
        """Start it unless it runs. Raises OSError where it cannot be started at all."""
        async with self._one_at_a_time:
            if self.running:
                return
            self._ready.clear()  # it may still stand for the session of a process that was just killed
            with self._log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    cwd=self._folder,
                    env=self._environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    # Ctrl-C in the terminal is for the sandbox, which then stops the bot in its own order.
                    start_new_session=True,
                )
            self._watch = asyncio.create_task(self._until_exit(self._process), name="bot process")
            self.tell()

    async def wait_ready(self, seconds: float = READY_SECONDS) -> bool:
        """Wait until the bot is ready; False where it ended or took too long."""
        if self._watch is None:
            return False
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait({ready, self._watch}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        return self.running and self._ready.is_set()

    async def kill(self) -> None:
        """End it as a crash would (SIGKILL)."""
        await self._signal(lambda process: process.kill())

    async def stop(self) -> None:
        """End it as an operator would (SIGTERM); killed where that takes more than STOP_SECONDS."""
        await self._signal(lambda process: process.terminate())

    def last_lines(self, count: int) -> str:
        if not self._log.exists():
            return ""
        lines = self._log.read_text("utf-8", "replace").splitlines()[-count:]
        return "".join(f"{line}\n" for line in lines)

    def tell(self) -> None:
        """Tell how it stands; also called when its gateway session comes or goes."""
        self._changed(self.describe())

    async def _signal(self, send: Callable[[asyncio.subprocess.Process], None]) -> None:
        async with self._one_at_a_time:
            if self._process is None or self._watch is None or not self.running:
                return
            with contextlib.suppress(ProcessLookupError):
                send(self._process)
            await asyncio.wait({self._watch}, timeout=STOP_SECONDS)
            if self.running:
                self._process.kill()
                await self._watch

    async def _until_exit(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        self.tell()
