"""Real MP4s for tests, made with PyAV: pictures of any kind, with or without a tone."""

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from PIL import Image

RATE = 48_000


def film(
    path: Path,
    pictures: Iterable[Image.Image],
    *,
    fps: int = 30,
    tone_seconds: float = 0,
    crf: int = 18,
    x264: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Write the pictures, all of one size, as H.264, and a tone as AAC if it is to last."""
    options = {"preset": "ultrafast", "crf": str(crf), **x264}
    with av.open(str(path), "w") as out:
        video = out.add_stream("libx264", rate=fps, options=options)
        audio = out.add_stream("aac", rate=RATE, layout="stereo") if tone_seconds else None
        for number, picture in enumerate(pictures):
            if number == 0:
                video.width, video.height, video.pix_fmt = *picture.size, "yuv420p"
            out.mux(video.encode(VideoFrame.from_image(picture)))
        out.mux(video.encode(None))
        if audio is not None:
            _play(out, audio, tone_seconds)
    return path


def still(picture: Image.Image, count: int) -> Iterator[Image.Image]:
    return (picture for _ in range(count))


def drifting_noise(width: int, height: int, count: int, deviation: float = 90) -> Iterator[Image.Image]:
    """Sand that drifts: about as hard to compress as a film gets."""
    layers = [Image.effect_noise((width + count, height + count), deviation) for _ in range(3)]
    sand = Image.merge("RGB", layers)
    return (sand.crop((step, step, step + width, step + height)) for step in range(count))


def loudness(path: Path) -> float:
    """The root mean square of the sound, 0 to 1."""
    total = count = 0.0
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            samples = array("f", bytes(frame.planes[0])[: frame.samples * 4])
            total += sum(value * value for value in samples)
            count += len(samples)
    return math.sqrt(total / count) if count else 0.0


def starts_with_its_index(path: Path) -> bool:
    """Whether an MP4 plays before it is loaded: its `moov` box comes before the pictures in `mdat`."""
    data = path.read_bytes()
    return 0 < data.find(b"moov") < data.find(b"mdat")


def _play(out: OutputContainer, audio: AudioStream, seconds: float) -> None:
    for start in range(0, int(RATE * seconds), 1024):
        wave = (math.sin(2 * math.pi * 440 * (start + step) / RATE) for step in range(1024))
        frame = AudioFrame(format="s16", layout="stereo", samples=1024)
        frame.planes[0].update(array("h", [int(value * 16_000) for value in wave for _ in range(2)]).tobytes())
        frame.rate, frame.pts = RATE, start
        out.mux(audio.encode(frame))
    out.mux(audio.encode(None))
