"""Makes a soundtrack that the video service takes out of whatever sound a member attached."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from media import apart
from media.sound_errors import BadSound, DamagedSound, NotSound, SoundTooLarge, SoundTooShort, UnsupportedSound
from media.sound_kinds import demuxer_of

__all__ = [
    "BadSound",
    "DamagedSound",
    "NotSound",
    "SoundMend",
    "SoundTooLarge",
    "SoundTooShort",
    "Soundtrack",
    "UnsupportedSound",
    "prepare",
]

# The service's own limits, here for the sentences about them.
MIN_SECONDS = 3
MAX_SECONDS = 30

MAX_INPUT_BYTES = 50 * 1024 * 1024
"""The service takes 15 MB, but a long or lossless recording is cut or made smaller anyway."""


class SoundMend(StrEnum):
    """What was done to the sound that a member may want to know."""

    EXTRACTED = "extracted"  # taken out of a film
    CONVERTED = "converted"  # became an MP3
    CUT = "cut"  # to 30 s, with a short fade


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """An MP3 or a WAV without any tags; `media_type` is audio/mpeg or audio/wav, `sha256` the hex digest of `data`."""

    data: bytes = field(repr=False)
    media_type: str
    seconds: float
    sha256: str
    mends: tuple[SoundMend, ...]


def prepare(data: bytes) -> Soundtrack:
    """Check, decode and convert where needed, in a process of its own. Takes up to 2 s of CPU. Raises BadSound."""
    if len(data) > MAX_INPUT_BYTES:
        raise SoundTooLarge(len(data))
    demuxer_of(data)
    try:
        facts, made = apart.run("sound", data)
    except apart.GaveUp as error:
        raise DamagedSound(f"decoder: {error}") from error
    mends = tuple(mend for mend in SoundMend if mend in facts["mends"])
    return Soundtrack(made, facts["media_type"], facts["seconds"], sha256(made).hexdigest(), mends)
