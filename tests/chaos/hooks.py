"""Hooks at the bot's edges, into the libraries: each commit and each effect outside has a before and an after."""

import os
import queue
import sqlite3
from collections.abc import Awaitable
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import aiohttp
import httpx
from discord.http import HTTPClient, Route
from discord.webhook.async_ import AsyncWebhookAdapter
from yarl import URL

from tests.chaos.naming import Names
from tests.chaos.trap import AFTER, BEFORE, Watch

_ASKED = "_Asked"
_NAMED_WITHIN_SECONDS = 10


class _Watched(sqlite3.Connection):
    """A connection whose commits are points: of each change that wrote something, or of what is done alone."""

    def __init__(self, watch: Watch, names: Names, asked: "SimpleQueue[str]", *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._watch, self._names, self._asked = watch, names, asked
        self._together: list[str] = []
        self._wrote: list[str] = []
        self._changes = 0

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        match sql.partition(" ")[0]:
            case "BEGIN":
                self._begun()
            case "RELEASE":
                self._changed()
            case "COMMIT":
                return self._committed(sql)
            case "VACUUM":
                self._wrote = [self._names.commit()]
                return self._committed(sql)
        return super().execute(sql, *values)

    def _begun(self) -> None:
        self._together = [self._asked_for() for _ in range(self._names.committed_together())]
        self._wrote, self._changes = [], self.total_changes

    def _asked_for(self) -> str:
        try:  # it may be taken into a transaction a moment before it has its name
            return self._asked.get(timeout=_NAMED_WITHIN_SECONDS)
        except Empty:
            raise RuntimeError(f"a change is committed that was put down as no {_ASKED}") from None

    def _changed(self) -> None:
        name, wrote = self._together.pop(0), self.total_changes != self._changes
        self._changes = self.total_changes
        if wrote:  # a change that only reads commits nothing
            self._wrote.append(name)

    def _committed(self, sql: str) -> sqlite3.Cursor:
        if len(self._together) == 1:  # alone, it needs no savepoint
            self._changed()
        wrote = self._wrote or ([] if self._names.committed_together() else [self._names.commit()])
        for name in wrote:
            self._watch.passed(f"{BEFORE} {name}")
        cursor = super().execute(sql)
        for name in wrote:
            self._watch.passed(f"{AFTER} {name}")
        return cursor


class Hooks:
    """Stand around the libraries' own calls; the bot's code is as it is."""

    def __init__(self, watch: Watch, names: Names) -> None:
        self._watch = watch
        self._names = names
        self._asked: SimpleQueue[str] = SimpleQueue()

    def install(self) -> None:
        """For the whole process."""
        self._commits()
        self._requests(HTTPClient)
        self._requests(AsyncWebhookAdapter)
        self._provider()
        self._lookups()
        self._files()

    def _commits(self) -> None:
        """A change is named where it is asked for, and committed in the writer's thread, perhaps with others."""
        names, asked = self._names, self._asked

        class Line(SimpleQueue[Any]):
            def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
                if type(item).__name__ == _ASKED:
                    asked.put(names.commit())
                super().put(item, block, timeout)

        queue.SimpleQueue = Line  # type: ignore[misc]  # what the writer's line is made of
        sqlite3.connect = partial(sqlite3.connect, factory=partial(_Watched, self._watch, names, asked))  # type: ignore[assignment]  # as it was, and watched

    def _requests(self, owner: Any) -> None:
        real = owner.request

        async def request(client: Any, route: Route, *args: Any, **kwargs: Any) -> Any:
            name = self._names.discord(route.method, route.path)
            return await self._between(name, real(client, route, *args, **kwargs))

        owner.request = request

    def _provider(self) -> None:
        library: Any = httpx.AsyncClient
        real = library.send

        async def send(client: httpx.AsyncClient, request: httpx.Request, **kwargs: Any) -> Any:
            name = self._names.provider(request.method, request.url.path)
            return await self._between(name, real(client, request, **kwargs))

        library.send = send

    def _lookups(self) -> None:
        """By the library that carries Discord's requests, too: those are points already."""
        library: Any = aiohttp.ClientSession
        real = library._request

        async def request(session: aiohttp.ClientSession, method: str, url: Any, **kwargs: Any) -> Any:
            answer = real(session, method, url, **kwargs)
            if not self._names.asks_provider():
                return await answer
            return await self._between(self._names.provider(method, URL(url).path), answer)

        library._request = request

    async def _between(self, name: str, request: Awaitable[Any]) -> Any:
        self._watch.passed(f"{BEFORE} {name}")
        try:
            return await request
        finally:
            self._watch.passed(f"{AFTER} {name}")

    def _files(self) -> None:
        library: Any = os
        real = library.replace

        def replace(source: Any, target: Any, **kwargs: Any) -> None:
            name = self._names.file()
            self._watch.passed(f"{BEFORE} {name}")
            real(source, target, **kwargs)
            self._watch.passed(f"{AFTER} {name}")

        library.replace = replace


def install(watch: Watch, tree: Path) -> None:
    """Have the watch told of every point that the bot in this tree passes."""
    Hooks(watch, Names(tree)).install()
