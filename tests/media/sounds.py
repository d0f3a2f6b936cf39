"""Sound files for tests, made with PyAV: tones of any kind and length, some with tags, some in films."""

import math
from array import array
from io import BytesIO
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from PIL import Image

SECRET = "recorded at 52.3N 13.2E"

# Name: FFmpeg's container and encoder.
KINDS = {
    "wav": ("wav", "pcm_s16le"),
    "wav of 24 bits": ("wav", "pcm_s24le"),
    "wav of floats": ("wav", "pcm_f32le"),
    "wav of telephones": ("wav", "pcm_mulaw"),
    "adpcm": ("wav", "adpcm_ms"),
    "mp3": ("mp3", "libmp3lame"),
    "m4a": ("ipod", "aac"),
    "alac": ("ipod", "alac"),
    "voice message": ("ogg", "libopus"),
    "vorbis": ("ogg", "vorbis"),
    "flac": ("flac", "flac"),
    "adts": ("adts", "aac"),
    "aiff": ("aiff", "pcm_s16be"),
    "webm": ("webm", "libopus"),
}


def tone(
    kind: str = "wav",
    seconds: float = 5,
    *,
    rate: int = 48_000,
    layout: str = "stereo",
    hertz: int = 440,
    tags: bool = False,
) -> bytes:
    container, codec = KINDS[kind]
    file = BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate, layout=layout, options={"strict": "experimental"})
        assert isinstance(stream, AudioStream)
        if tags:
            out.metadata.update(title=SECRET, comment=SECRET)
        _play(out, stream, seconds, hertz)
    return file.getvalue()


def silence(seconds: int) -> bytes:
    """Hours of nothing in a FLAC of hundreds of kilobytes."""
    file = BytesIO()
    with av.open(file, "w", format="flac") as out:
        stream = out.add_stream("flac", rate=48_000, layout="mono")
        for start in range(0, seconds * 48_000, 48_000):
            frame = AudioFrame(format="s16", layout="mono", samples=48_000)
            frame.planes[0].update(bytes(frame.planes[0].buffer_size))
            frame.rate, frame.pts = 48_000, start
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def with_its_index_first(path: Path, data: bytes) -> bytes:
    """An M4A laid out for streaming, which FFmpeg does only in a real file."""
    with av.open(BytesIO(data), "r") as source, av.open(str(path), "w", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.size:
                packet.stream = stream
                out.mux(packet)
    return path.read_bytes()


def film(seconds: float, *, sound: bool = True, kind: str = "mp4", codec: str = "aac") -> bytes:
    file = BytesIO()
    with av.open(file, "w", format=kind) as out:
        pictures = out.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        pictures.width, pictures.height, pictures.pix_fmt = 64, 64, "yuv420p"
        stream = out.add_stream(codec, rate=48_000, layout="stereo") if sound else None
        for _ in range(int(seconds * 10)):
            out.mux(pictures.encode(VideoFrame.from_image(Image.new("RGB", (64, 64), "teal"))))
        out.mux(pictures.encode(None))
        if isinstance(stream, AudioStream):
            _play(out, stream, seconds, 440)
    return file.getvalue()


def measure(data: bytes) -> tuple[float, float]:
    """Seconds of a file by its packets, padding included, and its loudness (root mean square, 0 to 1)."""
    seconds, samples = 0.0, heard(data)
    with av.open(BytesIO(data), "r") as container:
        stream = container.streams.audio[0]
        for packet in container.demux(stream):
            seconds += float((packet.duration or 0) * packet.time_base) if packet.size else 0.0
    return seconds, math.sqrt(sum(value * value for value in samples) / max(1, len(samples)))


def heard(data: bytes) -> "array[float]":
    """The sound as one channel of numbers from -1 to 1, 8000 a second."""
    samples = array("f")
    resampler = AudioResampler(format="flt", layout="mono", rate=8000)
    with av.open(BytesIO(data), "r") as container:
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                samples.frombytes(bytes(piece.planes[0])[: piece.samples * 4])
    return samples


def _play(out: OutputContainer, stream: AudioStream, seconds: float, hertz: int) -> None:
    rate, channels = stream.rate, stream.layout.nb_channels
    step, whole = 2 * math.pi * hertz / rate, int(rate * seconds)
    # Whole waves a second: every second is the same.
    wave = (int(math.sin(step * place) * 16_000) for place in range(rate))
    second = array("h", [value for value in wave for _ in range(channels)]).tobytes()
    for start in range(0, whole, rate):
        frame = AudioFrame(format="s16", layout=stream.layout, samples=min(rate, whole - start))
        frame.planes[0].update(second[: frame.samples * channels * 2].ljust(frame.planes[0].buffer_size, b"\0"))
        frame.rate, frame.pts = rate, start
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def with_cover(mp3: bytes) -> bytes:
    """An MP3 with a picture in its ID3 tag, as shops sell them."""
    cover = BytesIO()
    Image.new("RGB", (300, 300), "navy").save(cover, "PNG")
    picture = b"\0image/png\0\x03\0" + cover.getvalue()
    frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture
    size = len(frame)
    length = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\0\0" + length + frame + mp3[mp3.index(b"\xff\xfb") :]


def m4a_with_made_up_table(samples: int) -> bytes:
    """An M4A of a few kilobytes whose index says that it holds this many samples of a byte."""
    data = bytearray(tone("m4a", 4))
    for name, offset, value in (
        (b"stsz", 8, 1),
        (b"stsz", 12, samples),
        (b"stts", 12, samples),
        (b"stsc", 16, samples),
    ):
        place = data.index(name) + offset
        data[place : place + 4] = value.to_bytes(4, "big")
    return bytes(data)
