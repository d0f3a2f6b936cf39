"""Driver calls that read what happened: the traffic, the live events, and the clock it went by."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.drive.answers import problem, read_object
from sandbox.events import Hub
from sandbox.record import Wire

# A browser that went away is only noticed on the next write.
KEEP_ALIVE_SECONDS = 10


def routes(clock: Clock, hub: Hub, wire: Wire) -> list[web.AbstractRouteDef]:
    async def advance(request: web.Request) -> web.Response:
        seconds = (await read_object(request)).get("advance_seconds", 0)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 1e9:
            raise problem("advance_seconds must be a number from 0 up")
        clock.advance(seconds)
        return await show_clock(request)

    async def show_clock(_: web.Request) -> web.Response:
        return web.json_response({"now": clock.now().isoformat(), "offset_seconds": clock.offset_seconds})

    async def exchanges(request: web.Request) -> web.Response:
        since = request.query.get("since", "0")
        if not since.isdecimal():
            raise problem("since must be a number")
        last, found = wire.since(int(since))
        return web.json_response({"next": last, "exchanges": found})

    async def lines(_: web.Request) -> web.Response:
        return web.Response(text=wire.jsonl(), content_type="application/jsonl")

    streams = Streams(hub)
    return [
        web.get("/sandbox/clock", show_clock),
        web.post("/sandbox/clock", advance),
        web.get("/sandbox/wire", exchanges),
        web.get("/sandbox/wire.jsonl", lines),
        web.get("/sandbox/events", streams.serve),
    ]


class Streams:
    """The live events as server-sent events, one stream a page."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def serve(self, request: web.Request) -> web.StreamResponse:
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        with self._hub.subscribe(request.query.get("as", "")) as queue, suppress(ConnectionResetError):
            await response.write(b": connected\n\n")
            while True:  # until the browser goes away, which the next write notices
                await response.write((await _next_text(queue)).encode())
        return response


async def _next_text(queue: asyncio.Queue[dict[str, Any]]) -> str:
    try:
        event = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
    except TimeoutError:
        return ": still here\n\n"
    return f"data: {json.dumps(event, ensure_ascii=False, default=str)}\n\n"
