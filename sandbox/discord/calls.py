"""How the stand-in's driver calls are read and answered: JSON both ways, one sentence where something is refused."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.discord.errors import ApiError
from sandbox.discord.refusal import Refusal
from sandbox.discord.uploads import Body, read_body

JSON = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[JSON | list[JSON]]]


def plain(handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    """Answer with JSON; a Refusal becomes one sentence with its status."""

    async def serve(request: web.Request) -> web.Response:
        try:
            return web.json_response(await handler(request))
        except Refusal as refusal:
            return web.json_response({"error": refusal.sentence}, status=refusal.status)
        except ApiError as error:
            return web.json_response({"error": error.message}, status=error.status)

    return serve


async def read(request: web.Request) -> Body:
    """Read the body; its payload is an object."""
    body = await read_body(request)
    if not isinstance(body.payload, dict):
        raise Refusal("The body is a JSON object, or a form with one in payload_json.")
    return body


def text(said: JSON, key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str | int) or value == "":
        raise Refusal(f"{key} is missing.")
    return str(value)


def number(value: Any, name: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise Refusal(f"{name} is a number.") from None
