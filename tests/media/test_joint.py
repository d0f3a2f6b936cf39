"""Two clips as one: every picture once and in its place, and the sound of each where its pictures are."""

from array import array
from collections.abc import Iterable
from fractions import Fraction
from math import sqrt
from pathlib import Path

import av
import pytest
from av.audio.resampler import AudioResampler
from PIL import Image

from media.clip import likeness, probe
from media.joint import CannotJoin, join
from tests.media import films
from tests.media.pictures import photo


def greys(start: int, stop: int, size: tuple[int, int] = (320, 240)) -> Iterable[Image.Image]:
    """Pictures that can be told apart by how light they are, 4 by 4."""
    return (Image.new("RGB", size, (4 * step,) * 3) for step in range(start, stop))


def clip(
    path: Path, pictures: Iterable[Image.Image], later: int = 0, *, fps: int = 30, tone_seconds: float = 0
) -> Path:
    """With so many pictures in a row that are made from later ones."""
    x264 = {"bf": str(later), "b-adapt": "0"}
    return films.film(path, pictures, fps=fps, tone_seconds=tone_seconds, crf=12, x264=x264)


@pytest.mark.parametrize(
    ("later", "extra"),
    [(0, 0), (2, 1)],
    ids=["nothing is made from the last picture", "others are made from the last picture"],
)
def test_clips_made_alike_are_copied_bit_by_bit(tmp_path: Path, later: int, extra: int) -> None:
    # One picture and ten groups of three: two are made from the last, which stays for a tick therefore.
    first = clip(tmp_path / "a.mp4", greys(0, 31), later)
    second = clip(tmp_path / "b.mp4", greys(30, 60), later)
    join(first, second, tmp_path / "both.mp4")
    moments, shades = seen(tmp_path / "both.mp4")
    assert pixels(tmp_path / "both.mp4") == pixels(first)[: 30 + extra] + pixels(second)
    del moments[30 : 30 + extra], shades[30 : 30 + extra]
    assert moments == pytest.approx([step / 30 for step in range(60)], abs=0.0002)
    assert shades == pytest.approx([4 * step for step in range(60)], abs=2)
    assert probe(tmp_path / "both.mp4").seconds == pytest.approx(2, abs=0.001)
    assert films.starts_with_its_index(tmp_path / "both.mp4")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.mp4", "b.mp4", "both.mp4"]


def test_clips_made_in_different_ways_are_encoded_anew_and_look_the_same(tmp_path: Path) -> None:
    first = clip(tmp_path / "a.mp4", greys(0, 31), later=3)
    second = clip(tmp_path / "b.mp4", greys(30, 60, (416, 312)))
    join(first, second, tmp_path / "both.mp4")
    moments, shades = seen(tmp_path / "both.mp4")
    assert moments == pytest.approx([step / 30 for step in range(60)], abs=0.0002)
    assert shades == pytest.approx([4 * step for step in range(60)], abs=2)
    both = probe(tmp_path / "both.mp4")
    assert (both.width, both.height, both.codec, both.has_sound) == (320, 240, "h264", False)
    assert both.seconds == pytest.approx(2, abs=0.02)
    assert films.starts_with_its_index(tmp_path / "both.mp4")


def test_encoding_anew_keeps_a_photos_details(tmp_path: Path) -> None:
    large = photo(800, 600)
    pan = [large.crop((step, step, step + 640, step + 480)) for step in range(20)]
    first = clip(tmp_path / "a.mp4", pan[:10], later=2)
    second = clip(tmp_path / "b.mp4", pan[9:])
    join(first, second, tmp_path / "both.mp4")
    with av.open(str(tmp_path / "both.mp4")) as film:
        likes = [likeness(frame.to_image(), picture) for frame, picture in zip(film.decode(video=0), pan, strict=True)]
    assert min(likes) > 0.99


def test_pictures_that_differ_are_all_kept(tmp_path: Path) -> None:
    first = clip(tmp_path / "a.mp4", films.still(photo(320, 240), 10))
    second = clip(tmp_path / "b.mp4", films.still(photo(320, 240, turned=True), 10))
    join(first, second, tmp_path / "both.mp4")
    moments, _ = seen(tmp_path / "both.mp4")
    assert moments == pytest.approx([step / 30 for step in range(20)], abs=0.0002)


def test_a_clip_of_one_picture_stays(tmp_path: Path) -> None:
    first = clip(tmp_path / "a.mp4", greys(10, 11), fps=10)
    join(first, first, tmp_path / "both.mp4")
    assert seen(tmp_path / "both.mp4")[0] == pytest.approx([0, 0.1], abs=0.0002)


def test_another_frame_rate_goes_on_at_its_own_pace(tmp_path: Path) -> None:
    first = clip(tmp_path / "a.mp4", greys(0, 31), fps=30)
    second = clip(tmp_path / "b.mp4", greys(30, 55), fps=24)
    join(first, second, tmp_path / "both.mp4")
    moments, _ = seen(tmp_path / "both.mp4")
    expected = [*(step / 30 for step in range(30)), *(1 + step / 24 for step in range(25))]
    assert moments == pytest.approx(expected, abs=0.0002)
    assert probe(tmp_path / "both.mp4").seconds == pytest.approx(1 + 25 / 24, abs=0.02)


@pytest.mark.parametrize("alike", [True, False], ids=["copied", "encoded anew"])
@pytest.mark.parametrize("tones", [(1.0, 1.0), (1.5, 1.5), (1.0, 0), (0, 1.0), (0.5, 1.0), (0, 0)])
def test_sound_is_where_its_pictures_are(tmp_path: Path, tones: tuple[float, float], alike: bool) -> None:
    first = clip(tmp_path / "a.mp4", greys(0, 31), tone_seconds=tones[0])
    second = clip(tmp_path / "b.mp4", greys(30, 60), tone_seconds=tones[1], later=0 if alike else 3)
    join(first, second, tmp_path / "both.mp4")
    both = probe(tmp_path / "both.mp4")
    assert both.seconds == pytest.approx(2, abs=0.02)
    assert both.has_sound is any(tones)
    if any(tones):
        tone = max(loudness_by_tenth(max((first, second), key=lambda file: probe(file).has_sound)))
        heard = loudness_by_tenth(tmp_path / "both.mp4")
        expected = [tone * (step < 10 * min(tones[0], 1)) for step in range(10)]
        expected += [tone * (step < 10 * min(tones[1], 1)) for step in range(10)]
        assert heard == pytest.approx(expected, abs=0.05 * tone)


def test_sound_of_other_shapes_becomes_one(tmp_path: Path) -> None:
    first = clip(tmp_path / "a.mp4", greys(0, 31), tone_seconds=1)
    second = re_sounded(clip(tmp_path / "b.mp4", greys(30, 60), tone_seconds=1), tmp_path / "c.mp4", 22_050, "mono")
    for order in ((first, second), (second, first)):
        join(*order, tmp_path / "both.mp4")
        heard = loudness_by_tenth(tmp_path / "both.mp4")
        assert len(heard) == 20
        assert min(heard) > 0.6 * max(heard) > 0.1


def test_a_tone_goes_on_across_the_seam_without_a_gap(tmp_path: Path) -> None:
    first = clip(tmp_path / "a.mp4", greys(0, 31), tone_seconds=1.1)
    second = clip(tmp_path / "b.mp4", greys(30, 60), tone_seconds=1.1)
    join(first, second, tmp_path / "both.mp4")
    samples = samples_of(tmp_path / "both.mp4")
    # No two milliseconds are silent in a tone of 440 Hz, at the seam or anywhere.
    around = samples[48_000 - 4800 : 48_000 + 4800]
    assert min(strength(around[at : at + 96]) for at in range(0, len(around), 96)) > 0.1


@pytest.mark.parametrize("content", [b"", b"not a film " * 1000, b"ffconcat version 1.0\nfile a.mp4\n"])
def test_what_is_no_clip_can_not_be_joined(tmp_path: Path, content: bytes) -> None:
    good = clip(tmp_path / "a.mp4", greys(0, 5))
    bad = tmp_path / "b.mp4"
    bad.write_bytes(content)
    for order in ((good, bad), (bad, good), (good, tmp_path / "nowhere")):
        with pytest.raises(CannotJoin):
            join(*order, tmp_path / "both.mp4")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.mp4", "b.mp4"]


def re_sounded(source: Path, path: Path, rate: int, layout: str) -> Path:
    """The same clip with its sound at another rate and for other ears."""
    with av.open(str(source)) as film, av.open(str(path), "w") as out:
        pictures = out.add_stream_from_template(film.streams.video[0])
        sound = out.add_stream("aac", rate=rate, layout=layout)
        for packet in film.demux():
            if packet.stream.type == "audio":
                for frame in packet.decode():
                    out.mux(sound.encode(frame))  # type: ignore[arg-type]  # of a packet of sound come frames of sound
            elif packet.dts is not None:
                packet.stream = pictures
                out.mux(packet)
        out.mux(sound.encode(None))
    return path


def seen(path: Path) -> tuple[list[float], list[int]]:
    """When each picture shows, and how light it is in the middle."""
    moments, shades = [], []
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            moments.append(float((frame.pts or 0) * (frame.time_base or Fraction(0))))
            middle = frame.to_image().resize((1, 1), Image.Resampling.BOX).tobytes()
            shades.append(middle[1])
    return moments, shades


def pixels(path: Path) -> list[bytes]:
    with av.open(str(path)) as film:
        return [frame.to_image().tobytes() for frame in film.decode(video=0)]


def samples_of(path: Path) -> "array[float]":
    samples = array("f")
    resampler = AudioResampler(format="flt", layout="mono", rate=48_000)
    with av.open(str(path)) as film:
        for frame in film.decode(audio=0):
            for piece in resampler.resample(frame):
                samples.frombytes(bytes(piece.planes[0])[: piece.samples * 4])
    return samples


def strength(samples: "array[float]") -> float:
    return sqrt(sum(value * value for value in samples) / len(samples))


def loudness_by_tenth(path: Path) -> list[float]:
    """Of the middle half of every tenth of a second that the pictures last."""
    samples = samples_of(path)
    return [strength(samples[at + 1200 : at + 3600]) for at in range(0, len(samples) - 4000, 4800)]
