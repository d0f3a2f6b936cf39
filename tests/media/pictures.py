"""Pictures for tests: made up, different in every corner, and broken in every way that a member's may be."""

import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from PIL import Image
from pillow_heif import from_pillow

from media.first_frame import FirstFrame

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 170, 60), (30, 60, 210), (255, 255, 255)
GREY = (128, 128, 128)


def corners(width: int = 640, height: int = 480) -> Image.Image:
    """Red at the top left, green at the top right, blue at the bottom left, grey at the bottom right."""
    image = Image.new("RGB", (2, 2))
    for place, colour in zip(((0, 0), (1, 0), (0, 1), (1, 1)), (RED, GREEN, BLUE, GREY), strict=True):
        image.putpixel(place, colour)
    return image.resize((width, height), Image.Resampling.NEAREST)


def photo(width: int = 640, height: int = 480, *, turned: bool = False) -> Image.Image:
    """Soft shades and edges, as a photo has; `turned` gives a wholly different one."""
    ramp, rings = Image.linear_gradient("L"), Image.radial_gradient("L")
    layers = (ramp, rings, ramp.rotate(90)) if turned else (ramp.rotate(270), ramp.rotate(180), rings)
    image = Image.merge("RGB", layers).resize((width, height), Image.Resampling.BICUBIC)
    tile = corners(width // 4, height // 4)
    image.paste(tile, (width // 2, height // 8) if turned else (width // 8, height // 2))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def corner_colours(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours a little way in from the corners: top left, top right, bottom left, bottom right."""
    width, height = image.size
    places = [(x, y) for y in (9, height - 10) for x in (9, width - 10)]
    return [pixel(image, place) for place in places]


def pixel(image: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    colour = image.getpixel(place)
    assert isinstance(colour, tuple)
    return tuple(int(value) for value in colour)


def heic(image: Image.Image, **options: Any) -> bytes:
    buffer = BytesIO()
    from_pillow(image).save(buffer, quality=90, **options)
    return buffer.getvalue()


def opened(frame: FirstFrame) -> Image.Image:
    image = Image.open(BytesIO(frame.jpeg))
    image.load()
    return image


def assert_close(colours: Sequence[tuple[int, ...]], expected: Sequence[tuple[int, ...]], within: int = 4) -> None:
    for colour, wanted in zip(colours, expected, strict=True):
        assert max(abs(a - b) for a, b in zip(colour, wanted, strict=True)) <= within, (colours, expected)


def exif(orientation: int) -> Image.Exif:
    """What a phone writes: which way is up, its make, and where it was."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = "Maker of phones"
    notes.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    return notes


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *extra: tuple[bytes, bytes]) -> bytes:
    """A PNG chunk by chunk, since no library writes the odd ones; `rows` before compression."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = ((b"IHDR", header), *extra, (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in chunks)


def bomb_png(width: int, height: int) -> bytes:
    """Black, one bit a pixel: millions of pixels in a few kilobytes."""
    return png(width, height, 1, 0, (b"\0" * (1 + (width + 7) // 8)) * height)


def empty_webp(width: int, height: int) -> bytes:
    """The header of an animation without a frame."""
    chunk = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0"
    chunk += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", 4 + len(chunk)) + b"WEBP" + chunk


def empty_gif(screen: tuple[int, int], frame: tuple[int, int]) -> bytes:
    """The header of a GIF and of its first frame, which need not agree."""
    return b"GIF89a" + struct.pack("<HH", *screen) + b"\0\0\0," + struct.pack("<HHHH", 0, 0, *frame) + b"\0\x02\0;"


def endless_jpeg(passes: int) -> bytes:
    """A progressive JPEG whose last pass comes again and again."""
    data = saved(Image.new("RGB", (400, 400), RED), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * passes + b"\xff\xd9"


def with_made_up_size(jpeg: bytes, width: int, height: int) -> bytes:
    """The same JPEG with another size in its header."""
    place = jpeg.index(b"\xff\xc0") + 5
    return jpeg[:place] + struct.pack(">HH", height, width) + jpeg[place + 4 :]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
