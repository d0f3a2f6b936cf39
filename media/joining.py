"""Makes one clip of two, one after the other; meant to be run apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from pathlib import Path
from typing import Any

from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame

from media import reel, tape
from media.clip import first_picture, last_picture, likeness, pictures_in
from media.encoder import Scaler, add_pictures, even, limit_time, new_mp4, opened
from media.reel import Reel

_SAME_PICTURE = 0.9
"""So much alike, two pictures are one that was encoded twice, and may have been a JPEG in between."""

_CRF = 17
"""Not to be told from the original by eye."""

_TICK = Fraction(1, 90_000)
"""Common frame rates have whole numbers of these."""

_UNSEEN = Fraction(1, 1000)
"""A picture that shows no longer is none."""


@dataclass(frozen=True, slots=True)
class _Seam:
    """Where the second clip begins, and whether it takes the place of the first's last picture."""

    at: Fraction
    over_last: bool


def make(order: dict[str, Any]) -> dict[str, Any]:
    """Write the part, and say whether its pictures are the very same. Raises what a broken clip or disk gives."""
    first, second = reel.read(Path(order["first"])), reel.read(Path(order["second"]))
    seconds = second.ends - second.starts
    limit_time(float(first.ends - first.starts + seconds))
    seam = _seam(first, second)
    shift = _shift_of_copy(first, second, seam)
    with new_mp4(Path(order["part"])) as out:
        pictures = _encoded(out, first, second, seam) if shift is None else _copied(out, first, second, seam, shift)
        sound = tape.sound(out, ((first, seam.at), (second, seconds)))
        # The first of each is made before any is written: by then the file knows both streams.
        for packet in merge(pictures, sound, key=_decoded_at):
            out.mux(packet)
    return {"copied": shift is not None}


def _seam(first: Reel, second: Reel) -> _Seam:
    """The first's last picture gives way to the second's first if that is the same; one alone stays."""
    several = first.last_shows > first.starts
    same = several and likeness(last_picture(first.path), first_picture(second.path)) >= _SAME_PICTURE
    return _Seam((first.last_shows if same else first.ends) - first.starts, same)


def _shift_of_copy(first: Reel, second: Reel, seam: _Seam) -> Fraction | None:
    """How much later the second's pictures show, if all can be copied; None if they have to be encoded anew.

    A last picture that others are made from can't be left out: it shows for one tick of the clock. H.264 alone is
    copied, since every player knows it.
    """
    one_make = first.make == second.make and first.make.codec == "h264" and first.make.pixels == "yuv420p"
    tick = first.make.time_base if seam.over_last and first.last_is_needed else Fraction(0)
    if not (one_make and first.whole and second.whole and tick <= _UNSEEN):
        return None
    shift = seam.at + tick - second.starts
    gap = (second.first_decoded + shift) - (first.last_decoded - first.starts)
    left_out = seam.over_last and not first.last_is_needed
    return shift if gap > 0 or (gap == 0 and left_out) else None


def _decoded_at(packet: "Packet[Any]") -> Fraction:
    return (packet.dts or 0) * packet.time_base


def _copied(
    out: OutputContainer, first: Reel, second: Reel, seam: _Seam, shift: Fraction
) -> "Iterator[Packet[Any]]":  # quoted: Packet is generic in its stubs alone
    left_out = first.last_shows if seam.over_last and not first.last_is_needed else None
    with opened(first.path) as film:
        pictures = out.add_stream_from_template(pictures_in(film))
        for packet in _moved(first, -first.starts, left_out):
            packet.stream = pictures
            yield packet
    for packet in _moved(second, shift, None):
        packet.stream = pictures
        yield packet


def _moved(clip: Reel, shift: Fraction, left_out: Fraction | None) -> "Iterator[Packet[Any]]":
    """The clip's packets at other moments, and without the one that shows at `left_out`."""
    base = clip.make.time_base
    with opened(clip.path) as film:
        for packet in film.demux(pictures_in(film)):
            if packet.pts is None or packet.dts is None or packet.pts * base == left_out:
                continue
            packet.pts += int(shift / base)
            packet.dts += int(shift / base)
            yield packet


def _encoded(out: OutputContainer, first: Reel, second: Reel, seam: _Seam) -> "Iterator[Packet[Any]]":
    width, height = (even(side) for side in first.make.size)
    with opened(first.path) as film:
        pictures = add_pictures(out, pictures_in(film), (width, height), _TICK, {"crf": str(_CRF)})
    scaler = Scaler(width, height)
    for frame in _frames(first, second, seam):
        yield from pictures.encode(scaler.scaled(frame))
    yield from pictures.encode(None)


def _frames(first: Reel, second: Reel, seam: _Seam) -> Iterator[VideoFrame]:
    for clip, begins, until in ((first, Fraction(0), seam.at), (second, seam.at, None)):
        with opened(clip.path) as film:
            for frame in film.decode(pictures_in(film)):
                if frame.pts is None or frame.time_base is None:
                    continue
                moment = frame.pts * frame.time_base - clip.starts
                if until is None or moment < until:
                    frame.duration = round(frame.duration * frame.time_base / _TICK)
                    frame.pts, frame.time_base = round((begins + moment) / _TICK), _TICK
                    yield frame
