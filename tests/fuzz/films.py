"""Results as the video service hands them over: whatever the bytes, facts and pictures or one of our errors, soon."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import av

from media import clip, mp4, reel
from tests.fuzz.target import Target
from tests.media import films, sounds

_TOLD = (clip.NotAClip, av.FFmpegError, OSError, ValueError)
"""What the process that encodes says in words; the rest of the looks at clips say NotAClip alone."""


def seeds() -> Iterable[bytes]:
    """Films of a few pictures, with and without sound, and what is no film."""
    pictures = list(films.drifting_noise(48, 32, 6))
    with TemporaryDirectory() as folder:
        for name, options in (("plain", {}), ("b", {"bf": "3", "g": "3"}), ("all", {"g": "1"})):
            yield films.film(Path(folder, f"{name}.mp4"), pictures, x264=options).read_bytes()
        yield films.film(Path(folder, "sound.mp4"), pictures, tone_seconds=0.3).read_bytes()
        yield films.film(Path(folder, "film.mkv"), pictures, tone_seconds=0.3).read_bytes()
    yield sounds.tone("m4a", 1)


def try_one(data: bytes) -> None:
    """Every look that is taken at a clip."""
    with TemporaryDirectory(dir=_memory()) as folder:
        path = Path(folder, "clip.mp4")
        path.write_bytes(data)
        for look in (mp4.check, clip.probe, clip.first_picture, clip.last_picture):
            try:
                look(path)
            except clip.NotAClip:
                continue
        try:
            reel.read(path)
        except _TOLD:
            return


def _memory() -> str | None:
    """A folder that is no disk, where there is one."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a folder of its own is made in it


TARGET = Target(seeds, try_one, most_bytes=128 * 1024)
