"""A soundtrack as it reaches the service: decoded, measured, and later laid under a clip."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

import av

from sandbox.wan.refusal import InvalidRequestError

MAX_SOUND_BYTES = 15 * 1024 * 1024
SHORTEST_SECONDS, LONGEST_SECONDS = 3, 30
# An MP3 holds whole frames of 26 ms, so a sound cut to the second comes out a little longer.
TOLERANCE_SECONDS = 0.06
CONTENT_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg"}
SAMPLE_RATE = 48_000
LAYOUT = "stereo"
FRAME_SAMPLES = 1024
SAMPLE_BYTES = 4


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """A wav or mp3 that keeps the rules."""

    data: bytes
    content_type: str
    seconds: float
    sha256: str


def read_soundtrack(data: bytes) -> Soundtrack:
    """Decode and check it. Raises InvalidRequestError."""
    if len(data) > MAX_SOUND_BYTES:
        raise InvalidRequestError("audio must be at most 15 MB", "InvalidFile.Size")
    try:
        content_type, seconds = _measure(data)
    except (av.FFmpegError, ValueError) as error:
        raise InvalidRequestError("audio could not be decoded", "InvalidFile.Format") from error
    if not SHORTEST_SECONDS - TOLERANCE_SECONDS <= seconds <= LONGEST_SECONDS + TOLERANCE_SECONDS:
        raise InvalidRequestError(
            f"audio must last {SHORTEST_SECONDS} to {LONGEST_SECONDS} seconds", "InvalidFile.Duration"
        )
    return Soundtrack(data, content_type, round(seconds, 3), hashlib.sha256(data).hexdigest())


def track(data: bytes, seconds: int) -> Iterator[av.AudioFrame]:
    """The sound as stereo frames at SAMPLE_RATE, cut or filled with silence to be exactly so long."""
    left = seconds * SAMPLE_RATE
    position = 0
    for planes, samples in _decoded(data):
        taken = min(samples, left - position)
        if taken <= 0:
            return
        yield _frame([plane[: taken * SAMPLE_BYTES] for plane in planes], taken, position)
        position += taken
    while position < left:
        taken = min(FRAME_SAMPLES, left - position)
        yield _frame([bytes(taken * SAMPLE_BYTES)] * 2, taken, position)
        position += taken


def _measure(data: bytes) -> tuple[str, float]:
    """Media type, and seconds as decoded; no further than past the longest that is taken."""
    with av.open(io.BytesIO(data), "r") as container:
        content_type = CONTENT_TYPES.get(container.format.name)
        if content_type is None or not container.streams.audio:
            raise InvalidRequestError("audio must be wav or mp3", "InvalidFile.Format")
        seconds = 0.0
        for frame in container.decode(container.streams.audio[0]):
            seconds += frame.samples / frame.sample_rate
            if seconds > LONGEST_SECONDS + 1:
                break
    return content_type, seconds


def _decoded(data: bytes) -> Iterator[tuple[list[bytes], int]]:
    resampler = av.AudioResampler("fltp", LAYOUT, SAMPLE_RATE, FRAME_SAMPLES)
    with av.open(io.BytesIO(data), "r") as container:
        for frame in chain(container.decode(container.streams.audio[0]), (None,)):
            for piece in resampler.resample(frame):
                yield [bytes(plane)[: piece.samples * SAMPLE_BYTES] for plane in piece.planes], piece.samples


def _frame(planes: list[bytes], samples: int, position: int) -> av.AudioFrame:
    frame = av.AudioFrame("fltp", LAYOUT, samples=samples)
    for target, data in zip(frame.planes, planes, strict=True):
        target.update(data.ljust(target.buffer_size, b"\0"))
    frame.sample_rate, frame.pts = SAMPLE_RATE, position
    frame.time_base = Fraction(1, SAMPLE_RATE)
    return frame
