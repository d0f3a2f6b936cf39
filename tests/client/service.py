"""A small HTTP server on loopback that answers by a script, one step a request, and remembers what it got."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, Unpack

from aiohttp import web

from client import DashScope, SinanCode, VideoRequest
from client.dialect import Timeouts

TOKEN = "st-0123456789-secret"
IMAGE = bytes(range(256)) * 8
REQUEST = VideoRequest(image=IMAGE, image_type="image/jpeg", duration_seconds=5, resolution="720P", seed=7)


async def at_once() -> None:
    """A turn that nobody has to wait for."""


Step = Callable[[web.Request, asyncio.Event], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived; `connection` is the other side's port, one for each connection."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Service:
    """Plays its steps in order; the last one is repeated."""

    def __init__(self, *steps: Step) -> None:
        self._steps = list(steps)
        self._released = asyncio.Event()
        self.seen: list[Seen] = []
        self.arrived = asyncio.Event()
        self.url = ""

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        await self._runner.cleanup()

    def then(self, *steps: Step) -> None:
        """More steps, for answers that name the server's own address."""
        self._steps += steps

    @property
    def posts(self) -> int:
        return sum(seen.method == "POST" for seen in self.seen)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        port = request.transport.get_extra_info("peername")[1]
        body = await request.read()
        self.seen.append(
            Seen(request.method, request.path, request.query_string, dict(request.headers), body, connection=port)
        )
        self.arrived.set()
        step = self._steps.pop(0) if len(self._steps) > 1 else self._steps[0]
        return await step(request, self._released)


def says(status: int, body: object = None, headers: Mapping[str, str] | None = None) -> Step:
    """Answer with this; bytes and text as they are, anything else as JSON."""

    async def step(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        return _response(status, body, headers)

    return step


def streams(body: bytes, content_type: str) -> Step:
    """Answer in chunks, without telling the length beforehand."""

    async def step(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": content_type})
        await response.prepare(request)
        for start in range(0, len(body), 65536):
            await response.write(body[start : start + 65536])
        await response.write_eof()
        return response

    return step


def says_and_closes(status: int, body: object = None) -> Step:
    """Answer as if the connection were kept, then close it all the same."""

    async def step(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        response = _response(status, body, None)
        await response.prepare(request)
        await response.write_eof()
        _close(request)
        return response

    return step


def cuts() -> Step:
    """Take the request in and close the connection without a word."""

    async def step(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        _close(request)
        return web.Response()

    return step


def blurts(raw: bytes) -> Step:
    """Answer with bytes that need be no HTTP, and close the connection."""

    async def step(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(raw)
        request.transport.close()
        return web.Response()

    return step


def cuts_in_body(status: int, start: bytes = b'{"task_id": "0', content_type: str = "application/json") -> Step:
    """Promise 1000 bytes and close the connection after the first few."""

    async def step(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Type": content_type, "Content-Length": "1000"})
        await response.prepare(request)
        await response.write(start)
        _close(request)
        return response

    return step


def together(count: int, step: Step) -> Step:
    """Do this once so many requests are here, so that none has its answer before the last has come."""
    all_here = asyncio.Barrier(count)

    async def waiting(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        await all_here.wait()
        return await step(request, released)

    return waiting


def hangs() -> Step:
    """Take the request in and say nothing."""

    async def step(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        await released.wait()
        return web.Response()

    return step


def drips(status: int, content_type: str = "application/json") -> Step:
    """Send one byte after the other without an end, so that no single read takes long."""

    async def step(request: web.Request, released: asyncio.Event) -> web.StreamResponse:
        response = web.StreamResponse(status=status, headers={"Content-Type": content_type})
        await response.prepare(request)
        while not released.is_set() and request.transport is not None and not request.transport.is_closing():
            await response.write(b" ")
            await asyncio.sleep(0.01)
        return response

    return step


SHORT = Timeouts(connect_seconds=5, create_seconds=5, look_seconds=5)
"""Limits short enough for a test."""


def client_of(url: str, **seconds: Unpack[Timeouts]) -> SinanCode:
    """A SinanCode client whose file store is on the same server."""
    return SinanCode(url + "/v1", TOKEN, files_url=url + "/files", **_short(seconds))


def dashscope_of(url: str, **seconds: Unpack[Timeouts]) -> DashScope:
    """A DashScope client."""
    return DashScope(url + "/api/v1", TOKEN, **_short(seconds))


def _short(seconds: Timeouts) -> Timeouts:
    return {**SHORT, **seconds}


def _response(status: int, body: object, headers: Mapping[str, str] | None) -> web.Response:
    if isinstance(body, bytes):
        return web.Response(status=status, body=body, headers=headers)
    if isinstance(body, str):
        return web.Response(status=status, text=body, content_type="text/html", headers=headers)
    return web.json_response(body, status=status, headers=headers)


def _close(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.close()
