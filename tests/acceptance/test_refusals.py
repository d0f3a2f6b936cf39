"""What cannot be: one clear sentence for the member alone, no charge, no task, nothing left in the channel."""

import io
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.acceptance.street import Opened, Street, photo, sandbox

BOOSTED_BYTES = 100 * 1024 * 1024
"""What members may upload to a server of the highest level."""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A bot that is not patient with a provider that is down."""
    with sandbox(tmp_path_factory.mktemp("sandbox"), SUBMIT_PATIENCE_MINUTES="0.02") as running:
        yield running


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 40 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 8000, 5000, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(8001 * 5000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def animation() -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGB", (640, 480), colour) for colour in ("red", "green", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def sideways() -> bytes:
    """A phone's photo, whose notes say which way is up."""
    notes = Image.Exif()
    notes[0x0112] = 6
    file = io.BytesIO()
    Image.open(io.BytesIO(photo())).save(file, "JPEG", exif=notes)
    return file.getvalue()


BAD_IMAGES = [
    ("a zip archive", b"PK\x03\x04" + bytes(2000), "photo.jpg", "not a picture"),
    ("a renamed text file", b"Dear diary, this is no picture.\n" * 50, "photo.png", "not a picture"),
    ("an empty file", b"", "photo.jpg", "not a picture"),
    ("a truncated JPEG", photo()[:9000], "photo.jpg", "damaged or cut off"),
    ("a 40-megapixel bomb", bomb(), "photo.png", "40 megapixels"),
    ("a panorama", photo(2400, 400), "photo.jpg", "2400 × 400 pixels, too long and thin"),
    ("a strip", photo(100, 600), "photo.jpg", "at most 5.5 times the shorter"),
    ("too heavy", photo() + bytes(50 * 1024 * 1024), "photo.jpg", "at most 50 MB"),
]

MENDED = [
    ("small", photo(240, 320), (360, 480), "scaled up"),
    ("large", photo(4032, 3024), (2000, 1500), "scaled down"),
    ("heavy", photo() + bytes(11 * 1024 * 1024), (960, 720), "compressed"),
    ("animation", animation(), (640, 480), "only the first frame of the animation"),
    ("sideways", sideways(), (720, 960), "turned upright"),
]


@pytest.mark.parametrize(
    ("image", "filename", "words"), [bad[1:] for bad in BAD_IMAGES], ids=[b[0] for b in BAD_IMAGES]
)
def test_a_bad_image_is_refused_without_a_charge(street: Street, image: bytes, filename: str, words: str) -> None:
    street.post("/sandbox/settings", {"upload_limit_bytes": BOOSTED_BYTES})
    before, public, tasks = street.credits_left(), _public(street), len(street.get("/sandbox/wan/tasks"))
    sentence = street.said_to("member", street.animate(image or b" ", filename))
    assert words in sentence
    assert sentence.endswith("Nothing was charged.")
    assert "\n" not in sentence
    assert street.credits_left() == before
    street.until(lambda: _public(street) == public, "a clean channel")
    assert len(street.get("/sandbox/wan/tasks")) == tasks


def _public(street: Street) -> list[str]:
    return [message["id"] for message in street.messages("second.member")]


def test_a_transparent_picture_is_flattened_and_that_is_said(street: Street) -> None:
    street.wan(hold=True)
    status = street.answer(street.animate(photo(kind="PNG", mode="RGBA"), "cutout.png", prompt="a cutout"))
    assert "transparent parts were filled with white" in status["content"]
    street.until(lambda: street.tasks("a cutout"), "the task")
    street.wan(hold=False)
    street.clip("a cutout")


@pytest.mark.parametrize(("image", "sides", "words"), [mended[1:] for mended in MENDED], ids=[m[0] for m in MENDED])
def test_a_picture_that_does_not_fit_is_mended_and_that_is_said(
    street: Street, image: bytes, sides: tuple[int, int], words: str
) -> None:
    street.post("/sandbox/settings", {"upload_limit_bytes": BOOSTED_BYTES})
    street.wan(hold=True)
    prompt = f"a picture {words}"
    status = street.answer(street.animate(image, "photo.jpg", prompt=prompt))
    assert words in status["content"]
    task = street.until(lambda: street.tasks(prompt), "the task")[0]
    assert (task["request"]["image"]["width"], task["request"]["image"]["height"]) == sides
    street.wan(hold=False)
    street.clip(prompt)


REFUSALS = [
    (
        400,
        {"error_code": "InvalidParameter", "error_msg": "the prompt is odd"},
        "did not accept the picture or the options",
    ),
    (400, {"error_code": "DataInspectionFailed", "error_msg": "no"}, "refused this for its content"),
    (401, {"error_code": "InvalidApiKey", "message": "bad key"}, "its operator has to look"),
    (429, {"message": "slow down"}, "too busy"),
    (500, {"message": "oops"}, "connection broke while the clip was being ordered"),
]


@pytest.mark.parametrize(("status", "body", "words"), REFUSALS, ids=[str(r[1]) for r in REFUSALS])
def test_a_provider_that_refuses_ends_in_a_refund_and_a_sentence(
    street: Street, status: int, body: dict[str, str], words: str
) -> None:
    before = street.credits_left()
    street.fault("wan", "POST", "image-to-video", times=None, status=status, body=body)
    message = street.answer(street.animate(prompt="refused"))
    ended = street.until(lambda: _ending(street, message["id"]), "the refusal")
    assert words in ended
    assert "10 credits returned" in ended
    assert street.credits_left() == before


def test_a_provider_that_is_down_ends_in_a_refund_and_a_sentence(tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/v1"  # the discard port: nothing listens there
    with sandbox(tmp_path, SUBMIT_PATIENCE_MINUTES="0.02", WAN_URL=nowhere) as running:
        street = running.street
        before = street.credits_left()
        message = street.answer(street.animate())
        ended = street.until(lambda: _ending(street, message["id"]), "the refusal")
        assert "cannot be reached" in ended
        assert street.credits_left() == before


def _ending(street: Street, message_id: str) -> str | None:
    text = street.text(message_id)
    return text if "No clip" in text else None


def test_a_channel_where_it_may_not_post_is_refused(street: Street) -> None:
    sentence = street.said_to(
        "member",
        street.command("animate", where="announcements", files={"image": ("p.jpg", photo(), "image/jpeg")}),
        "announcements",
    )
    assert "ask a moderator to give me *Send Messages* here" in sentence
