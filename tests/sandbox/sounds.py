"""Sounds made for the tests, and what can be heard in a finished clip."""

from __future__ import annotations

import io
import math
from array import array
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
from av.audio.stream import AudioStream

RATE = 48_000


def tone(seconds: float, pitch_hz: float = 440, container: str = "wav", codec: str = "pcm_s16le") -> bytes:
    """A steady tone as a file of this kind."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        stream = target.add_stream(codec, rate=RATE, layout="mono")
        assert isinstance(stream, AudioStream)
        resampler = av.AudioResampler(stream.format, stream.layout, RATE, frame_size=960)
        for frame in (*resampler.resample(_frame(seconds, pitch_hz)), *resampler.resample(None)):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


def mp3(seconds: float, pitch_hz: float = 440) -> bytes:
    return tone(seconds, pitch_hz, "mp3", "libmp3lame")


def _frame(seconds: float, pitch_hz: float) -> av.AudioFrame:
    count = round(seconds * RATE)
    samples = array("h", [round(9000 * math.sin(2 * math.pi * pitch_hz * i / RATE)) for i in range(count)])
    frame = av.AudioFrame("s16", "mono", samples=count)
    frame.planes[0].update(samples.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    return frame


def heard(path: Path) -> tuple[array[float], int]:
    """The first channel of a clip's sound, and its samples a second."""
    samples = array("f")
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        for frame in container.decode(stream):
            samples.frombytes(bytes(frame.planes[0])[: frame.samples * 4])
        return samples, stream.codec_context.sample_rate


def pitch(samples: Sequence[float], rate: int) -> float:
    """Hertz of a steady tone, by how often it rises through zero."""
    return sum(a < 0 <= b for a, b in pairwise(samples)) * rate / len(samples)


def loudness(samples: Sequence[float]) -> float:
    """Root mean square, 0…1."""
    return math.sqrt(sum(x * x for x in samples) / len(samples))
