"""What every encoding has in common: sources opened for speed, x264 and AAC set up, pictures brought to one size."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import InputContainer, OutputContainer
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter
from av.video.stream import VideoStream

from media import clip

_MOST_CORES = 6
"""More would hardly be faster, and each has pictures of its own in memory."""

PRESET = "veryfast"

_BASE_SECONDS = 60
_SECONDS_PER_CLIP_SECOND = 30
"""About fifty times what two cores take: the machine may be small, and busy with better things."""

_MOST_SECONDS = 1500

_COLOURS = ("color_range", "color_primaries", "color_trc", "colorspace")


class CannotEncode(Exception):
    """The clip can't be made, and the message says why."""


def limit_time(clip_seconds: float) -> None:
    """From now on the process has this long, in real time; then the system ends it."""
    signal.alarm(int(min(_BASE_SECONDS + _SECONDS_PER_CLIP_SECOND * clip_seconds, _MOST_SECONDS)))


@contextmanager
def opened(path: Path) -> Iterator[InputContainer]:
    """A source whose pictures are decoded on every core. Raises NotAClip, and what PyAV gives for a broken file."""
    with clip.opened(path) as film:
        decoder = clip.pictures_in(film).codec_context
        decoder.thread_type, decoder.thread_count = "AUTO", _cores()
        yield film


@contextmanager
def new_mp4(path: Path) -> Iterator[OutputContainer]:
    """An MP4 with its index in front, so that it plays before it is loaded."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        yield out


def add_pictures(
    out: OutputContainer,
    original: VideoStream,
    size: tuple[int, int],
    time_base: Fraction | None,
    options: Mapping[str, str],
) -> VideoStream:
    """H.264 with the colours that the original claims."""
    rate = original.average_rate or 30
    pictures = out.add_stream("libx264", rate=rate, options={"preset": PRESET, **options})
    pictures.width, pictures.height = size
    pictures.pix_fmt = "yuv420p"
    # As many as x264 would take by itself.
    pictures.codec_context.thread_count = max(1, _cores() * 3 // 2)
    # PyAV's own choice is slices of one picture: a tenth slower, and larger for the same looks.
    pictures.codec_context.thread_type = "FRAME"
    # Else the last picture lasts as long as the usual one, whatever the original says.
    pictures.codec_context.flags |= Flags.frame_duration
    if time_base is not None:
        pictures.codec_context.time_base = time_base
    for name in _COLOURS:
        setattr(pictures.codec_context, name, getattr(original.codec_context, name))
    return pictures


def add_sound(out: OutputContainer, rate: int, layout: str, bits_per_second: int) -> AudioStream:
    sound = out.add_stream("aac", rate=rate, layout=layout)
    sound.bit_rate = bits_per_second
    return sound


class Scaler:
    """Brings pictures to one size and to the pixels that every player knows; passes on those that are so already."""

    def __init__(self, width: int, height: int) -> None:
        self._size = width, height
        # One for the whole clip: it sets itself up for the first picture.
        self._reformatter = VideoReformatter()

    def scaled(self, frame: VideoFrame) -> VideoFrame:
        fitting = self._reformatter.reformat(frame, *self._size, "yuv420p", interpolation=Interpolation.AREA)
        # A frame remembers the type it was decoded as, and x264 would take that for an order.
        fitting.pict_type = PictureType.NONE
        return fitting


def even(side: float) -> int:
    """The nearest even number of pixels, which yuv420p needs."""
    return max(2, round(side / 2) * 2)


def _cores() -> int:
    can_tell = hasattr(os, "sched_getaffinity")
    return min(len(os.sched_getaffinity(0)) if can_tell else os.cpu_count() or 1, _MOST_CORES)
