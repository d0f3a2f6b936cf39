"""Makes a first frame that the video service takes out of whatever a member attached."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from media import apart
from media.errors import (
    BadAspect,
    BadImage,
    DamagedImage,
    FileTooLarge,
    NotAnImage,
    TooManyPixels,
    UnsupportedImage,
)
from media.kinds import check_kind
from media.sizes import MAX_SIDE, MIN_SIDE

__all__ = [
    "MAX_INPUT_BYTES",
    "MAX_SIDE",
    "MIN_SIDE",
    "BadAspect",
    "BadImage",
    "DamagedImage",
    "FileTooLarge",
    "FirstFrame",
    "Mend",
    "NotAnImage",
    "TooManyPixels",
    "UnsupportedImage",
    "prepare",
]

MAX_INPUT_BYTES = 50 * 1024 * 1024
"""The service takes 10 MB, but every picture is encoded anew anyway; a phone's largest photos have about 40 MB."""


Decoder = Callable[[bytes], tuple[dict[str, Any], bytes]]


class Mend(StrEnum):
    """What was done to the picture that a member may want to know, in the order it is told."""

    STILL = "still"  # the first picture of several
    FLATTENED = "flattened"  # transparent parts on white
    TURNED = "turned"  # upright, as its notes asked
    SCALED_DOWN = "scaled_down"
    SCALED_UP = "scaled_up"
    RECOMPRESSED = "recompressed"  # had too many bytes, and not too many pixels


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """A JPEG without any metadata; `sha256` is the hex digest of `jpeg`."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    sha256: str
    mends: tuple[Mend, ...]


def _run(data: bytes) -> tuple[dict[str, Any], bytes]:
    return apart.run("picture", data)


def prepare(data: bytes, run: Decoder = _run) -> FirstFrame:
    """Check, decode, mend and encode, in a process of its own. Takes up to 2 s of CPU. Raises BadImage.

    `run` starts that process; a `Warm` one starts it sooner.
    """
    if len(data) > MAX_INPUT_BYTES:
        raise FileTooLarge(len(data))
    check_kind(data)
    try:
        facts, jpeg = run(data)
    except apart.GaveUp as error:
        raise DamagedImage(f"decoder: {error}") from error
    mends = tuple(mend for mend in Mend if mend in facts["mends"])
    return FirstFrame(jpeg, facts["width"], facts["height"], sha256(jpeg).hexdigest(), mends)
