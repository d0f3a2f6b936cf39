"""A sandbox for crowds and narrow places: its traffic is not held against Discord's definitions at the end."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from tests.acceptance.street import PATIENCE_SECONDS, ROOT, Opened, Street


@contextmanager
def bare_sandbox(data: Path, before: Sequence[str] = (), **bot_settings: str) -> Iterator[Opened]:
    """Run the sandbox with the bot until the block is left; `before` is a command that runs commands."""
    ready = data / "ready.json"
    settings = {"CREDITS_PER_DAY": "100000", **bot_settings}
    extra = [part for name, value in settings.items() for part in ("--bot-env", f"FIRSTFRAME_{name}={value}")]
    arguments = ["--port", "0", "--wan-port", "0", "--data", str(data), "--ready-file", str(ready), *extra]
    process = subprocess.Popen([*before, sys.executable, "-m", "sandbox", *arguments], cwd=ROOT)
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while not ready.exists():
            assert process.poll() is None, "the sandbox ended at once"
            assert time.monotonic() < end, "the sandbox did not come up"
            time.sleep(0.05)  # another process is at work: its time cannot be passed in
        street = Street(json.loads(ready.read_text())["page"])
        street.reset()
        with closing(street.http):
            yield Opened(street, data, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
