"""What kind of file some bytes are, told from the bytes alone and never from a name or a claim."""

import re
from enum import StrEnum

from media.errors import NotAnImage, UnsupportedImage


class Kind(StrEnum):
    """A kind of picture that is accepted."""

    JPEG = "JPEG"
    PNG = "PNG"
    BMP = "BMP"
    GIF = "GIF"
    WEBP = "WEBP"
    HEIC = "HEIC"
    AVIF = "AVIF"


_KINDS: tuple[tuple[bytes, Kind], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"BM", Kind.BMP),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
)

_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"8BPS", "PSD"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"%PDF-", "PDF"),
    (b"\x1a\x45\xdf\xa3", "WebM video"),
)

# Within the pixels FF is followed by 00 or a restart mark; FF before FF is padding.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_SEQUENTIAL = (b"\xff\xc0", b"\xff\xc1")

# ISO base media: the brands in `ftyp` tell pictures from films. AVIF is looked for first, since both name `mif1`.
_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}


def kind_of(data: bytes) -> Kind | None:
    """The kind of an accepted picture, None for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data[4:8] == b"ftyp":
        return _by_brands(data)
    return next((kind for signature, kind in _KINDS if data.startswith(signature)), None)


def _by_brands(data: bytes) -> Kind | None:
    box = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
    brands = {box[place : place + 4] for place in range(0, len(box), 4)}
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    return Kind.HEIC if brands & _HEIC_BRANDS else None


def check_kind(data: bytes) -> Kind:
    """The kind of an accepted picture. Raises NotAnImage or UnsupportedImage."""
    kind = kind_of(data)
    if kind is None:
        name = name_of_other(data)
        raise NotAnImage("unknown kind of file") if name is None else UnsupportedImage(name)
    return kind


def name_of_other(data: bytes) -> str | None:
    """The common name of a kind that is known but not accepted, None for anything else."""
    if data[4:8] == b"ftyp":
        return "HEIF" if data[8:12] in (b"mif1", b"msf1") else "MP4 video"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:5] in (b"<svg ", b"<svg>") or b"<svg" in data[:1024].lower():
        return "SVG"
    return next((name for signature, name in _OTHER_KINDS if data.startswith(signature)), None)


def jpeg_scans(data: bytes) -> int:
    """How many passes over its picture a JPEG asks for: 1, or about 10 if it is progressive.

    One that is not, and has all colours in its first pass, ends with that for every decoder.
    """
    scans, colours = 0, b""
    found = _JPEG_MARKER.search(data, 2)
    while found and found[0] != b"\xff\xd9":
        if found[0] in _SEQUENTIAL:
            colours = data[found.end() + 7 : found.end() + 8]
        scans += found[0] == b"\xff\xda"
        if scans == 1 and colours and colours == data[found.end() + 2 : found.end() + 3]:
            return 1
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        found = _JPEG_MARKER.search(data, found.end() + length)
    return scans


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height from a WEBP header, since opening one already sets memory aside for its canvas.

    The three forms of the header are in https://developers.google.com/speed/webp/docs/riff_container.
    """
    header = data[:30].ljust(30, b"\0")
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        return None
    if header[12:16] == b"VP8X":
        return int.from_bytes(header[24:27], "little") + 1, int.from_bytes(header[27:30], "little") + 1
    if header[12:16] == b"VP8L":
        bits = int.from_bytes(header[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(header[26:28], "little") & 0x3FFF, int.from_bytes(header[28:30], "little") & 0x3FFF
