"""Clips that no route took: each waits a week for its member, is handed over, or is refunded."""

import logging
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from client import ResultGone
from engine.ages import Ages
from engine.clock import Clock
from engine.fetching import LIFE_OF_A_RESULT, Fetcher
from engine.fitting import DIRECT_LIMIT_BYTES, Fitter
from engine.life import Life
from engine.status import WAITS_FOR
from engine.worker import Worker
from storage import Failure, Job, JobState

log = logging.getLogger(__name__)

CLAIM_HOLDS_SECONDS = 15 * 60.0
"""Nobody can answer an interaction later than this, so a hand-over of which nothing was heard is over."""

_WAITING = (JobState.READY, JobState.POSTING)


class NoHandOver(StrEnum):
    """Why a clip is not handed over."""

    UNKNOWN = "unknown"
    NOT_YOURS = "not_yours"
    NOT_WAITING = "not_waiting"
    UNDER_WAY = "under_way"
    LATER = "later"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class HandOver:
    """A clip for its member, to be sent now."""

    job: Job
    file: Path


class HeldClips(Worker):
    """Hands clips over to whom they belong.

    The intent is committed before a file is given away: a clip that its member may have is never refunded. Whether a
    reply that only one person sees was sent cannot be found out later, so such a clip may be handed over again.
    """

    name = "held clips"

    def __init__(self, life: Life, fetcher: Fetcher, fitter: Fitter, clock: Clock) -> None:
        super().__init__(clock)
        self._life = life
        self._fetcher = fetcher
        self._fitter = fitter
        self._ages = Ages(clock)
        self._claims: dict[str, float] = {}

    async def hand_over(
        self, job_id: str, member_id: int, limit_bytes: int = DIRECT_LIMIT_BYTES
    ) -> HandOver | NoHandOver:
        """The clip, smaller if it must be; `handed_over` follows, or `not_handed_over` if it surely was not.

        Two who ask at once get it once.
        """
        job = await self._life.stored(job_id)
        if job is None:
            return NoHandOver.UNKNOWN
        if job.member_id != member_id:
            return NoHandOver.NOT_YOURS
        if not _is_waiting(job):
            return NoHandOver.NOT_WAITING
        if self._is_claimed(job_id):
            return NoHandOver.UNDER_WAY
        self._claims[job_id] = self.clock.steady_seconds() + CLAIM_HOLDS_SECONDS
        given: HandOver | NoHandOver = NoHandOver.LATER
        try:
            given = await self._given(job, limit_bytes)
        finally:
            if isinstance(given, NoHandOver):  # or it broke: nothing was given away
                self._claims.pop(job_id, None)
        return given

    async def handed_over(self, job_id: str, message_id: int) -> None:
        """The member has the clip."""
        job = await self._life.stored(job_id)
        if job and _is_waiting(job):
            await self._life.record(job, JobState.DONE, clip_message_id=message_id)
            log.info("job %s was handed over to its member", job_id)
        self._forget(job_id)

    async def not_handed_over(self, job_id: str) -> None:
        """The member surely has not got the clip: it waits on, for as long as it would have."""
        job = await self._life.stored(job_id)
        if job and job.state is JobState.POSTING and job.waits_since:
            await self._life.hold([job], job.waits_since)
        self._claims.pop(job_id, None)

    async def step(self) -> float | None:
        """End what has waited long enough."""
        self._claims = {job_id: until for job_id, until in self._claims.items() if self._is_claimed(job_id)}
        waiting = [job for job in self._life.in_state(*_WAITING) if job.waits_since]
        for job in waiting:
            if self._seconds_left(job) <= 0 and not self._is_claimed(job.id):
                await self._expire(job)
        left = [max(self._seconds_left(job), 1.0) for job in waiting]
        return min(left, default=None)

    async def _given(self, job: Job, limit_bytes: int) -> HandOver | NoHandOver:
        try:
            film = await self._fetcher.film(job, patient=False)
            copy = await self._fitter.fit(film.file, limit_bytes)
        except Exception as error:  # whatever it is, the clip waits on
            log.warning("job %s could not be handed over: %s", job.id, error, exc_info=True)
            return await self._lost(job, error)
        if job.state is JobState.READY:
            keep = {"waits_since": job.waits_since, "fitted": copy.smaller}
            moved = await self._life.intend(job, JobState.POSTING, **keep)
            if moved is None:
                return NoHandOver.NOT_WAITING
            job = moved
        return HandOver(replace(job, fitted=copy.smaller), copy.file)

    async def _lost(self, job: Job, error: Exception) -> NoHandOver:
        """The file is gone from here: without the provider's there is no clip any more."""
        age = self.clock.now() - (job.ready_at or job.created_at)
        if not (isinstance(error, ResultGone) and age > LIFE_OF_A_RESULT):
            return NoHandOver.LATER
        if job.state is JobState.READY:
            await self._life.end(job, Failure.RESULT_LOST)
            self._forget(job.id)
        return NoHandOver.LOST

    async def _expire(self, job: Job) -> None:
        log.info("job %s has waited for its member long enough", job.id)
        if job.state is JobState.READY:
            ended = await self._life.end(job, Failure.CHANNEL_CLOSED)
        else:  # given away, though nobody came to say so
            ended = await self._life.record(job, JobState.DONE)
        if ended:
            self._forget(job.id)

    def _forget(self, job_id: str) -> None:
        self._claims.pop(job_id, None)
        self._ages.forget(job_id)
        self._fetcher.forget(job_id)

    def _is_claimed(self, job_id: str) -> bool:
        until = self._claims.get(job_id)
        return until is not None and self.clock.steady_seconds() < until

    def _seconds_left(self, job: Job) -> float:
        since = job.waits_since or self.clock.now()
        return WAITS_FOR.total_seconds() - self._ages.seconds(job.id, since)


def _is_waiting(job: Job) -> bool:
    return job.waits_since is not None and job.state in _WAITING
