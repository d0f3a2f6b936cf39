"""Draws a report as a picture that reads at a glance on a phone, in a process of its own."""

from tempfile import TemporaryDirectory

from media import apart
from media.sheet import Bar, Sheet

__all__ = ["Bar", "ChartFailed", "Sheet", "draw"]


class ChartFailed(Exception):
    """There is no picture: the process that draws crashed, ran into a limit, took too long, or had nowhere to start."""


def draw(sheet: Sheet) -> bytes:
    """A PNG, 1080 pixels wide and as tall as it needs to be. Takes about 1 s of CPU. Raises ChartFailed.

    The plotting library wants a folder to write to, and gets one that is gone afterwards. It finds no fonts on its
    own, which can take it a minute where there are many: the drawing side looks for those that it needs.
    """
    try:
        with TemporaryDirectory(prefix="firstframe-") as folder:
            settings = {"MPLCONFIGDIR": folder, "MPL_IGNORE_SYSTEM_FONTS": "1", "OPENBLAS_NUM_THREADS": "1"}
            _, png = apart.run("chart", sheet.to_json(), settings)
    except (apart.GaveUp, OSError) as error:
        raise ChartFailed(str(error)) from error
    return png
