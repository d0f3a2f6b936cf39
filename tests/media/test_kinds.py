"""What a JPEG's own marks say of its passes."""

import pytest
from PIL import Image

from media.kinds import jpeg_scans
from tests.media.pictures import photo, saved

END = b"\xff\xd9"
COLOURS_APART = b"\xff\xd8" + bytes.fromhex("ffc0 0011 08 0010 0010 03 012200 021101 031101")
ONE_COLOUR = bytes.fromhex("ffda 0008 01 0100 003f00 55")


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_plain_jpeg_is_one_pass_whatever_follows_it(mode: str) -> None:
    data = saved(photo().convert(mode), "JPEG")
    assert jpeg_scans(data) == 1
    assert jpeg_scans(data.removesuffix(END) + 500 * ONE_COLOUR + END) == 1


def test_passes_of_a_colour_each_are_counted() -> None:
    assert jpeg_scans(COLOURS_APART + 3 * ONE_COLOUR + END) == 3


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_each_pass_of_a_progressive_jpeg_is_counted(mode: str) -> None:
    data = saved(Image.new(mode, (64, 64)), "JPEG", progressive=True)
    assert jpeg_scans(data) > 3
    assert jpeg_scans(data.removesuffix(END) + 500 * ONE_COLOUR + END) > 500
