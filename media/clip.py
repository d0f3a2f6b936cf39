"""Looks at a finished clip: what it is, how it begins and ends, and how much it looks like a picture.

PyAV and Pillow are loaded by the first function that needs them: they are large, and the bot starts without.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
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

_BOX_HEADER_BYTES = 8
_NEEDED_BOXES = (b"moov", b"moof", b"mdat")
_MOST_BOXES = 1000
"""Beside each other; a clip has about four, and one that is streamed two for each second or so."""

SAFE_OPTIONS = {"protocol_whitelist": "file", "format_whitelist": "mov,matroska"}
"""MP4 and WebM. No playlist is followed: what it names may be any file or address."""

_AS_IT_SAYS = {"probesize": "32"}
"""FFmpeg's least: what the index says is believed. To be sure of it, it would decode the first pictures, for 2 to 12 ms
where reading takes one."""


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
    """Read what the file says of itself, without decoding it. Raises NotAClip, also where the end of it is missing."""
    import av

    if _is_cut_off(path):
        raise NotAClip("the end of the file is missing")
    with _opened(path, _AS_IT_SAYS) as container:
        pictures = pictures_in(container)
        if container.duration is None or not pictures.width or not pictures.height:
            raise NotAClip("the file does not say how long or how large it is")
        return Clip(
            width=pictures.width,
            height=pictures.height,
            seconds=container.duration / av.time_base,
            frames_per_second=float(pictures.average_rate or 0),
            has_sound=sound_in(container) is not None,
            codec=pictures.codec_context.name,
            size_bytes=path.stat().st_size,
        )


def is_whole(path: Path) -> bool:
    """Whether there is a clip, and all of it."""
    try:
        probe(path)
    except NotAClip:
        return False
    return True


def first_picture(path: Path) -> Image.Image:
    """Decode the first picture as RGB. Raises NotAClip."""
    with _opened(path) as container:
        for frame in container.decode(video=0):
            picture: Image.Image = frame.to_image()
            return picture
    raise NotAClip("there is no picture in it")


def last_picture(path: Path) -> Image.Image:
    """Decode the picture that shows last as RGB, from the last one that needs no other. Raises NotAClip."""
    with _opened(path) as container:
        pictures = pictures_in(container)
        # To be bounded in memory by one picture's needs, wherever this runs.
        pictures.codec_context.thread_count = 1
        container.seek(_FAR, stream=pictures)
        last = None
        for number, frame in enumerate(container.decode(pictures)):
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


def pictures_in(container: InputContainer) -> VideoStream:
    """The pictures of a file that is open. Raises NotAClip where there are none, or of a kind that nobody knows."""
    pictures = next(iter(container.streams.video), None)
    if pictures is None or pictures.codec_context is None:
        raise NotAClip("there are no pictures in it")
    return pictures


def sound_in(container: InputContainer) -> AudioStream | None:
    """The sound of a file that is open, if there is any of a kind that is known."""
    known = (sound for sound in container.streams.audio if sound.codec_context is not None)
    return next((sound for sound in known if sound.rate and sound.channels), None)


def likeness(a: Image.Image, b: Image.Image) -> float:
    """How alike two pictures are, 0 to 1, where 1 is the same picture.

    The mean structural similarity (SSIM; Wang, Bovik, Sheikh and Simoncelli, 2004) of the red, green and blue channels
    over the 16 × 16 blocks of both pictures scaled to 64 × 64, whatever their shape; below zero counts as zero. A
    picture and its frame in a clip score above 0.95, two different photos below 0.5.
    """
    scores = [_similarity(x, y) for x, y in zip(_blocks(a), _blocks(b), strict=True)]
    return max(0.0, sum(scores) / len(scores))


@contextmanager
def _opened(path: Path, options: Mapping[str, str] = {}) -> Iterator[InputContainer]:
    import av

    try:
        with av.open(str(path), options={**SAFE_OPTIONS, **options}) as container:
            pictures_in(container)
            yield container
    except (av.FFmpegError, OSError, ValueError) as error:
        raise NotAClip(type(error).__name__) from error


def _is_cut_off(path: Path) -> bool:
    """Whether an MP4 ends within its index or its pictures; where the index comes first, it would seem whole else."""
    try:
        with path.open("rb") as file:
            size, begins = os.fstat(file.fileno()).st_size, 0
            for _ in range(_MOST_BOXES):
                file.seek(begins)
                header = file.read(16)
                length, name = int.from_bytes(header[:4], "big"), header[4:8]
                if length == 1:  # it has 64 bits, behind the name
                    length = int.from_bytes(header[8:], "big")
                if length < _BOX_HEADER_BYTES or (begins == 0 and name != b"ftyp"):
                    return False  # the end, a box that goes as far as the file does, or no MP4
                begins += length
                if begins > size:
                    return name in _NEEDED_BOXES
    except OSError as error:
        raise NotAClip(type(error).__name__) from error
    return False


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
