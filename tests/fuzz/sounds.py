"""Soundtracks as members attach them: whatever the bytes, a soundtrack or one of our errors, soon."""

from collections.abc import Iterable

from media import sound
from media.sound_errors import BadSound
from tests.fuzz.target import Target
from tests.media import sounds

_MOST_SECONDS = 30.5


def seeds() -> Iterable[bytes]:
    """Each kind once, as small as it gets."""
    for kind in sounds.KINDS:
        rate = 48_000 if kind in ("voice message", "webm", "mp3", "vorbis") else 8000
        yield sounds.tone(kind, 3.2, rate=rate, layout="stereo" if kind == "vorbis" else "mono", tags=True)
    yield sounds.tone("wav", 3.1, rate=32_000, layout="mono")
    yield sounds.with_cover(sounds.tone("mp3", 3.2, rate=32_000, layout="mono"))
    yield sounds.film(3.2)
    yield sounds.m4a_with_made_up_table(1000)


def try_one(data: bytes) -> None:
    """What the process for sounds does."""
    try:
        facts, made = sound.make(data)
    except BadSound:
        return
    assert sound.MIN_SECONDS <= facts["seconds"] <= _MOST_SECONDS, facts
    assert facts["media_type"] in ("audio/mpeg", "audio/wav")
    assert 0 < len(made) <= sound.MAX_FILE_BYTES
    assert made.startswith(b"RIFF") or not made.startswith(b"ID3")


TARGET = Target(seeds, try_one, most_bytes=512 * 1024)
