"""What DashScope's answers look like: a task, a row of the list, an error."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.wan.tasks import Status, Task

WORDS = {
    Status.PENDING: "PENDING",
    Status.PROCESSING: "RUNNING",
    Status.COMPLETED: "SUCCEEDED",
    Status.FAILED: "FAILED",
    Status.CANCELED: "CANCELED",
}
UNKNOWN = "UNKNOWN"
REGION = "cn-beijing"


def answer(body: Mapping[str, Any], status: int = 200) -> web.Response:
    """Make an answer; each carries an id of its own."""
    return web.json_response({"request_id": str(uuid.uuid4()), **body}, status=status)


def problem(status: int, code: str, message: str) -> web.Response:
    return answer({"code": code, "message": message}, status)


def unknown(task_id: str) -> dict[str, Any]:
    """The answer for an id that never existed or is too old."""
    return {"output": {"task_id": task_id, "task_status": UNKNOWN}}


def report(task: Task, url: str | None, zone_hours: float) -> dict[str, Any]:
    """The answer to a query. Of a failed task, `code` and `message` may be missing."""
    output = {
        "task_id": task.id,
        "task_status": WORDS[task.status],
        "submit_time": _moment(task.submitted_at, zone_hours),
        "scheduled_time": _moment(task.started_at, zone_hours),
        "end_time": _moment(task.finished_at, zone_hours),
    }
    if task.status is Status.COMPLETED:
        done = {"orig_prompt": task.order.body.get("prompt", ""), "video_url": url}
        return {"output": {**_said(output), **done}, "usage": _usage(task)}
    if task.status is Status.FAILED:
        output |= {"code": task.error_code, "message": task.error_msg}
    return {"output": _said(output)}


def row(task: Task) -> dict[str, Any]:
    """A line of the list; times in milliseconds since 1970."""
    return _said(
        {
            "api_key_id": "1",
            "caller_parent_id": "1",
            "caller_uid": "1",
            "gmt_create": _milliseconds(task.submitted_at),
            "start_time": _milliseconds(task.started_at),
            "end_time": _milliseconds(task.finished_at),
            "model_name": task.order.model.name,
            "region": REGION,
            "request_id": task.request_id,
            "status": WORDS[task.status],
            "task_id": task.id,
            "user_api_unique_key": f"apikey:v1:aigc:image2video:video-synthesis:{task.order.model.name}",
        }
    )


def _usage(task: Task) -> dict[str, Any]:
    order = task.order
    tier = int(order.resolution.removesuffix("P"))
    return {"duration": order.duration, "output_video_duration": order.duration, "SR": tier, "video_count": 1}


def _moment(time: datetime | None, zone_hours: float) -> str | None:
    return None if time is None else f"{time + timedelta(hours=zone_hours):%Y-%m-%d %H:%M:%S.%f}"[:-3]


def _milliseconds(time: datetime | None) -> int | None:
    return None if time is None else int(time.timestamp() * 1000)


def _said(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "")}
