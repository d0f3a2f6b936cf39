"""One soundtrack for clips that follow each other, exact to the sample: each one's sound, or silence."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, repeat
from typing import Any

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import OutputContainer
from av.packet import Packet

from media.clip import sound_in
from media.encoder import add_sound, opened
from media.reel import Reel

_BITS_PER_SECOND = 192_000
_RATES = (32_000, 44_100, 48_000)
_SAMPLE_BYTES = 4


def sound(
    out: OutputContainer, clips: Sequence[tuple[Reel, Fraction]]
) -> "Iterator[Packet[Any]]":  # quoted: Packet is generic in its stubs alone
    """The sound of every clip for so many seconds each, in the way of the first that has any; nothing if none has."""
    told = next((clip.sound for clip, _ in clips if clip.sound is not None), None)
    if told is None:
        return
    rate, channels = (told[0] if told[0] in _RATES else _RATES[-1]), min(told[1], 2)
    layout = "mono" if channels == 1 else "stereo"
    track = add_sound(out, rate, layout, _BITS_PER_SECOND)
    at, until = 0, Fraction(0)
    for clip, seconds in clips:
        until += seconds
        for piece in _pieces(clip, round(until * rate) - at, rate, channels):
            frame = AudioFrame(format="flt", layout=layout, samples=len(piece) // (channels * _SAMPLE_BYTES))
            frame.planes[0].update(piece.ljust(frame.planes[0].buffer_size, b"\0"))
            frame.rate, frame.pts = rate, at
            at += frame.samples
            yield from track.encode(frame)
    yield from track.encode(None)


def _pieces(clip: Reel, samples: int, rate: int, channels: int) -> Iterator[bytes]:
    """So many samples from where the pictures begin, with silence after the clip's own."""
    width = channels * _SAMPLE_BYTES
    left = samples * width
    own = _own(clip, samples, rate, channels) if clip.sound is not None else ()
    for piece in chain(own, repeat(bytes(rate * width))):
        if not left:
            return
        fitting = piece[:left]
        left -= len(fitting)
        if fitting:
            yield fitting


def _own(clip: Reel, samples: int, rate: int, channels: int) -> Iterator[bytes]:
    """What the clip has, after silence if it begins later than the pictures; what comes before them is passed over."""
    resampler = AudioResampler(format="flt", layout="mono" if channels == 1 else "stereo", rate=rate)
    width = channels * _SAMPLE_BYTES
    too_early: int | None = None
    with opened(clip.path) as film:
        track = sound_in(film)
        for frame in chain(film.decode(track) if track else (), (None,)):
            if too_early is None and frame is not None:
                begins = (frame.pts or 0) * (frame.time_base or Fraction(0)) - clip.starts
                too_early = max(0, -round(begins * rate)) * width
                yield bytes(min(max(0, round(begins * rate)), samples) * width)
            for piece in resampler.resample(frame):
                heard = bytes(piece.planes[0])[: piece.samples * width]
                yield heard[too_early:]
                too_early = max(0, (too_early or 0) - len(heard))
