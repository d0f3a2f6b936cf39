"""A report's picture, opened and measured: what it shows follows the numbers, whatever anyone is called."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]  # it has no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]  # it has no types

from media import apart, palette
from media.chart import Bar, ChartFailed, draw
from tests.media.sheets import contrast, days, named, picture_of, pixels, runs, sheet, where

ROOT = Path(__file__).parent.parent.parent
SQUARE = "漢"
"""No font that comes with the plotting library has it."""


@pytest.mark.parametrize("count", [1, 7, 30, 92])
def test_each_day_has_a_bar_as_high_as_its_credits_and_one_as_high_as_its_clips(count: int) -> None:
    spent = [(7 * day) % 97 * 4 for day in range(1, count)] + [400]
    picture = picture_of(sheet(days=days(*spent)))
    for colour, values in ((palette.CREDITS, spent), (palette.CLIPS, [value // 2 for value in spent])):
        bars = where(picture, colour)
        columns = runs(bars, 0)
        assert len(columns) == sum(value > 0 for value in values)
        assert len({end - start for start, end in columns}) == 1
        heights = [int(bars[:, start].sum()) for start, _ in columns]
        shown = [value for value in values if value]
        for height, value in zip(heights, shown, strict=True):
            assert abs(height - max(3, value / max(shown) * max(heights))) <= 1
        bottoms = {int(np.flatnonzero(bars[:, start]).max()) for start, _ in columns}
        assert len(bottoms) == 1


def test_one_great_day_hides_no_small_one() -> None:
    picture = picture_of(sheet(days=days(*[2] * 29, 1_000_000)))
    assert len(runs(where(picture, palette.CREDITS), 0)) == 30


def test_members_stand_below_one_another_with_bars_as_long_as_their_credits() -> None:
    members = tuple(Bar(f"member {number}", credits, 1) for number, credits in enumerate((500, 250, 100, 0)))
    bars = where(picture_of(sheet(members=members)), palette.CREDITS)
    rows = [bars[start:end] for start, end in runs(bars, 1)]
    lengths = [int(np.flatnonzero(row.any(axis=0)).max() - np.flatnonzero(row.any(axis=0)).min()) for row in rows]
    assert len(lengths) == 3
    assert lengths[1] / lengths[0] == pytest.approx(0.5, abs=0.01)
    assert lengths[2] / lengths[0] == pytest.approx(0.2, abs=0.01)


def test_what_comes_after_nine_members_shares_the_tenth_line() -> None:
    many = tuple(Bar(f"member {number}", 100, 1) for number in range(25))
    picture = picture_of(sheet(members=many))
    assert len(runs(where(picture, palette.CREDITS), 1)) == 9
    assert len(runs(where(picture[:, 72:300], palette.QUIET), 1)) == 2  # the subtitle, and the tenth


def test_the_picture_is_a_phone_wide_and_dark() -> None:
    figures = (("Credits", "1,234"), ("Clips", "99"), ("Failed", "3"), ("Refunded", "12"), ("Cancelled", "1"))
    full = sheet(figures=figures, days=days(3, 4, 5), members=named("member", 12), channels=named("#general", 12))
    picture = picture_of(full)
    height, width, _ = picture.shape
    assert width == 1080
    assert width < height < 3 * width
    for corner in ((0, 0), (0, -1), (-1, 0), (-1, -1)):
        assert where(picture, palette.PAGE)[corner]
    colours = (palette.CARD, palette.TEXT, palette.QUIET, palette.CREDITS_TEXT, palette.CLIPS_TEXT)
    assert all(where(picture, colour).sum() > 100 for colour in colours)


@pytest.mark.parametrize(
    ("colour", "ground", "least"),
    [
        (palette.TEXT, palette.PAGE, 4.5),
        (palette.TEXT, palette.CARD, 4.5),
        (palette.TEXT, palette.CREDITS, 4.5),
        (palette.QUIET, palette.PAGE, 4.5),
        (palette.QUIET, palette.CARD, 4.5),
        (palette.CREDITS_TEXT, palette.CARD, 4.5),
        (palette.CLIPS_TEXT, palette.CARD, 4.5),
        (palette.CREDITS, palette.CARD, 3),
        (palette.CLIPS, palette.CARD, 3),
        (palette.CLIPS, palette.CREDITS, 1.8),  # apart in brightness too, without any colour
    ],
)
def test_words_and_bars_stand_out(colour: str, ground: str, least: float) -> None:
    assert contrast(colour, ground) >= least


@pytest.mark.parametrize("spent", [(0, 0, 0), ()])
def test_that_there_was_nothing_is_said(spent: tuple[int, ...]) -> None:
    picture = picture_of(sheet(days=days(*spent)))
    assert not where(picture, palette.CREDITS).any()
    said = where(picture[180:], palette.QUIET)
    assert said.sum() > 500


def test_numbers_beyond_reason_keep_to_their_places() -> None:
    most = 2**63 - 1
    figures = (("Credits", f"{most:,}"), ("Clips", "1"), ("About", f"{most / 20:,.2f} USD"), ("Failed", "0"))
    picture = picture_of(sheet(figures=figures, days=days(1, most), members=named("member", most)))
    margin = where(picture[:, -36:], palette.PAGE)
    assert margin.all()


def test_a_long_name_ends_before_the_numbers() -> None:
    picture = picture_of(sheet(members=(Bar("W" * 500, 0, 123_456),)))
    row = slice(np.flatnonzero(where(picture, palette.CLIPS_TEXT).any(axis=1)).max() - 20, None)
    name, number = (
        np.flatnonzero(where(picture[row], colour).any(axis=0)) for colour in (palette.TEXT, palette.CREDITS_TEXT)
    )
    assert name.min() > 72
    assert name.max() > 500
    assert number.min() - name.max() > 20


def _name_width(label: str) -> int:
    """How much room the name of the only member takes: it is the lowest thing in its colour."""
    words = where(picture_of(sheet(members=named(label))), palette.TEXT)
    bottom = runs(words, 1)[-1]
    columns = np.flatnonzero(words[bottom[0] : bottom[1]].any(axis=0))
    return int(columns.max() - columns.min())


def test_formulas_are_plain_text() -> None:
    assert _name_width("$mmmm$") - _name_width("mmmm") > 30
    assert _name_width("$\\frac{1}{2}$") > 150
    assert draw(sheet(title="$\\frac{", members=named("\\$ $ _^ {"), days=(Bar("$\\bad$", 1, 1),)))


@pytest.mark.parametrize("label", ["two\nlines", "two\r\n\tlines", "two\u2028lines", "\u202etwo \x00lines\ud800"])
def test_a_name_is_one_line_from_left_to_right(label: str) -> None:
    assert draw(sheet(members=named(label))) == draw(sheet(members=named("two lines")))


def test_who_has_a_name_that_says_nothing_is_a_member() -> None:
    assert draw(sheet(members=named("\u200b\u202e"))) == draw(sheet(members=named("member")))


def _apart(code: str, *arguments: str) -> bytes:
    """What code of the drawing side writes, in a process and with a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {"MPLCONFIGDIR": folder, "MPL_IGNORE_SYSTEM_FONTS": "1"}
        command = [sys.executable, "-c", code, *arguments]
        environment = {**apart.environment(), **settings}
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout


def _lines(texts: list[str], folder: Path) -> list[str]:
    code = (
        "import json, sys; from media.plotting.lettering import Lettering; texts = json.loads(sys.argv[1]);"
        "letters = Lettering(texts, sys.argv[2:]);"
        "print(json.dumps([letters.line(text, instead='member') for text in texts]))"
    )
    lines: list[str] = json.loads(_apart(code, json.dumps(texts), str(folder)))
    return lines


def test_what_no_font_can_draw_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "no font.ttf").write_bytes(b"not a font")
    wanted = {
        "Ελένη Жанна שלום مرحبا": "Ελένη Жанна שלום مرحبا",
        f"{SQUARE} clips": "clips",
        f"#{SQUARE}": "member",
        SQUARE: "member",
        "_._": "_._",
        "𝓕𝓪𝓷𝓬𝔂 Ｗｉｄｅ": "Fancy Wide",
        "Z" + "\u0301" * 50 + "o": "Z\u0301\u0301o",
        "\u0301\u0301x": "x",
        "\U0001f9dc\U0001f3fd\u200d\u2640\ufe0f": "member",
        "": "member",
    }
    assert dict(zip(wanted, _lines(list(wanted), tmp_path), strict=True)) == wanted


def _font(file: Path) -> None:
    """A font with one character, which is a filled square."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 1000), (1000, 1000), (1000, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square, nothing = pen.glyph(), TTGlyphPen(None).glyph()
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "square"])
    font.setupCharacterMap({ord(SQUARE): "square"})
    font.setupGlyf({".notdef": nothing, "square": square})
    font.setupHorizontalMetrics({".notdef": (1000, 0), "square": (1000, 0)})
    font.setupHorizontalHeader(ascent=1000, descent=0)
    font.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(file)


def test_a_font_of_the_system_helps_out(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    _font(tmp_path / "deeper" / "Squares-Regular.ttf")
    assert _lines([f"{SQUARE} clips"], tmp_path) == [f"{SQUARE} clips"]
    code = (
        "import sys; from media.plotting.canvas import Canvas; from media.plotting.lettering import Lettering;"
        "canvas = Canvas(Lettering([sys.argv[1]], sys.argv[2:]));"
        "canvas.text(100, 200, sys.argv[1], 100, '#FFFFFF'); sys.stdout.buffer.write(canvas.png(300))"
    )
    drawn = where(pixels(_apart(code, SQUARE, str(tmp_path))), "#FFFFFF")
    assert drawn[102:198, 102:198].all()
    assert drawn.sum() < 102 * 102


def test_the_plotting_library_is_never_loaded_where_a_picture_is_asked_for() -> None:
    code = (
        "import sys; from media.chart import Sheet, draw;"
        "png = draw(Sheet('Report', '', (), (), (), ()));"
        "print(png[1:4].decode(), sorted({'matplotlib', 'numpy', 'PIL'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    told = subprocess.run(command, cwd=ROOT, env=apart.environment(), capture_output=True, check=True, text=True)
    assert told.stdout.strip() == "PNG []"


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    draw(sheet())
    assert list(tmp_path.iterdir()) == []


def test_a_process_that_dies_is_a_picture_that_failed() -> None:
    with pytest.raises(ChartFailed):
        draw(sheet(days=days(10**400)))


def test_no_room_to_draw_is_a_picture_that_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(ChartFailed):
        draw(sheet())
