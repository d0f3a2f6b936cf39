"""Where the camera looks in each frame: a slow drift that starts on the whole picture, and cuts where asked."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

SLOWEST_ZOOM, FASTEST_ZOOM = 0.10, 0.22
CLOSE_UP_ZOOM = (1.5, 1.9)
MIN_SHOTS, MAX_SHOTS = 2, 3


@dataclass(frozen=True, slots=True)
class View:
    """A part of the picture: `zoom` ≥ 1, and its middle in fractions of the picture's sides."""

    zoom: float
    x: float
    y: float

    def box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Give the part in pixels of a picture of this size (left, top, right, bottom), always inside it."""
        half = 0.5 / self.zoom
        x = min(max(self.x, half), 1 - half)
        y = min(max(self.y, half), 1 - half)
        left, top = max(0.0, (x - half) * width), max(0.0, (y - half) * height)
        return left, top, min(float(width), (x + half) * width), min(float(height), (y + half) * height)


WHOLE = View(1.0, 0.5, 0.5)


def path(frames: int, seed: int, *, cuts: bool) -> Iterator[View]:
    """One view a frame; the first is the whole picture. The same seed gives the same path."""
    chance = random.Random(seed)
    count = chance.randint(MIN_SHOTS, MAX_SHOTS) if cuts else 1
    edges = [round(frames * i / count) for i in range(count + 1)]
    for shot in range(count):
        start = WHOLE if shot == 0 else _close_up(chance)
        yield from _drift(start, _goal(start, chance), edges[shot + 1] - edges[shot])


def _close_up(chance: random.Random) -> View:
    return View(chance.uniform(*CLOSE_UP_ZOOM), chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8))


def _goal(start: View, chance: random.Random) -> View:
    angle = chance.uniform(0, 2 * math.pi)
    zoom = start.zoom * (1 + chance.uniform(SLOWEST_ZOOM, FASTEST_ZOOM))
    reach = 0.14
    return View(zoom, start.x + reach * math.cos(angle), start.y + reach * math.sin(angle))


def _drift(start: View, end: View, frames: int) -> Iterator[View]:
    for i in range(frames):
        share = i / max(1, frames - 1)
        eased = share * share * (3 - 2 * share) * 0.5 + share * 0.5
        yield View(
            start.zoom + (end.zoom - start.zoom) * eased,
            start.x + (end.x - start.x) * eased,
            start.y + (end.y - start.y) * eased,
        )
