"""What kind of sound file some bytes are, told from the bytes alone and never from a name or a claim."""

from media.sound_errors import BadSound, NotSound, UnsupportedSound

# FFmpeg is told which of its parsers to use: left to guess it would also try playlists, which name files and
# addresses for it to open.
_DEMUXERS: tuple[tuple[bytes, str], ...] = (
    (b"ID3", "mp3"),
    (b"OggS", "ogg"),
    (b"fLaC", "flac"),
    (b"\x1a\x45\xdf\xa3", "matroska"),
)

_RIFF_KINDS = {b"WAVE": "wav", b"AIFF": "aiff", b"AIFC": "aiff"}

_LEFT_OPEN = 0x7FFF_0000
"""Programs that write to a pipe put this or more where they don't know the size; RF64 does so on purpose."""

_TORN_BYTES = 4096

_OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"MThd", "MIDI"),
    (b"#!AMR", "AMR"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "WMA"),
    (b"MAC ", "Monkey's Audio"),
    (b"wvpk", "WavPack"),
    (b"caff", "CAF"),
    (b".snd", "AU"),
)


def demuxer_of(data: bytes) -> str:
    """FFmpeg's name for the parser of this file. Raises NotSound or UnsupportedSound."""
    if data[:4] in (b"RIFF", b"RF64", b"FORM") and data[8:12] in _RIFF_KINDS:
        return _RIFF_KINDS[data[8:12]]
    if data[4:8] == b"ftyp":
        return "mp4"
    if _starts_an_mpeg_frame(data):
        return "mp3"
    if data[:1] == b"\xff" and data[1:2] and data[1] & 0xF6 == 0xF0:
        return "aac"
    demuxer = next((name for signature, name in _DEMUXERS if data.startswith(signature)), None)
    if demuxer is None:
        raise _not_accepted(data)
    return demuxer


def wav_is_cut_off(data: bytes) -> bool:
    """Whether the samples end before the header says; a size that was left open by the writer says nothing."""
    place = 12
    while place + 8 <= len(data):
        size = int.from_bytes(data[place + 4 : place + 8], "little")
        if data[place : place + 4] == b"data":
            return size < _LEFT_OPEN and place + 8 + size > len(data) + _TORN_BYTES
        place += 8 + size + size % 2
    return True


def _starts_an_mpeg_frame(data: bytes) -> bool:
    """Whether an MPEG audio frame of Layer III begins here (ISO 11172-3, 2.4.1.3), with values that exist."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return False
    version, bit_rate, sample_rate = data[1] >> 3 & 3, data[2] >> 4, data[2] >> 2 & 3
    return version != 1 and bit_rate != 15 and sample_rate != 3


def _not_accepted(data: bytes) -> BadSound:
    name = next((name for signature, name in _OTHER_KINDS if data.startswith(signature)), None)
    return NotSound("unknown kind of file") if name is None else UnsupportedSound(name)
