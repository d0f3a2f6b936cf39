"""A whole video service in either dialect that misbehaves at each of its calls by a script, and counts what is paid."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from aiohttp import web

from tests.client.dialects import SINANCODE, Body, Dialect
from tests.client.service import Service, Step, says

LATE_SECONDS = 0.05


class Call(StrEnum):
    """What is asked of a video service."""

    CREATE = "create"
    LOOK = "look"
    FETCH = "fetch"
    STORE = "store"
    BUCKET = "bucket"
    """Where DashScope has its files put, once it has given leave to."""
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Bad:
    """One misbehaviour: what is answered, and whether the call has had its effect all the same.

    Without an answer of its own it is only late; a `share` below 1 is how much there is of the result.
    """

    step: Step | None = None
    has_effect: bool = False
    share: float = 1.0


@dataclass(slots=True)
class Task:
    """A task that was paid for; `told_prompt` is what the service says that was asked for."""

    id: str
    model: str
    prompt: str
    made_at: datetime


class RoughService(Service):
    """Each call meets what its script has next, and works where the script is at its end.

    Tasks are finished at the first look while `finished` is on.
    """

    def __init__(self, dialect: Dialect, clip: bytes, now: Callable[[], datetime]) -> None:
        super().__init__(says(404, {}))
        self._dialect, self._clip, self._now = dialect, clip, now
        self._scripts: dict[Call, Iterator[Bad]] = {}
        self.calls: Counter[Call] = Counter()
        self.tasks: dict[str, Task] = {}
        self.finished = True

    def misbehave(self, call: Call, script: Iterator[Bad]) -> None:
        """From now on this call does what the script says."""
        self._scripts[call] = script

    def make(self, prompt: str, model: str) -> Task:
        """A task that is there from now on, whoever ordered it."""
        task = Task(f"task-{len(self.tasks) + 1}", model, prompt, self._now())
        self.tasks[task.id] = task
        return task

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        call = self._call(request)
        self.calls[call] += 1
        body = await request.read()
        bad = next(self._scripts.get(call, iter(())), None)
        made = None
        if call is Call.CREATE and (bad is None or bad.has_effect or bad.step is None):
            options = json.loads(body)
            made = self.make(self._dialect.options_of(options).get("prompt", ""), options.get("model", "wan2.6-i2v"))
        if bad is None or bad.step is None:
            await asyncio.sleep(LATE_SECONDS if bad else 0)
            return await self._good(call, request, made, bad.share if bad else 1.0)(request, self._released)
        return await bad.step(request, self._released)

    def _call(self, request: web.Request) -> Call:
        if request.path.startswith("/results/"):
            return Call.FETCH
        if request.path.startswith("/oss"):
            return Call.BUCKET
        if "/upload" in request.path:
            return Call.STORE
        if request.path.endswith("/tasks/"):
            return Call.LIST
        return Call.CREATE if request.method == "POST" else Call.LOOK

    def _good(self, call: Call, request: web.Request, made: Task | None, share: float) -> Step:
        if made:
            return says(200, _either(self._dialect, {"task_id": made.id}, {"output": {"task_id": made.id}}))
        if call is Call.FETCH:
            return says(200, self._clip[: int(len(self._clip) * share)], {"Content-Type": "video/mp4"})
        if call is Call.LOOK:
            return says(200, self._told(self.tasks.get(request.path.rpartition("/")[2])))
        if call is Call.LIST:
            rows = [_row(task) for task in self.tasks.values()]
            return says(200, {"data": rows, "total_page": 1})
        return says(200, self._stored())

    def _told(self, task: Task | None) -> Body:
        url = f"{self.url}/results/{task.id}.mp4" if task else None
        if task is None or url is None:
            return _either(self._dialect, {"message": "no such task"}, {"output": {"task_status": "UNKNOWN"}})
        if not self.finished:
            return _either(self._dialect, {"status": "processing"}, {"output": {"task_status": "RUNNING"}})
        output = {"task_status": "SUCCEEDED", "video_url": url, "orig_prompt": task.prompt}
        return _either(self._dialect, {"status": "completed", "result": [url]}, {"output": output})

    def _stored(self) -> Body:
        leave = {"upload_host": f"{self.url}/oss", "upload_dir": "up", "policy": "p", "signature": "s"}
        return _either(
            self._dialect, {"url": f"{self.url}/stored/1.wav"}, {"data": {**leave, "oss_access_key_id": "k"}}
        )


def _either(dialect: Dialect, sinancode: Body, dashscope: Body) -> Body:
    return sinancode if dialect is SINANCODE else dashscope


def _row(task: Task) -> dict[str, Any]:
    made_ms = int(task.made_at.timestamp() * 1000)
    return {"task_id": task.id, "model_name": task.model, "gmt_create": made_ms, "status": "RUNNING"}
