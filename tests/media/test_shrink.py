"""Shrinking: the result is measured, never taken at its word."""

from fractions import Fraction
from pathlib import Path

import av
import pytest

from media.clip import first_picture, likeness, probe
from media.shrink import CannotShrink, shrink
from tests.media import films
from tests.media.pictures import photo


@pytest.fixture(scope="module")
def sand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second of 720P sand with a tone, some megabytes."""
    path = tmp_path_factory.mktemp("films") / "sand.mp4"
    return films.film(path, films.drifting_noise(1280, 720, 30), tone_seconds=1)


@pytest.mark.parametrize(
    ("limit_bytes", "sides"),
    [(1_300_000, (1280, 720)), (400_000, (1280, 720)), (100_000, (1280, 720)), (40_000, (854, 480))],
)
def test_a_clip_fits_and_is_still_the_same_film(
    sand: Path, tmp_path: Path, limit_bytes: int, sides: tuple[int, int]
) -> None:
    to = tmp_path / "small.mp4"
    shrunk = shrink(sand, to, limit_bytes)
    clip = probe(to)
    assert shrunk.size_bytes == clip.size_bytes <= limit_bytes < sand.stat().st_size
    assert (shrunk.width, shrunk.height) == (clip.width, clip.height) == sides
    assert clip.codec == "h264"
    assert clip.seconds == pytest.approx(probe(sand).seconds, abs=0.1)
    assert clip.frames_per_second == 30
    assert films.loudness(to) == pytest.approx(films.loudness(sand), rel=0.2)
    assert films.starts_with_its_index(to)
    assert [file.name for file in tmp_path.iterdir()] == ["small.mp4"]


def test_every_picture_is_kept_in_its_place(sand: Path, tmp_path: Path) -> None:
    to = tmp_path / "small.mp4"
    shrink(sand, to, 400_000)
    assert _moments(to) == _moments(sand)
    with av.open(str(to)) as container:
        assert container.streams.video[0].pix_fmt == "yuv420p"


def test_it_is_for_x264_to_say_which_pictures_stand_alone(tmp_path: Path) -> None:
    pan = (photo().crop((step, 0, step + 320, 240)) for step in range(20))
    source = films.film(tmp_path / "clip.mp4", pan, x264={"g": "1"})
    shrink(source, tmp_path / "small.mp4", 300_000)
    assert (_standing_alone(source), _standing_alone(tmp_path / "small.mp4")) == (20, 1)


def test_x264_takes_several_pictures_at_a_time_and_slices_none(sand: Path, tmp_path: Path) -> None:
    to = tmp_path / "small.mp4"
    shrink(sand, to, 400_000)
    assert b"sliced_threads=0" in to.read_bytes()  # x264 writes down in the film how it was set up


def test_a_photo_that_moves_keeps_its_looks(tmp_path: Path) -> None:
    large = photo(1400, 1000)
    pan = (large.crop((step, step, step + 1296, step + 720)) for step in range(30))
    source = films.film(tmp_path / "clip.mp4", pan, crf=1)
    limit_bytes = source.stat().st_size // 4
    shrunk = shrink(source, tmp_path / "small.mp4", limit_bytes)
    assert shrunk.size_bytes <= limit_bytes
    assert likeness(first_picture(source), first_picture(tmp_path / "small.mp4")) > 0.95


@pytest.mark.parametrize(
    ("width", "height", "limit_bytes", "sides"),
    [
        (1920, 1080, 60_000, (1280, 720)),
        (816, 1104, 50_000, (720, 974)),
        (816, 1104, 25_000, (480, 650)),
        (400, 360, 20_000, (400, 360)),
    ],
)
def test_a_tight_limit_costs_pixels(
    tmp_path: Path, width: int, height: int, limit_bytes: int, sides: tuple[int, int]
) -> None:
    source = films.film(tmp_path / "clip.mp4", films.drifting_noise(width, height, 15), crf=28)
    shrunk = shrink(source, tmp_path / "small.mp4", limit_bytes)
    assert (shrunk.width, shrunk.height) == sides
    assert (tmp_path / "small.mp4").stat().st_size == shrunk.size_bytes <= limit_bytes


def test_a_silent_clip_stays_silent(tmp_path: Path) -> None:
    source = films.film(tmp_path / "clip.mp4", films.drifting_noise(640, 368, 20))
    shrink(source, tmp_path / "small.mp4", 100_000)
    assert probe(tmp_path / "small.mp4").has_sound is False


def test_a_limit_beyond_reach_leaves_nothing_behind(sand: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotShrink):
        shrink(sand, tmp_path / "small.mp4", 5_000)
    assert list(tmp_path.iterdir()) == []


def test_what_comes_out_too_large_is_tried_once_more_with_less(tmp_path: Path) -> None:
    source = films.film(tmp_path / "clip.mp4", films.drifting_noise(640, 480, 60), crf=10)
    # So little that x264 can't keep to its cap.
    shrunk = shrink(source, tmp_path / "small.mp4", 6_000)
    assert (shrunk.height, (tmp_path / "small.mp4").stat().st_size) == (480, shrunk.size_bytes)
    assert shrunk.size_bytes <= 6_000
    with pytest.raises(CannotShrink, match="480"):
        shrink(source, tmp_path / "smaller.mp4", 3_000)
    assert not (tmp_path / "smaller.mp4").exists()


@pytest.mark.parametrize("content", [b"", b"not a film " * 1000])
def test_what_is_no_clip_can_not_be_shrunk(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "clip.mp4"
    source.write_bytes(content)
    with pytest.raises(CannotShrink):
        shrink(source, tmp_path / "small.mp4", 100_000)
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]


def test_a_clip_that_breaks_off_can_not_be_shrunk_or_is_whole_as_far_as_it_goes(sand: Path, tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    # The index stands at the end of this file, so that a cut takes it away.
    source.write_bytes(sand.read_bytes()[:-5000])
    with pytest.raises(CannotShrink):
        shrink(source, tmp_path / "small.mp4", 1_000_000)


def test_an_older_file_is_replaced_only_by_a_whole_one(sand: Path, tmp_path: Path) -> None:
    to = tmp_path / "small.mp4"
    to.write_bytes(b"older")
    with pytest.raises(CannotShrink):
        shrink(sand, to, 5_000)
    assert to.read_bytes() == b"older"
    shrink(sand, to, 400_000)
    assert probe(to).codec == "h264"


def _moments(path: Path) -> list[Fraction]:
    with av.open(str(path)) as container:
        return [
            frame.pts * frame.time_base
            for frame in container.decode(video=0)
            if frame.pts is not None and frame.time_base is not None
        ]


def _standing_alone(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(packet.is_keyframe for packet in container.demux(video=0) if packet.size)
