"""The list of points: each commit and each effect outside, under the errands that meet it, in order of meeting."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.chaos.trap import AFTER, BEFORE

LIST = Path(__file__).parent / "points.txt"

Listed = Mapping[str, tuple[str, ...]]
"""The points of each errand."""


def listed(file: Path = LIST) -> Listed:
    """What the list says."""
    found: dict[str, list[str]] = {}
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    for line in lines:
        if heading := re.fullmatch(r"\[(.+)\]", line):
            points = found.setdefault(heading[1], [])
        elif line:
            points.append(line)
    return {errand: tuple(points) for errand, points in found.items()}


def halves(points: Iterable[str]) -> list[str]:
    """Before and after each."""
    return [f"{when} {point}" for point in points for when in (BEFORE, AFTER)]


def every_half(points: Listed) -> list[str]:
    """Before and after each that is listed, once."""
    return halves(dict.fromkeys(point for some in points.values() for point in some))


def write(points: Listed, file: Path = LIST) -> None:
    """Write the list anew."""
    sections = ("\n".join((f"[{errand}]", *some)) for errand, some in sorted(points.items()))
    file.write_text("\n\n".join(sections) + "\n", "utf-8")


def with_met(points: Listed, errand: str, met: Iterable[str]) -> Listed:
    """The list with what an errand has met as well."""
    bare = dict.fromkeys(half.partition(" ")[2] for half in met)
    return {**points, errand: tuple(dict.fromkeys((*points.get(errand, ()), *bare)))}
