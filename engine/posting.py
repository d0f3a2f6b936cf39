"""Posts clips as one message, route after route: an intent for each, and no second before the first surely failed."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from engine.clock import Clock
from engine.fetching import Film
from engine.fitting import Copy, Fitter
from engine.life import Life
from engine.routes import Route, Why, after, plan, why
from engine.stage import PART_ALONE, ChannelClosed, ClipTooLarge, Posted, PostingError, PostRefused, Stage, StageDown
from media.shrink import CannotShrink
from storage import Failure, Job, JobState

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 300.0
"""A place that says to come back later than this, as slow mode does, is passed over for the next."""


class CannotLook(Exception):
    """Whether the clips are posted already could not be found out."""


class Poster:
    """Posts jobs that belong together: the takes of a batch, or one alone. All are ready, or all are being posted."""

    def __init__(
        self, life: Life, stage: Stage, fitter: Fitter, clock: Clock, quiet: Callable[[Job], Awaitable[None]]
    ) -> None:
        self._life = life
        self._stage = stage
        self._fitter = fitter
        self._clock = clock
        self._quiet = quiet

    async def search(self, jobs: Sequence[Job]) -> tuple[Posted | None, list[Job]]:
        """The message that carries these already, if any; and the jobs that are still to be posted.

        Where nobody can look any more, they go on another way: the same clip twice is better than none.
        Raises CannotLook.
        """
        first = jobs[0]
        route = first.route or plan(first, self._clock.now())[0]
        try:
            return await self._stage.find_clip(first, route), list(jobs)
        except (ChannelClosed, PostRefused) as error:
            log.warning("job %s: nobody can see any more whether it was posted: %s", first.id, error)
            return None, await self._onward(jobs, route)
        except PostingError as error:
            raise CannotLook(str(error)) from error

    async def post(self, jobs: Sequence[Job], films: Mapping[str, Film]) -> bool:
        """Post them, or let them wait for their member where every route is closed; whether they are posted.

        A clip that does not fit ends with a refund, and the rest goes without it.
        Raises StageDown, Stopped or OSError, and whatever a fault of ours raises: to be searched then.
        """
        known = None
        while jobs:
            route = jobs[0].route if jobs[0].state is JobState.POSTING else None
            route = route or plan(jobs[0], self._clock.now())[0]
            copies = {job.id: copy for job in jobs if (copy := await self._fitting(job, films[job.id], route))}
            jobs = [job for job in jobs if job.id in copies]
            if jobs and jobs[0].state is JobState.READY:
                first = _as_posted(jobs[0], films[jobs[0].id], copies[jobs[0].id])
                jobs = await self._life.intend_to_post(jobs, route, fitted=first.fitted, notes=first.notes)
            if not jobs:
                break
            try:
                known = await self._try(jobs, films, copies, route, known)
            except ClipTooLarge:
                continue  # nothing was taken, and the next copy is smaller
            if known is None:
                return True
            jobs = await self._onward(jobs, route)
        return False

    async def _fitting(self, job: Job, film: Film, route: Route) -> Copy | None:
        try:
            return await self._fitter.fit(film.file, self._fitter.limit_bytes(job, route))
        except CannotShrink as error:
            log.warning("job %s cannot be made to fit: %s", job.id, error)
            await self._life.end(job, Failure.CLIP_TOO_LARGE, from_states=(JobState.READY, JobState.POSTING))
            return None

    async def _try(
        self,
        jobs: Sequence[Job],
        films: Mapping[str, Film],
        copies: Mapping[str, Copy],
        route: Route,
        known: Why | None,
    ) -> Why | None:
        """None once they are posted, else why this route has surely not taken them."""
        if route is Route.REPLY:  # the reply is the status message, and must not become that again
            await self._quiet(jobs[0])
        shown = [_as_posted(job, films[job.id], copies[job.id]) for job in jobs]
        files = [copies[job.id].file for job in jobs]
        try:
            posted = await self._stage.post_clips(shown, files, route, why=why(jobs[0], route, known))
        except (ChannelClosed, PostRefused, ClipTooLarge, StageDown) as error:
            return self._refusal(error, jobs[0], route, files)
        facts = {"fitted": shown[0].fitted, "notes": shown[0].notes}
        await self._life.posted(jobs, posted.message_id, posted.channel_id, **facts)
        return None

    def _refusal(self, error: PostingError, job: Job, route: Route, files: list[Path]) -> Why:
        log.warning("job %s was not taken by %s: %s", job.id, route, error)
        match error:
            case ChannelClosed():
                return Why.EXPIRED if route is Route.REPLY else Why.CLOSED
            case PostRefused():
                return Why.REFUSED
            case ClipTooLarge():
                self._fitter.learn(job, route, files)
            case StageDown(retry_after_seconds=float() | int() as seconds) if seconds > PATIENCE_SECONDS:
                if after(job, route, self._clock.now()):
                    return Why.SLOW
        raise error

    async def _onward(self, jobs: Sequence[Job], route: Route) -> list[Job]:
        """Go another way; where there is none, the clips wait, and nothing is to be posted."""
        now = self._clock.now()
        following = after(jobs[0], route, now)
        if following:
            return await self._life.reroute(jobs, following)
        held = await self._life.hold(jobs, now)
        log.info("job %s waits for its member: every route is closed", jobs[0].id if held else "none")
        return []


def _as_posted(job: Job, film: Film, copy: Copy) -> Job:
    notes = tuple(note for note in job.notes if note != PART_ALONE)
    return replace(job, fitted=copy.smaller, notes=(*notes, PART_ALONE) if film.alone else notes)
