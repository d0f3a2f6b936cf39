"""Decodes a picture and makes a first frame of it, whatever it takes; meant to be run apart."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.AvifImagePlugin import AvifImageFile
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile
from pillow_heif.as_plugin import HeifImageFile

from media import pixels, sizes
from media.errors import DamagedImage, FileTooLarge
from media.kinds import Kind, check_kind, jpeg_scans, webp_size

# Each reader is called directly: `Image.open` would guess among dozens of parsers, and says nothing about the size of
# a picture that it finds too big.
_READERS: dict[Kind, Callable[[BytesIO], ImageFile]] = {
    Kind.JPEG: JpegImageFile,
    Kind.PNG: PngImageFile,
    Kind.BMP: BmpImageFile,
    Kind.GIF: GifImageFile,
    Kind.WEBP: WebPImageFile,
    Kind.HEIC: HeifImageFile,
    Kind.AVIF: AvifImageFile,
}

MAX_FILE_BYTES = 10 * 1024 * 1024
"""The service's own limit."""

MAX_SCANS = 100
"""Each pass of a progressive JPEG costs the whole picture's time for as little as 14 bytes; programs write about 10."""

MAX_JPEG_BYTES = 10_000_000 // 4 * 3 - 64
"""So that the JPEG as a Base64 data URI is within 10 MB too: it is not said which of the two the service counts."""

_QUALITIES = (95, 90, 80, 60)


def make(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The first frame's size and mends, and its JPEG. Raises BadImage."""
    image: Image.Image = _opened(data)
    size = sizes.fitted(*image.size)
    done = _to_be_done(image, size, len(data))
    # From here on there is one name for the picture: each form of it is let go as soon as there is the next.
    del data
    with _damage_told("pixels"):
        _load(image, size)
        turn, profile = pixels.turn(image), image.info.get("icc_profile")
        image = pixels.direct(image)
        # First in width, then in height: Pillow does so too, but keeps all three forms meanwhile.
        for step in ((size[0], image.height), size):
            image = pixels.scaled(image, step)
    if turn is not None:
        image, done["turned"] = image.transpose(turn), True
    image, done["flattened"] = pixels.opaque(image)
    image = pixels.in_srgb(image, profile)
    facts = {"width": image.width, "height": image.height, "mends": [mend for mend in done if done[mend]]}
    return facts, _as_jpeg(image)


def _opened(data: bytes) -> ImageFile:
    """Read the header only."""
    kind = check_kind(data)
    scans = jpeg_scans(data) if kind is Kind.JPEG else 0
    if scans > MAX_SCANS:
        raise DamagedImage("a JPEG of endless passes")
    size = webp_size(data)
    if size is not None:
        sizes.check(*size, sizes.MAX_WEBP_PIXELS)
    with _damage_told("header"):
        image = _READERS[kind](BytesIO(data))
    # A JPEG of several passes is kept whole until its last one, at whatever scale it is wanted.
    sizes.check(*image.size, sizes.MAX_JPEG_PIXELS if scans == 1 else sizes.MAX_PIXELS)
    return image


@contextmanager
def _damage_told(where: str) -> Iterator[None]:
    """Pillow raises whatever its parser trips over, and it all means the same here."""
    try:
        yield
    except Exception as error:
        raise DamagedImage(f"{where}: {type(error).__name__}") from error


def _to_be_done(image: Image.Image, size: tuple[int, int], file_bytes: int) -> dict[str, bool]:
    return {
        "still": _moves(image),
        "scaled_down": size < image.size,
        "scaled_up": size > image.size,
        "recompressed": file_bytes > MAX_FILE_BYTES and size >= image.size,
    }


def _moves(image: Image.Image) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # as above, and a broken second picture is no reason to refuse the first
        return False


def _load(image: Image.Image, size: tuple[int, int]) -> None:
    """Decode it, a JPEG at the half, quarter or eighth that is still as large as wanted."""
    if isinstance(image, JpegImageFile):
        image.draft(image.mode, size)
    image.load()


def _as_jpeg(image: Image.Image) -> bytes:
    """4:4:4 at the best quality that fits; only noise at full size needs less than the first."""
    image.info = {}  # nothing that the original carried along can reach the file
    for quality in _QUALITIES:
        buffer = BytesIO()
        image.save(buffer, "JPEG", quality=quality, subsampling=0)
        if buffer.tell() <= MAX_JPEG_BYTES:
            return buffer.getvalue()
    raise FileTooLarge(buffer.tell())
