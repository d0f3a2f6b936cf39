"""Clips: what a file tells of itself, its first and last pictures, and how alike two pictures are."""

import random
import wave
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from media import reel
from media.clip import Clip, NotAClip, first_picture, last_frame_jpeg, last_picture, likeness, probe
from tests.media import films
from tests.media.pictures import corners, exif, photo, saved


def test_a_clip_tells_what_it_is(tmp_path: Path) -> None:
    path = films.film(tmp_path / "clip.mp4", films.still(photo(640, 368), 60), tone_seconds=2)
    clip = probe(path)
    assert clip.seconds == pytest.approx(2, abs=0.05)
    assert clip == Clip(640, 368, clip.seconds, 30.0, True, "h264", path.stat().st_size)


def test_a_silent_clip_says_so(tmp_path: Path) -> None:
    clip = probe(films.film(tmp_path / "clip.mp4", films.still(photo(480, 640), 12), fps=24))
    assert (clip.has_sound, clip.frames_per_second, clip.seconds) == (False, 24.0, 0.5)
    assert (clip.width, clip.height) == (480, 640)


def test_the_first_picture_is_the_first(tmp_path: Path) -> None:
    pictures = [photo(), *films.still(photo(turned=True), 20)]
    first = first_picture(films.film(tmp_path / "clip.mp4", pictures))
    assert first.mode == "RGB"
    assert likeness(first, photo()) > 0.95
    assert likeness(first, photo(turned=True)) < 0.5


def _text(folder: Path) -> Path:
    path = folder / "clip.mp4"
    path.write_text("not a film " * 1000)
    return path


def _empty(folder: Path) -> Path:
    path = folder / "clip.mp4"
    path.touch()
    return path


def _cut_off(folder: Path) -> Path:
    path = films.film(folder / "clip.mp4", films.still(photo(), 30))
    path.write_bytes(path.read_bytes()[:2000])
    return path


def _list_of_files(folder: Path) -> Path:
    films.film(folder / "other.mp4", films.still(photo(), 3))
    path = folder / "clip.mp4"
    path.write_text("ffconcat version 1.0\nfile other.mp4\n")
    return path


def _sound_alone(folder: Path) -> Path:
    path = folder / "clip.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(b"\0" * 4096)
    return path


def _of_an_unknown_kind(folder: Path) -> Path:
    path = films.film(folder / "clip.mp4", films.still(photo(), 3), tone_seconds=1)
    path.write_bytes(path.read_bytes().replace(b"avc1", b"xyz1"))
    return path


@pytest.mark.parametrize("word", ["测试测试视频".encode("gbk"), "Vidéomaître!".encode("latin-1")])
def test_words_in_any_alphabet_spoil_no_clip(tmp_path: Path, word: bytes) -> None:
    path = films.film(tmp_path / "clip.mp4", films.still(photo(), 3), tone_seconds=1)
    path.write_bytes(path.read_bytes().replace(b"VideoHandler", word))
    assert word in path.read_bytes()
    assert (
        (probe(path).width, probe(path).height) == photo().size == first_picture(path).size == last_picture(path).size
    )
    assert last_frame_jpeg(path)
    assert reel.read(path).sound


@pytest.mark.parametrize(
    "make",
    [
        _of_an_unknown_kind,
        _text,
        _empty,
        _cut_off,
        _list_of_files,
        _sound_alone,
        lambda folder: folder / "nowhere",
        Path,
    ],
)
def test_what_is_no_clip_is_refused(make: object, tmp_path: Path) -> None:
    assert callable(make)
    path = make(tmp_path)
    with pytest.raises(NotAClip):
        probe(path)
    for look in (first_picture, last_picture, last_frame_jpeg):
        with pytest.raises(NotAClip):
            look(path)


@pytest.mark.parametrize("options", [{"bf": "3", "g": "12"}, {"bf": "0", "g": "250"}, {"bf": "3", "open-gop": "1"}])
@pytest.mark.parametrize("count", [1, 29, 30])
def test_the_last_picture_is_the_very_last(tmp_path: Path, count: int, options: dict[str, str]) -> None:
    greys = [Image.new("RGB", (96, 64), (8 * step,) * 3) for step in range(count)]
    path = films.film(tmp_path / "clip.mp4", greys, fps=10, crf=1, x264=options)
    for picture in (last_picture(path), Image.open(BytesIO(last_frame_jpeg(path)))):
        assert (picture.mode, picture.size) == ("RGB", (96, 64))
        assert grey_of(picture) == pytest.approx(8 * (count - 1), abs=3)


@pytest.mark.parametrize(("every", "found"), [(250, True), (10_000, False)])
def test_the_last_picture_takes_a_bounded_time(tmp_path: Path, every: int, found: bool) -> None:
    path = films.film(tmp_path / "clip.mp4", films.still(photo(32, 32), 3100), x264={"g": str(every)})
    if found:
        assert last_picture(path).size == (32, 32)
    else:
        with pytest.raises(NotAClip, match="too many"):
            last_picture(path)


def test_the_last_picture_is_found_where_the_sound_goes_on(tmp_path: Path) -> None:
    pictures = [*films.still(photo(), 20), photo(turned=True)]
    path = films.film(tmp_path / "clip.mp4", pictures, tone_seconds=3)
    assert likeness(last_picture(path), photo(turned=True)) > 0.95


def test_the_last_frame_keeps_its_colours(tmp_path: Path) -> None:
    path = films.film(tmp_path / "clip.mp4", [Image.new("RGB", (640, 368), (200, 30, 40))] * 3, crf=1)
    red, green, blue = Image.open(BytesIO(last_frame_jpeg(path))).resize((1, 1)).tobytes()
    assert (red, green, blue) == pytest.approx((200, 30, 40), abs=4)


def test_a_torn_clip_ends_in_a_picture_or_in_an_error(tmp_path: Path) -> None:
    path = films.film(tmp_path / "clip.mp4", films.drifting_noise(320, 240, 20))
    data, dice = path.read_bytes(), random.Random(5)
    for _ in range(4):
        torn = bytearray(data)
        for _ in range(200):
            torn[dice.randrange(len(torn))] = dice.randrange(256)
        path.write_bytes(torn)
        try:
            assert last_frame_jpeg(path).startswith(b"\xff\xd8")
        except NotAClip:
            continue


def grey_of(picture: Image.Image) -> int:
    return picture.convert("L").resize((1, 1), Image.Resampling.BOX).tobytes()[0]


def test_a_picture_is_wholly_like_itself() -> None:
    assert likeness(photo(), photo()) == 1.0
    assert likeness(Image.new("L", (400, 400)), Image.new("RGB", (360, 700))) == 1.0


@pytest.mark.parametrize(
    ("other", "least", "most"),
    [
        (photo(1280, 960), 0.98, 1.0),
        (photo().quantize(64), 0.85, 1.0),
        (ImageEnhance.Brightness(photo()).enhance(0.9), 0.9, 1.0),
        (photo().crop((60, 45, 580, 435)), 0.0, 0.9),
        (photo().transpose(Image.Transpose.FLIP_LEFT_RIGHT), 0.0, 0.7),
        (photo().rotate(180), 0.0, 0.6),
        (photo(turned=True), 0.0, 0.3),
        (Image.new("RGB", (640, 480), "grey"), 0.0, 0.3),
        (Image.effect_noise((640, 480), 100), 0.0, 0.3),
        (corners(), 0.0, 0.3),
    ],
    ids=["scaled", "fewer colours", "darker", "nearer", "mirrored", "upside down", "other", "grey", "noise", "corners"],
)
def test_likeness_tells_the_same_picture_from_another(other: Image.Image, least: float, most: float) -> None:
    value = likeness(photo(), other)
    assert least <= value <= most
    assert value == pytest.approx(likeness(other, photo()))


def test_black_and_white_are_nothing_alike() -> None:
    assert likeness(Image.new("RGB", (400, 400), "black"), Image.new("RGB", (400, 400), "white")) < 0.01


def test_a_photo_is_compared_as_it_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(saved(photo().rotate(90, expand=True), "JPEG", quality=95, exif=exif(6)))
    with Image.open(path) as image:
        assert likeness(image, photo()) > 0.95


def test_sound_of_an_unknown_kind_is_no_sound(tmp_path: Path) -> None:
    path = films.film(tmp_path / "clip.mp4", films.still(photo(96, 64), 10), tone_seconds=1)
    path.write_bytes(path.read_bytes().replace(b"mp4a", b"xyza").replace(b"esds", b"xyzs"))
    assert not probe(path).has_sound
    assert reel.read(path).sound is None
