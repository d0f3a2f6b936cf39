"""Holds a create request against the documented rules of its dialect and its model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sandbox.wan.models import SINANCODE, Dialect, Model
from sandbox.wan.picture import Picture, read_picture
from sandbox.wan.refusal import InvalidRequestError
from sandbox.wan.soundtrack import Soundtrack, read_soundtrack

MAX_NEGATIVE_PROMPT = 500
MAX_SEED = 2_147_483_647
TEXTS = ("audio_url", "model", "negative_prompt", "prompt", "resolution", "shot_type", "template")
SWITCHES = ("audio", "prompt_extend", "watermark")
NUMBERS = ("duration", "seed")

Fetch = Callable[[str, str], bytes]
"""Gives what lies at an address, for a model. Raises InvalidRequestError."""


@dataclass(frozen=True, slots=True)
class Order:
    """A valid request with the documented defaults filled in; `body` is what was sent, flat and without the image.

    `fingerprint` is the same for two requests that say the same, image and sound included.
    """

    dialect: str
    model: Model
    body: Mapping[str, Any]
    picture: Picture
    soundtrack: Soundtrack | None
    fingerprint: str
    duration: int
    resolution: str
    audio: bool
    cuts: bool
    watermark: bool
    seed: int | None
    template: str | None


def no_fetch(address: str, model: str) -> bytes:
    """Refuse any address: the stand-in never leaves loopback."""
    raise InvalidRequestError(f"the file for {model} could not be downloaded: {address}", "InvalidURL")


def read_order(body: Any, dialect: Dialect = SINANCODE, fetch: Fetch = no_fetch) -> Order:
    """Check every field of a flat body. Raises InvalidRequestError. Decodes files, so it belongs in a thread."""
    if not isinstance(body, dict):
        raise InvalidRequestError("the body must be a JSON object")
    _check_types(body, dialect)
    model = _model(body, dialect)
    _check_ranges(body, model)
    _check_sound(body, model)
    _check_shots(body, model)
    fetch_for_model = partial(_fetched, fetch, model.name)
    picture = read_picture(body.get(dialect.image_field, ""), dialect.image_field, fetch_for_model)
    sound = read_soundtrack(fetch_for_model(body["audio_url"])) if body.get("audio_url") else None
    return _order(body, dialect, model, picture, sound)


def _order(
    body: Mapping[str, Any], dialect: Dialect, model: Model, picture: Picture, sound: Soundtrack | None
) -> Order:
    sent = {name: value for name, value in body.items() if name != dialect.image_field}
    said = {**sent, "image": picture.sha256, "audio_url": sound and sound.sha256, "dialect": dialect.name}
    switched_on = body.get("audio", True)
    if sound is not None and not switched_on and dialect.switch_silences_soundtrack:
        sound = None
    return Order(
        dialect=dialect.name,
        model=model,
        body=sent,
        picture=picture,
        soundtrack=sound,
        fingerprint=hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest(),
        duration=body.get("duration", 5),
        resolution=body.get("resolution", model.default_resolution),
        audio=model.sound and (switched_on or sound is not None),
        cuts=body.get("shot_type") == "multi",
        watermark=body.get("watermark", False),
        seed=body.get("seed"),
        template=body.get("template") or None,
    )


def _fetched(fetch: Fetch, model: str, address: str) -> bytes:
    return fetch(address, model)


def _check_types(body: Mapping[str, Any], dialect: Dialect) -> None:
    for name, value in body.items():
        if name in TEXTS or name == dialect.image_field:
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


def _model(body: Mapping[str, Any], dialect: Dialect) -> Model:
    name = body.get("model") or dialect.default_model
    if name is None:
        raise InvalidRequestError("model is required")
    model = dialect.models.get(name)
    if model is None:
        status, code = dialect.unknown_model
        raise InvalidRequestError(f"model {name} does not exist", code, status)
    return model


def _check_ranges(body: Mapping[str, Any], model: Model) -> None:
    if body.get("duration", 5) not in model.durations:
        raise InvalidRequestError(f"duration must be one of {', '.join(map(str, model.durations))}")
    if body.get("resolution", model.default_resolution) not in model.resolutions:
        raise InvalidRequestError(f"resolution must be one of {', '.join(model.resolutions)}")
    for name, most in (("prompt", model.prompt_characters), ("negative_prompt", MAX_NEGATIVE_PROMPT)):
        if len(body.get(name, "")) > most:
            raise InvalidRequestError(f"{name} must be at most {most} characters")
    if not 0 <= body.get("seed", 0) <= MAX_SEED:
        raise InvalidRequestError(f"seed must be between 0 and {MAX_SEED}")


def _check_sound(body: Mapping[str, Any], model: Model) -> None:
    if body.get("audio_url") and not model.soundtrack:
        raise InvalidRequestError(f"audio_url is not supported by {model.name}")
    if "audio" in body and not model.audio_flag:
        raise InvalidRequestError(f"audio is not a parameter of {model.name}")


def _check_shots(body: Mapping[str, Any], model: Model) -> None:
    shots = body.get("shot_type")
    if shots is None:
        return
    if shots not in ("single", "multi"):
        raise InvalidRequestError("shot_type must be single or multi")
    if not model.shots:
        raise InvalidRequestError(f"shot_type is not supported by {model.name}")
    if not body.get("prompt_extend", True):
        raise InvalidRequestError("shot_type is supported with prompt_extend only")
