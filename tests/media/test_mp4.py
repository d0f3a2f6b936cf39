"""What the bot itself looks at of a clip: whether it is one that plays, and all of it, whatever it claims."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.clip import NotAClip
from media.mp4 import check, is_whole
from media.shrink import shrink
from tests.media import films

_READ = Path("/proc/self/io")

_MANY = 80_000_000
"""So many pictures make FFmpeg set 3 GB aside."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """One with sound, its index behind the pictures."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return films.film(path, films.drifting_noise(320, 240, 30), tone_seconds=1).read_bytes()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Shared by all examples of a test: each writes its file anew."""
    return tmp_path_factory.mktemp("examples")


def _kept(folder: Path, data: bytes) -> Path:
    path = folder / "clip.mp4"
    path.write_bytes(data)
    return path


def _first(data: bytes, name: bytes) -> int:
    """Where the content of the first box of this name begins."""
    return data.index(name) + len(name)


def _changed(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


@pytest.mark.parametrize("codec", ["libx264", "libx265", "libsvtav1", "libvpx-vp9"])
@pytest.mark.parametrize("flags", ["+use_metadata_tags", "+faststart", "+frag_keyframe+empty_moov"])
def test_what_players_know_is_a_clip(tmp_path: Path, codec: str, flags: str) -> None:
    path = tmp_path / "clip.mp4"
    with av.open(str(path), "w", options={"movflags": flags}) as out:
        video = out.add_stream(codec, rate=30)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 320, 240, "yuv420p"
        for picture in films.drifting_noise(320, 240, 5):
            out.mux(video.encode(av.VideoFrame.from_image(picture)))
        out.mux(video.encode(None))
    check(path)


@pytest.mark.parametrize("missing", [1, 100, 20_000])
def test_a_clip_whose_end_is_missing_is_none_though_its_index_is_there(tmp_path: Path, missing: int) -> None:
    path = tmp_path / "clip.mp4"
    shrink(films.film(tmp_path / "film.mp4", films.drifting_noise(320, 240, 30), tone_seconds=1), path, 10**6)
    assert is_whole(path)
    assert films.starts_with_its_index(path)
    os.truncate(path, path.stat().st_size - missing)
    assert not is_whole(path)
    with pytest.raises(NotAClip, match="the end of the file is missing"):
        check(path)


@settings(max_examples=200)
@given(data=st.data())
def test_no_beginning_of_a_clip_is_a_clip(folder: Path, clip: bytes, data: st.DataObject) -> None:
    end = len(clip) - 1
    kept = data.draw(st.one_of(st.integers(0, end), st.integers(0, 100), st.integers(end - 3000, end)))
    assert not is_whole(_kept(folder, clip[:kept]))


@pytest.mark.parametrize(
    "more",
    [
        b"\0\0\0\x0cfree\0\0\0\0",
        b"\0\0\0\1free" + (20).to_bytes(8, "big") + b"\0" * 4,
        b"\0\0\1\0free, and less of it than this says",
        b"\0\0\0\1free" + b"\xff" * 8,
        b"words, and no box",
        b"short",
        bytes(9),
    ],
)
def test_what_follows_the_clip_in_its_file_is_no_matter(tmp_path: Path, clip: bytes, more: bytes) -> None:
    check(_kept(tmp_path, clip + more))


def _of_sound_alone(data: bytes) -> bytes:
    return data.replace(b"vide", b"text")


def _of_an_unknown_kind(data: bytes) -> bytes:
    return data.replace(b"avc1", b"xyz1")


def _without_a_size(data: bytes) -> bytes:
    return _changed(data, data.index(b"avc1", data.index(b"stsd")) + 4 + 24, bytes(4))


def _without_pictures(data: bytes) -> bytes:
    return _changed(data, _first(data, b"stsz") + 4, bytes(8))


def _claiming_many(data: bytes) -> bytes:
    return _changed(data, _first(data, b"stsz") + 4, struct.pack(">II", 1, _MANY))


def _listing_many(data: bytes) -> bytes:
    return _changed(data, _first(data, b"stsz") + 8, struct.pack(">I", _MANY))


def _with_a_huge_index(data: bytes) -> bytes:
    at = data.index(b"moov") - 4
    length = int.from_bytes(data[at : at + 4])
    more = 5 * 2**20
    return _changed(data, at, (length + more).to_bytes(4)) + more.to_bytes(4) + b"free" + bytes(more - 8)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda _: b"", "no MP4"),
        (lambda _: b"<html>this has expired</html>" * 100, "no MP4"),
        (lambda _: b"\x1a\x45\xdf\xa3" + bytes(100), "no MP4"),
        (lambda data: data.replace(b"mdat", b"free"), "no MP4"),
        (_of_sound_alone, "no pictures in it"),
        (_of_an_unknown_kind, "not played"),
        (lambda data: data.replace(b"stsd", b"free"), "not played"),
        (_without_a_size, "how large"),
        (lambda data: data.replace(b"stsz", b"free"), "where its pictures are"),
        (_without_pictures, "that it claims"),
        (_claiming_many, "that it claims"),
        (_listing_many, "that it claims"),
        (_with_a_huge_index, "too large"),
    ],
)
def test_what_is_no_clip_is_refused(tmp_path: Path, clip: bytes, make: Callable[[bytes], bytes], reason: str) -> None:
    changed = make(clip)
    assert changed != clip
    with pytest.raises(NotAClip, match=reason):
        check(_kept(tmp_path, changed))


@pytest.mark.parametrize("name", ["nowhere/clip.mp4", "."])
def test_what_is_no_file_is_no_clip(tmp_path: Path, name: str) -> None:
    assert not is_whole(tmp_path / name)


@settings(max_examples=200)
@given(data=st.data())
def test_a_torn_clip_is_one_or_is_none(folder: Path, clip: bytes, data: st.DataObject) -> None:
    torn, index = bytearray(clip), clip.index(b"moov") - 4
    for at in data.draw(st.lists(st.integers(index, len(clip) - 1), min_size=1, max_size=20)):
        torn[at] = data.draw(st.integers(0, 255))
    is_whole(_kept(folder, bytes(torn)))


@pytest.mark.skipif(not _READ.exists(), reason="this system does not count what a process has read")
def test_looking_at_a_clip_does_not_go_through_its_pictures(tmp_path: Path) -> None:
    path = films.film(tmp_path / "clip.mp4", films.drifting_noise(640, 360, 10), tone_seconds=1)
    assert path.stat().st_size > 800_000
    before = _read_bytes()
    check(path)
    assert _read_bytes() - before < 60_000


def _read_bytes() -> int:
    """What this process has read until now, of files in the system's memory as well."""
    return int(_READ.read_text("ascii").split()[1])
