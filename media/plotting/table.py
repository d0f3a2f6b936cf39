"""Members or channels one below another: each name on a bar of its credits, with the numbers beside it."""

from collections.abc import Sequence

from media.palette import CLIPS_TEXT, CREDITS, CREDITS_TEXT, QUIET, TEXT
from media.plotting.canvas import LEFT, MARGIN, RIGHT, Canvas
from media.plotting.lettering import BOLD
from media.plotting.numbers import written
from media.sheet import Bar

_SIZE, _SMALL = 36, 32
_HEAD, _PITCH, _BAR = 72, 70, 60
_GAP = 32
_MOST_ROWS = 10


def table_card(canvas: Canvas, top: int, heading: str, bars: Sequence[Bar], instead: str) -> int:
    """Draw the card; where it ends. `instead` stands for names that no font can draw."""
    shown, others = _cut(bars)
    bottom = top + MARGIN + _HEAD + _PITCH * (len(shown) + bool(others)) - (_PITCH - _BAR) + MARGIN
    canvas.card(top, bottom)
    clips_width = _column(canvas, "Clips", [bar.clips for bar in bars])
    credits_width = _column(canvas, "Credits", [bar.credits for bar in bars])
    edges = (RIGHT - clips_width - _GAP, RIGHT)
    width = int(edges[0] - credits_width - _GAP - LEFT)
    canvas.text(LEFT, top + MARGIN + 34, heading, _SIZE, TEXT, weight=BOLD)
    _numbers(canvas, top + MARGIN + 34, edges, ("Credits", "Clips"))
    most = max(*(bar.credits for bar in bars), 1)
    y = top + MARGIN + _HEAD
    for bar in shown:
        _row(canvas, y, bar, instead, width, edges, most)
        y += _PITCH
    if others:
        _others(canvas, y, others, edges)
    return bottom


def _cut(bars: Sequence[Bar]) -> tuple[Sequence[Bar], Sequence[Bar]]:
    """All, or the first and those that share the last line."""
    return (bars, ()) if len(bars) <= _MOST_ROWS else (bars[: _MOST_ROWS - 1], bars[_MOST_ROWS - 1 :])


def _column(canvas: Canvas, name: str, values: Sequence[int]) -> float:
    texts = [written(value) for value in (*values, sum(values))]
    return max(canvas.width(name, _SMALL), *(canvas.width(text, _SIZE, BOLD) for text in texts))


def _row(canvas: Canvas, top: int, bar: Bar, instead: str, width: int, edges: tuple[float, float], most: int) -> None:
    if bar.credits > 0:
        canvas.box(LEFT, top, max(6, round(width * bar.credits / most)), _BAR, CREDITS, 10)
    name = canvas.lettering.line(bar.label, instead=instead)
    canvas.text(LEFT + 20, top + 43, canvas.shortened(name, _SIZE, width - 40), _SIZE, TEXT)
    _numbers(canvas, top + 43, edges, (written(bar.credits), written(bar.clips)), _SIZE)


def _others(canvas: Canvas, top: int, others: Sequence[Bar], edges: tuple[float, float]) -> None:
    canvas.text(LEFT + 20, top + 43, f"{len(others)} others", _SIZE, QUIET)
    sums = sum(bar.credits for bar in others), sum(bar.clips for bar in others)
    _numbers(canvas, top + 43, edges, (written(sums[0]), written(sums[1])), _SIZE)


def _numbers(canvas: Canvas, y: int, edges: tuple[float, float], texts: tuple[str, str], size: int = _SMALL) -> None:
    for edge, text, colour in zip(edges, texts, (CREDITS_TEXT, CLIPS_TEXT), strict=True):
        canvas.text(edge, y, text, size, colour, align="right")
