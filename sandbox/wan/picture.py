"""The first frame as it reaches the service: decoded and held against the documented rules."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from sandbox.wan.refusal import InvalidRequestError

MIN_SIDE, MAX_SIDE = 360, 2000
MAX_IMAGE_BYTES = 10 * 1024 * 1024
IMAGE_FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
FETCHED = ("http://", "https://", "oss://")


@dataclass(frozen=True, slots=True)
class Picture:
    """The first frame as it reached the service."""

    data: bytes
    content_type: str
    width: int
    height: int
    sha256: str


def read_picture(address: str, field: str, fetch: Callable[[str], bytes]) -> Picture:
    """Take a data URI apart, or have the address fetched, and check the picture. Raises InvalidRequestError."""
    data = _bytes_of(address, field, fetch)
    if len(data) > MAX_IMAGE_BYTES:
        raise InvalidRequestError("image must be at most 10 MB", "InvalidFile.Size")
    try:
        with Image.open(io.BytesIO(data), formats=IMAGE_FORMATS) as image:
            _check(image)
            return Picture(data, Image.MIME[image.format or "JPEG"], *image.size, hashlib.sha256(data).hexdigest())
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidRequestError("image could not be decoded", "InvalidImageFormat") from error


def _check(image: Image.Image) -> None:
    width, height = image.size
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise InvalidRequestError(
            f"image width and height must be between {MIN_SIDE} and {MAX_SIDE} pixels, not {width}×{height}",
            "InvalidImageResolution",
        )
    if image.has_transparency_data:
        raise InvalidRequestError("image must not have transparency", "InvalidImageFormat")
    image.load()


def _bytes_of(address: str, field: str, fetch: Callable[[str], bytes]) -> bytes:
    if not address:
        raise InvalidRequestError(f"{field} is required")
    if address.startswith(FETCHED):
        return fetch(address)
    return decode_data_uri(address, field, "image/")


def decode_data_uri(address: str, field: str, kind: str = "") -> bytes:
    """Give the bytes of a Base64 data URI whose media type begins with `kind`. Raises InvalidRequestError."""
    head, _, text = address.partition(",")
    if not (head.startswith(f"data:{kind}") and head.endswith(";base64")):
        raise InvalidRequestError(f"{field} must be an http(s) address or a Base64 data URI", "InvalidURL")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestError(f"{field} is not valid Base64", "InvalidURL") from error
