"""The Wan service's own HTTP calls, in the SinanCode dialect, as its client sees them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import secrets
import time
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.clock import Clock
from sandbox.events import Hub
from sandbox.faults import Cut
from sandbox.record import Wire
from sandbox.wan.pool import RenderPool
from sandbox.wan.settings import ResultShape, WanSettings
from sandbox.wan.tasks import Status, Task, Tasks
from sandbox.wan.validation import InvalidRequestError, read_order

# 10 MB of image are 13.4 MB of Base64.
MAX_BODY_BYTES = 20 * 1024 * 1024
CREATE_PATH = "/v1/generate/bailian/wan2-image-to-video"


class Wan:
    """The service: its tasks, its settings and its routes. `base_url` is where results are fetched from."""

    def __init__(self, *, clock: Clock, hub: Hub, wire: Wire, base_url: str, token: str, folder: Path) -> None:
        self._clock, self._hub, self._wire = clock, hub, wire
        self._base_url = base_url
        self._token = token
        self._signing_key = secrets.token_bytes(32)
        self._pool = RenderPool(folder)
        self.settings = WanSettings()
        self.tasks = Tasks(clock, self.settings, self._pool, self._tell)

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.post(CREATE_PATH, self._create),
            web.get("/v1/tasks/{id}", self._query),
            web.get("/results/{id}.mp4", self._result),
        ]

    @web.middleware
    async def record(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Middleware: write down what was asked and answered, whatever happens further in."""
        started = time.monotonic()
        try:
            body = await _recorded_body(request)
            self._wire.exchange("request", "wan", request.method, request.path, None, body)
            response = await handler(request)
        except web.HTTPException as refused:
            response = _error(refused.status, refused.reason)
        elapsed_ms = round((time.monotonic() - started) * 1000, 1)
        status = None if isinstance(response, Cut) else response.status
        self._wire.exchange("response", "wan", request.method, request.path, status, _shown(response), elapsed_ms)
        return response

    @web.middleware
    async def authorize(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Middleware: the API wants the bearer token, a result's address carries its own signature."""
        sent = request.headers.get("Authorization", "")
        if request.path.startswith("/v1/") and not hmac.compare_digest(sent.encode(), f"Bearer {self._token}".encode()):
            return _error(401, "the token is not valid")
        return await handler(request)

    async def close(self) -> None:
        await self.tasks.close()
        await asyncio.to_thread(self._pool.close)

    def describe(self, task: Task) -> dict[str, Any]:
        """Show a task to somebody who looks at the sandbox; the image itself is left out."""
        picture = task.order.picture
        image = {
            "width": picture.width,
            "height": picture.height,
            "bytes": len(picture.data),
            "sha256": picture.sha256,
        }
        return {
            "id": task.id,
            "status": task.status,
            "submitted_at": task.submitted_at.isoformat(),
            "finished_at": task.finished_at and task.finished_at.isoformat(),
            "request": {**task.order.body, "image": image},
            "fingerprint": task.order.fingerprint,
            "times_created": self.tasks.times_created(task),
            "queries": task.queries,
            "error_code": task.error_code,
            "error_msg": task.error_msg,
            "result_url": self.result_url(task),
        }

    def result_url(self, task: Task) -> str | None:
        if task.clip is None or task.finished_at is None:
            return None
        expires = int(task.finished_at.timestamp() + self.settings.result_seconds)
        return f"{self._base_url}/results/{task.id}.mp4?Expires={expires}&Signature={self._sign(task.id, expires)}"

    def _tell(self, task: Task) -> None:
        self._hub.publish({"kind": "wan", **self.describe(task)})

    def _sign(self, task_id: str, expires: int) -> str:
        return hmac.new(self._signing_key, f"{task_id} {expires}".encode(), hashlib.sha256).hexdigest()[:32]

    async def _create(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.text())
            order = await asyncio.to_thread(read_order, body)
        except (InvalidRequestError, ValueError) as refused:
            return _error(400, str(refused) if isinstance(refused, InvalidRequestError) else "the body is not JSON")
        return web.json_response({"task_id": self.tasks.create(order).id})

    async def _query(self, request: web.Request) -> web.Response:
        task = self.tasks.get(request.match_info["id"])
        if task is None:
            return _error(404, "the task does not exist")
        task.queries += 1
        return web.json_response(
            {
                "id": task.id,
                "status": task.status,
                "error_code": task.error_code or "",
                "error_msg": task.error_msg or "",
                "result": self._result_field(task),
            }
        )

    def _result_field(self, task: Task) -> list[Any] | None:
        url = self.result_url(task)
        if url is None or task.status is not Status.COMPLETED:
            return None
        return [url] if self.settings.result_shape is ResultShape.STRINGS else [{"type": "video", "url": url}]

    async def _result(self, request: web.Request) -> web.StreamResponse:
        task = self.tasks.get(request.match_info["id"])
        expires = request.query.get("Expires", "")
        if task is None or task.clip is None or re.fullmatch(r"\d{1,15}", expires) is None:
            return _error(403, "the address is not valid")
        if not hmac.compare_digest(
            request.query.get("Signature", "").encode(), self._sign(task.id, int(expires)).encode()
        ):
            return _error(403, "the signature is not valid")
        if self._clock.now().timestamp() >= int(expires):
            return _error(403, "the address has expired")
        return web.FileResponse(task.clip, headers={"Content-Type": "video/mp4"})


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"message": message}, status=status)


async def _recorded_body(request: web.Request) -> Any:
    if not request.can_read_body:
        return None
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
        return json.loads(response.body)
    except ValueError:
        return response.text
