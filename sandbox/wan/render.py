"""Turns a first frame into a real clip: H.264 at 30 frames a second, with sound, cuts and watermark as asked."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image, ImageDraw, ImageFont

from sandbox.wan import grain, motion, sound, soundtrack
from sandbox.wan.grain import Grain

FRAMES_PER_SECOND = 30
PIXEL_BUDGETS = {"480P": 832 * 480, "720P": 1280 * 720, "1080P": 1920 * 1080}
SIDE_STEP = 16
WATERMARK = "AI Generated"
# libx264 with one thread gives the same bytes on every run; ultrafast keeps 5 s at 720P around two seconds of one core.
ENCODER_OPTIONS = {"preset": "ultrafast", "threads": "1"}
QUALITY = {"crf": "24"}  # where the size may be what it comes to
CONTAINER_OPTIONS = {"movflags": "+faststart", "fflags": "+bitexact"}
SOUND_FRAME = 1024

Planes = tuple[Image.Image, Image.Image, Image.Image]
Stamp = tuple[int, tuple[int, int, int, int], Image.Image]


@dataclass(frozen=True, slots=True)
class Scene:
    """What a clip is made from, besides the picture; `seed` decides the motion and, without a soundtrack, the tune.

    With `least_bytes` the file is at least that large, by grain in the picture.
    """

    resolution: str
    seconds: int
    seed: int
    audio: bool = True
    cuts: bool = False
    watermark: bool = False
    soundtrack: bytes | None = field(default=None, repr=False)
    least_bytes: int | None = None


def clip_size(width: int, height: int, resolution: str) -> tuple[int, int]:
    """Sides of the clip: the picture's aspect within the tier's pixel budget, both multiples of 16.

    750×1000 at 720P is 816×1104, which the provider's documentation gives as an example.
    """
    scale = math.sqrt(PIXEL_BUDGETS[resolution] / (width * height))
    return _step(width * scale), _step(height * scale)


def render(picture: bytes, scene: Scene, to: Path) -> None:
    """Write the clip; the file appears under its name only when it is whole. The same input gives the same bytes."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    size = clip_size(*image.size, scene.resolution)
    part = to.with_suffix(".part")
    for attempt in range(1 if scene.least_bytes is None else grain.STEPS):
        with av.open(str(part), "w", format="mp4", options=CONTAINER_OPTIONS) as container:
            _write(container, image, size, scene, attempt)
        if scene.least_bytes is None or part.stat().st_size >= scene.least_bytes:
            break
    if scene.least_bytes is not None:
        grain.fill_up(part, scene.least_bytes)
    part.replace(to)


def _step(side: float) -> int:
    return max(SIDE_STEP, int(side) // SIDE_STEP * SIDE_STEP)


def _write(
    container: av.container.OutputContainer, image: Image.Image, size: tuple[int, int], scene: Scene, attempt: int
) -> None:
    options = ENCODER_OPTIONS if scene.least_bytes is not None else {**ENCODER_OPTIONS, **QUALITY}
    video = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options=options)
    if scene.least_bytes is not None:
        video.bit_rate = grain.bit_rate(scene.least_bytes, scene.seconds, attempt)
    video.width, video.height = size
    video.pix_fmt = "yuv420p"
    # swscale made the planes by BT.601; untagged, browsers would take clips of this size for BT.709 and tint them.
    video.codec_context.colorspace = Colorspace.ITU601
    video.codec_context.color_range = ColorRange.MPEG
    if scene.audio:
        layout = "mono" if scene.soundtrack is None else soundtrack.LAYOUT
        track = container.add_stream("aac", rate=sound.SAMPLE_RATE, layout=layout)
        for frame in _sound_frames(scene):
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    for picture in _frames(image, size, scene):
        container.mux(video.encode(picture))
    container.mux(video.encode(None))


def _frames(image: Image.Image, size: tuple[int, int], scene: Scene) -> Iterator[av.VideoFrame]:
    planes = _planes(image, size)
    stamps: list[list[Stamp]] = _watermark(size) if scene.watermark else [[], [], []]
    count = scene.seconds * FRAMES_PER_SECOND
    pattern = _grain(size, scene, count)

    def looks(view: motion.View, number: int) -> Iterator[Image.Image]:
        light, *colours = _look(planes, view)
        # The first frame stays the picture that was sent.
        yield light if pattern is None or number == 0 else pattern.on(light)
        yield from colours

    for number, view in enumerate(motion.path(count, scene.seed, cuts=scene.cuts)):
        frame = av.VideoFrame(*size, "yuv420p")
        for target, plane, marks in zip(frame.planes, looks(view, number), stamps, strict=True):
            for level, box, mask in marks:
                plane.paste(level, box, mask)
            target.update(plane.tobytes("raw", "L", target.line_size, 1))
        frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
        yield frame


def _grain(size: tuple[int, int], scene: Scene, count: int) -> Grain | None:
    if scene.least_bytes is None:
        return None
    return Grain(size, scene.least_bytes * 8 / (size[0] * size[1] * count), scene.seed)


def _planes(image: Image.Image, size: tuple[int, int]) -> Planes:
    """Brightness and the two colour planes: scaling three small grey pictures is twice as fast as one in RGB."""
    pixels = image.resize(size, Image.Resampling.LANCZOS).convert("RGBA").tobytes()
    rgb = av.VideoFrame.from_bytes(pixels, *size)
    frame = rgb.reformat(format="yuv420p")
    grey = [
        Image.frombuffer("L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1)
        for plane in frame.planes
    ]
    return grey[0], grey[1], grey[2]


def _look(planes: Planes, view: motion.View) -> Iterator[Image.Image]:
    for plane in planes:
        yield plane.resize(plane.size, Image.Resampling.BILINEAR, box=view.box(*plane.size))


def _watermark(size: tuple[int, int]) -> list[list[Stamp]]:
    """For each plane what to lay on it: a dark outline and white letters, legible on any picture."""
    font = ImageFont.load_default(size=max(14, min(size) // 28))
    margin = min(size) // 36
    corner = (size[0] - margin, size[1] - margin)
    outline, letters = Image.new("L", size), Image.new("L", size)
    ImageDraw.Draw(outline).text(corner, WATERMARK, fill=120, font=font, anchor="rs", stroke_width=2)
    ImageDraw.Draw(letters).text(corner, WATERMARK, fill=230, font=font, anchor="rs")
    colours = [_stamp(mask.reduce(2), 128) for mask in (outline, letters)]
    return [[_stamp(outline, 16), _stamp(letters, 235)], colours, colours]


def _stamp(mask: Image.Image, level: int) -> Stamp:
    box = mask.getbbox() or (0, 0, 1, 1)
    return level, box, mask.crop(box)


def _sound_frames(scene: Scene) -> Iterator[av.AudioFrame]:
    if scene.soundtrack is None:
        return _tune_frames(scene)
    return soundtrack.track(scene.soundtrack, scene.seconds)


def _tune_frames(scene: Scene) -> Iterator[av.AudioFrame]:
    samples = sound.tune(scene.seconds, scene.seed)
    for start in range(0, len(samples), SOUND_FRAME):
        piece = samples[start : start + SOUND_FRAME]
        frame = av.AudioFrame("fltp", "mono", samples=len(piece))
        frame.planes[0].update(piece.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
        frame.sample_rate, frame.pts = sound.SAMPLE_RATE, start
        frame.time_base = Fraction(1, sound.SAMPLE_RATE)
        yield frame
