"""The DashScope dialect: a nested create that must ask to be asynchronous, query, cancel and list."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.wan.dashscope_list import page
from sandbox.wan.dashscope_shapes import answer, problem, report, unknown
from sandbox.wan.files import Files
from sandbox.wan.models import DASHSCOPE
from sandbox.wan.refusal import InvalidRequestError
from sandbox.wan.results import Results
from sandbox.wan.settings import WanSettings
from sandbox.wan.tasks import Status, Task, Tasks, Verdict
from sandbox.wan.validation import Order, read_order

CREATE_PATH = "/api/v1/services/aigc/video-generation/video-synthesis"
ASYNC_HEADER, RESOLVE_HEADER, ENABLE = "X-DashScope-Async", "X-DashScope-OssResourceResolve", "enable"
INPUT = frozenset({"prompt", "negative_prompt", "img_url", "audio_url", "template"})
PARAMETERS = frozenset({"resolution", "duration", "prompt_extend", "shot_type", "audio", "watermark", "seed"})


class DashScope:
    """The calls under /api/v1 that are about tasks."""

    def __init__(self, clock: Clock, settings: WanSettings, tasks: Tasks, results: Results, files: Files) -> None:
        self._clock, self._settings, self._tasks = clock, settings, tasks
        self._results, self._files = results, files

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.post(CREATE_PATH, self._create),
            web.get("/api/v1/tasks", self._list),
            web.get("/api/v1/tasks/", self._list),
            web.get("/api/v1/tasks/{id}", self._query),
            web.get("/api/v1/tasks/{id}/", self._query),
            web.post("/api/v1/tasks/{id}/cancel", self._cancel),
        ]

    async def _create(self, request: web.Request) -> web.Response:
        if request.headers.get(ASYNC_HEADER) != ENABLE:
            return problem(403, "AccessDenied", "current user api does not support synchronous calls")
        try:
            order = await self._read(request)
        except InvalidRequestError as refused:
            return problem(refused.status, refused.code, str(refused))
        task = self._tasks.create(order)
        return web.json_response(
            {"output": {"task_id": task.id, "task_status": "PENDING"}, "request_id": task.request_id}
        )

    async def _read(self, request: web.Request) -> Order:
        try:
            body = flat(json.loads(await request.text()))
        except ValueError as error:
            raise InvalidRequestError("the body is not JSON") from error
        resolves = request.headers.get(RESOLVE_HEADER) == ENABLE
        fetch = self._files.fetch_oss if resolves else self._files.fetch
        return await asyncio.to_thread(read_order, body, DASHSCOPE, fetch)

    async def _query(self, request: web.Request) -> web.Response:
        task = self._tasks.get(request.match_info["id"])
        if task is None or not self._knows(task):
            return answer(unknown(request.match_info["id"]))
        task.queries += 1
        return answer(report(task, self._results.url(task), self._settings.zone_hours))

    async def _cancel(self, request: web.Request) -> web.Response:
        task = self._tasks.get(request.match_info["id"])
        if task is None or not self._knows(task) or task.status is not Status.PENDING or task.verdict.done():
            message = "Failed to cancel the task, please confirm if the task is in PENDING status."
            return problem(400, "UnsupportedOperation", message)
        await self._tasks.end(task, Verdict(Status.CANCELED))
        return answer({})

    async def _list(self, request: web.Request) -> web.Response:
        known = [task for task in self._tasks if self._knows(task)]
        try:
            return answer(page(known, dict(request.query), self._clock.now(), self._settings.zone_hours))
        except InvalidRequestError as refused:
            return problem(refused.status, refused.code, str(refused))

    def _knows(self, task: Task) -> bool:
        """Whether this dialect tells of a task: not before it is seen, and not once it is too old."""
        age_seconds = (self._clock.now() - task.submitted_at).total_seconds()
        return self._settings.hidden_seconds <= age_seconds < self._settings.kept_seconds


def flat(body: Any) -> dict[str, Any]:
    """Bring the nested body into one level. Raises InvalidRequestError for what is not where it belongs."""
    if not isinstance(body, dict):
        raise InvalidRequestError("the body must be a JSON object")
    if wrong := sorted(body.keys() - {"model", "input", "parameters"}):
        raise InvalidRequestError(f"{wrong[0]} is not a field of the request")
    model = {"model": body["model"]} if "model" in body else {}
    return {**model, **_part(body, "input", INPUT), **_part(body, "parameters", PARAMETERS)}


def _part(body: Mapping[str, Any], name: str, known: frozenset[str]) -> dict[str, Any]:
    part = body.get(name, {})
    if not isinstance(part, dict):
        raise InvalidRequestError(f"{name} must be an object")
    if wrong := sorted(part.keys() - known):
        raise InvalidRequestError(f"{wrong[0]} is not a field of {name}")
    return part
