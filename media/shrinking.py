"""Re-encodes a clip until it fits: in fewer bytes, and in fewer pixels if it must be; meant to be run apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from av.audio.frame import AudioFrame
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame

from media.clip import Clip, pictures_in, probe, sound_in
from media.encoder import CannotEncode, Scaler, add_pictures, add_sound, even, limit_time, new_mp4, opened

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


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to make a clip fit."""

    width: int
    height: int
    bits_per_second: int
    sound_bits_per_second: int


def make(order: dict[str, Any]) -> dict[str, Any]:
    """Write the part, and return its size in pixels. Raises CannotEncode, and what a broken clip or disk gives."""
    source, part, limit_bytes = Path(order["source"]), Path(order["part"]), int(order["limit_bytes"])
    clip = probe(source)
    limit_time(clip.seconds)
    for plan in plans(clip, limit_bytes):
        if _fits(source, part, plan, limit_bytes):
            return {"width": plan.width, "height": plan.height}
    raise CannotEncode(f"not even {_SHORT_SIDES[-1]} lines fit into {limit_bytes} bytes")


def plans(clip: Clip, limit_bytes: int) -> Iterator[Plan]:
    """From the best picture to the smallest, passing over sizes that would be a smear."""
    whole = limit_bytes * 8 * _USED / (clip.seconds + _BUFFER_SECONDS)
    sound = _sound_rate(whole) if clip.has_sound else 0
    rate = whole - sound
    sizes = list(_sizes(clip))
    for width, height in sizes:
        good = width * height * (clip.frames_per_second or 30) * _LEAST_BITS_PER_PIXEL
        # The last one is tried in any case: a poor clip is more than none.
        if rate >= good or (rate > 0 and (width, height) == sizes[-1]):
            yield Plan(width, height, int(rate), sound)
            yield Plan(width, height, int(rate * _SECOND_TRY), sound)


def _sound_rate(whole: float) -> int:
    fitting = (rate for rate in _SOUND_BITS_PER_SECOND if rate <= whole * _SOUND_SHARE)
    return next(fitting, _SOUND_BITS_PER_SECOND[-1])


def _sizes(clip: Clip) -> Iterator[tuple[int, int]]:
    """The clip's own size, then the smaller ones."""
    short = min(clip.width, clip.height)
    for side in (short, *(smaller for smaller in _SHORT_SIDES if smaller < short)):
        yield even(clip.width * side / short), even(clip.height * side / short)


def _fits(source: Path, part: Path, plan: Plan, limit_bytes: int) -> bool:
    """Encode by the plan; gives up as soon as the limit is passed."""
    written_bytes = 0
    with opened(source) as film, new_mp4(part) as out:
        for packet in _encoded(film, out, plan):
            written_bytes += packet.size
            if written_bytes > limit_bytes:
                return False
            out.mux(packet)
    return part.stat().st_size <= limit_bytes


def _encoded(
    film: InputContainer, out: OutputContainer, plan: Plan
) -> "Iterator[Packet[Any]]":  # quoted: Packet is generic in its stubs alone
    original, size = pictures_in(film), (plan.width, plan.height)
    pictures = add_pictures(out, original, size, original.time_base, x264_options(plan))
    scaler = Scaler(*size)
    heard = sound_in(film)
    sound = add_sound(out, heard.rate, heard.layout.name, plan.sound_bits_per_second) if heard else None
    for frame in film.decode(original, *([heard] if heard else [])):
        if isinstance(frame, VideoFrame):
            yield from pictures.encode(scaler.scaled(frame))
        elif sound is not None and isinstance(frame, AudioFrame):
            yield from sound.encode(frame)
    yield from pictures.encode(None)
    if sound is not None:
        yield from sound.encode(None)


def x264_options(plan: Plan) -> dict[str, str]:
    """What x264 is told beside the preset."""
    rate = plan.bits_per_second
    return {"crf": str(_CRF), "maxrate": str(rate), "bufsize": str(rate * _BUFFER_SECONDS)}
