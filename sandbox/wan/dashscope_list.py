"""DashScope's task list: who asks for a stretch of time, a model or a status gets the tasks page by page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.wan.dashscope_shapes import UNKNOWN, WORDS, row
from sandbox.wan.refusal import InvalidRequestError
from sandbox.wan.tasks import Task

TIME_FORMAT = "%Y%m%d%H%M%S"
LONGEST = timedelta(hours=24)
PAGE_SIZE, MOST_PAGE_SIZE = 10, 100
PARAMETERS = frozenset({"task_id", "start_time", "end_time", "model_name", "status", "page_no", "page_size"})


@dataclass(frozen=True, slots=True)
class Window:
    """Which tasks are asked for, by the second of their creation; both ends included."""

    start: datetime
    end: datetime

    def holds(self, task: Task) -> bool:
        return self.start <= task.submitted_at < self.end + timedelta(seconds=1)


def page(tasks: Sequence[Task], asked: Mapping[str, str], now: datetime, zone_hours: float) -> dict[str, Any]:
    """Give one page, newest first. Raises InvalidRequestError."""
    if wrong := sorted(asked.keys() - PARAMETERS):
        raise InvalidRequestError(f"{wrong[0]} is not a parameter of this call")
    found = _found(tasks, asked, _window(asked, now, timedelta(hours=zone_hours)))
    size = min(_number(asked, "page_size", PAGE_SIZE), MOST_PAGE_SIZE)
    number = _number(asked, "page_no", 1)
    shown = found[(number - 1) * size : number * size]
    return {
        "data": [row(task) for task in shown],
        "total": len(found),
        "total_page": math.ceil(len(found) / size),
        "page_no": number,
        "page_size": size,
    }


def _found(tasks: Sequence[Task], asked: Mapping[str, str], window: Window) -> list[Task]:
    status = asked.get("status")
    if status not in (None, UNKNOWN, *WORDS.values()):
        raise InvalidRequestError("status is not one of the documented ones")
    return [
        task
        for task in reversed(tasks)
        if window.holds(task)
        and asked.get("model_name") in (None, task.order.model.name)
        and asked.get("task_id") in (None, task.id)
        and status in (None, WORDS[task.status])
    ]


def _window(asked: Mapping[str, str], now: datetime, zone: timedelta) -> Window:
    start, end = (_time(asked, name, zone) for name in ("start_time", "end_time"))
    if end is None:
        end = now if start is None else start + LONGEST
    if start is None:
        start = end - LONGEST
    if not timedelta(0) <= end - start <= LONGEST:
        raise InvalidRequestError("start_time and end_time must be at most 24 hours apart")
    return Window(start, end)


def _time(asked: Mapping[str, str], name: str, zone: timedelta) -> datetime | None:
    text = asked.get(name)
    if text is None:
        return None
    try:
        if len(text) != len("YYYYMMDDhhmmss"):
            raise ValueError(text)
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC) - zone
    except ValueError as error:
        raise InvalidRequestError(f"{name} must be YYYYMMDDhhmmss") from error


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    text = asked.get(name, str(default))
    if not text.isdecimal() or not 1 <= len(text) <= 6 or int(text) < 1:
        raise InvalidRequestError(f"{name} must be a whole number from 1 up")
    return int(text)
