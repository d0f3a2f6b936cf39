"""The two dialects side by side: the same thing said in each, for tests that hold for both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from client import DashScope, SinanCode
from tests.client.service import client_of, dashscope_of

TASK_ID = "01234567-89ab-cdef-0123-456789abcdef"
VIDEO_URL = "https://results.example/clip.mp4?Expires=1&Signature=abc"

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a dialect answers."""

    name: str
    client: Callable[..., SinanCode | DashScope]
    create_path: str
    tasks_path: str
    created: Body
    pending: Body
    succeeded: Body
    refused: Callable[[str, str], Body]
    """The body of an answer that refuses, out of code and message."""
    failed: Callable[[str | None, str | None], Body]
    """The answer to a query for a task that failed; a None is left out."""
    model_of: Callable[[Body], str | None]
    """The model that a create names."""
    options_of: Callable[[Body], Body]
    """What a create says, in one flat object."""


def _present(**fields: object) -> Body:
    return {name: value for name, value in fields.items() if value is not None}


SINANCODE = Dialect(
    name="sinancode",
    client=client_of,
    create_path="/v1/generate/bailian/wan2-image-to-video",
    tasks_path="/v1/tasks",
    created={"task_id": TASK_ID},
    pending={"id": TASK_ID, "status": "pending"},
    succeeded={"id": TASK_ID, "status": "completed", "result": [VIDEO_URL]},
    refused=lambda code, message: {"error_code": code, "error_msg": message},
    failed=lambda code, message: {"status": "failed", **_present(error_code=code, error_msg=message)},
    model_of=lambda body: body.get("model"),
    options_of=lambda body: body,
)
DASHSCOPE = Dialect(
    name="dashscope",
    client=dashscope_of,
    create_path="/api/v1/services/aigc/video-generation/video-synthesis",
    tasks_path="/api/v1/tasks",
    created={"output": {"task_id": TASK_ID, "task_status": "PENDING"}, "request_id": "r-1"},
    pending={"output": {"task_id": TASK_ID, "task_status": "PENDING"}, "request_id": "r-1"},
    succeeded={"output": {"task_id": TASK_ID, "task_status": "SUCCEEDED", "video_url": VIDEO_URL}},
    refused=lambda code, message: {"code": code, "message": message, "request_id": "r-1"},
    failed=lambda code, message: {"output": {"task_status": "FAILED", **_present(code=code, message=message)}},
    model_of=lambda body: body.get("model"),
    options_of=lambda body: {**body["input"], **body["parameters"]},
)

BOTH = pytest.mark.parametrize("dialect", [SINANCODE, DASHSCOPE], ids=lambda dialect: dialect.name)
