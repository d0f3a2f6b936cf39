"""Hooks at the bot's edges, into the libraries: each commit and each effect outside has a before and an after."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiosqlite
import httpx
from discord.http import HTTPClient, Route
from discord.webhook.async_ import AsyncWebhookAdapter

from tests.chaos.naming import Names
from tests.chaos.trap import AFTER, BEFORE, Watch

_COMMITS = ("COMMIT", "VACUUM")


class Hooks:
    """Stand around the libraries' own calls; the bot's code is as it is."""

    def __init__(self, watch: Watch, names: Names) -> None:
        self._watch = watch
        self._names = names

    def install(self) -> None:
        """For the whole process."""
        self._commits()
        self._requests(HTTPClient)
        self._requests(AsyncWebhookAdapter)
        self._provider()
        self._files()

    def _commits(self) -> None:
        library: Any = aiosqlite.Connection
        real, around = library._execute, self._around_now
        changes: dict[int, int] = {}

        async def execute(connection: Any, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            first = args[0] if args and isinstance(args[0], str) else ""
            if first.startswith("BEGIN"):
                changes[id(connection)] = connection.total_changes
            wrote = connection.total_changes != changes.get(id(connection)) if first == "COMMIT" else True
            name = self._names.commit() if first in _COMMITS else ""
            if name and (wrote or "_step" in name):  # a transaction that only reads commits nothing
                return await real(connection, around(name, function), *args, **kwargs)
            return await real(connection, function, *args, **kwargs)

        library._execute = execute

    def _requests(self, owner: Any) -> None:
        real = owner.request

        async def request(client: Any, route: Route, *args: Any, **kwargs: Any) -> Any:
            name = self._names.discord(route.method, route.path)
            self._watch.passed(f"{BEFORE} {name}")
            try:
                return await real(client, route, *args, **kwargs)
            finally:
                self._watch.passed(f"{AFTER} {name}")

        owner.request = request

    def _provider(self) -> None:
        library: Any = httpx.AsyncClient
        real = library.send

        async def send(client: httpx.AsyncClient, request: httpx.Request, **kwargs: Any) -> Any:
            name = self._names.provider(request.method, request.url.path)
            self._watch.passed(f"{BEFORE} {name}")
            try:
                return await real(client, request, **kwargs)
            finally:
                self._watch.passed(f"{AFTER} {name}")

        library.send = send

    def _files(self) -> None:
        library: Any = os
        real = library.replace

        def replace(source: Any, target: Any, **kwargs: Any) -> None:
            name = self._names.file()
            self._watch.passed(f"{BEFORE} {name}")
            real(source, target, **kwargs)
            self._watch.passed(f"{AFTER} {name}")

        library.replace = replace

    def _around_now(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def around(*args: Any, **kwargs: Any) -> Any:
            self._watch.passed(f"{BEFORE} {name}")
            result = function(*args, **kwargs)
            self._watch.passed(f"{AFTER} {name}")
            return result

        return around


def install(watch: Watch, tree: Path) -> None:
    """Have the watch told of every point that the bot in this tree passes."""
    Hooks(watch, Names(tree)).install()
