"""Days as two rows of bars over one another: credits, and below them clips."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from media.palette import CLIPS, CLIPS_TEXT, CREDITS, CREDITS_TEXT, LINE, QUIET, TEXT
from media.plotting.canvas import LEFT, MARGIN, RIGHT, Canvas
from media.plotting.lettering import BOLD
from media.plotting.numbers import steps, written
from media.sheet import Bar

_SMALL, _HEADING = 32, 36
_WIDEST_BAR = 84
_MOST_DAYS = 366
_LINE = 40
_BELOW = 44
_GUTTER = 18
_LEAST_HEIGHT = 3  # a little is not nothing


@dataclass(frozen=True, slots=True)
class _Row:
    name: str
    values: list[int]
    height: int
    colour: str
    text_colour: str

    @property
    def most(self) -> int:
        return max(*self.values, 1)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the bars stand. All are of one width in whole pixels: uneven ones would flicker."""

    left: int
    pitch: float
    width: int

    def middle(self, index: int) -> float:
        return self.left + index * self.pitch + self.pitch / 2

    def start(self, index: int) -> int:
        return round(self.middle(index) - self.width / 2)


@dataclass(frozen=True, slots=True)
class _Labels:
    """The days' names under the bars: each of them, on two lines if need be, or every so many."""

    texts: list[list[str]]
    every: int

    @classmethod
    def of(cls, canvas: Canvas, labels: Sequence[str], columns: _Columns) -> "_Labels":
        in_one, in_two = [[label] for label in labels], [label.split(" ", 1) for label in labels]
        widest = _widest(canvas, in_one)
        if widest + _GUTTER <= columns.pitch:
            return cls(in_one, 1)
        if _widest(canvas, in_two) + _GUTTER <= columns.pitch:
            return cls(in_two, 1)
        # The outermost are moved inwards, so that they end with the card's other contents.
        moved = max(0, (widest - columns.pitch) / 2)
        return cls(in_one, ceil((widest + moved + 2 * _GUTTER) / columns.pitch))

    @property
    def lines(self) -> int:
        return max(len(text) for text in self.texts)

    def draw(self, canvas: Canvas, top: int, columns: _Columns) -> None:
        """The last day's always: it is the one that people look for."""
        for index in range(len(self.texts) - 1, -1, -self.every):
            x = _within(canvas.width(max(self.texts[index], key=len), _SMALL), columns.middle(index))
            for line, text in enumerate(self.texts[index]):
                canvas.text(x, top + 20 + line * _LINE, text, _SMALL, QUIET, align="center")


def days_card(canvas: Canvas, top: int, days: Sequence[Bar]) -> int:
    """Draw the card; where it ends."""
    days = days[-_MOST_DAYS:]
    rows = (
        _Row("Credits by day", [day.credits for day in days], 280, CREDITS, CREDITS_TEXT),
        _Row("Clips by day", [day.clips for day in days], 130, CLIPS, CLIPS_TEXT),
    )
    told = all(_all_fit(canvas, row, (RIGHT - LEFT) / len(days)) for row in rows)
    columns = _columns(canvas, rows, len(days), told)
    labels = _Labels.of(canvas, [canvas.lettering.line(day.label) for day in days], columns)
    bottom = top + MARGIN + sum(_row_height(row) for row in rows) + labels.lines * _LINE + 12
    canvas.card(top, bottom)
    y = top + MARGIN
    for row in rows:
        _row(canvas, y, row, columns, told)
        y += _row_height(row)
    labels.draw(canvas, y, columns)
    return bottom


def _row_height(row: _Row) -> int:
    """Heading, room for the numbers over the bars, bars, and room below them."""
    return _HEADING + 62 + row.height + _BELOW


def _all_fit(canvas: Canvas, row: _Row, pitch: float) -> bool:
    return all(canvas.width(written(value, 4), _SMALL, BOLD) <= pitch - 8 for value in row.values)


def _columns(canvas: Canvas, rows: Sequence[_Row], count: int, told: bool) -> _Columns:
    """Where not every bar has its number, a scale stands at the left."""
    scale = 0 if told else max(canvas.width(written(row.most, 3), _SMALL) for row in rows) + _GUTTER
    left = ceil(LEFT + scale)
    pitch = (RIGHT - left) / count
    return _Columns(left, pitch, min(_WIDEST_BAR, max(1, int(pitch * 0.75))))


def _row(canvas: Canvas, top: int, row: _Row, columns: _Columns, told: bool) -> None:
    canvas.text(LEFT, top + 30, row.name, _HEADING, row.text_colour, weight=BOLD)
    floor = top + _row_height(row) - _BELOW
    if not told:
        _scale(canvas, floor, row, columns.left)
    left = LEFT if told else columns.left
    canvas.box(left, floor, RIGHT - left, 2, LINE)
    heights = [max(_LEAST_HEIGHT, round(value / row.most * row.height)) if value > 0 else 0 for value in row.values]
    for index, height in enumerate(heights):
        canvas.box(columns.start(index), floor - height, columns.width, height, row.colour)
    peak = row.values.index(max(row.values))
    for index in range(len(row.values)) if told else (peak,):
        _number(canvas, columns.middle(index), floor - heights[index] - 12, row.values[index])


def _number(canvas: Canvas, x: float, y: float, value: int) -> None:
    """Over a bar's middle, and within the card."""
    text = written(value, 4)
    x = _within(canvas.width(text, _SMALL, BOLD), x)
    canvas.text(x, y, text, _SMALL, TEXT if value else QUIET, weight=BOLD, align="center")


def _scale(canvas: Canvas, floor: int, row: _Row, left: int) -> None:
    for value in steps(row.most):
        y = floor - round(value / row.most * row.height)
        canvas.box(left, y, RIGHT - left, 2, LINE)
        canvas.text(left - _GUTTER, y + 12, written(value, 3), _SMALL, QUIET, align="right")


def _within(width: float, middle: float) -> float:
    """The middle of a text of this width, moved so far that it stays in the card."""
    return min(max(middle, LEFT + width / 2), RIGHT - width / 2)


def _widest(canvas: Canvas, labels: Sequence[Sequence[str]]) -> float:
    return max(canvas.width(line, _SMALL) for label in labels for line in label)
