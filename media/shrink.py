"""Makes a clip small enough to be uploaded: the same film in fewer bytes, and in fewer pixels if it must be."""

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

from media.clip import Clip, NotAClip, probe

_CRF = 23
_SHORT_SIDES = (720, 480)
_SOUND_BITS_PER_SECOND = (128_000, 64_000, 32_000)
_SOUND_SHARE = 0.2
"""Of the whole, at most this much for the sound, if one of the rates above is that low."""

_USED = 0.96
"""The share of the limit that is planned for; the rest is for MP4's own tables and for the encoder's slips."""

_BUFFER_SECONDS = 1
"""The rate cap holds over this long, so that a clip may take its seconds plus this many at the capped rate."""

_SECOND_TRY = 0.7
"""Of the planned rate, if the first try came out too large after all."""

_LEAST_BITS_PER_PIXEL = 0.01
"""Below this x264 gives a smear, and fewer pixels look better."""

_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""That passes, and says nothing about the clip."""

_FASTSTART = {"movflags": "+faststart"}


class CannotShrink(Exception):
    """Not even the smallest size fits, the source is no clip, or there was an order to stop."""


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What came out."""

    size_bytes: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Plan:
    width: int
    height: int
    bits_per_second: int
    sound_bits_per_second: int


def shrink(source: Path, to: Path, limit_bytes: int, *, should_stop: Callable[[], bool] | None = None) -> Shrunk:
    """Re-encode `source` into `to` with at most `limit_bytes` bytes, as large as still looks good.

    Takes seconds of CPU on every core; `should_stop` is asked once a picture. `to` is there whole or not at all.
    Raises CannotShrink, or OSError where the disk is full.
    """
    part = to.with_name(to.name + ".part")
    try:
        clip = probe(source)
        for plan in _plans(clip, limit_bytes):
            if _fits(source, part, plan, limit_bytes, should_stop):
                size_bytes = part.stat().st_size
                part.replace(to)
                return Shrunk(size_bytes, plan.width, plan.height)
    except (NotAClip, av.FFmpegError, OSError, ValueError) as error:
        if getattr(error, "errno", None) in _DISK_IS_FULL:
            raise OSError(errno.ENOSPC, "the disk is full") from error
        raise CannotShrink(type(error).__name__) from error
    finally:
        part.unlink(missing_ok=True)
    raise CannotShrink(f"not even {_SHORT_SIDES[-1]} lines fit into {limit_bytes} bytes")


def _plans(clip: Clip, limit_bytes: int) -> Iterator[_Plan]:
    """From the best picture to the smallest, passing over sizes that would be a smear."""
    whole = limit_bytes * 8 * _USED / (clip.seconds + _BUFFER_SECONDS)
    sound = _sound_rate(whole) if clip.has_sound else 0
    rate = whole - sound
    sizes = list(_sizes(clip))
    for width, height in sizes:
        good = width * height * (clip.frames_per_second or 30) * _LEAST_BITS_PER_PIXEL
        # The last one is tried in any case: a poor clip is more than none.
        if rate >= good or (rate > 0 and (width, height) == sizes[-1]):
            yield _Plan(width, height, int(rate), sound)
            yield _Plan(width, height, int(rate * _SECOND_TRY), sound)


def _sound_rate(whole: float) -> int:
    fitting = (rate for rate in _SOUND_BITS_PER_SECOND if rate <= whole * _SOUND_SHARE)
    return next(fitting, _SOUND_BITS_PER_SECOND[-1])


def _sizes(clip: Clip) -> Iterator[tuple[int, int]]:
    """The clip's own size, then the smaller ones; even sides, which yuv420p needs."""
    short = min(clip.width, clip.height)
    for side in (short, *(smaller for smaller in _SHORT_SIDES if smaller < short)):
        yield _even(clip.width * side / short), _even(clip.height * side / short)


def _even(side: float) -> int:
    return max(2, round(side / 2) * 2)


def _fits(source: Path, part: Path, plan: _Plan, limit_bytes: int, should_stop: Callable[[], bool] | None) -> bool:
    """Encode by the plan; gives up as soon as the limit is passed."""
    written_bytes = 0
    with av.open(str(source)) as film, av.open(str(part), "w", format="mp4", options=_FASTSTART) as out:
        for packet in _encoded(film, out, plan, should_stop):
            written_bytes += packet.size
            if written_bytes > limit_bytes:
                return False
            out.mux(packet)
    return part.stat().st_size <= limit_bytes


def _encoded(
    film: InputContainer, out: OutputContainer, plan: _Plan, should_stop: Callable[[], bool] | None
) -> "Iterator[Packet[Any]]":  # quoted: Packet is generic in its stubs alone
    pictures = _add_pictures(film.streams.video[0], out, plan)
    sound = _add_sound(film.streams.audio[0], out, plan) if film.streams.audio else None
    for frame in film.decode(film.streams.video[0], *film.streams.audio[:1]):
        if should_stop is not None and should_stop():
            raise CannotShrink("told to stop")
        if isinstance(frame, VideoFrame):
            yield from pictures.encode(_resized(frame, plan))
        elif sound is not None and isinstance(frame, AudioFrame):
            yield from sound.encode(frame)
    yield from pictures.encode(None)
    if sound is not None:
        yield from sound.encode(None)


def _add_pictures(original: VideoStream, out: OutputContainer, plan: _Plan) -> VideoStream:
    options = {
        "preset": "veryfast",
        "crf": str(_CRF),
        "maxrate": str(plan.bits_per_second),
        "bufsize": str(plan.bits_per_second * _BUFFER_SECONDS),
    }
    pictures = out.add_stream("libx264", rate=original.average_rate or 30, options=options)
    pictures.width, pictures.height, pictures.pix_fmt = plan.width, plan.height, "yuv420p"
    if original.time_base is not None:
        pictures.codec_context.time_base = original.time_base
    for name in ("color_range", "color_primaries", "color_trc", "colorspace"):
        setattr(pictures.codec_context, name, getattr(original.codec_context, name))
    return pictures


def _add_sound(original: AudioStream, out: OutputContainer, plan: _Plan) -> AudioStream:
    sound = out.add_stream("aac", rate=original.rate, layout=original.layout)
    sound.bit_rate = plan.sound_bits_per_second
    return sound


def _resized(frame: VideoFrame, plan: _Plan) -> VideoFrame:
    smaller = frame.reformat(plan.width, plan.height, "yuv420p", interpolation=Interpolation.AREA)
    # A frame remembers the type it was decoded as, and x264 would take that for an order.
    smaller.pict_type = PictureType.NONE
    return smaller
