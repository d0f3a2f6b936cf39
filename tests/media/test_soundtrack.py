"""Soundtracks: what people have at hand becomes what the video service takes, or is refused for one stated reason."""

import wave
from hashlib import sha256
from io import BytesIO
from itertools import pairwise

import pytest

from media.soundtrack import MAX_SECONDS, NotSound, SoundMend, SoundTooShort, Soundtrack, prepare
from tests.media import sounds
from tests.media.sounds import SECRET, heard, measure, tone

_UNCHANGED = ("wav", "wav of 24 bits", "mp3")


def pitch(data: bytes) -> float:
    """Waves a second, told from how often the middle of the sound crosses zero."""
    middle = heard(data)[4000:20_000]
    crossings = sum((a < 0) != (b < 0) for a, b in pairwise(middle))
    return crossings / 2 / (len(middle) / 8000)


def assert_fit(track: Soundtrack) -> None:
    """What the service asks for: 3 to 30 s by any measure, and at most 15 MB of MP3 or WAV."""
    length, loudness = measure(track.data)
    assert 3 <= track.seconds <= length + 0.03
    assert length <= MAX_SECONDS + 1e-6
    assert len(track.data) <= 15_000_000
    assert loudness > 0.3
    assert track.media_type == ("audio/wav" if track.data[:4] == b"RIFF" else "audio/mpeg")
    assert track.sha256 == sha256(track.data).hexdigest()


@pytest.mark.parametrize("kind", sounds.KINDS)
def test_every_kind_at_hand_becomes_mp3_or_stays_as_it_is(kind: str) -> None:
    track = prepare(tone(kind, 5, hertz=440))
    assert_fit(track)
    assert track.mends == (() if kind in _UNCHANGED else (SoundMend.CONVERTED,))
    assert track.media_type == ("audio/wav" if kind.startswith("wav") and kind in _UNCHANGED else "audio/mpeg")
    assert track.seconds == pytest.approx(5, abs=0.05)
    assert pitch(track.data) == pytest.approx(440, abs=2)


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "flac", "voice message"])
def test_nothing_of_the_tags_is_left(kind: str) -> None:
    data = tone(kind, 4, tags=True)
    assert SECRET.encode() in data
    made = prepare(data).data
    for mark in (SECRET.encode(), b"ID3", b"TAG", b"LIST", b"udta"):
        assert mark not in made


def test_a_clean_wav_keeps_every_sample() -> None:
    data = tone("wav", 4)
    with wave.open(BytesIO(data)) as before, wave.open(BytesIO(prepare(data).data)) as after:
        assert after.getparams() == before.getparams()
        assert after.readframes(10**6) == before.readframes(10**6)


def test_a_clean_mp3_sounds_the_same() -> None:
    data = tone("mp3", 4)
    assert heard(prepare(data).data) == heard(data)


@pytest.mark.parametrize("kind", ["wav", "mp3", "flac"])
def test_the_same_sound_gives_the_same_bytes(kind: str) -> None:
    data = tone(kind, 4)
    assert prepare(data).sha256 == prepare(data).sha256


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "voice message"])
def test_a_long_sound_is_cut_and_fades_out(kind: str) -> None:
    track = prepare(tone(kind, 33))
    assert_fit(track)
    assert track.mends[-1] is SoundMend.CUT
    assert track.seconds == pytest.approx(MAX_SECONDS, abs=0.2)
    sound = heard(track.data)
    loud = [max(abs(value) for value in sound[int(at * 8000) :][:800]) for at in (28, 29.4, 29.8)]
    assert loud[0] > 0.5
    assert loud[0] > loud[1] > loud[2]


def test_a_short_sound_keeps_its_end() -> None:
    sound = heard(prepare(tone("flac", 4)).data)
    assert max(sound[int(3.9 * 8000) :]) > 0.5


@pytest.mark.parametrize(("kind", "seconds"), [("wav", 3), ("wav", 30), ("mp3", 3), ("mp3", 29.9), ("flac", 3)])
def test_the_limits_themselves_are_allowed(kind: str, seconds: float) -> None:
    track = prepare(tone(kind, seconds))
    assert_fit(track)
    assert SoundMend.CUT not in track.mends


def test_an_mp3_whose_padding_passes_the_limit_is_cut() -> None:
    data = tone("mp3", 30)
    assert measure(data)[0] > MAX_SECONDS
    track = prepare(data)
    assert_fit(track)
    assert track.mends == (SoundMend.CUT,)


@pytest.mark.parametrize("kind", ["wav", "mp3", "m4a", "voice message"])
def test_a_sound_under_three_seconds_is_too_short(kind: str) -> None:
    with pytest.raises(SoundTooShort) as raised:
        prepare(tone(kind, 2.5))
    assert raised.value.seconds == pytest.approx(2.5, abs=0.05)


@pytest.mark.parametrize(
    ("rate", "layout"), [(8000, "mono"), (11_025, "mono"), (22_050, "stereo"), (96_000, "stereo"), (48_000, "5.1")]
)
def test_odd_rates_and_many_channels_become_what_an_mp3_can_hold(rate: int, layout: str) -> None:
    track = prepare(tone("flac", 4, rate=rate, layout=layout))
    assert_fit(track)
    assert track.seconds == pytest.approx(4, abs=0.05)
    assert pitch(track.data) == pytest.approx(440, abs=2)


def test_a_wav_of_odd_rate_is_converted() -> None:
    assert prepare(tone("wav", 4, rate=96_000)).mends == (SoundMend.CONVERTED,)


@pytest.mark.parametrize("kind", ["mp4", "mov", "matroska"])
def test_the_sound_of_a_film_is_taken(kind: str) -> None:
    track = prepare(sounds.film(4, kind=kind))
    assert_fit(track)
    assert track.mends == (SoundMend.EXTRACTED,)


def test_a_cover_makes_no_film() -> None:
    data = sounds.with_cover(tone("mp3", 4))
    assert b"APIC" in data
    track = prepare(data)
    assert track.mends == ()
    assert b"APIC" not in track.data


def test_a_silent_film_has_no_sound() -> None:
    with pytest.raises(NotSound):
        prepare(sounds.film(4, sound=False))


def test_the_repr_of_a_soundtrack_is_without_its_bytes() -> None:
    assert "data" not in repr(prepare(tone("wav", 4)))
