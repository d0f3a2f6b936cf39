"""Grain for clips that have to be large: noise that no encoder can leave out for free."""

from __future__ import annotations

import random
from pathlib import Path

from PIL import Image, ImageChops

MIDDLE = 128
SPARE = 1.02  # bitrates are met on average only
STEPS = 3
ROOM = 128  # how far the pattern is moved about at most, in pixels
STRENGTH_PER_BIT = 0.16  # of the grain, by bits there are for a pixel: what the encoder can just not flatten
WEAKEST = 0.03


class Grain:
    """A pattern of one size, another cut of it for each frame."""

    def __init__(self, size: tuple[int, int], bits_per_pixel: float, seed: int) -> None:
        self._size = size
        self._random = random.Random(seed)
        strength = min(1.0, max(WEAKEST, bits_per_pixel * STRENGTH_PER_BIT))
        width, height = size[0] + ROOM, size[1] + ROOM
        even = Image.frombytes("L", (width, height), self._random.randbytes(width * height))
        self._pattern = even.point([MIDDLE + round((level - MIDDLE) * strength) for level in range(256)])

    def on(self, plane: Image.Image) -> Image.Image:
        """Give a brightness plane with the next cut of the grain on it."""
        left, top = (self._random.randrange(ROOM) for _ in range(2))
        cut = self._pattern.crop((left, top, left + self._size[0], top + self._size[1]))
        if self._random.getrandbits(1):
            cut = cut.transpose(Image.Transpose.ROTATE_180)
        return ImageChops.add(plane, cut, 1, -MIDDLE)


def bit_rate(least_bytes: int, seconds: int, attempt: int) -> int:
    """Give the rate that makes a clip a little larger than asked; each attempt a tenth more."""
    return int(least_bytes * 8 / seconds * SPARE * (1 + attempt / 10))


def fill_up(path: Path, least_bytes: int) -> None:
    """Append an empty box where even the grain was too little, as for a short clip of a small size."""
    missing = least_bytes - path.stat().st_size
    if missing > 0:
        size = max(missing, 8)
        with path.open("ab") as file:
            file.write(size.to_bytes(4, "big") + b"free" + bytes(size - 8))
