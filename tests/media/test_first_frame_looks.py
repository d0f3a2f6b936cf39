"""A first frame is made in a shorter way than the plain one, and looks the same."""

import math
from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageOps, ImageStat

from media import picture
from media.clip import likeness
from tests.media import pictures
from tests.media.pictures import photo, saved


def detailed(sides: tuple[int, int]) -> Image.Image:
    """With details of three pixels: one that was decoded too small on the way has lost them."""
    grain = Image.effect_noise((sides[0] // 3, sides[1] // 3), 80).resize(sides).convert("RGB")
    return Image.blend(photo(*sides), grain, 0.3)


def plainly(data: bytes, size: tuple[int, int]) -> Image.Image:
    """Decoded whole, turned, and only then brought to its size, by the best filter there is."""
    return ImageOps.exif_transpose(Image.open(BytesIO(data))).resize(size, Image.Resampling.LANCZOS)


def peak_signal_to_noise_db(a: Image.Image, b: Image.Image) -> float:
    errors = ImageStat.Stat(ImageChops.difference(a, b))
    return 10 * math.log10(255**2 / (sum(errors.sum2) / sum(errors.count)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("sides", [(4032, 3024), (5664, 4248), (2400, 1800), (300, 400)])
def test_a_photo_looks_as_if_it_had_been_made_the_long_way(kind: str, sides: tuple[int, int]) -> None:
    data = saved(detailed(sides), kind, exif=pictures.exif(6), **quick(kind))
    _, jpeg = picture.make(data)
    made = Image.open(BytesIO(jpeg))
    expected = plainly(data, made.size)
    assert peak_signal_to_noise_db(made, expected) > 36.5
    assert likeness(made, expected) > 0.999


def quick(kind: str) -> dict[str, int]:
    return {"quality": 97} if kind == "JPEG" else {"compress_level": 1}
