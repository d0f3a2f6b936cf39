"""Which pictures fit the video service, and what size they are brought to."""

from media.errors import BadAspect, TooManyPixels

# The service's own limits: width and height each 360 to 2000 pixels.
MIN_SIDE = 360
MAX_SIDE = 2000

MAX_PIXELS = 25_000_000
"""For pictures that are decoded whole: the copies on the way take up to 15 bytes a pixel, all within the limit of the
process that does it. The largest of this kind that phones make by themselves are HEICs of 24.5 megapixels."""

MAX_WEBP_PIXELS = 16_000_000
"""WEBP takes two canvases more than the others."""

MAX_JPEG_PIXELS = 210_000_000
"""For JPEGs of one pass, which are decoded line by line at a half, a quarter or an eighth: a phone's 48 or even 200
megapixels take about 65 MB in all. Above this they would take seconds."""


def check(width: int, height: int, most_pixels: int = MAX_PIXELS) -> None:
    """To be asked before anything is decoded. Raises TooManyPixels or BadAspect."""
    if width * height > most_pixels:
        raise TooManyPixels(width, height)
    if min(width, height) * MAX_SIDE < max(width, height) * MIN_SIDE:
        raise BadAspect(width, height)


def fitted(width: int, height: int) -> tuple[int, int]:
    """The size that fits and is nearest, of the same aspect; the size itself if it fits."""
    long, short = max(width, height), min(width, height)
    scale = MAX_SIDE / long if long > MAX_SIDE else max(1, MIN_SIDE / short)
    return _within(width * scale), _within(height * scale)


def _within(side: float) -> int:
    return min(MAX_SIDE, max(MIN_SIDE, round(side)))
