"""First frames that mean no good, or are broken: each ends in a picture or in one of our errors, soon and small."""

import random
import struct
from collections.abc import Callable

import pytest
from PIL import Image, ImageFile

from media import picture
from media.first_frame import (
    MAX_INPUT_BYTES,
    BadAspect,
    BadImage,
    DamagedImage,
    FileTooLarge,
    Mend,
    NotAnImage,
    TooManyPixels,
    UnsupportedImage,
    prepare,
)
from media.picture import MAX_SCANS
from tests.media import pictures
from tests.media.pictures import RED, WHITE, assert_close, corner_colours, corners, opened, photo, saved
from tests.media.sounds import film, tone

KINDS: dict[str, Callable[[Image.Image], bytes]] = {
    "JPEG": lambda image: saved(image, "JPEG"),
    "progressive": lambda image: saved(image, "JPEG", progressive=True),
    "PNG": lambda image: saved(image, "PNG"),
    "WEBP": lambda image: saved(image, "WEBP"),
    "lossless": lambda image: saved(image, "WEBP", lossless=True),
    "GIF": lambda image: saved(image, "GIF"),
    "BMP": lambda image: saved(image, "BMP"),
    "AVIF": lambda image: saved(image, "AVIF", speed=10),
    "HEIC": lambda image: pictures.heic(image),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_picture_is_damaged_wherever_it_ends(kind: str) -> None:
    data = KINDS[kind](photo())
    for share in (0.02, 0.1, 0.3, 0.45, 0.6, 0.75, 0.9, 0.97):
        with pytest.raises(DamagedImage):
            picture.make(data[: max(16, int(len(data) * share))])
    with pytest.raises(DamagedImage):
        prepare(data[: len(data) // 2])


def test_a_damaged_picture_changes_nothing_in_pillow() -> None:
    with pytest.raises(DamagedImage):
        picture.make(saved(photo(), "JPEG")[:4000])
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False
    assert "HEIF" not in Image.OPEN


@pytest.mark.parametrize(
    "signature",
    [
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"BM",
        b"GIF89a",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
    ],
)
def test_a_signature_alone_is_no_picture(signature: bytes) -> None:
    for rest in (b"", b"\0" * 100, b"\xff" * 100, bytes(range(256)) * 10, random.Random(7).randbytes(100_000)):
        with pytest.raises(BadImage):
            picture.make(signature + rest)


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_bytes_end_in_a_picture_or_in_one_of_our_errors(kind: str) -> None:
    data, dice = KINDS[kind](photo(400, 380)), random.Random(11)
    for _ in range(6):
        broken = bytearray(data)
        for _ in range(dice.choice((1, 3, 30))):
            broken[dice.choice((dice.randrange(min(600, len(data))), dice.randrange(len(data))))] = dice.randrange(256)
        try:
            prepare(bytes(broken))
        except BadImage:
            continue


BOMBS = {
    "png of 40 megapixels": (pictures.bomb_png(8000, 5000), TooManyPixels),
    "png of all the pixels there are": (pictures.png(2**31 - 1, 2**31 - 1, 8, 6, b""), TooManyPixels),
    "long png": (pictures.bomb_png(12_000, 2000), BadAspect),
    "png of one line": (pictures.bomb_png(20_000, 1), BadAspect),
    "webp": (pictures.empty_webp(16_383, 16_383), TooManyPixels),
    "webp at the limit of others": (pictures.empty_webp(5000, 4000), TooManyPixels),
    "gif": (pictures.empty_gif((65_535, 65_535), (65_535, 65_535)), TooManyPixels),
    "gif whose frame is larger than itself": (pictures.empty_gif((500, 500), (65_535, 65_535)), DamagedImage),
    "gif with a large frame": (pictures.empty_gif((500, 500), (6000, 6000)), TooManyPixels),
    "endless jpeg": (pictures.endless_jpeg(MAX_SCANS), DamagedImage),
    "jpeg of 4 gigapixels": (pictures.with_made_up_size(saved(photo(), "JPEG"), 65_500, 65_500), TooManyPixels),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_before_a_pixel_is_decoded(bomb: str) -> None:
    data, kind = BOMBS[bomb]
    assert len(data) < 50_000
    before = _pixel_memory_asked_for()
    with pytest.raises(kind):
        picture.make(data)
    assert _pixel_memory_asked_for() == before
    with pytest.raises(kind):
        prepare(data)


def test_the_counting_of_pixel_memory_counts() -> None:
    before = _pixel_memory_asked_for()
    picture.make(saved(photo(), "JPEG"))
    assert _pixel_memory_asked_for() > before


def test_a_header_that_claims_more_than_there_is_is_damaged() -> None:
    png = bytearray(saved(photo(), "PNG"))
    png[16:24] = struct.pack(">II", 5000, 5000)
    bmp = bytearray(saved(photo(), "BMP"))
    bmp[18:26] = struct.pack("<ii", 5000, 5000)
    for data in (png, bmp):
        with pytest.raises(DamagedImage):
            prepare(bytes(data))


def test_a_jpeg_that_claims_more_than_there_is_is_grey_where_nothing_is() -> None:
    # Its end is marked, so that for a decoder nothing is missing.
    frame = prepare(pictures.with_made_up_size(saved(photo(), "JPEG"), 16_000, 13_000))
    assert (frame.width, frame.height) == (2000, 1625)
    assert_close(corner_colours(opened(frame))[2:], [(128, 128, 128)] * 2, within=90)


@pytest.mark.parametrize("kind", ["HEIC", "AVIF"])
def test_a_container_that_lies_about_its_picture_is_refused_or_taken_at_its_word(kind: str) -> None:
    data = bytearray(KINDS[kind](photo(2400, 1600)))
    place = data.index(b"ispe") + 8
    data[place : place + 8] = struct.pack(">II", 400, 400)
    try:
        frame = prepare(bytes(data))
    except DamagedImage:
        return
    assert (frame.width, frame.height) == (400, 400)


def test_notes_that_name_the_same_bytes_a_thousand_times_are_held_to_the_limit() -> None:
    entries = 60_000
    header = b"MM\0*\0\0\0\x08" + struct.pack(">H", entries)
    rows = b"".join(struct.pack(">HHII", 0x8000 + n % 0x7FFF, 7, 5_000_000, 8) for n in range(entries))
    notes = header + rows + bytes(5_000_000)
    data = saved(photo(), "PNG")
    chunk = pictures.chunk(b"eXIf", notes)
    try:
        assert prepare(data[:33] + chunk + data[33:]).mends == ()
    except BadImage:
        return


def test_a_comment_in_a_million_pieces_is_held_to_the_limit() -> None:
    data = saved(corners(), "GIF")
    place = data.index(b",", 6 + 7 + 3 * 2 ** ((data[10] & 7) + 1))
    comment = b"!\xfe" + b"\x01x" * 1_000_000 + b"\0"
    try:
        assert prepare(data[:place] + comment + data[place:]).mends == ()
    except BadImage:
        return


def test_a_progressive_jpeg_with_a_preview_inside_is_no_bomb() -> None:
    preview = saved(corners(160, 120), "JPEG", progressive=True)
    notes = pictures.exif(1)
    notes[0x9286] = preview * 40
    assert prepare(saved(photo(), "JPEG", exif=notes, progressive=True)).mends == ()


def test_a_broken_second_picture_does_no_harm_to_the_first() -> None:
    data = saved(corners(), "GIF", save_all=True, append_images=[Image.new("RGB", (640, 480), WHITE)])
    frame = prepare(data[:-40])
    assert frame.mends in ((), (Mend.STILL,))
    assert_close(corner_colours(opened(frame))[:1], [RED], within=12)


@pytest.mark.parametrize("other", [film(1), tone("wav", 1), tone("mp3", 1), b"%PDF-1.7\n", b"PK\x03\x04"])
def test_a_picture_behind_another_file_is_not_looked_for(other: bytes) -> None:
    with pytest.raises((NotAnImage, UnsupportedImage)):
        prepare(other + saved(photo(), "JPEG"))


@pytest.mark.parametrize("other", [b"<script>alert(1)</script>", b"PK\x03\x04 an archive", b"%PDF-1.7\n"])
@pytest.mark.parametrize("kind", KINDS)
def test_another_file_behind_a_picture_stays_behind(kind: str, other: bytes) -> None:
    made = prepare(KINDS[kind](photo()) + other * 50)
    assert other not in made.jpeg


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(FileTooLarge) as raised:
        prepare(b"\xff" * (MAX_INPUT_BYTES + 1))
    assert raised.value.size_bytes == MAX_INPUT_BYTES + 1


def test_50_megabytes_of_header_are_held_to_the_limit() -> None:
    segment = b"\xff\xe5\xff\xff" + bytes(65_533)
    data = saved(photo(), "JPEG")
    padded = data[:2] + segment * 790 + data[2:]
    assert 50_000_000 < len(padded) < MAX_INPUT_BYTES
    assert prepare(padded).mends == (Mend.RECOMPRESSED,)


def test_a_png_without_its_palette_is_damaged() -> None:
    data = saved(photo(40, 30).convert("P"), "PNG")
    place = data.index(b"PLTE") - 4
    size = struct.unpack_from(">I", data, place)[0] + 12
    with pytest.raises(DamagedImage):
        picture.make(data[:place] + data[place + size :])


def _pixel_memory_asked_for() -> int:
    """Pillow's own count of pictures made since the start."""
    return int(Image.core.get_stats()["new_count"])  # type: ignore[attr-defined]  # only in C, without a stub
