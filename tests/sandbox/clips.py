"""Measures of a finished clip, taken with PyAV."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from pathlib import Path

import av
from PIL import Image, ImageChops, ImageStat


@dataclass(frozen=True, slots=True)
class Measured:
    """What a player would find; `loudness` is the root mean square of the samples, 0…1."""

    codec: str
    size: tuple[int, int]
    seconds: float
    rate: float
    frames: list[Image.Image]
    sound: str | None
    sound_seconds: float
    loudness: float


def measure(path: Path, every: int = 1) -> Measured:
    """Decode the whole clip and keep every n-th frame, small."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        assert container.duration is not None
        assert video.average_rate is not None
        frames = [
            _picture(frame).resize((160, 120)) for n, frame in enumerate(container.decode(video)) if n % every == 0
        ]
        size, rate, codec = (video.width, video.height), float(video.average_rate), video.codec_context.name
        seconds = container.duration / av.time_base
    return Measured(codec, size, seconds, rate, frames, *_sound(path))


def _sound(path: Path) -> tuple[str | None, float, float]:
    with av.open(str(path)) as container:
        if not container.streams.audio:
            return None, 0.0, 0.0
        stream = container.streams.audio[0]
        samples = array("f")
        for frame in container.decode(stream):
            samples.frombytes(bytes(frame.planes[0])[: frame.samples * 4])
        loudness = (sum(x * x for x in samples[::7]) / max(1, len(samples[::7]))) ** 0.5
        return stream.codec_context.name, len(samples) / stream.codec_context.sample_rate, loudness


def first_picture(path: Path) -> Image.Image:
    with av.open(str(path)) as container:
        return _picture(next(container.decode(container.streams.video[0])))


def _picture(frame: av.VideoFrame) -> Image.Image:
    plane = frame.reformat(format="rgb24").planes[0]
    return Image.frombuffer("RGB", (frame.width, frame.height), bytes(plane), "raw", "RGB", plane.line_size, 1)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures at one small size, 0 (the same) … 255."""
    small = [image.convert("RGB").resize((160, 120)) for image in (one, other)]
    return float(sum(ImageStat.Stat(ImageChops.difference(*small)).mean)) / 3
