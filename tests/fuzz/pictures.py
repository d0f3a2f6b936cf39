"""Pictures as members attach them: whatever the bytes, a first frame or one of our errors, soon."""

import struct
from collections.abc import Iterable
from io import BytesIO
from random import Random

from PIL import Image, ImageCms

from media import picture, sizes
from media.errors import BadImage
from tests.fuzz.target import Target
from tests.media import pictures

_PNG = b"\x89PNG\r\n\x1a\n"


def seeds() -> Iterable[bytes]:
    """Each kind once or more, small, with all that one can carry along."""
    image, notes = pictures.corners(40, 30), pictures.exif(6)
    profile = _profile()
    yield pictures.saved(image, "JPEG", exif=notes, icc_profile=profile, comment=b"a note")
    yield pictures.saved(image, "JPEG", progressive=True)
    yield pictures.saved(image.convert("CMYK"), "JPEG")
    for mode in ("RGB", "RGBA", "P", "1", "L", "LA", "I;16"):
        yield pictures.saved(image.convert("L").convert("I;16") if mode == "I;16" else image.convert(mode), "PNG")
    yield pictures.saved(
        image, "PNG", exif=notes, icc_profile=profile, dpi=(72, 72), save_all=True, append_images=[image]
    )
    yield pictures.saved(
        image.convert("P"), "GIF", transparency=0, save_all=True, append_images=[pictures.photo(40, 30)]
    )
    for options in ({}, {"lossless": True}, {"exif": notes, "save_all": True, "append_images": [image]}):
        yield pictures.saved(image, "WEBP", **options)
    for mode in ("RGB", "P", "1", "RGBA"):
        yield pictures.saved(image.convert(mode), "BMP")
    yield pictures.saved(image, "AVIF", speed=10, exif=notes)
    yield pictures.heic(image)
    yield pictures.empty_webp(400, 400)
    yield pictures.empty_gif((400, 400), (50, 50))


def try_one(data: bytes) -> None:
    """What the process for pictures does."""
    try:
        facts, jpeg = picture.make(data)
    except BadImage:
        return
    assert all(sizes.MIN_SIDE <= facts[side] <= sizes.MAX_SIDE for side in ("width", "height")), facts
    with Image.open(BytesIO(jpeg)) as made:
        assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (facts["width"], facts["height"]))
        assert not made.getexif()
        assert "icc_profile" not in made.info
        assert "comment" not in made.info


def changed(data: bytes, dice: Random) -> bytes:
    """A PNG with chunks left out, doubled or swapped, and every checksum right again."""
    chunks = _chunks(data)
    if not chunks:
        return data
    for _ in range(dice.randrange(3)):
        place, other = dice.randrange(len(chunks)), dice.randrange(len(chunks))
        match dice.randrange(3):
            case 0 if len(chunks) > 1:
                del chunks[place]
            case 1:
                chunks.insert(place, chunks[other])
            case _:
                chunks[place], chunks[other] = chunks[other], chunks[place]
    return _PNG + b"".join(pictures.chunk(name, body) for name, body in chunks)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, place = [], len(_PNG)
    while data.startswith(_PNG) and place + 8 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        found.append((data[place + 4 : place + 8], data[place + 8 : place + 8 + length]))
        place += 12 + length
    return found


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


TARGET = Target(seeds, try_one, changed)
