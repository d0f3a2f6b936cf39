"""The sandbox of one lane, as a process with the bot that can be told where to die."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.street import PATIENCE_SECONDS, ROOT
from tests.chaos.trap import ENVIRONMENT

CREDITS_PER_DAY = 1_000_000
"""As good as none, in servers and outside: limits are for errands of their own."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where a running sandbox is."""

    url: str
    data: Path


@contextmanager
def serving(data: Path, tree: Path, provider: str) -> Iterator[Service]:
    """Run a sandbox over this folder until the block is left; its bot is the one of the tree, and not started yet."""
    ready = data / "ready.json"
    bot = shlex.join([sys.executable, "-m", "tests.chaos.bot", str(tree)])
    per_day = dict.fromkeys(("CREDITS_PER_DAY", "CREDITS_PER_DAY_OUTSIDE"), str(CREDITS_PER_DAY))
    settings = {**per_day, "PROVIDER": provider}
    given = [part for name, value in settings.items() for part in ("--bot-env", f"FIRSTFRAME_{name}={value}")]
    places = ["--port", "0", "--wan-port", "0", "--data", str(data), "--ready-file", str(ready)]
    with (data / "sandbox.log").open("wb") as log:  # it tells of each connection that a dying bot leaves behind
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--no-bot", "--bot", bot, *places, *given],
            cwd=ROOT,
            env={**os.environ, ENVIRONMENT: str(data)},
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is for the run, which then ends it in its own order
        )
    try:
        yield Service(_address(ready, process), data)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(90)


def _address(ready: Path, process: "subprocess.Popen[bytes]") -> str:
    end = time.monotonic() + PATIENCE_SECONDS
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("the sandbox did not come up")
        time.sleep(0.05)
    return str(json.loads(ready.read_text("utf-8"))["page"])
