"""Driver calls that show and change how the two services behave."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from sandbox.discord.settings import Settings
from sandbox.drive.answers import problem, read_object
from sandbox.wan.settings import WanSettings

KNOWN = frozenset(
    {"upload_limit_bytes", "upload_limits", "max_request_bytes", "old_edits", "automod", "permissions", "wan"}
)


def routes(discord: Settings, wan: WanSettings, changed: Callable[[], None]) -> list[web.AbstractRouteDef]:
    """Make the routes; `changed` is called after each change, so that those who wait look again."""

    def view() -> web.Response:
        return web.json_response({**discord.view(), "wan": asdict(wan)})

    async def show(_: web.Request) -> web.Response:
        return view()

    async def merge(request: web.Request) -> web.Response:
        asked = await read_object(request)
        if unknown := sorted(asked.keys() - KNOWN):
            raise problem(f"there is no setting {unknown[0]}")
        try:
            changes = _wan_changes(asked)
            copy.copy(wan).merge(changes)  # before anything is changed: a wrong call changes nothing
            if asked.keys() - {"wan"}:  # the bot is told of every change on Discord's side
                discord.merge(asked)
            wan.merge(changes)
        except ValueError as error:
            raise problem(str(error)) from error
        changed()
        return view()

    return [web.get("/sandbox/settings", show), web.post("/sandbox/settings", merge)]


def _wan_changes(asked: dict[str, Any]) -> dict[str, Any]:
    changes = asked.get("wan", {})
    if not isinstance(changes, dict):
        raise ValueError("wan must be an object")
    return changes
