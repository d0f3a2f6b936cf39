"""Where a clip's pictures begin and end to the tick, read from its packets without decoding them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from av.container import InputContainer
from av.video.stream import VideoStream

from media.clip import NotAClip, pictures_in, sound_in
from media.encoder import opened


@dataclass(frozen=True, slots=True)
class Make:
    """What two clips have to share so that one decoder plays the pictures of both in one go."""

    codec: str
    parameters: bytes
    size: tuple[int, int]
    pixels: str | None
    time_base: Fraction


@dataclass(frozen=True, slots=True)
class Reel:
    """A clip's pictures. Moments are in seconds of the file's own clock: those of decoding come before those shown."""

    path: Path
    make: Make
    starts: Fraction
    last_shows: Fraction
    ends: Fraction
    first_decoded: Fraction
    last_decoded: Fraction
    whole: bool
    """It begins with a picture that needs no other, and none is there only to be passed over."""
    last_is_needed: bool
    """Pictures that show before the last one are made from it."""
    sound: tuple[int, int] | None
    """Samples a second and channels."""


@dataclass(frozen=True, slots=True)
class _Step:
    shows: Fraction
    ends: Fraction
    decoded: Fraction
    is_key: bool
    is_hidden: bool


def read(path: Path) -> Reel:
    """Raises NotAClip, and what PyAV gives for a broken file."""
    with opened(path) as film:
        pictures = pictures_in(film)
        steps = list(_steps(film, pictures))
        shown = [step for step in steps if not step.is_hidden]
        if not shown:
            raise NotAClip("there are no pictures in it")
        last = max(shown, key=lambda step: step.shows)
        sound = sound_in(film)
        return Reel(
            path=path,
            make=_make(pictures),
            starts=min(step.shows for step in shown),
            last_shows=last.shows,
            ends=last.ends,
            first_decoded=steps[0].decoded,
            last_decoded=steps[-1].decoded,
            whole=steps[0].is_key and shown == steps,
            last_is_needed=last is not steps[-1],
            sound=(sound.rate, sound.channels) if sound is not None else None,
        )


def _make(pictures: VideoStream) -> Make:
    decoder = pictures.codec_context
    size = decoder.width, decoder.height
    return Make(decoder.name, decoder.extradata or b"", size, decoder.pix_fmt, _base(pictures))


def _steps(film: InputContainer, pictures: VideoStream) -> Iterator[_Step]:
    base, usual = _base(pictures), 1 / (pictures.average_rate or Fraction(30))
    for packet in film.demux(pictures):
        if packet.pts is None or packet.dts is None:
            continue
        shows, lasts = packet.pts * base, packet.duration * base if packet.duration else usual
        yield _Step(shows, shows + lasts, packet.dts * base, packet.is_keyframe, packet.is_discard)


def _base(pictures: VideoStream) -> Fraction:
    if pictures.time_base is None:
        raise NotAClip("it has no clock")
    return pictures.time_base
