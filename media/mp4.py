"""Tells by a file's boxes whether it is a clip that plays, and all of it (ISO/IEC 14496-12, 8.1 to 8.8).

Nothing is decoded, and FFmpeg is not asked: a few hundred bytes may claim a hundred million pictures, and it sets
memory aside for each. Processes with limits may believe a file so much; the bot itself looks no deeper than this.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from media.clip import NotAClip

_HEADER_BYTES = 8
_LONG_HEADER_BYTES = 16

_MOST_BOXES = 1000
"""Beside each other; a clip has about four, and one that is streamed two for each second or so."""

_MOST_INDEX_BYTES = 4 * 2**20
"""A clip of 15 s has one of twenty thousand or so."""

_PLAYED = frozenset({b"avc1", b"avc3", b"hvc1", b"hev1", b"av01", b"vp09"})
"""H.264, H.265, AV1 and VP9, as an index names them."""


@dataclass(frozen=True, slots=True)
class _Box:
    """A box in a file: its name, and where its content begins and ends, even if the file ends before that."""

    name: bytes
    begins: int
    ends: int


def check(path: Path) -> None:
    """Raises NotAClip where there is no such file, it is no MP4 with pictures in it, or its end is missing."""
    try:
        with path.open("rb") as file:
            _check(file, os.fstat(file.fileno()).st_size)
    except (OSError, struct.error) as error:
        raise NotAClip(type(error).__name__) from error


def is_whole(path: Path) -> bool:
    """Whether there is a clip, and all of it."""
    try:
        check(path)
    except NotAClip:
        return False
    return True


def _check(file: BinaryIO, size_bytes: int) -> None:
    boxes = {box.name: box for box in _boxes(file, 0, size_bytes)}
    if any(boxes[name].ends > size_bytes for name in (b"moov", b"moof", b"mdat") if name in boxes):
        raise NotAClip("the end of the file is missing")
    if b"moov" not in boxes or b"mdat" not in boxes:
        raise NotAClip("it is no MP4")
    index = boxes[b"moov"]
    length = index.ends - index.begins
    if length > _MOST_INDEX_BYTES:
        raise NotAClip("its index is too large")
    file.seek(index.begins)
    _check_index(BytesIO(file.read(length)), _Box(index.name, 0, length), size_bytes)


def _check_index(file: BinaryIO, index: _Box, size_bytes: int) -> None:
    for track in _at(file, index, b"trak", b"mdia"):
        if any(_read(file, handler, ">8x4s") == (b"vide",) for handler in _at(file, track, b"hdlr")):
            break
    else:
        raise NotAClip("there are no pictures in it")
    tables = next(_at(file, track, b"minf", b"stbl"), track)
    _check_kind(file, tables)
    if not any(_at(file, index, b"mvex")):  # else each fragment says what is in it
        _check_sizes(file, tables, size_bytes)


def _check_kind(file: BinaryIO, tables: _Box) -> None:
    kinds = (kind for table in _at(file, tables, b"stsd") for kind in _boxes(file, table.begins + 8, table.ends))
    kind = next(kinds, None)
    if kind is None or kind.name not in _PLAYED:
        raise NotAClip("its pictures are of a kind that is not played")
    if 0 in _read(file, kind, ">24xHH"):
        raise NotAClip("it does not say how large its pictures are")


def _check_sizes(file: BinaryIO, tables: _Box, size_bytes: int) -> None:
    table = next(_at(file, tables, b"stsz"), None)
    if table is None:
        raise NotAClip("it does not say where its pictures are")
    each, count = _read(file, table, ">4xII")
    needed, room = (each * count, size_bytes) if each else (4 * count, table.ends - table.begins - 12)
    if not 0 < needed <= room:
        raise NotAClip("it does not hold the pictures that it claims")


def _at(file: BinaryIO, box: _Box, *path: bytes) -> Iterator[_Box]:
    """The boxes that lie in this one under these names, each in the one before."""
    if not path:
        yield box
        return
    for inner in _boxes(file, box.begins, box.ends):
        if inner.name == path[0] and inner.ends <= box.ends:
            yield from _at(file, inner, *path[1:])


def _boxes(file: BinaryIO, begins: int, ends: int) -> Iterator[_Box]:
    """The boxes beside each other there; the last one may be said to end behind that."""
    for _ in range(_MOST_BOXES):
        if begins + _HEADER_BYTES > ends:
            return
        file.seek(begins)
        header = file.read(_LONG_HEADER_BYTES)
        length, name, content = int.from_bytes(header[:4]), header[4:8], begins + _HEADER_BYTES
        if length == 1:  # it has 64 bits, behind the name
            length, content = int.from_bytes(header[8:]), begins + _LONG_HEADER_BYTES
        elif length == 0:  # it goes as far as what it is in
            length = ends - begins
        if content > ends or begins + length < content:
            return
        yield _Box(name, content, begins + length)
        begins += length


def _read(file: BinaryIO, box: _Box, form: str) -> tuple[Any, ...]:
    """What stands at the beginning of its content, in the form of `struct`."""
    file.seek(box.begins)
    return struct.unpack(form, file.read(struct.calcsize(form)))
