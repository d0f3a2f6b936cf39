"""Makes a first frame that the video service takes out of whatever a member attached."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from io import BytesIO

from PIL import Image
from PIL.ImageFile import ImageFile

from media import pixels
from media.errors import (
    BadImage,
    DamagedImage,
    FileTooLarge,
    NotAnImage,
    SideTooLarge,
    SideTooSmall,
    TooManyPixels,
    UnsupportedImage,
)
from media.kinds import Reader, jpeg_scans, name_of_other, reader_of, webp_size

__all__ = [
    "BadImage",
    "DamagedImage",
    "FileTooLarge",
    "FirstFrame",
    "Mend",
    "NotAnImage",
    "SideTooLarge",
    "SideTooSmall",
    "TooManyPixels",
    "UnsupportedImage",
    "prepare",
]

# The service's own limits: width and height each 360 to 2000 pixels, at most 10 MB.
MIN_SIDE = 360
MAX_SIDE = 2000
MAX_FILE_BYTES = 10 * 1024 * 1024

MAX_PIXELS = 30_000_000
"""Above this it is no oversized photo but a trap; both are refused from the header."""

MAX_SCANS = 100
"""Each pass of a progressive JPEG costs the whole picture's time for as little as 14 bytes; programs write about 10."""

MAX_JPEG_BYTES = 10_000_000 // 4 * 3 - 64
"""So that the JPEG as a Base64 data URI is within 10 MB too: it is not said which of the two the service counts."""

_QUALITIES = (95, 90, 80, 60)


class Mend(StrEnum):
    """What was done to the picture that a member may want to know."""

    FLATTENED = "flattened"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """A JPEG without any metadata; `sha256` is the hex digest of `jpeg`."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    sha256: str
    mends: tuple[Mend, ...]


def prepare(data: bytes) -> FirstFrame:
    """Check, decode, turn upright, flatten and encode. Takes up to a second of CPU. Raises BadImage."""
    if len(data) > MAX_FILE_BYTES:
        raise FileTooLarge(len(data))
    with _opened(data) as image:
        _check_size(*image.size)
        _decode(image)
        turned, was_turned = pixels.upright(image)
        flat, was_flattened = pixels.opaque(turned)
        jpeg = _as_jpeg(pixels.in_srgb(flat, image.info.get("icc_profile")))
    mends = ((Mend.FLATTENED, was_flattened), (Mend.TURNED, was_turned))
    return FirstFrame(jpeg, *flat.size, sha256(jpeg).hexdigest(), tuple(mend for mend, done in mends if done))


def _opened(data: bytes) -> ImageFile:
    """Read the header only."""
    reader = reader_of(data)
    if reader is None:
        raise _not_accepted(data)
    if data.startswith(b"\xff\xd8") and jpeg_scans(data) > MAX_SCANS:
        raise DamagedImage("a JPEG of endless passes")
    size = webp_size(data)
    if size is not None:
        _check_size(*size)
    return _read_header(reader, data)


def _not_accepted(data: bytes) -> BadImage:
    name = name_of_other(data)
    return NotAnImage("unknown kind of file") if name is None else UnsupportedImage(name)


def _read_header(reader: Reader, data: bytes) -> ImageFile:
    try:
        return reader(BytesIO(data))
    except Exception as error:  # Pillow raises whatever its parser trips over, and it all means the same here
        raise DamagedImage(f"header: {type(error).__name__}") from error


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise TooManyPixels(width, height)
    if min(width, height) < MIN_SIDE:
        raise SideTooSmall(width, height)
    if max(width, height) > MAX_SIDE:
        raise SideTooLarge(width, height)


def _decode(image: ImageFile) -> None:
    try:
        image.load()
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
