"""The SinanCode dialect: a flat create, a query, and errors that are a message."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from sandbox.wan.files import Files
from sandbox.wan.models import SINANCODE
from sandbox.wan.refusal import InvalidRequestError
from sandbox.wan.results import Results
from sandbox.wan.settings import ResultShape, WanSettings
from sandbox.wan.tasks import Status, Task, Tasks
from sandbox.wan.validation import read_order

CREATE_PATH = "/v1/generate/bailian/wan2-image-to-video"


def problem(status: int, message: str) -> web.Response:
    """Make an error answer; its form is not documented, public clients read `message`."""
    return web.json_response({"message": message}, status=status)


class SinanCode:
    """The calls under /v1."""

    def __init__(self, settings: WanSettings, tasks: Tasks, results: Results, files: Files) -> None:
        self._settings, self._tasks, self._results, self._files = settings, tasks, results, files

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.post(CREATE_PATH, self._create), web.get("/v1/tasks/{id}", self._query)]

    async def _create(self, request: web.Request) -> web.Response:
        try:
            body = json.loads(await request.text())
            order = await asyncio.to_thread(read_order, body, SINANCODE, self._files.fetch)
        except InvalidRequestError as refused:
            return problem(refused.status, str(refused))
        except ValueError:
            return problem(400, "the body is not JSON")
        return web.json_response({"task_id": self._tasks.create(order).id})

    async def _query(self, request: web.Request) -> web.Response:
        task = self._tasks.get(request.match_info["id"])
        if task is None:
            return problem(404, "the task does not exist")
        task.queries += 1
        return web.json_response(
            {
                "id": task.id,
                # This dialect documents no way to call a task off, and so no word for one that was.
                "status": Status.FAILED if task.status is Status.CANCELED else task.status,
                "error_code": task.error_code or "",
                "error_msg": task.error_msg or "",
                "result": self._result_field(task),
            }
        )

    def _result_field(self, task: Task) -> list[Any] | None:
        url = self._results.url(task)
        if url is None or task.status is not Status.COMPLETED:
            return None
        return [url] if self._settings.result_shape is ResultShape.STRINGS else [{"type": "video", "url": url}]
