"""The renderer gives real clips of the asked length, tier and looks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import pytest
from PIL import Image

from sandbox.wan.render import Scene, clip_size, render
from tests.sandbox.clips import difference, first_picture, measure
from tests.sandbox.pictures import jpeg, photo

# Short and small where length and tier do not matter: the whole clip is decoded.
SCENE = Scene("480P", 2, seed=7)


@pytest.mark.parametrize(
    ("width", "height", "resolution", "expected"),
    [
        (750, 1000, "720P", (816, 1104)),
        (1280, 720, "720P", (1280, 720)),
        (1920, 1080, "1080P", (1920, 1072)),
        (1000, 1000, "1080P", (1440, 1440)),
        (2000, 360, "720P", (2256, 400)),
    ],
)
def test_the_sides_follow_the_picture_within_the_tier(
    width: int, height: int, resolution: str, expected: tuple[int, int]
) -> None:
    assert clip_size(width, height, resolution) == expected


def test_a_clip_has_the_asked_length_tier_codec_and_an_audible_track(tmp_path: Path) -> None:
    render(jpeg(750, 1000), Scene("720P", 5, seed=7), tmp_path / "a.mp4")
    clip = measure(tmp_path / "a.mp4")
    assert (clip.codec, clip.size, clip.rate, len(clip.frames)) == ("h264", (816, 1104), 30.0, 150)
    assert clip.seconds == pytest.approx(5, abs=0.05)
    assert clip.sound == "aac"
    assert clip.sound_seconds == pytest.approx(5, abs=0.1)
    assert 0.01 < clip.loudness < 0.3


def test_the_first_frame_is_the_whole_picture_and_the_last_is_not(tmp_path: Path) -> None:
    render(jpeg(), SCENE, tmp_path / "a.mp4")
    frames = measure(tmp_path / "a.mp4", every=59).frames
    assert difference(first_picture(tmp_path / "a.mp4"), photo()) < 3
    assert difference(frames[1], photo()) > 6


def test_the_camera_moves_slowly_without_cuts(tmp_path: Path) -> None:
    render(jpeg(), SCENE, tmp_path / "a.mp4")
    assert max(difference(a, b) for a, b in pairwise(measure(tmp_path / "a.mp4").frames)) < 3


def test_several_shots_are_parted_by_hard_cuts(tmp_path: Path) -> None:
    render(jpeg(), replace(SCENE, cuts=True), tmp_path / "a.mp4")
    steps = [difference(a, b) for a, b in pairwise(measure(tmp_path / "a.mp4").frames)]
    assert 1 <= sum(step > 8 for step in steps) <= 2
    assert difference(first_picture(tmp_path / "a.mp4"), photo()) < 3


def test_without_audio_there_is_no_track(tmp_path: Path) -> None:
    render(jpeg(), replace(SCENE, audio=False), tmp_path / "a.mp4")
    assert measure(tmp_path / "a.mp4", every=30).sound is None


def test_the_watermark_stands_bottom_right_and_nowhere_else(tmp_path: Path) -> None:
    render(jpeg(), SCENE, tmp_path / "plain.mp4")
    render(jpeg(), replace(SCENE, watermark=True), tmp_path / "marked.mp4")
    plain, marked = (first_picture(tmp_path / name) for name in ("plain.mp4", "marked.mp4"))
    width, height = plain.size
    corner = (width * 3 // 4, height * 9 // 10, width, height)
    assert difference(plain.crop(corner), marked.crop(corner)) > 4
    rest = (0, 0, width, height * 8 // 10)
    assert difference(plain.crop(rest), marked.crop(rest)) < 1


def test_the_same_request_gives_the_same_bytes_and_another_seed_another_motion(tmp_path: Path) -> None:
    for name, scene in (("a", SCENE), ("b", SCENE), ("c", replace(SCENE, seed=8))):
        render(jpeg(), scene, tmp_path / f"{name}.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    last: list[Image.Image] = [measure(tmp_path / f"{name}.mp4", every=59).frames[-1] for name in "ac"]
    assert difference(*last) > 4


@pytest.mark.parametrize("seconds", [10, 15])
def test_longer_clips_are_as_long_as_asked_with_sound_to_the_end(tmp_path: Path, seconds: int) -> None:
    render(jpeg(960, 540), replace(SCENE, seconds=seconds), tmp_path / "a.mp4")
    clip = measure(tmp_path / "a.mp4", every=100)
    assert clip.seconds == pytest.approx(seconds, abs=0.05)
    assert clip.sound_seconds == pytest.approx(seconds, abs=0.1)


@pytest.mark.parametrize(("resolution", "least"), [("1080P", 24_000_000), ("480P", 6_000_000)])
def test_a_clip_can_be_made_as_large_as_wanted_and_stays_the_clip_it_is(
    tmp_path: Path, resolution: str, least: int
) -> None:
    path = tmp_path / "a.mp4"
    render(jpeg(1920, 1080), Scene(resolution, 2, seed=7, least_bytes=least), path)
    assert least <= path.stat().st_size < 1.5 * least
    clip = measure(path, every=59)
    assert clip.seconds == pytest.approx(2, abs=0.05)
    assert difference(first_picture(path), photo(1920, 1080)) < 3
    with av.open(str(path)) as container:
        in_video = sum(packet.size for packet in container.demux(video=0))
    assert in_video > 0.98 * path.stat().st_size  # nothing in it is mere padding


def test_where_even_noise_is_too_little_the_rest_is_padding(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    render(jpeg(), Scene("480P", 1, seed=7, audio=False, least_bytes=30_000_000), path)
    assert path.stat().st_size == 30_000_000
    assert len(measure(path).frames) == 30
