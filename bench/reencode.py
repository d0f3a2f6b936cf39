"""How long a clip takes to be re-encoded until it fits, and what of it is left, beside ffmpeg on the command line."""

import asyncio
import re
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import peers
from bench.figures import Bound, Figure, Goal
from bench.pair import BenchError
from media.clip import probe
from media.encoder import PRESET
from media.shrink import shrink
from media.shrinking import plans, x264_options
from sandbox.smoke import draw_photo
from sandbox.wan.render import Scene, render

ROUNDS = {5: 2, 10: 1, 15: 2}
"""Of each length in seconds: one round of the longest takes some twenty of two cores."""

LONGEST_SECONDS = max(ROUNDS)
SOURCE_BYTES, LIMIT_BYTES = 30_000_000, 10 * 2**20
NICENESS = "10"
"""Of the bot's own encoder. Where the machine has nothing else to do, it changes nothing."""

BESIDE = "ffmpeg, same settings"
TIME_GOAL, LIKENESS_GOAL = Goal(Bound.TIMES, 1.15), Goal(Bound.MORE, 5)


@dataclass(frozen=True, slots=True)
class _Spent:
    wall_seconds: float
    cpu_seconds: float


async def measure(folder: Path) -> list[Figure]:
    """Both sides by turns, on the same clip cut to three lengths, each for the same size."""
    return await asyncio.to_thread(_measured, folder)


def _measured(folder: Path) -> list[Figure]:
    ffmpeg, whole = _Ffmpeg.found(), folder / "clip.mp4"
    render(draw_photo(), Scene("1080P", LONGEST_SECONDS, 7, least_bytes=SOURCE_BYTES), whole)
    figures = []
    for seconds in ROUNDS:
        source = folder / f"{seconds}.mp4"
        ffmpeg.run("-i", str(whole), "-t", str(seconds), "-c", "copy", str(source))
        figures += _of(source, seconds, ffmpeg)
    return [*figures, _likeness(source, ffmpeg)]


def _of(source: Path, seconds: int, ffmpeg: "_Ffmpeg") -> list[Figure]:
    sides: tuple[Callable[[], object], ...] = (
        lambda: shrink(source, _made(source, "ours"), LIMIT_BYTES),
        lambda: ffmpeg.run(*_settings(source), str(_made(source, "theirs"))),
    )
    spent: tuple[list[_Spent], list[_Spent]] = [], []
    for number in range(ROUNDS[seconds]):
        for side in (0, 1) if number % 2 else (1, 0):
            spent[side].append(_measure(sides[side]))
    own, beside = ([median(values) for values in _columns(rounds)] for rounds in spent)
    name = f"re-encoding 1080p, {seconds} s to 10 MB"
    return [
        Figure(name, own[0], "s", BESIDE, beside[0], TIME_GOAL if seconds == LONGEST_SECONDS else None),
        Figure(f"{name}, CPU time", own[1], "s", BESIDE, beside[1]),
    ]


def _columns(rounds: Sequence[_Spent]) -> tuple[list[float], list[float]]:
    return [one.wall_seconds for one in rounds], [one.cpu_seconds for one in rounds]


def _measure(encode: Callable[[], object]) -> _Spent:
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    encode()
    seconds, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return _Spent(seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _likeness(source: Path, ffmpeg: "_Ffmpeg") -> Figure:
    """What was lost of the picture: as a distance, so that less is better."""
    own, beside = ((1 - ffmpeg.ssim(source, _made(source, side))) * 1000 for side in ("ours", "theirs"))
    return Figure("re-encoded, distance from the original (1 − SSIM)", own, "‰", BESIDE, beside, LIKENESS_GOAL)


def _made(source: Path, side: str) -> Path:
    return source.with_name(f"{source.stem}.{side}.mp4")


def _settings(source: Path) -> list[str]:
    """The very ones that the bot chooses first, as the command line says them."""
    plan = next(plans(probe(source), LIMIT_BYTES))
    video = {"c:v": "libx264", "preset": PRESET, "pix_fmt": "yuv420p", **x264_options(plan)}
    sound = {"c:a": "aac", "b:a": str(plan.sound_bits_per_second)}
    told = {**video, **sound, "movflags": "+faststart"}
    return ["-i", str(source), *(word for name, value in told.items() for word in (f"-{name}", value))]


@dataclass(frozen=True, slots=True)
class _Ffmpeg:
    """The command line."""

    program: str

    @classmethod
    def found(cls) -> "_Ffmpeg":
        """The one that came with the bench's requirements. Raises BenchError."""
        return cls(peers.asked("import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"))

    def run(self, *words: str) -> str:
        """Run it, and return what it said. Raises BenchError."""
        line = ["nice", "-n", NICENESS, self.program, "-nostdin", "-hide_banner", "-y", *words]
        done = subprocess.run(line, capture_output=True, text=True)  # noqa: S603 - no shell, and our own words
        if done.returncode:
            raise BenchError(f"ffmpeg: {done.stderr.strip().splitlines()[-1]}")
        return done.stderr

    def ssim(self, source: Path, made: Path) -> float:
        """How alike the pictures of two clips are, by its own filter, 0 to 1."""
        said = self.run("-i", str(made), "-i", str(source), "-lavfi", "[0:v][1:v]ssim", "-f", "null", "-")
        if not (found := re.search(r"SSIM .*All:([0-9.]+)", said)):
            raise BenchError("ffmpeg did not tell how alike two clips are.")
        return float(found[1])
