"""Clips: what a file tells of itself, its first picture, and how alike two pictures are."""

import wave
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from media.clip import Clip, NotAClip, first_picture, likeness, probe
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


def _sound_alone(folder: Path) -> Path:
    path = folder / "clip.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes(b"\0" * 4096)
    return path


@pytest.mark.parametrize("make", [_text, _empty, _cut_off, _sound_alone, lambda folder: folder / "nowhere", Path])
def test_what_is_no_clip_is_refused(make: object, tmp_path: Path) -> None:
    assert callable(make)
    path = make(tmp_path)
    with pytest.raises(NotAClip):
        probe(path)
    with pytest.raises(NotAClip):
        first_picture(path)


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
