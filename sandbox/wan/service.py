"""The Wan service as a whole: both dialects on the same tasks, with its record and its door."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.clock import Clock
from sandbox.events import Hub
from sandbox.faults import Cut
from sandbox.record import Wire
from sandbox.wan import dashscope_shapes, sinancode
from sandbox.wan.dashscope import DashScope
from sandbox.wan.dashscope_files import DashScopeFiles
from sandbox.wan.files import Files
from sandbox.wan.pool import RenderPool
from sandbox.wan.results import Results
from sandbox.wan.settings import WanSettings
from sandbox.wan.sinancode import SinanCode
from sandbox.wan.sinancode_files import SinanCodeFiles
from sandbox.wan.tasks import Task, Tasks

# 50 MB of file are 67 MB of Base64.
MAX_BODY_BYTES = 70 * 1024 * 1024
DASHSCOPE_PATHS = "/api/v1/"
# The addresses of results and stored files carry their own right, and so does the form to the upload host.
TOKEN_PATHS = ("/v1/", "/files/", DASHSCOPE_PATHS)


class Wan:
    """The service: its tasks, its settings and its routes. `base_url` is where results are fetched from."""

    def __init__(self, *, clock: Clock, hub: Hub, wire: Wire, base_url: str, token: str, folder: Path) -> None:
        self._hub, self._wire = hub, wire
        self._token = token
        self._pool = RenderPool(folder)
        self.settings = WanSettings()
        self.tasks = Tasks(clock, self.settings, self._pool, self._tell)
        files = Files(clock)
        self._results = Results(clock, self.settings, self.tasks, base_url)
        self._rooms = (
            SinanCode(self.settings, self.tasks, self._results, files),
            SinanCodeFiles(files, base_url),
            DashScope(clock, self.settings, self.tasks, self._results, files),
            DashScopeFiles(clock, files, base_url),
            self._results,
        )

    def routes(self) -> list[web.AbstractRouteDef]:
        return [route for room in self._rooms for route in room.routes()]

    @web.middleware
    async def record(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Middleware: write down what was asked and answered, whatever happens further in."""
        started = time.monotonic()
        try:
            body = await _recorded_body(request)
            self._wire.exchange("request", "wan", request.method, request.path, None, body)
            response = await handler(request)
        except web.HTTPException as refused:
            response = _error(request, refused.status, refused.reason)
        elapsed_ms = round((time.monotonic() - started) * 1000, 1)
        status = None if isinstance(response, Cut) else response.status
        self._wire.exchange("response", "wan", request.method, request.path, status, _shown(response), elapsed_ms)
        return response

    @web.middleware
    async def authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Middleware: the API wants the bearer token, a result's address carries its own signature."""
        sent = request.headers.get("Authorization", "").encode()
        if not request.path.startswith(TOKEN_PATHS) or hmac.compare_digest(sent, f"Bearer {self._token}".encode()):
            return await handler(request)
        return _error(request, 401, "the token is not valid", "InvalidApiKey")

    async def close(self) -> None:
        await self.tasks.close()
        await asyncio.to_thread(self._pool.close)

    def describe(self, task: Task) -> dict[str, Any]:
        """Show a task to somebody who looks at the sandbox; the image itself is left out."""
        return {
            "id": task.id,
            "dialect": task.order.dialect,
            "model": task.order.model.name,
            "status": task.status,
            "submitted_at": task.submitted_at.isoformat(),
            "finished_at": task.finished_at and task.finished_at.isoformat(),
            "request": {**task.order.body, "image": _image(task)},
            "soundtrack": _soundtrack(task),
            "fingerprint": task.order.fingerprint,
            "times_created": self.tasks.times_created(task),
            "queries": task.queries,
            "error_code": task.error_code,
            "error_msg": task.error_msg,
            "result_url": self._results.url(task),
        }

    def _tell(self, task: Task) -> None:
        self._hub.publish({"kind": "wan", **self.describe(task)})


def _image(task: Task) -> dict[str, Any]:
    picture = task.order.picture
    return {
        "width": picture.width,
        "height": picture.height,
        "bytes": len(picture.data),
        "sha256": picture.sha256,
    }


def _soundtrack(task: Task) -> dict[str, Any] | None:
    sound = task.order.soundtrack
    if sound is None:
        return None
    return {
        "bytes": len(sound.data),
        "seconds": sound.seconds,
        "content_type": sound.content_type,
        "sha256": sound.sha256,
    }


def _error(request: web.Request, status: int, message: str, code: str = "InvalidParameter") -> web.Response:
    if request.path.startswith(DASHSCOPE_PATHS):
        return dashscope_shapes.problem(status, code, message)
    return sinancode.problem(status, message)


async def _recorded_body(request: web.Request) -> Any:
    if not request.can_read_body:
        return None
    if request.content_type.startswith("multipart/"):
        return f"a form of {request.content_length} bytes"
    try:
        return json.loads(await request.text())
    except ValueError:
        return f"{request.content_length} bytes that are not JSON"


def _shown(response: web.StreamResponse) -> Any:
    if isinstance(response, Cut):
        return "the connection was cut"
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return f"{response.content_type}, {response.content_length} bytes"
    try:
        text = response.body.decode()
        return json.loads(text)
    except UnicodeDecodeError:
        return f"{response.content_type}, {response.content_length} bytes"
    except ValueError:
        return text
