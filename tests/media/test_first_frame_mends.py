"""First frames that did not fit: brought to the size and weight that the video service takes, and no further."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media import sizes
from media.first_frame import MAX_SIDE, MIN_SIDE, BadAspect, BadImage, Mend, TooManyPixels, prepare
from media.picture import MAX_JPEG_BYTES
from tests.media import pictures
from tests.media.pictures import (
    BLUE,
    GREEN,
    GREY,
    RED,
    WHITE,
    assert_close,
    corner_colours,
    corners,
    opened,
    photo,
    saved,
)

CORNERS = [RED, GREEN, BLUE, GREY]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ((2001, 1000), (2000, 1000)),
        ((4032, 3024), (2000, 1500)),
        ((3024, 4032), (1500, 2000)),
        ((5000, 900), (2000, 360)),
        ((3999, 3999), (2000, 2000)),
        ((4800, 4800), (2000, 2000)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_too_large_is_scaled_down(kind: str, sides: tuple[int, int], expected: tuple[int, int]) -> None:
    frame = prepare(saved(corners(*sides), kind))
    assert (frame.width, frame.height) == expected == opened(frame).size
    assert frame.mends == (Mend.SCALED_DOWN,)
    assert_close(corner_colours(opened(frame)), CORNERS, within=12)


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ((359, 1000), (360, 1003)),
        ((100, 100), (360, 360)),
        ((1, 1), (360, 360)),
        ((36, 200), (360, 2000)),
        ((128, 96), (480, 360)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_too_small_is_scaled_up(kind: str, sides: tuple[int, int], expected: tuple[int, int]) -> None:
    frame = prepare(saved(Image.new("RGB", sides, BLUE), kind))
    assert (frame.width, frame.height) == expected == opened(frame).size
    assert frame.mends == (Mend.SCALED_UP,)
    assert_close(corner_colours(opened(frame)), [BLUE] * 4, within=12)


@pytest.mark.parametrize("sides", [(2001, 360), (360, 2001), (3000, 400), (16 * 300, 300), (1, 6), (500, 1), (1, 2000)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_an_aspect_that_cannot_fit_is_refused(kind: str, sides: tuple[int, int]) -> None:
    with pytest.raises(BadAspect) as raised:
        prepare(saved(Image.new("RGB", sides), kind))
    assert (raised.value.width, raised.value.height) == sides


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_every_size_fits_with_its_aspect_or_is_refused(width: int, height: int) -> None:
    try:
        sizes.check(width, height, 10**9)
    except BadAspect:
        assert max(width, height) / min(width, height) > MAX_SIDE / MIN_SIDE
        return
    made = sizes.fitted(width, height)
    assert min(made) >= MIN_SIDE
    assert max(made) <= MAX_SIDE
    assert made[0] / made[1] == pytest.approx(width / height, rel=0.005)
    if min(width, height) >= MIN_SIDE and max(width, height) <= MAX_SIDE:
        assert made == (width, height)


def test_a_phones_large_photo_is_scaled_down_turned_and_rid_of_its_place() -> None:
    data = saved(photo(4032, 3024), "JPEG", exif=pictures.exif(6), quality=90)
    frame = prepare(data)
    assert (frame.width, frame.height) == (1500, 2000)
    assert frame.mends == (Mend.TURNED, Mend.SCALED_DOWN)
    assert dict(opened(frame).getexif()) == {}


def test_a_heic_is_upright_in_its_own_colours_and_rid_of_its_place() -> None:
    notes = pictures.exif(6).tobytes()
    data = pictures.heic(corners(), exif=notes)
    assert b"Maker of phones" in data
    frame = prepare(data)
    # The encoder turned the note into HEIF's own turn, as phones write it, and the decoder obeys that one.
    assert (frame.width, frame.height) == (480, 640)
    assert_close(corner_colours(opened(frame)), [BLUE, RED, GREY, GREEN], within=12)
    assert b"Maker of phones" not in frame.jpeg


def test_a_transparent_picture_is_scaled_before_it_is_laid_on_white_without_dark_edges() -> None:
    image = Image.new("RGBA", (3000, 3000), (0, 0, 0, 0))
    image.paste((*RED, 255), (1001, 0, 3000, 3000))
    frame = prepare(saved(image, "PNG"))
    assert frame.mends == (Mend.FLATTENED, Mend.SCALED_DOWN)
    seen = opened(frame)
    assert_close(corner_colours(seen), [WHITE, RED, WHITE, RED], within=12)
    reds = [pictures.pixel(seen, (x, 1000))[0] for x in range(640, 700)]
    assert min(reds) > RED[0] - 15


@pytest.mark.parametrize("mode", ["P", "1", "L", "LA", "CMYK"])
def test_every_mode_can_be_scaled(mode: str) -> None:
    image = Image.new("RGB", (2400, 1200), WHITE).convert(mode)
    frame = prepare(saved(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert (frame.width, frame.height, frame.mends) == (2000, 1000, (Mend.SCALED_DOWN,))
    assert_close(corner_colours(opened(frame)), [WHITE] * 4)


def test_a_cmyk_photo_with_its_profile_is_scaled_and_keeps_its_colours() -> None:
    data = saved(corners(3000, 2250).convert("CMYK"), "JPEG", quality=95, subsampling=0, icc_profile=b"not for CMYK")
    assert_close(corner_colours(opened(prepare(data))), CORNERS, within=12)


def test_a_heavy_picture_is_recompressed() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((2000, 2000), 120) for _ in range(3)])
    data = saved(noise, "BMP")
    assert len(data) > 11_000_000
    frame = prepare(data)
    assert frame.mends == (Mend.RECOMPRESSED,)
    assert len(frame.jpeg) <= MAX_JPEG_BYTES


def test_a_heavy_and_large_picture_is_told_as_scaled_down_alone() -> None:
    assert prepare(saved(corners(2400, 2000), "BMP")).mends == (Mend.SCALED_DOWN,)


def test_a_heavy_tail_behind_a_picture_is_left_behind() -> None:
    frame = prepare(saved(photo(), "JPEG") + b"another file" * 3_000_000)
    assert frame.mends == (Mend.RECOMPRESSED,)
    assert len(frame.jpeg) < 200_000
    assert b"another file" not in frame.jpeg


def test_a_photo_of_48_megapixels_is_taken_in_little_memory() -> None:
    used, answer = measured(saved(Image.new("RGB", (8064, 6048), GREEN), "JPEG"))
    assert answer == {"width": 2000, "height": 1500, "mends": ["scaled_down"]}
    assert used < 110_000_000


def test_the_largest_pictures_stay_far_from_the_limit_of_memory() -> None:
    rgba = Image.new("RGBA", (5000, 5000), (*RED, 100))
    for data in (saved(rgba, "PNG", compress_level=1), saved(rgba.resize((4000, 4000)), "WEBP", method=0)):
        used, answer = measured(data)
        assert answer["mends"] == ["scaled_down", "flattened"]
        assert used < 400_000_000


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (saved(Image.new("L", (8064, 6048)), "JPEG", progressive=True), TooManyPixels),
        (pictures.heic(Image.new("L", (6000, 4500)), matrix_coefficients=6), TooManyPixels),
        (saved(Image.new("L", (6000, 4500)), "AVIF", speed=10), TooManyPixels),
        (saved(Image.new("L", (6000, 4500)), "PNG"), TooManyPixels),
    ],
    ids=["progressive", "heic", "avif", "png"],
)
def test_pictures_that_can_only_be_decoded_whole_have_a_lower_limit(data: bytes, kind: type[BadImage]) -> None:
    with pytest.raises(kind):
        prepare(data)


_MEASURE = """
import json, re, sys
from pathlib import Path
from media import picture
facts, _ = picture.make(sys.stdin.buffer.read())
print(json.dumps([int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024, facts]))
"""


def measured(data: bytes) -> tuple[int, dict[str, object]]:
    """The most memory that a process of its own took for the picture, in bytes, and what came out."""
    if not Path("/proc/self/status").exists():
        pytest.skip("memory is measured on Linux")
    done = subprocess.run([sys.executable, "-c", _MEASURE], input=data, stdout=subprocess.PIPE, check=True)
    used, facts = json.loads(done.stdout)
    return used, facts
