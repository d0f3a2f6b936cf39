"""Request bodies as Discord takes them: JSON, or multipart with `payload_json` and files beside it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.discord.errors import invalid_json

FILE_FIELD = re.compile(r"files?\[?(\d+)\]?$")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it came in."""

    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Body:
    """A request's body; `files` by the name of their form field."""

    payload: Any = None
    files: dict[str, list[Upload]] = field(default_factory=dict)

    def numbered_files(self) -> dict[str, Upload]:
        """Give the files of `files[0]`, `files[1]`… by their number."""
        matches = ((FILE_FIELD.match(name), uploads) for name, uploads in self.files.items())
        return {match[1]: uploads[0] for match, uploads in matches if match}


async def read_body(request: web.Request) -> Body:
    """Read the whole body. Raises ApiError where it is not JSON."""
    if request.content_type.startswith("multipart/"):
        return await _read_multipart(request)
    raw = await request.read()
    return Body(_parse(raw) if raw else None)


async def _read_multipart(request: web.Request) -> Body:
    payload: Any = None
    files: dict[str, list[Upload]] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read())
        if part.name == "payload_json":
            payload = _parse(data)
        elif part.filename is not None:
            files.setdefault(part.name, []).append(Upload(part.filename, data))
    return Body(payload, files)


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise invalid_json() from error
