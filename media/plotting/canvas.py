"""A sheet of pixels to draw on, from the top down, as tall as what is drawn."""

from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, Rectangle

from media.palette import CARD, PAGE
from media.plotting.lettering import REGULAR, Lettering

WIDTH = 1080
MARGIN = 36
LEFT, RIGHT = 2 * MARGIN, WIDTH - 2 * MARGIN
"""Where a card's contents begin and end."""
CORNER = 24
_DPI = 72  # so that one point is one pixel


class Canvas:
    """Places and sizes are in pixels from the top left; a text's `y` is the line that its letters stand on."""

    def __init__(self, lettering: Lettering) -> None:
        self.lettering = lettering
        self._figure = Figure(facecolor=PAGE, dpi=_DPI)
        self._agg = FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, WIDTH)

    def text(
        self, x: float, y: float, text: str, size: float, colour: str, *, weight: str = REGULAR, align: str = "left"
    ) -> None:
        font = self._font(size, weight)
        # Plain text, whatever dollar signs and backslashes are in it: names come from members.
        self._axes.text(x, y, text, color=colour, font=font, ha=align, va="baseline", parse_math=False)

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        """Filled; crisp where there is no radius, if given whole pixels."""
        if not radius:
            self._axes.add_patch(Rectangle((x, y), width, height, color=colour, lw=0, antialiased=False))
            return
        round_ = f"round,pad=0,rounding_size={min(radius, width / 2, height / 2)}"
        self._axes.add_patch(FancyBboxPatch((x, y), width, height, boxstyle=round_, color=colour, lw=0))

    def card(self, top: int, bottom: int) -> None:
        """The ground for a part of the picture, as wide as the picture allows."""
        self.box(MARGIN, top, WIDTH - 2 * MARGIN, bottom - top, CARD, CORNER)

    def width(self, text: str, size: float, weight: str = REGULAR) -> float:
        renderer = self._agg.get_renderer()  # type: ignore[no-untyped-call]  # matplotlib has no annotation here
        return float(renderer.get_text_width_height_descent(text, self._font(size, weight), ismath=False)[0])

    def fitted(self, text: str, size: float, least: float, most_width: float, weight: str = REGULAR) -> float:
        """The size, smaller where the text would be wider, but not below the least."""
        width = self.width(text, size, weight)
        return size if width <= most_width else max(least, size * most_width / width)

    def shortened(self, text: str, size: float, most_width: float, weight: str = REGULAR) -> str:
        """As much of the text as there is room for, with an ellipsis."""
        if self.width(text, size, weight) <= most_width:
            return text
        fits, too_many = 0, len(text)
        while too_many - fits > 1:
            middle = (fits + too_many) // 2
            is_fit = self.width(_cut(text, middle), size, weight) <= most_width
            fits, too_many = (middle, too_many) if is_fit else (fits, middle)
        return _cut(text, fits)

    def wrapped(self, text: str, size: float, most_width: float, weight: str = REGULAR) -> list[str]:
        """On two lines where one is too short, and what is longer still is shortened."""
        words = text.split(" ")
        first = next(
            count
            for count in range(len(words), 0, -1)
            if count == 1 or self.width(" ".join(words[:count]), size, weight) <= most_width
        )
        lines = (" ".join(words[:first]), " ".join(words[first:]))
        return [self.shortened(line, size, most_width, weight) for line in lines if line]

    def png(self, height: int) -> bytes:
        self._figure.set_size_inches(WIDTH / _DPI, height / _DPI)
        self._axes.set_ylim(height, 0)
        picture = BytesIO()
        self._figure.savefig(picture, format="png", metadata={"Software": None})
        return picture.getvalue()

    def _font(self, size: float, weight: str) -> FontProperties:
        return FontProperties(family=self.lettering.families, size=size, weight=weight)


def _cut(text: str, length: int) -> str:
    return text[:length].rstrip() + "…"
