"""Files as Discord keeps them: their facts, their signed addresses that expire, and ranges so that video plays."""

from __future__ import annotations

import hashlib
import hmac
import io
import mimetypes
import re
import secrets
from dataclasses import dataclass
from typing import Any

import av
from aiohttp import web
from PIL import Image

from sandbox.clock import Clock
from sandbox.discord.snowflakes import Snowflakes
from sandbox.discord.uploads import Upload
from sandbox.discord.world import BOT

LINK_SECONDS = 24 * 3600
UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
TEXTS = ("text/", "application/json")
SPOILER_PREFIX = "SPOILER_"
IS_SPOILER = 1 << 3


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file. `folder` is the part of its address before the id; `ephemeral` ones came with an interaction."""

    id: str
    folder: str
    filename: str
    data: bytes
    content_type: str | None
    size: tuple[int, int] | None
    description: str | None = None
    ephemeral: bool = False
    marked_spoiler: bool = False

    @property
    def spoiler(self) -> bool:
        """Whether it is covered until somebody presses it: by its name, or because who sent it said so."""
        return self.marked_spoiler or self.filename.startswith(SPOILER_PREFIX)

    @property
    def path(self) -> str:
        return f"/cdn/{self.folder}/{self.id}/{self.filename}"


class Cdn:
    """The store of all files, served under `/cdn`."""

    def __init__(self, clock: Clock, snowflakes: Snowflakes) -> None:
        self.base_url = ""
        self._clock = clock
        self._snowflakes = snowflakes
        self._secret = secrets.token_bytes(32)
        self._attachments: dict[str, Attachment] = {}

    def store(
        self,
        upload: Upload,
        channel_id: str,
        description: str | None = None,
        *,
        ephemeral: bool = False,
        spoiler: bool = False,
    ) -> Attachment:
        """Keep a file of a message, or with `ephemeral` one that a member hands to an interaction."""
        filename = safe_name(upload.filename)
        kind = content_type(filename)
        folder = f"ephemeral-attachments/{BOT}" if ephemeral else f"attachments/{channel_id}"
        size = _picture_size(upload.data, kind)
        attachment = Attachment(
            self._snowflakes.next(), folder, filename, upload.data, kind, size, description, ephemeral, spoiler
        )
        self._attachments[attachment.id] = attachment
        return attachment

    def url(self, attachment: Attachment) -> str:
        """Give a fresh address, good for a day."""
        expires = int(self._clock.now().timestamp()) + LINK_SECONDS
        signature = self._sign(attachment.path, f"{expires:x}")
        return f"{self.base_url}{attachment.path}?ex={expires:x}&is={expires - LINK_SECONDS:x}&hm={signature}&"

    def json(self, attachment: Attachment) -> dict[str, Any]:
        url = self.url(attachment)
        body: dict[str, Any] = {
            "id": attachment.id,
            "filename": attachment.filename,
            "size": len(attachment.data),
            "url": url,
            "proxy_url": url,
        }
        if attachment.size is not None:
            body["width"], body["height"] = attachment.size
        optional = {
            "content_type": attachment.content_type,
            "description": attachment.description,
            "ephemeral": attachment.ephemeral or None,
            "flags": IS_SPOILER if attachment.spoiler else None,
        }
        return {**body, **{key: value for key, value in optional.items() if value is not None}}

    async def serve(self, request: web.Request) -> web.Response:
        attachment = self._attachments.get(request.match_info["id"])
        if attachment is None or attachment.path != request.path or not self._valid(attachment.path, request):
            return web.Response(status=404, text="This content is no longer available.")
        headers = {"Accept-Ranges": "bytes", "Content-Type": attachment.content_type or "application/octet-stream"}
        return _part(request, attachment.data, headers)

    def _valid(self, path: str, request: web.Request) -> bool:
        expires = request.query.get("ex", "")
        if not hmac.compare_digest(self._sign(path, expires), request.query.get("hm", "")):
            return False
        return int(expires, 16) > self._clock.now().timestamp()

    def _sign(self, path: str, expires: str) -> str:
        return hmac.new(self._secret, f"{path} {expires}".encode(), hashlib.sha256).hexdigest()


def safe_name(filename: str) -> str:
    """Give the name as Discord keeps it: other characters than plain letters and digits become underscores."""
    name = UNSAFE.sub("_", filename).strip("_")
    if not name.strip("."):
        return "unknown"
    return f"unknown{name}" if name.startswith(".") else name


def content_type(filename: str) -> str | None:
    """Give the type by the name, as Discord does, whatever the bytes are."""
    kind = mimetypes.guess_type(filename)[0]
    return f"{kind}; charset=utf-8" if kind is not None and kind.startswith(TEXTS) else kind


def _picture_size(data: bytes, kind: str | None) -> tuple[int, int] | None:
    """Width and height of a picture or video that can be read; others have none."""
    if kind is None or not kind.startswith(("image/", "video/")):
        return None
    return _image_size(data) if kind.startswith("image/") else _video_size(data)


def _image_size(data: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _video_size(data: bytes) -> tuple[int, int] | None:
    try:
        with av.open(io.BytesIO(data)) as container:
            return next(((stream.width, stream.height) for stream in container.streams.video), None)
    except (av.FFmpegError, ValueError):
        return None


def _part(request: web.Request, data: bytes, headers: dict[str, str]) -> web.Response:
    """Answer with the whole file, or with the one range asked for."""
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(len(data), None)
    start, stop, _ = slice(wanted.start, wanted.stop).indices(len(data))
    if wanted.start is None and wanted.stop is None:
        return web.Response(body=data, headers=headers)
    if start >= stop:
        return web.Response(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    headers = {**headers, "Content-Range": f"bytes {start}-{stop - 1}/{len(data)}"}
    return web.Response(status=206, body=data[start:stop], headers=headers)
