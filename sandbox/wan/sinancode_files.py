"""SinanCode's file store: three ways to upload, one answer, and the addresses it gives."""

from __future__ import annotations

import hashlib
import json
import mimetypes
import uuid
from typing import Any

from aiohttp import web

from sandbox.wan.files import Files
from sandbox.wan.picture import decode_data_uri
from sandbox.wan.refusal import InvalidRequestError
from sandbox.wan.sinancode import problem

MAX_FILE_BYTES = 50 * 1024 * 1024
# How long a file is kept is not documented; the answer tells.
KEPT_SECONDS = 86_400


class SinanCodeFiles:
    """The calls under /files, and what they stored."""

    def __init__(self, files: Files, base_url: str) -> None:
        self._files, self._base_url = files, base_url

    def routes(self) -> list[web.AbstractRouteDef]:
        return [
            web.post("/files/api/upload/file", self._file),
            web.post("/files/api/upload/base64", self._base64),
            web.post("/files/api/upload/url", self._url),
            web.get("/stored/{key:.+}", self._stored),
            web.get("/cn/stored/{key:.+}", self._stored),
        ]

    async def _file(self, request: web.Request) -> web.Response:
        if request.content_type != "multipart/form-data":
            return problem(400, "the body must be multipart/form-data")
        part = (await request.post()).get("file")
        if not isinstance(part, web.FileField):
            return problem(400, "file is required")
        return self._keep(part.file.read(), part.content_type, part.filename)

    async def _base64(self, request: web.Request) -> web.Response:
        try:
            text = await _text(request, "data")
            data = decode_data_uri(text, "data")
        except InvalidRequestError as refused:
            return problem(refused.status, str(refused))
        return self._keep(data, text.removeprefix("data:").partition(";")[0])

    async def _url(self, request: web.Request) -> web.Response:
        try:
            address = await _text(request, "url")
            data = self._files.fetch(address, "any")
        except InvalidRequestError as refused:
            return problem(refused.status, str(refused))
        return self._keep(data, mimetypes.guess_type(address)[0] or "", address)

    def _keep(self, data: bytes, content_type: str, name: str = "") -> web.Response:
        if not data:
            return problem(400, "the file is empty")
        if len(data) > MAX_FILE_BYTES:
            return problem(413, "the file must be at most 50 MB")
        content_type = content_type or "application/octet-stream"
        suffix = mimetypes.guess_extension(mimetypes.guess_type(name)[0] or content_type) or ""
        key = f"uploads/{uuid.uuid4().hex}{suffix}"
        url, cn_url = f"{self._base_url}/stored/{key}", f"{self._base_url}/cn/stored/{key}"
        file = self._files.put(url, cn_url, data=data, content_type=content_type, kept_seconds=KEPT_SECONDS)
        return web.json_response(
            {
                "url": url,
                "cn_url": cn_url,
                "key": key,
                "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
                "size": len(data),
                "content_type": content_type,
                "expires_at": file.expires_at.isoformat(timespec="seconds"),
            }
        )

    async def _stored(self, request: web.Request) -> web.Response:
        file = self._files.get(f"{self._base_url}{request.path}")
        if file is None:
            return problem(404, "there is no such file")
        return web.Response(body=file.data, headers={"Content-Type": file.content_type})


async def _text(request: web.Request, name: str) -> str:
    try:
        body: Any = json.loads(await request.text())
    except ValueError as error:
        raise InvalidRequestError("the body is not JSON") from error
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str) or not value:
        raise InvalidRequestError(f"{name} is required")
    return value
