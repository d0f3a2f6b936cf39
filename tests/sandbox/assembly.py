"""A whole sandbox on free ports, with a stand-in for the bot's process."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.app import Sandbox

# Stands for a bot that writes a line and then does as it is told by signals.
SLEEPER = (sys.executable, "-c", "import time; print('awake', flush=True); time.sleep(600)")


@asynccontextmanager
async def assembled(folder: Path) -> AsyncIterator[tuple[Sandbox, aiohttp.ClientSession]]:
    sandbox = Sandbox(folder, bot_command=SLEEPER)
    try:
        await sandbox.start()
        async with aiohttp.ClientSession(sandbox.url) as http:
            yield sandbox, http
    finally:
        await sandbox.close()


async def call(http: aiohttp.ClientSession, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    async with http.request(method, path, json=body) as answer:
        return answer.status, await answer.json()
