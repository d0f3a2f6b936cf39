"""Brings any decoded picture to the right size, and to upright, opaque, 8-bit sRGB."""

from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

_ORIENTATION_TAG = 0x0112

# EXIF 2.3, 4.6.4: what has to be done to see the picture upright.
_TO_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

_SPACE_OF_MODE = {"RGB": "RGB ", "CMYK": "CMYK", "L": "GRAY"}


def direct(image: Image.Image) -> Image.Image:
    """The picture in a mode whose values can be reckoned with: RGB, RGBA, L, LA or CMYK, with 8 bits each."""
    if image.mode.startswith("I") or image.mode == "F":
        image = _eight_bits(image)
    if image.mode in ("RGBA", "LA"):
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in _SPACE_OF_MODE:
        return image
    return image.convert("L" if image.mode == "1" else "RGB")


def scaled(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at another size; a much larger one is halved roughly first, which looks the same."""
    return image if image.size == size else image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)


def turn(image: Image.Image) -> Image.Transpose | None:
    """What brings the picture upright, by its notes; None if it is."""
    try:
        return _TO_UPRIGHT.get(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # Pillow raises whatever its parser trips over; a broken note is no broken picture
        return None


def opaque(image: Image.Image) -> tuple[Image.Image, bool]:
    """The picture on white as RGB, L or CMYK, and whether any of it could be seen through."""
    if image.mode not in ("RGBA", "LA"):
        return image, False
    lowest, _ = _extrema(image.getchannel("A"))
    layers = image.convert("RGBA")
    if lowest == 255:
        return layers.convert("RGB"), False
    paper = Image.new("RGB", image.size, "white")
    paper.paste(layers, mask=layers.getchannel("A"))
    return paper, True


def in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture in RGB, with the colours its ICC profile means."""
    if profile:
        try:
            return _through_profile(image, profile)
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            # A profile that can't be read or does not fit the pixels is passed over, as browsers do.
            pass
    return image if image.mode == "RGB" else image.convert("RGB")


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(BytesIO(profile))
    if source.profile.xcolor_space != _SPACE_OF_MODE[image.mode]:
        raise ValueError("the profile is for another kind of pixels")
    target = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    if converted is None:
        raise ValueError("no conversion")
    return converted


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit grey as 8-bit grey; Pillow's own conversion would cut everything above 255 to white."""
    transparent = image.info.get("transparency")
    grey = image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    grey.info = {}
    if isinstance(transparent, int):
        grey.info["transparency"] = round(transparent / 257)
    return grey


def _extrema(channel: Image.Image) -> tuple[Any, Any]:
    lowest, highest = channel.getextrema()
    return lowest, highest
