"""Decodes a picture and makes a first frame of it, whatever it takes; meant to be run apart."""

from collections.abc import Callable
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
    with _opened(data) as image:
        size = sizes.fitted(*image.size)
        done = {
            "still": _moves(image),
            "scaled_down": size < image.size,
            "scaled_up": size > image.size,
            "recompressed": len(data) > MAX_FILE_BYTES and size >= image.size,
        }
        small = _decoded(image, size)
        turned, done["turned"] = pixels.upright(small, image)
        flat, done["flattened"] = pixels.opaque(turned)
        jpeg = _as_jpeg(pixels.in_srgb(flat, image.info.get("icc_profile")))
    return {"width": flat.width, "height": flat.height, "mends": [mend for mend in done if done[mend]]}, jpeg


def _opened(data: bytes) -> ImageFile:
    """Read the header only."""
    kind = check_kind(data)
    scans = jpeg_scans(data) if kind is Kind.JPEG else 0
    if scans > MAX_SCANS:
        raise DamagedImage("a JPEG of endless passes")
    size = webp_size(data)
    if size is not None:
        sizes.check(*size, sizes.MAX_WEBP_PIXELS)
    try:
        image = _READERS[kind](BytesIO(data))
    except Exception as error:  # Pillow raises whatever its parser trips over, and it all means the same here
        raise DamagedImage(f"header: {type(error).__name__}") from error
    # A JPEG of several passes is kept whole until its last one, at whatever scale it is wanted.
    sizes.check(*image.size, sizes.MAX_JPEG_PIXELS if scans == 1 else sizes.MAX_PIXELS)
    return image


def _moves(image: ImageFile) -> bool:
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # as above, and a broken second picture is no reason to refuse the first
        return False


def _decoded(image: ImageFile, size: tuple[int, int]) -> Image.Image:
    try:
        if isinstance(image, JpegImageFile):
            image.draft(image.mode, size)
        image.load()
        return pixels.scaled(pixels.direct(image), size)
    except Exception as error:  # as above: a damaged picture has a hundred ways to fail
        raise DamagedImage(f"pixels: {type(error).__name__}") from error


def _as_jpeg(image: Image.Image) -> bytes:
    """4:4:4 at the best quality that fits; only noise at full size needs less than the first."""
    # A bare copy: nothing that the original carried along can reach the file.
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    for quality in _QUALITIES:
        buffer = BytesIO()
        bare.save(buffer, "JPEG", quality=quality, subsampling=0)
        if buffer.tell() <= MAX_JPEG_BYTES:
            return buffer.getvalue()
    raise FileTooLarge(buffer.tell())
