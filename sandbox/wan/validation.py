"""Holds a create request against the provider's documented rules."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

NEWEST_MODEL = "wan2.6-i2v"
OLDER_MODEL = "wan2.5-i2v-preview"
DURATIONS = {NEWEST_MODEL: (5, 10, 15), OLDER_MODEL: (5, 10)}
RESOLUTIONS = {NEWEST_MODEL: ("720P", "1080P"), OLDER_MODEL: ("480P", "720P", "1080P")}
MAX_PROMPT, MAX_NEGATIVE_PROMPT = 2000, 500
MAX_SEED = 2_147_483_647
MIN_SIDE, MAX_SIDE = 360, 2000
MAX_IMAGE_BYTES = 10 * 1024 * 1024
IMAGE_FORMATS = ("JPEG", "PNG", "BMP", "WEBP")
TEXTS = ("image_url", "audio_url", "model", "negative_prompt", "prompt", "resolution", "shot_type", "template")
SWITCHES = ("audio", "prompt_extend", "watermark")
NUMBERS = ("duration", "seed")


class InvalidRequestError(Exception):
    """A request the service refuses; the text is the friendly message."""


@dataclass(frozen=True, slots=True)
class Picture:
    """The first frame as it reached the service."""

    data: bytes
    content_type: str
    width: int
    height: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Order:
    """A valid request with the documented defaults filled in; `body` is what was sent, without the image.

    `fingerprint` is the same for two requests that say the same, image included.
    """

    body: Mapping[str, Any]
    picture: Picture
    fingerprint: str
    duration: int
    resolution: str
    audio: bool
    cuts: bool
    watermark: bool
    seed: int | None
    template: str | None


def read_order(body: Any) -> Order:
    """Check every field. Raises InvalidRequestError. Decodes the image, so it belongs in a thread."""
    if not isinstance(body, dict):
        raise InvalidRequestError("the body must be a JSON object")
    _check_types(body)
    model = body.get("model") or NEWEST_MODEL
    _check_model(body, model)
    _check_ranges(body)
    extend = body.get("prompt_extend", True)
    _check_shots(body, model, extend)
    picture = read_picture(body.get("image_url", ""))
    rest = {name: value for name, value in body.items() if name != "image_url"}
    said = json.dumps({**rest, "image": picture.sha256}, sort_keys=True)
    return Order(
        body=rest,
        picture=picture,
        fingerprint=hashlib.sha256(said.encode()).hexdigest(),
        duration=body.get("duration", 5),
        resolution=body.get("resolution", "1080P"),
        audio=body.get("audio", True),
        cuts=body.get("shot_type") == "multi",
        watermark=body.get("watermark", False),
        seed=body.get("seed"),
        template=body.get("template") or None,
    )


def _check_types(body: Mapping[str, Any]) -> None:
    for name, value in body.items():
        if name in TEXTS:
            if not isinstance(value, str):
                raise InvalidRequestError(f"{name} must be a string")
        elif name in SWITCHES:
            if not isinstance(value, bool):
                raise InvalidRequestError(f"{name} must be true or false")
        elif name in NUMBERS:
            if isinstance(value, bool) or not isinstance(value, int):
                raise InvalidRequestError(f"{name} must be a whole number")
        else:
            raise InvalidRequestError(f"{name} is not a parameter of this model")


def _check_model(body: Mapping[str, Any], model: str) -> None:
    if model not in DURATIONS:
        raise InvalidRequestError(f"model {model} does not exist")
    if body.get("duration", 5) not in DURATIONS[model]:
        raise InvalidRequestError(f"duration must be one of {', '.join(map(str, DURATIONS[model]))}")
    if body.get("resolution", "1080P") not in RESOLUTIONS[model]:
        raise InvalidRequestError(f"resolution must be one of {', '.join(RESOLUTIONS[model])}")
    if body.get("audio_url") and model != OLDER_MODEL:
        raise InvalidRequestError(f"audio_url is supported by {OLDER_MODEL} only")


def _check_ranges(body: Mapping[str, Any]) -> None:
    for name, most in (("prompt", MAX_PROMPT), ("negative_prompt", MAX_NEGATIVE_PROMPT)):
        if len(body.get(name, "")) > most:
            raise InvalidRequestError(f"{name} must be at most {most} characters")
    if not 0 <= body.get("seed", 0) <= MAX_SEED:
        raise InvalidRequestError(f"seed must be between 0 and {MAX_SEED}")


def _check_shots(body: Mapping[str, Any], model: str, extend: bool) -> None:
    shots = body.get("shot_type")
    if shots is None:
        return
    if shots not in ("single", "multi"):
        raise InvalidRequestError("shot_type must be single or multi")
    if model != NEWEST_MODEL or not extend:
        raise InvalidRequestError(f"shot_type is supported by {NEWEST_MODEL} with prompt_extend only")


def read_picture(image_url: str) -> Picture:
    """Decode a data URI and check the picture. Raises InvalidRequestError."""
    data = _decode(image_url)
    if len(data) > MAX_IMAGE_BYTES:
        raise InvalidRequestError("image must be at most 10 MB")
    try:
        with Image.open(io.BytesIO(data), formats=IMAGE_FORMATS) as image:
            _check_image(image)
            return Picture(data, Image.MIME[image.format or "JPEG"], *image.size, hashlib.sha256(data).hexdigest())
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidRequestError("image could not be decoded") from error


def _check_image(image: Image.Image) -> None:
    width, height = image.size
    if not (MIN_SIDE <= width <= MAX_SIDE and MIN_SIDE <= height <= MAX_SIDE):
        raise InvalidRequestError(
            f"image width and height must be between {MIN_SIDE} and {MAX_SIDE} pixels, not {width}×{height}"
        )
    if image.has_transparency_data:
        raise InvalidRequestError("image must not have transparency")
    image.load()


def _decode(image_url: str) -> bytes:
    if not image_url:
        raise InvalidRequestError("image_url is required")
    if image_url.startswith(("http://", "https://")):
        # The stand-in never leaves loopback; the real service cannot reach Discord's CDN from where it runs either.
        raise InvalidRequestError("image_url could not be downloaded")
    head, _, text = image_url.partition(",")
    if not (head.startswith("data:image/") and head.endswith(";base64")):
        raise InvalidRequestError("image_url must be an http(s) address or a Base64 data URI")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequestError("image_url is not valid Base64") from error
