"""The addresses finished clips are fetched from: signed, and good for a while."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from aiohttp import web

from sandbox.clock import Clock
from sandbox.wan.settings import WanSettings
from sandbox.wan.tasks import Task, Tasks


class Results:
    """Makes the addresses and serves what lies there."""

    def __init__(self, clock: Clock, settings: WanSettings, tasks: Tasks, base_url: str) -> None:
        self._clock, self._settings, self._tasks = clock, settings, tasks
        self._base_url = base_url
        self._key = secrets.token_bytes(32)

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/results/{id}.mp4", self._serve)]

    def url(self, task: Task) -> str | None:
        if task.clip is None or task.finished_at is None:
            return None
        expires = int(task.finished_at.timestamp() + self._settings.result_seconds)
        return f"{self._base_url}/results/{task.id}.mp4?Expires={expires}&Signature={self._sign(task.id, expires)}"

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        task = self._tasks.get(request.match_info["id"])
        expires = request.query.get("Expires", "")
        if task is None or task.clip is None or re.fullmatch(r"\d{1,15}", expires) is None:
            return _refused("the address is not valid")
        signature = request.query.get("Signature", "")
        if not hmac.compare_digest(signature.encode(), self._sign(task.id, int(expires)).encode()):
            return _refused("the signature is not valid")
        if self._clock.now().timestamp() >= int(expires):
            return _refused("the address has expired")
        return web.FileResponse(task.clip, headers={"Content-Type": "video/mp4"})

    def _sign(self, task_id: str, expires: int) -> str:
        return hmac.new(self._key, f"{task_id} {expires}".encode(), hashlib.sha256).hexdigest()[:32]


def _refused(message: str) -> web.Response:
    return web.json_response({"message": message}, status=403)
