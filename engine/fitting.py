"""Makes clips fit: what a place takes, what it has taught about that, and the smaller copy."""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine.clip_files import ClipFiles
from engine.clock import Clock
from engine.routes import Route
from engine.workbench import Workbench
from media.mp4 import is_whole
from media.shrink import shrink
from storage import Job

UPLOAD_LIMITS_BYTES = tuple(size * 1024 * 1024 for size in (100, 50, 25, 20, 10, 8))
"""Limits that Discord has had: a refused upload is tried again below the next one."""

DIRECT_LIMIT_BYTES = 10 * 1024 * 1024
"""What direct messages take, whatever the server has or the member has subscribed to."""

LESSON_HOLDS_SECONDS = 24 * 3600.0
"""After this a place is believed again."""

_Place = tuple[Route, int, int, int]


@dataclass(frozen=True, slots=True)
class Copy:
    """The file to post; `smaller` if it is not the film as it was made."""

    file: Path
    smaller: bool


class Fitter:
    """Knows what each place takes. Discord's limit holds for each file of a message by itself."""

    def __init__(self, files: ClipFiles, bench: Workbench, clock: Clock) -> None:
        self._files = files
        self._bench = bench
        self._clock = clock
        self._lessons: dict[_Place, tuple[int, float]] = {}

    def limit_bytes(self, job: Job, route: Route) -> int:
        """What this route takes of the job: what it claims, or what it has taught since."""
        place = _place(job, route)
        taught_bytes, until = self._lessons.get(place, (0, 0.0))
        return taught_bytes if self._clock.steady_seconds() < until else _claimed_bytes(job, route)

    async def fit(self, film: Path, limit_bytes: int) -> Copy:
        """The film, or a copy of it that fits. Raises CannotShrink, Stopped or OSError."""
        if _size_bytes(film) <= limit_bytes:
            return Copy(film, smaller=False)
        copy = self._files.fitted(film)
        if not await asyncio.to_thread(_fits, copy, limit_bytes):
            await self._bench.encode(partial(shrink, film, copy, limit_bytes))
        return Copy(copy, smaller=True)

    def learn(self, job: Job, route: Route, refused: list[Path]) -> None:
        """These files were too large together or one by one: from now on smaller ones go there."""
        largest = max(_size_bytes(file) for file in refused)
        below = next((limit for limit in UPLOAD_LIMITS_BYTES if limit < largest), largest // 2)
        now = self._clock.steady_seconds()
        self._lessons = {place: lesson for place, lesson in self._lessons.items() if now < lesson[1]}
        self._lessons[_place(job, route)] = (below, now + LESSON_HOLDS_SECONDS)


def _place(job: Job, route: Route) -> _Place:
    """Whose limit it is. A place that claims another one than it did has changed, and is believed."""
    claimed = _claimed_bytes(job, route)
    match route:
        case Route.CHANNEL:
            return route, job.guild_id, 0, claimed
        case Route.REPLY:
            return route, job.guild_id, job.member_id, claimed
        case Route.DIRECT:
            return route, 0, 0, claimed


def _claimed_bytes(job: Job, route: Route) -> int:
    return min(job.upload_limit_bytes, DIRECT_LIMIT_BYTES) if route is Route.DIRECT else job.upload_limit_bytes


def _fits(copy: Path, limit_bytes: int) -> bool:
    return is_whole(copy) and _size_bytes(copy) <= limit_bytes


def _size_bytes(file: Path) -> int:
    return file.stat().st_size
