"""A bench with a part that never ends, and has started two bots that take a moment to stop."""

import asyncio
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from bench.__main__ import main
from bench.figures import Figure
from bench.parts import PARTS
from sandbox.app import Sandbox

SLOW_TO_STOP = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("told to stop", flush=True), time.sleep(1), sys.exit()))
print("awake", flush=True)
time.sleep(600)
"""


async def measure(folder: Path) -> list[Figure]:
    """Start both and wait."""
    async with AsyncExitStack() as stack:
        for name in ("one", "other"):
            sandbox = Sandbox(folder / name, bot_command=(sys.executable, "-c", SLOW_TO_STOP))
            stack.push_async_callback(sandbox.close)
            await sandbox.start()
            await sandbox.bot.start()
        await asyncio.Event().wait()
    return []


PARTS["waiting"] = measure  # in the process that measures too, which imports this file

if __name__ == "__main__":
    sys.exit(main(["waiting"]))
