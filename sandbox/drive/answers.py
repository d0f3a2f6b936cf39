"""What the driver calls share: reading JSON, and saying in one sentence what was wrong with a call."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler


def problem(sentence: str, status: int = 400) -> web.HTTPException:
    """Make the answer to a call that cannot be carried out."""
    kinds: dict[int, type[web.HTTPException]] = {
        400: web.HTTPBadRequest,
        403: web.HTTPForbidden,
        404: web.HTTPNotFound,
        409: web.HTTPConflict,
    }
    return kinds[status](text=json.dumps({"error": sentence}), content_type="application/json")


async def read_object(request: web.Request) -> dict[str, Any]:
    """Read the JSON object in a request; an empty body is an empty object."""
    text = await request.text()
    try:
        body = json.loads(text or "{}")
    except ValueError as error:
        raise problem("the body is not JSON") from error
    if not isinstance(body, dict):
        raise problem("the body must be a JSON object")
    return body


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Middleware: a driver call that fails answers with JSON, whoever raised the error."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400 or error.content_type == "application/json" or not request.path.startswith("/sandbox"):
            raise
        return web.json_response({"error": f"{error.reason}: {request.method} {request.path}"}, status=error.status)
