"""Lays out a report's picture from top to bottom: title, headline figures, days, members, channels."""

from collections.abc import Sequence
from typing import Any

from media.palette import CARD, QUIET, TEXT
from media.plotting.canvas import CORNER, MARGIN, WIDTH, Canvas
from media.plotting.days import days_card
from media.plotting.lettering import BOLD, REGULAR, Lettering
from media.plotting.table import table_card
from media.sheet import Bar, Sheet

_GAP, _PAD = 24, 28
_TILE = 156
_TITLE = "Report"
"""Where no font can draw the title."""
_NOTHING = "No credits were spent in this time."


def make(data: bytes) -> tuple[dict[str, Any], bytes]:
    sheet = Sheet.from_json(data)
    canvas = Canvas(Lettering(_texts(sheet)))
    y = _header(canvas, sheet)
    for part in (_figures, _days, _members, _channels):
        y = part(canvas, y, sheet)
    return {}, canvas.png(y - _GAP + MARGIN)


def _texts(sheet: Sheet) -> list[str]:
    bars = (*sheet.days, *sheet.members, *sheet.channels)
    figures = [text for figure in sheet.figures for text in figure]
    return [sheet.title, sheet.subtitle, *figures, *(bar.label for bar in bars)]


def _header(canvas: Canvas, sheet: Sheet) -> int:
    y = _lines(canvas, 32, canvas.lettering.line(sheet.title, BOLD, _TITLE), (56, 48), TEXT, BOLD)
    return _lines(canvas, y, canvas.lettering.line(sheet.subtitle), (36, 33), QUIET, REGULAR) + 28


def _lines(canvas: Canvas, top: int, text: str, sizes: tuple[float, float], colour: str, weight: str) -> int:
    room = WIDTH - 2 * MARGIN
    size = canvas.fitted(text, *sizes, room, weight)
    for line in canvas.wrapped(text, size, room, weight):
        canvas.text(MARGIN, top + round(size), line, size, colour, weight=weight)
        top += round(size * 1.3)
    return top


def _figures(canvas: Canvas, top: int, sheet: Sheet) -> int:
    for figures in _rows_of(sheet.figures):
        same = [value for row in _rows_of(sheet.figures) if len(row) == len(figures) for _, value in row]
        top = _tiles(canvas, top, figures, same) + _GAP
    return top


def _rows_of(figures: Sequence[tuple[str, str]]) -> list[Sequence[tuple[str, str]]]:
    """At most three a line; of an odd number the first, which matter most, get more room."""
    if len(figures) <= 3:
        return [figures] if figures else []
    first = 2 if len(figures) in (4, 5) else 3
    return [figures[:first], *_rows_of(figures[first:])]


def _tiles(canvas: Canvas, top: int, figures: Sequence[tuple[str, str]], same: Sequence[str]) -> int:
    """Side by side, the numbers as large as the longest of the `same` kind lets them be."""
    width = (WIDTH - 2 * MARGIN - _GAP * (len(figures) - 1)) / len(figures)
    room = width - 2 * _PAD
    size = min(canvas.fitted(canvas.lettering.line(value, BOLD), 60, 18, room, BOLD) for value in same)
    for index, (label, value) in enumerate(figures):
        left = round(MARGIN + index * (width + _GAP))
        canvas.box(left, top, round(width), _TILE, CARD, CORNER)
        label = canvas.shortened(canvas.lettering.line(label), 32, room)
        canvas.text(left + _PAD, top + 56, label, 32, QUIET)
        value = canvas.shortened(canvas.lettering.line(value, BOLD), size, room, BOLD)
        canvas.text(left + _PAD, top + 126, value, size, TEXT, weight=BOLD)
    return top + _TILE


def _days(canvas: Canvas, top: int, sheet: Sheet) -> int:
    if not any(bar.credits or bar.clips for bar in (*sheet.days, *sheet.members, *sheet.channels)):
        return _nothing(canvas, top) + _GAP
    return days_card(canvas, top, sheet.days) + _GAP if sheet.days else top


def _nothing(canvas: Canvas, top: int) -> int:
    canvas.card(top, top + 220)
    canvas.text(WIDTH / 2, top + 122, _NOTHING, 38, QUIET, align="center")
    return top + 220


def _members(canvas: Canvas, top: int, sheet: Sheet) -> int:
    return _table(canvas, top, "By member", sheet.members, "member")


def _channels(canvas: Canvas, top: int, sheet: Sheet) -> int:
    return _table(canvas, top, "By channel", sheet.channels, "channel")


def _table(canvas: Canvas, top: int, heading: str, bars: Sequence[Bar], instead: str) -> int:
    return table_card(canvas, top, heading, bars, instead) + _GAP if bars else top
