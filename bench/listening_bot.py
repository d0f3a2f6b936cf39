"""A bot whose event loop tells how late it is: `python -m bench.listening_bot FILE [empty]`.

It is the real bot, or the empty one, under an event loop that looks at the clock all the time; nothing else differs.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import bot
from bench import empty_bot

EVERY_SECONDS = 0.005


class ListeningLoop(asyncio.SelectorEventLoop):
    """Wants to be called at each tick of a grid, and notes by how much it was later.

    The ticks that a stall has swallowed count too, each with its own wait: what comes in at any moment waits as long.
    Of each it also notes what is left without the time in which the system had no core for the bot.
    """

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self._cores = CoreWaits()
        self._late_ms: list[float] = []
        self._own_late_ms: list[float] = []
        self._listens = False
        self._due = 0.0

    def run_forever(self) -> None:
        """Listen from the first run on."""
        if not self._listens:
            self._listens = True
            self.add_signal_handler(signal.SIGUSR1, self._tell)
            self._due = self.time()
            self._tick()
        super().run_forever()

    def _tick(self) -> None:
        now, without_core_ms = self.time(), self._cores.since_last_ms()
        while self._due <= now:
            late_ms = (now - self._due) * 1000
            self._late_ms.append(late_ms)
            self._own_late_ms.append(max(late_ms - without_core_ms, 0))
            self._due += EVERY_SECONDS
        self.call_at(self._due, self._tick)

    def _tell(self) -> None:
        """Write down what was noted since the last time."""
        told = {"late_ms": self._late_ms, "own_late_ms": self._own_late_ms}
        self._late_ms, self._own_late_ms = [], []
        part = self._file.with_suffix(".part")
        part.write_text(json.dumps(told), "utf-8")
        part.replace(self._file)


class CoreWaits:
    """For how long this process's first thread was ready to run and had no core (Linux: from /proc)."""

    def __init__(self) -> None:
        self._file = os.open("/proc/self/schedstat", os.O_RDONLY | os.O_CLOEXEC)
        self._last_ns = 0

    def since_last_ms(self) -> float:
        before, self._last_ns = self._last_ns, int(os.pread(self._file, 100, 0).split()[1])
        return (self._last_ns - before) / 1e6


class ListeningPolicy(asyncio.DefaultEventLoopPolicy):
    """Makes such loops."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return ListeningLoop(self._file)


def main(file: str, which: str = "own") -> int:
    """Run one of the two until it is stopped."""
    asyncio.set_event_loop_policy(ListeningPolicy(Path(file)))
    if which == "own":
        return bot.main(["run"])
    asyncio.run(empty_bot.main())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
