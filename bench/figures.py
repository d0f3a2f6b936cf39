"""A figure beside its peer: ratio, goal, whether it is met, and how all of them look as a table and as JSON."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

JSON = dict[str, str | float | bool | None]

COLUMNS = ("what", "Firstframe", "beside", "", "ratio", "goal", "met")
RIGHT_ALIGNED = {"Firstframe", "", "ratio"}


class Bound(StrEnum):
    """How a goal relates to the peer's figure. Smaller is better, except for what is to be so many times the peer's."""

    TIMES = "times"
    MORE = "more"
    AT_LEAST_TIMES = "at least times"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Goal:
    """At most `limit` times the peer's figure, at most `limit` (in the figure's unit) more than it, or just so much."""

    bound: Bound
    limit: float

    def met(self, value: float, beside_value: float | None) -> bool:
        """Whether it is reached; raises ValueError where the goal needs a peer and there is none."""
        if self.bound is Bound.AT_MOST:
            return value <= self.limit
        if beside_value is None:
            raise ValueError("this goal is about a peer")
        if self.bound is Bound.TIMES:
            return value <= self.limit * beside_value
        if self.bound is Bound.AT_LEAST_TIMES:
            return value >= self.limit * beside_value
        return value - beside_value <= self.limit

    def told(self, unit: str) -> str:
        return {
            Bound.TIMES: f"≤ {self.limit:g} ×",
            Bound.MORE: f"≤ {self.limit:g} {unit} more",
            Bound.AT_LEAST_TIMES: f"≥ {self.limit:g} ×",
            Bound.AT_MOST: f"≤ {self.limit:g} {unit}",
        }[self.bound]


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured (`value`), and the same of the peer (`beside`, `beside_value`) if there is one, in `unit`."""

    name: str
    value: float
    unit: str
    beside: str = ""
    beside_value: float | None = None
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the peer's figure; None where that is 0, or where there is none."""
        return self.value / self.beside_value if self.beside_value else None

    @property
    def met(self) -> bool | None:
        """None where there is no goal."""
        return None if self.goal is None else self.goal.met(self.value, self.beside_value)

    def as_json(self) -> JSON:
        return {
            "name": self.name,
            "value": round(self.value, 4),
            "unit": self.unit,
            "beside": self.beside or None,
            "beside_value": None if self.beside_value is None else round(self.beside_value, 4),
            "ratio": None if self.ratio is None else round(self.ratio, 4),
            "goal": None if self.goal is None else self.goal.told(self.unit),
            "met": self.met,
        }


def percentile(samples: Iterable[float], percent: float) -> float:
    """The smallest sample that at least so many percent of all do not exceed (nearest rank).

    Raises ValueError without samples, or for a percentage outside 0…100.
    """
    ordered = sorted(samples)
    if not ordered or not 0 <= percent <= 100:
        raise ValueError("a percentile takes samples and 0 to 100 percent")
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1]


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table whose columns also line up in a terminal."""
    rows = [_cells(figure) for figure in figures]
    widths = [max(len(row[n]) for row in (COLUMNS, *rows)) for n in range(len(COLUMNS))]
    rule = ["-" * (width - 1) + ":" if name in RIGHT_ALIGNED else "-" * width for name, width in _named(widths)]
    return "\n".join(_line(cells, widths) for cells in (COLUMNS, tuple(rule), *rows))


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.name,
        _amount(figure.value, figure.unit),
        figure.beside or "–",
        "–" if figure.beside_value is None else _amount(figure.beside_value, figure.unit),
        "–" if figure.ratio is None else f"{figure.ratio:.2f}",
        "–" if figure.goal is None else figure.goal.told(figure.unit),
        {True: "yes", False: "no", None: "–"}[figure.met],
    )


def _amount(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:.{digits}f} {unit}"


def _named(widths: Sequence[int]) -> Iterable[tuple[str, int]]:
    # A rule of less than three dashes is no table to some readers of Markdown.
    return ((name, max(width, 3)) for name, width in zip(COLUMNS, widths, strict=True))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.rjust(max(width, 3)) if name in RIGHT_ALIGNED else cell.ljust(max(width, 3))
        for cell, (name, width) in zip(cells, _named(widths), strict=True)
    )
    return f"| {' | '.join(padded)} |"
