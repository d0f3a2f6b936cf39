"""Reports for tests, and eyes for their pictures: which pixels have a colour, where something begins and ends."""

from io import BytesIO
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor

from media.chart import Bar, Sheet, draw

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]


def sheet(**parts: Any) -> Sheet:
    empty: dict[str, Any] = {"title": "Report", "subtitle": "7 days", "figures": (), "days": ()}
    return Sheet(**{**empty, "members": (), "channels": (), **parts})


def days(*credits: int) -> tuple[Bar, ...]:
    return tuple(Bar(f"{day} Mar", spent, spent // 2) for day, spent in enumerate(credits, start=1))


def named(label: str, credits: int = 0) -> tuple[Bar, ...]:
    """One line of a table. Without credits it has no bar, only words on the card."""
    return (Bar(label, credits, 1),)


def picture_of(sheet: Sheet) -> Picture:
    return pixels(draw(sheet))


def pixels(png: bytes) -> Picture:
    with Image.open(BytesIO(png)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


def where(picture: Picture, colour: str) -> Mask:
    """Pixels of just this colour: the edges of letters are between two colours, and bars have none."""
    return np.asarray((picture == ImageColor.getrgb(colour)).all(axis=2))


def runs(mask: Mask, axis: int) -> list[tuple[int, int]]:
    """Where there is something, seen along this axis: its first line or column, and the first after it."""
    edges = np.diff(np.concatenate(([0], mask.any(axis=axis).astype(np.int8), [0])))
    return [(int(on), int(off)) for on, off in list(pairwise(np.flatnonzero(edges)))[::2]]


def contrast(colour: str, ground: str) -> float:
    """As the WCAG defines it."""
    dark, light = sorted((_luminance(colour), _luminance(ground)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (part / 255 for part in ImageColor.getrgb(colour)[:3])
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
