"""Soundtracks that mean no good, or are broken: each ends in a soundtrack or in one of our errors, soon and small."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from media import apart, sound
from media.soundtrack import (
    MAX_INPUT_BYTES,
    BadSound,
    DamagedSound,
    NotSound,
    SoundMend,
    SoundTooLarge,
    UnsupportedSound,
    prepare,
)
from tests.media import sounds
from tests.media.pictures import photo, saved
from tests.media.sounds import tone

SIGNATURES = {
    "wav": b"RIFF\xff\xff\xff\xffWAVE",
    "wav of 64 bits": b"RF64\xff\xff\xff\xffWAVE",
    "aiff": b"FORM\0\0\xff\xffAIFF",
    "mp3": b"\xff\xfb\x90\x64",
    "tagged mp3": b"ID3\x04\0\0\x7f\x7f\x7f\x7f",
    "ogg": b"OggS\0\x02",
    "flac": b"fLaC\0\0\0\x22",
    "mp4": b"\0\0\0\x18ftypM4A ",
    "matroska": b"\x1a\x45\xdf\xa3",
    "adts": b"\xff\xf1\x50\x80",
}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"\xff\xfb",
        b"this is a text called song.mp3" * 100,
        bytes(5000),
        "Ünïcode".encode("utf-16"),
        saved(photo(), "JPEG"),
        saved(photo(), "PNG"),
        saved(photo(), "WEBP"),
        b"PK\x03\x04" + bytes(2000),
    ],
    ids=["empty", "one byte", "two bytes", "text", "zeros", "utf-16", "jpeg", "png", "webp", "zip"],
)
def test_a_renamed_file_is_no_sound(data: bytes) -> None:
    with pytest.raises(NotSound):
        prepare(data)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        '<?xml version="1.0"?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>',
        "v=0\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
    ],
    ids=["hls", "concat", "dash", "sdp"],
)
def test_a_playlist_that_names_files_and_addresses_is_no_sound(text: str) -> None:
    with pytest.raises(NotSound):
        prepare(text.encode())
    for signature in SIGNATURES.values():
        with pytest.raises(BadSound):
            sound.make(signature + text.encode())


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MThd\0\0\0\x06" + bytes(100), "MIDI"),
        (b"#!AMR\n" + bytes(100), "AMR"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(100), "WMA"),
    ],
)
def test_other_kinds_are_refused_by_name(data: bytes, name: str) -> None:
    with pytest.raises(UnsupportedSound) as raised:
        prepare(data)
    assert raised.value.format == name


def test_a_codec_that_is_not_on_the_list_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedSound) as raised:
        prepare(sounds.film(4, codec="ac3"))
    assert raised.value.format == "AC3"


@pytest.mark.parametrize("kind", ["wav", "flac", "alac", "aiff"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.8])
def test_a_truncated_sound_is_damaged(kind: str, share: float) -> None:
    data = tone(kind, 10)
    with pytest.raises(DamagedSound):
        prepare(data[: int(len(data) * share)])


@pytest.mark.parametrize("share", [0.05, 0.5, 0.8])
def test_a_truncated_m4a_with_its_index_first_is_damaged(tmp_path: Path, share: float) -> None:
    data = sounds.with_its_index_first(tmp_path / "sound.m4a", tone("m4a", 10))
    assert prepare(data).mends == (SoundMend.CONVERTED,)
    with pytest.raises(DamagedSound):
        prepare(data[: int(len(data) * share)])


@pytest.mark.parametrize("size", [0x7FFF_F000, 0xFFFF_FFFF])
def test_a_wav_written_to_a_pipe_leaves_its_size_open_and_is_good(size: int) -> None:
    data = bytearray(tone("wav", 4))
    place = data.index(b"data") + 4
    data[place : place + 4] = size.to_bytes(4, "little")
    assert prepare(bytes(data)).seconds == pytest.approx(4, abs=0.05)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_with_rubbish_is_damaged(signature: str) -> None:
    noise = random.Random(7).randbytes(200_000)  # the same in every run
    for rest in (b"", bytes(5000), b"\xff" * 5000, noise):
        with pytest.raises(BadSound):
            sound.make(SIGNATURES[signature] + rest)
    with pytest.raises(BadSound):
        prepare(SIGNATURES[signature] + noise)


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "voice message", "flac", "webm", "adpcm", "alac"])
def test_flipped_bytes_end_in_a_soundtrack_or_in_one_of_our_errors(kind: str) -> None:
    data, dice = tone(kind, 3.5), random.Random(11)
    for _ in range(5):
        broken = bytearray(data)
        for _ in range(dice.choice((1, 5, 500))):
            broken[dice.choice((dice.randrange(200), dice.randrange(len(data))))] = dice.randrange(256)
        try:
            prepare(bytes(broken))
        except BadSound:
            continue


@pytest.mark.parametrize("samples", [10**6, 5 * 10**7, 2**31 - 1])
def test_an_index_of_millions_of_samples_is_refused_in_bounded_memory(samples: int) -> None:
    data = sounds.m4a_with_made_up_table(samples)
    assert len(data) < 100_000
    assert _bytes_used_until_it_is_refused(data) < apart.MAX_MEMORY_BYTES + 100 * 1024 * 1024


def test_hours_of_silence_in_a_small_file_are_cut() -> None:
    data = sounds.silence(3600)
    assert len(data) < 2_000_000
    track = prepare(data)
    assert track.mends == (SoundMend.CONVERTED, SoundMend.CUT)
    assert track.seconds < 30


def test_a_tag_of_megabytes_before_an_mp3_is_left_out() -> None:
    junk = b"PRIV" + (3_000_000).to_bytes(4, "big") + b"\0\0" + bytes(3_000_000)
    length = bytes(len(junk) >> shift & 0x7F for shift in (21, 14, 7, 0))
    track = prepare(b"ID3\x03\0\0" + length + junk + tone("mp3", 4))
    assert len(track.data) < 100_000


def test_tags_that_are_no_text_do_no_harm() -> None:
    data = tone("flac", 4, tags=True).replace(sounds.SECRET.encode(), b"\xff" * len(sounds.SECRET))
    assert prepare(data).mends == (SoundMend.CONVERTED,)


def test_a_sound_with_another_file_behind_it_leaves_the_other_behind() -> None:
    data = tone("mp3", 4) + b"PK\x03\x04 another file" * 100
    assert b"another file" not in prepare(data).data


def test_a_file_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(SoundTooLarge) as raised:
        prepare(b"\xff" * (MAX_INPUT_BYTES + 1))
    assert raised.value.size_bytes == MAX_INPUT_BYTES + 1


def test_a_wav_of_minutes_at_the_limit_is_cut() -> None:
    data = tone("wav", 10, rate=48_000)
    header, body = data[: data.index(b"data") + 8], data[data.index(b"data") + 8 :]
    long = header[:-4] + (len(body) * 25).to_bytes(4, "little") + body * 25
    assert 45_000_000 < len(long) < MAX_INPUT_BYTES
    assert SoundMend.CUT in prepare(long).mends


def test_the_decoder_sees_none_of_the_bots_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTFRAME_DISCORD_TOKEN", "made up")
    for_python = {"PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONHOME"}
    for_memory = {"MALLOC_ARENA_MAX", "PILLOW_BLOCKS_MAX", "GLIBC_TUNABLES"}
    assert set(apart.environment()) <= for_python | for_memory


def test_a_decoder_that_crashes_is_told_as_giving_up_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(apart.GaveUp):
        apart.run("no such task", b"")
    assert "gave up: exit 1" in caplog.text


_MEASURE = """
import resource, sys
from media.soundtrack import DamagedSound, prepare
try:
    prepare(sys.stdin.buffer.read())
except DamagedSound:
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def _bytes_used_until_it_is_refused(data: bytes) -> int:
    """Measured in a process that has no other children: the system keeps only the largest of all."""
    done = subprocess.run([sys.executable, "-c", _MEASURE], input=data, capture_output=True, check=True)
    return int(done.stdout)
