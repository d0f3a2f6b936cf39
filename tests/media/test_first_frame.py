"""First frames: everything a member may attach, made good or refused for one stated reason."""

from hashlib import sha256
from typing import Literal

import pytest
from PIL import Image, ImageCms

from media.first_frame import Mend, NotAnImage, UnsupportedImage, prepare
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
    pixel,
    saved,
)


def with_hole(mode: str = "RGBA") -> Image.Image:
    """The corners with the top left one cut out."""
    image = corners().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 320, 240))
    return image.convert(mode)


def _profile(space: Literal["sRGB", "LAB"]) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()


@pytest.mark.parametrize(
    "data",
    [
        saved(corners(), "JPEG", quality=95, subsampling=0),
        saved(corners(), "JPEG", quality=95, subsampling=0, progressive=True),
        saved(corners(), "PNG"),
        saved(corners(), "BMP"),
        saved(corners(), "WEBP", lossless=True),
        saved(corners(), "WEBP", quality=100),
        saved(corners(), "GIF"),
        saved(corners().quantize(), "PNG"),
        saved(corners().convert("RGBA"), "PNG"),
        saved(corners().convert("RGBA"), "WEBP", lossless=True),
        saved(corners(), "AVIF"),
        pictures.heic(corners()),
    ],
    ids=[
        "jpeg",
        "progressive",
        "png",
        "bmp",
        "webp",
        "lossy",
        "gif",
        "palette",
        "opaque-rgba",
        "opaque-webp",
        "avif",
        "heic",
    ],
)
def test_every_accepted_kind_becomes_an_upright_rgb_jpeg(data: bytes) -> None:
    frame = prepare(data)
    image = opened(frame)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (640, 480))
    assert (frame.width, frame.height, frame.mends) == (640, 480, ())
    assert frame.sha256 == sha256(frame.jpeg).hexdigest()
    assert_close(corner_colours(image), [RED, GREEN, BLUE, GREY], within=12)


def test_the_same_picture_gives_the_same_bytes() -> None:
    data = saved(photo(), "PNG")
    assert prepare(data).sha256 == prepare(data).sha256


def test_colours_keep_their_sharpness() -> None:
    assert opened(prepare(saved(photo(), "PNG"))).layer == [  # type: ignore[attr-defined]  # JPEG's own
        (1, 1, 1, 0),
        (2, 1, 1, 1),
        (3, 1, 1, 1),
    ]


@pytest.mark.parametrize(
    ("orientation", "expected"),
    [
        (2, [GREEN, RED, GREY, BLUE]),
        (3, [GREY, BLUE, GREEN, RED]),
        (4, [BLUE, GREY, RED, GREEN]),
        (5, [RED, BLUE, GREEN, GREY]),
        (6, [BLUE, RED, GREY, GREEN]),
        (7, [GREY, GREEN, BLUE, RED]),
        (8, [GREEN, GREY, RED, BLUE]),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_a_phones_photo_is_turned_upright(kind: str, orientation: int, expected: list[tuple[int, ...]]) -> None:
    frame = prepare(saved(corners(), kind, exif=pictures.exif(orientation), quality=95))
    assert frame.mends == (Mend.TURNED,)
    assert (frame.width, frame.height) == ((640, 480) if orientation < 5 else (480, 640))
    assert opened(frame).size == (frame.width, frame.height)
    assert_close(corner_colours(opened(frame)), expected, within=12)


@pytest.mark.parametrize("orientation", [0, 1, 9, 65535])
def test_a_photo_that_is_upright_is_left_so(orientation: int) -> None:
    assert prepare(saved(corners(), "JPEG", exif=pictures.exif(orientation))).mends == ()


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_broken_notes_do_not_spoil_a_picture() -> None:
    frame = prepare(saved(corners(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xffnonsense"))
    assert frame.mends == ()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_nothing_of_the_notes_is_left(kind: str) -> None:
    data = saved(corners(), kind, exif=pictures.exif(6), icc_profile=_profile("sRGB"))
    assert b"Maker of phones" in data
    frame = prepare(data)
    assert dict(opened(frame).getexif()) == {}
    assert set(opened(frame).info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for mark in (b"Exif", b"Maker of phones", b"ICC_PROFILE", b"http://ns.adobe.com"):
        assert mark not in frame.jpeg


def test_a_comment_is_not_kept() -> None:
    assert b"at home" not in prepare(saved(corners(), "JPEG", comment=b"at home")).jpeg


@pytest.mark.parametrize(
    "data",
    [
        saved(with_hole(), "PNG"),
        saved(with_hole(), "WEBP", lossless=True),
        saved(with_hole("P"), "PNG"),
        saved(with_hole(), "GIF"),
        saved(with_hole(), "AVIF"),
        pictures.heic(with_hole()),
    ],
    ids=["rgba png", "webp", "palette png", "gif", "avif", "heic"],
)
def test_a_transparent_picture_is_laid_on_white(data: bytes) -> None:
    frame = prepare(data)
    assert frame.mends == (Mend.FLATTENED,)
    assert_close(corner_colours(opened(frame)), [WHITE, GREEN, BLUE, GREY], within=40)


def test_a_grey_transparent_picture_is_laid_on_white() -> None:
    image = Image.new("LA", (400, 400), (0, 127))
    frame = prepare(saved(image, "PNG"))
    assert frame.mends == (Mend.FLATTENED,)
    assert_close([pixel(opened(frame), (200, 200))], [(128, 128, 128)])


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_colour_named_as_transparent_is_laid_on_white(mode: str) -> None:
    image = Image.new(mode, (400, 400), "black")
    frame = prepare(saved(image, "PNG", transparency=0 if mode == "L" else (0, 0, 0)))
    assert frame.mends == (Mend.FLATTENED,)
    assert_close([pixel(opened(frame), (200, 200))], [WHITE])


def test_turned_and_flattened_are_both_told() -> None:
    frame = prepare(saved(with_hole(), "PNG", exif=pictures.exif(6)))
    assert frame.mends == (Mend.FLATTENED, Mend.TURNED)
    assert_close(corner_colours(opened(frame)), [BLUE, WHITE, GREY, GREEN])


@pytest.mark.parametrize("mode", ["1", "L", "CMYK"])
def test_other_modes_become_rgb(mode: str) -> None:
    image = Image.new("RGB", (400, 400), WHITE).convert(mode)
    frame = prepare(saved(image, "PNG" if mode == "1" else "JPEG"))
    assert opened(frame).mode == "RGB"
    assert_close([pixel(opened(frame), (200, 200))], [WHITE])


def test_a_cmyk_photo_keeps_its_colours() -> None:
    frame = prepare(saved(corners().convert("CMYK"), "JPEG", quality=95, subsampling=0))
    assert_close(corner_colours(opened(frame)), [RED, GREEN, BLUE, GREY], within=12)


def test_a_16_bit_grey_png_keeps_its_shades() -> None:
    rows = b"".join(b"\0" + (b"\x40\x00" * 200 + b"\xc0\x00" * 200) for _ in range(400))
    image = opened(prepare(pictures.png(400, 400, 16, 0, rows)))
    assert_close([pixel(image, (100, 200)), pixel(image, (300, 200))], [(64,) * 3, (192,) * 3])


def test_a_16_bit_colour_png_keeps_its_shades() -> None:
    rows = b"".join(b"\0" + b"\x80\x00\x40\x00\xff\xff" * 400 for _ in range(400))
    image = opened(prepare(pictures.png(400, 400, 16, 2, rows)))
    assert_close([pixel(image, (200, 200))], [(128, 64, 255)])


def test_a_16_bit_grey_png_with_a_transparent_shade_is_laid_on_white() -> None:
    rows = b"".join(b"\0" + b"\x40\x00" * 400 for _ in range(400))
    frame = prepare(pictures.png(400, 400, 16, 0, rows, (b"tRNS", b"\x40\x00")))
    assert frame.mends == (Mend.FLATTENED,)


def test_colours_are_read_as_their_profile_means_them() -> None:
    plain = saved(corners(), "PNG")
    # A profile whose red and blue are swapped, made of sRGB's own parts.
    swapped = _profile("sRGB")
    swapped = swapped.replace(b"rXYZ", b"tmpX").replace(b"bXYZ", b"rXYZ").replace(b"tmpX", b"bXYZ")
    tagged = saved(corners(), "PNG", icc_profile=swapped)
    red, *_ = corner_colours(opened(prepare(tagged)))
    assert_close(corner_colours(opened(prepare(plain))), [RED, GREEN, BLUE, GREY])
    assert red[2] > red[0]


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200, _profile("LAB")])
def test_a_profile_that_makes_no_sense_is_passed_over(profile: bytes) -> None:
    frame = prepare(saved(corners(), "PNG", icc_profile=profile))
    assert_close(corner_colours(opened(frame)), [RED, GREEN, BLUE, GREY])


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    second = Image.new("RGB", (640, 480), WHITE)
    data = saved(corners(), kind, save_all=True, append_images=[second] * 3, duration=100, lossless=True)
    frame = prepare(data)
    assert frame.mends == (Mend.STILL,)
    assert_close(corner_colours(opened(frame)), [RED, GREEN, BLUE, GREY], within=12)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"hello, this is a text called photo.jpg" * 100,
        b"\x00" * 5000,
        b"RIFF\x00\x00\x00\x00WAVEfmt " + b"\0" * 100,
        "Ünïcode".encode("utf-16"),
    ],
    ids=["empty", "one byte", "text", "zeros", "sound", "utf-16"],
)
def test_a_renamed_file_is_no_image(data: bytes) -> None:
    with pytest.raises(NotAnImage):
        prepare(data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (saved(corners(), "TIFF"), "TIFF"),
        (saved(corners(), "JPEG2000"), "JPEG 2000"),
        (saved(corners(256, 256), "ICO"), "ICO"),
        (saved(corners(), "PDF"), "PDF"),
        (b"\0\0\0\x18ftypmif1" + b"\0" * 50, "HEIF"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 50, "MP4 video"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 50, "WebM video"),
        (b"8BPS\0\1" + b"\0" * 50, "PSD"),
        (b"\xff\x0a" + b"\0" * 50, "JPEG XL"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_other_kinds_are_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedImage) as raised:
        prepare(data)
    assert raised.value.format == name


@pytest.mark.parametrize("sides", [(360, 360), (360, 2000), (2000, 360), (2000, 2000)])
def test_the_limits_themselves_are_allowed(sides: tuple[int, int]) -> None:
    frame = prepare(saved(photo(*sides), "JPEG"))
    assert (frame.width, frame.height, frame.mends) == (*sides, ())


def test_the_repr_of_a_first_frame_is_without_its_bytes() -> None:
    assert "jpeg" not in repr(prepare(saved(photo(), "JPEG")))
