"""Decodes a sound file and makes it an MP3 or a WAV that the video service takes; meant to be run apart."""

import wave
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Disposition

from media.sound_errors import DamagedSound, NotSound, SoundTooShort, UnsupportedSound
from media.sound_kinds import demuxer_of, wav_is_cut_off

# The service's own limits.
MIN_SECONDS = 3.0
MAX_SECONDS = 30.0
MAX_FILE_BYTES = 15_000_000

CUT_SECONDS = 29.9
"""What is too long becomes this long: an MP3's padding counts for some programs, and may not pass the limit."""

FADE_SECONDS = 1.0

_BIT_RATE = 192_000
_MPEG_FRAME_SAMPLES = 1152
_SAMPLE_RATES = (32_000, 44_100, 48_000)
_MAX_BARREN_PACKETS = 50
"""Tags, delays and torn ends give a few packets without sound; more is no sound file."""

_MAX_LOST_SECONDS = 1.0

_WITH_TRUE_LENGTH = ("aiff", "flac", "mp4")
"""A WAV is looked at before; elsewhere the length is an estimate, or taken from the last page that is there."""

_PLAIN_PCM = ("pcm_s16le", "pcm_s24le")
_CODECS = (
    *("mp3float", "mp3", "aac", "alac", "opus", "libopus", "vorbis", "libvorbis", "flac"),
    *("pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_f32le", "pcm_f64le", "pcm_u8", "pcm_alaw", "pcm_mulaw"),
    *("pcm_s8", "pcm_s16be", "pcm_s24be", "pcm_s32be", "pcm_f32be", "adpcm_ms", "adpcm_ima_wav"),
)

# No other decoder is tried, not even to look, and no other file or address is opened.
_OPTIONS = {"codec_whitelist": ",".join(_CODECS), "protocol_whitelist": "none"}


def make(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The soundtrack's facts, and its bytes. Raises BadSound."""
    demuxer = demuxer_of(data)
    if demuxer == "wav" and wav_is_cut_off(data):
        raise DamagedSound("fewer bytes than its header says")
    return _kept(data, demuxer) or _converted(data, demuxer)


def _kept(data: bytes, demuxer: str) -> tuple[dict[str, Any], bytes] | None:
    """The same sound without tags, or None where it has to be made anew."""
    packets, samples, ticks, size_bytes = [], 0, 0, 0
    with _opened(data, demuxer) as (container, stream):
        if not _is_plain(demuxer, stream):
            return None
        for packet, frames in _pieces(container, stream):
            samples += sum(frame.samples for frame in frames)
            if packet.size:
                packets.append(packet)
                ticks += packet.duration or 0
                size_bytes += packet.size
            if ticks * (stream.time_base or 0) > MAX_SECONDS or size_bytes > MAX_FILE_BYTES - _MPEG_FRAME_SAMPLES:
                return None
        seconds = samples / stream.rate
        _check_length(demuxer, stream, seconds)
        bare = _as_wav(packets, stream) if demuxer == "wav" else _as_same_mp3(packets, stream)
    return {"media_type": "audio/wav" if demuxer == "wav" else "audio/mpeg", "seconds": seconds, "mends": []}, bare


def _converted(data: bytes, demuxer: str) -> tuple[dict[str, Any], bytes]:
    """The sound as MP3, with a fade if it had to be cut."""
    with _opened(data, demuxer) as (container, stream):
        rate = _rate_for(stream.rate)
        channels = min(stream.channels, 2)
        pcm = _samples(container, stream, rate, channels)
        seconds = len(pcm) / channels / rate
        _check_length(demuxer, stream, seconds)
        mends = _what_changed(container, demuxer)
    if seconds > CUT_SECONDS:
        _cut_and_fade(pcm, rate, channels)
        seconds, mends = CUT_SECONDS, [*mends, "cut"]
    return {"media_type": "audio/mpeg", "seconds": seconds, "mends": mends}, _as_mp3(pcm, rate, channels)


@contextmanager
def _opened(data: bytes, demuxer: str) -> Iterator[tuple[InputContainer, AudioStream]]:
    try:
        with av.open(BytesIO(data), "r", format=demuxer, options=_OPTIONS, metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise NotSound("no sound in it")
            stream = container.streams.audio[0]
            for other in container.streams:
                other.discard = Discard.default if other is stream else Discard.all
            _check_codec(stream)
            yield container, stream
    except (av.FFmpegError, ValueError, OSError) as error:  # PyAV's word for sound that changes its shape is ValueError
        raise DamagedSound(type(error).__name__) from error


def _check_codec(stream: AudioStream) -> None:
    if stream.codec_context is None:
        raise UnsupportedSound("unknown")
    if stream.codec_context.name not in _CODECS:
        raise UnsupportedSound(stream.codec_context.name.upper())
    if not stream.rate or not stream.channels:
        raise DamagedSound("no rate or no channels")


def _is_plain(demuxer: str, stream: AudioStream) -> bool:
    """Whether every program that takes WAV or MP3 takes this one."""
    if demuxer == "wav":
        return stream.codec_context.name in _PLAIN_PCM and stream.channels <= 2 and stream.rate in _SAMPLE_RATES
    return demuxer == "mp3" and stream.codec_context.name in ("mp3float", "mp3")


def _pieces(container: InputContainer, stream: AudioStream) -> "Iterator[tuple[Packet[Any], list[AudioFrame]]]":
    """Every packet with the sound in it."""
    barren = 0
    for packet in container.demux(stream):
        try:
            frames = [frame for frame in packet.decode() if isinstance(frame, AudioFrame)]
        except av.FFmpegError:
            frames = []
        if frames or not packet.size:
            yield packet, frames
            continue
        barren += 1
        if barren > _MAX_BARREN_PACKETS:
            raise DamagedSound("too much of it is no sound")


def _check_length(demuxer: str, stream: AudioStream, heard_seconds: float) -> None:
    if demuxer in _WITH_TRUE_LENGTH and stream.duration and stream.time_base and heard_seconds <= MAX_SECONDS:
        claim = float(stream.duration * stream.time_base)
        if claim - heard_seconds > _MAX_LOST_SECONDS:
            raise DamagedSound(f"{heard_seconds:.1f} s of {claim:.1f} s")
    if heard_seconds == 0:
        raise DamagedSound("nothing to be heard")
    if heard_seconds < MIN_SECONDS:
        raise SoundTooShort(heard_seconds)


def _samples(container: InputContainer, stream: AudioStream, rate: int, channels: int) -> "array[int]":
    """The first seconds as 16-bit samples, channels by turns; a little more than the limit if there is more."""
    resampler = AudioResampler(format="s16", layout="mono" if channels == 1 else "stereo", rate=rate)
    samples = array("h")
    most = int((MAX_SECONDS + 1) * rate) * channels
    for _, frames in _pieces(container, stream):
        for frame in frames:
            for piece in resampler.resample(frame):
                samples.frombytes(bytes(piece.planes[0])[: piece.samples * channels * 2])
        if len(samples) > most:
            break
    return samples


def _rate_for(rate: int) -> int:
    if rate in _SAMPLE_RATES:
        return rate
    return 44_100 if rate % 11_025 == 0 else 48_000


def _what_changed(container: InputContainer, demuxer: str) -> list[str]:
    pictures = (stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic)
    if any(pictures):
        return ["extracted"]
    return [] if demuxer == "mp3" else ["converted"]


def _cut_and_fade(samples: "array[int]", rate: int, channels: int) -> None:
    del samples[int(CUT_SECONDS * rate) * channels :]
    length = int(FADE_SECONDS * rate) * channels
    for step in range(length):
        samples[-1 - step] = samples[-1 - step] * step // length


def _as_wav(packets: "list[Packet[Any]]", stream: AudioStream) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(stream.channels)
        out.setsampwidth(2 if stream.codec_context.name == "pcm_s16le" else 3)
        out.setframerate(stream.rate)
        pcm = b"".join(bytes(packet) for packet in packets)
        out.writeframes(pcm[: len(pcm) - len(pcm) % (out.getnchannels() * out.getsampwidth())])
    return file.getvalue()


def _as_same_mp3(packets: "list[Packet[Any]]", original: AudioStream) -> bytes:
    file = BytesIO()
    with _new_mp3(file) as out:
        stream = out.add_stream_from_template(original)
        for packet in packets:
            packet.stream = stream
            out.mux(packet)
    return file.getvalue()


def _as_mp3(samples: "array[int]", rate: int, channels: int) -> bytes:
    file = BytesIO()
    with _new_mp3(file) as out:
        stream = out.add_stream("libmp3lame", rate=rate, layout="mono" if channels == 1 else "stereo")
        stream.bit_rate = _BIT_RATE // 2 * channels
        for start in range(0, len(samples), _MPEG_FRAME_SAMPLES * channels):
            piece = samples[start : start + _MPEG_FRAME_SAMPLES * channels]
            frame = AudioFrame(format="s16", layout=stream.layout, samples=len(piece) // channels)
            frame.planes[0].update(piece.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
            frame.rate, frame.pts = rate, start // channels
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def _new_mp3(file: BytesIO) -> Any:
    """Without tags."""
    return av.open(file, "w", format="mp3", options={"id3v2_version": "0"})
