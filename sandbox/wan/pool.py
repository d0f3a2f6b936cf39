"""Renders clips in low-priority processes of its own, so that the services stay quick to answer."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.connection import Connection, wait
from pathlib import Path

from sandbox.wan.render import Scene, render

NICENESS = 15
WORKERS = 2


class RenderPool:
    """A few processes that render; the same clip is rendered once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        context = multiprocessing.get_context("spawn")
        # The workers hold one end and leave when the other closes: on close(), or when this process is killed outright.
        leave, self._stay = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(WORKERS, context, _start_worker, (leave,))
        self._under_way: dict[Path, asyncio.Future[None]] = {}

    def begin(self, name: str, picture: bytes, scene: Scene) -> asyncio.Future[None] | None:
        """Start rendering; None where the clip is there already."""
        path = self._path(name)
        if path.exists():
            return None
        if path not in self._under_way:
            future = asyncio.wrap_future(self._pool.submit(render, picture, scene, path))
            self._under_way[path] = future
            future.add_done_callback(lambda ended: self._ended(path, ended))
        return self._under_way[path]

    async def clip(self, name: str, picture: bytes, scene: Scene) -> Path:
        """Give the finished file, from earlier where there is one. Raises what the rendering raised."""
        future = self.begin(name, picture, scene)
        if future is not None:
            await asyncio.shield(future)
        return self._path(name)

    def close(self) -> None:
        """End the processes without waiting for clips nobody will fetch. Blocks for a moment."""
        self._stay.close()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.mp4"

    def _ended(self, path: Path, future: asyncio.Future[None]) -> None:
        del self._under_way[path]
        if not future.cancelled():
            future.exception()  # seen: whoever waits for the clip gets it, and nobody may be waiting


def _start_worker(leave: Connection) -> None:
    os.nice(NICENESS)
    # Ctrl-C reaches the whole group: the parent decides when the workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_when_told, args=(leave,), daemon=True).start()


def _leave_when_told(leave: Connection) -> None:
    wait([leave])
    os._exit(0)
