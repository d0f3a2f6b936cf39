"""Looks at a finished clip: what it is, how it begins and ends, and how much it looks like a picture.

PyAV and Pillow are loaded by the first function that needs them: they are large, and the bot starts without.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from media import apart

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream
    from PIL import Image

_SIDE = 64
_BLOCK = 16

# The constants of SSIM for 8-bit values: (0.01 × 255)² and (0.03 × 255)².
_STABLE_MEAN = 6.5025
_STABLE_SPREAD = 58.5225

_FAR = 2**62
"""Later than any picture."""

_MOST_PICTURES = 3000
"""After the last that needs no other; at 1080p these take seconds. Encoders begin anew every 250 or so."""

_SAFE = {"protocol_whitelist": "file", "format_whitelist": "mov"}
"""MP4 alone. No playlist is followed: what it names may be any file or address."""


class NotAClip(Exception):
    """The file is missing, is no video, or its first picture can't be decoded."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What a video file holds; `codec` is FFmpeg's name for the pictures' codec, as in h264."""

    width: int
    height: int
    seconds: float
    frames_per_second: float
    has_sound: bool
    codec: str
    size_bytes: int


def probe(path: Path) -> Clip:
    """Ask FFmpeg what is in the file; where that is not known yet, in a process with limits. Raises NotAClip."""
    import av

    with _film(path) as film:
        pictures = pictures_in(film)
        if film.duration is None or not pictures.width or not pictures.height:
            raise NotAClip("the file does not say how long or how large it is")
        return Clip(
            width=pictures.width,
            height=pictures.height,
            seconds=film.duration / av.time_base,
            frames_per_second=float(pictures.average_rate or 0),
            has_sound=sound_in(film) is not None,
            codec=pictures.codec_context.name,
            size_bytes=path.stat().st_size,
        )


def first_picture(path: Path) -> Image.Image:
    """Decode the first picture as RGB. Raises NotAClip."""
    with _film(path) as film:
        for frame in film.decode(video=0):
            picture: Image.Image = frame.to_image()
            return picture
    raise NotAClip("there is no picture in it")


def last_picture(path: Path) -> Image.Image:
    """Decode the picture that shows last as RGB, from the last one that needs no other. Raises NotAClip."""
    with _film(path) as film:
        pictures = pictures_in(film)
        # To be bounded in memory by one picture's needs, wherever this runs.
        pictures.codec_context.thread_count = 1
        film.seek(_FAR, stream=pictures)
        last = None
        for number, frame in enumerate(film.decode(pictures)):
            if number == _MOST_PICTURES:
                raise NotAClip("too many pictures need others")
            last = frame
        if last is None:
            raise NotAClip("there is no picture at its end")
        picture: Image.Image = last.to_image()
        return picture


def last_frame_jpeg(path: Path) -> bytes:
    """The last picture as a JPEG of the best quality, decoded in a process of its own. Raises NotAClip."""
    try:
        _, jpeg = apart.run("last frame", os.fsencode(path.absolute()))
    except apart.GaveUp as error:
        raise NotAClip(f"decoder: {error}") from error
    return jpeg


def pictures_in(film: InputContainer) -> VideoStream:
    """The pictures of a file that is open. Raises NotAClip where there are none, or of a kind that nobody knows."""
    pictures = next(iter(film.streams.video), None)
    if pictures is None or pictures.codec_context is None:
        raise NotAClip("there are no pictures in it")
    return pictures


def sound_in(film: InputContainer) -> AudioStream | None:
    """The sound of a file that is open, if there is any of a kind that is known."""
    known = (sound for sound in film.streams.audio if sound.codec_context is not None)
    return next((sound for sound in known if sound.rate and sound.channels), None)


def likeness(a: Image.Image, b: Image.Image) -> float:
    """How alike two pictures are, 0 to 1, where 1 is the same picture.

    The mean structural similarity (SSIM; Wang, Bovik, Sheikh and Simoncelli, 2004) of the red, green and blue channels
    over the 16 × 16 blocks of both pictures scaled to 64 × 64, whatever their shape; below zero counts as zero. A
    picture and its frame in a clip score above 0.95, two different photos below 0.5.
    """
    scores = [_similarity(x, y) for x, y in zip(_blocks(a), _blocks(b), strict=True)]
    return max(0.0, sum(scores) / len(scores))


def opened(path: Path) -> InputContainer:
    """A film, to be read. Raises what PyAV gives for a broken file, but not for words in some other alphabet."""
    import av

    return av.open(str(path), options=_SAFE, metadata_errors="ignore")


@contextmanager
def _film(path: Path) -> Iterator[InputContainer]:
    import av

    try:
        with opened(path) as film:
            pictures_in(film)
            yield film
    except (av.FFmpegError, OSError, ValueError) as error:
        raise NotAClip(type(error).__name__) from error


def _blocks(image: Image.Image) -> Iterator[bytes]:
    from PIL import Image, ImageOps

    upright = ImageOps.exif_transpose(image)
    small = upright.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    for channel in small.split():
        for top in range(0, _SIDE, _BLOCK):
            for left in range(0, _SIDE, _BLOCK):
                yield channel.crop((left, top, left + _BLOCK, top + _BLOCK)).tobytes()


def _similarity(a: bytes, b: bytes) -> float:
    count = len(a)
    mean_a, mean_b = sum(a) / count, sum(b) / count
    spread_a = sum(value * value for value in a) / count - mean_a * mean_a
    spread_b = sum(value * value for value in b) / count - mean_b * mean_b
    together = sum(x * y for x, y in zip(a, b, strict=True)) / count - mean_a * mean_b
    alike_mean = (2 * mean_a * mean_b + _STABLE_MEAN) / (mean_a * mean_a + mean_b * mean_b + _STABLE_MEAN)
    return alike_mean * (2 * together + _STABLE_SPREAD) / (spread_a + spread_b + _STABLE_SPREAD)
