"""Votes for the takes of a batch: everybody who sees them has one."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.access import seen_job
from engine.cannot import ClipGone
from engine.clock import Clock
from engine.order import Asking
from storage import Job, JobStore


@dataclass(frozen=True, slots=True)
class Ballot:
    """All takes of a batch in their order, and the votes for each by its job's id."""

    takes: tuple[Job, ...]
    votes: Mapping[str, int]


class Voting:
    """Casts votes and counts them."""

    def __init__(self, jobs: JobStore, clock: Clock) -> None:
        self._jobs = jobs
        self._clock = clock

    async def vote(self, job_id: str, by: Asking) -> Ballot:
        """Vote for a take, and no more for another; for the same one once more: take it back.

        Raises NotYours or ClipGone.
        """
        job = seen_job(await self._jobs.get(job_id), by)
        if job.batch_id is None:
            raise ClipGone
        votes = await self._jobs.vote(job.batch_id, by.member_id, job.id, self._clock.now())
        return Ballot(tuple(await self._jobs.of_batch(job.batch_id)), votes)

    async def ballot(self, batch_id: str) -> Ballot:
        """How the votes stand."""
        return Ballot(tuple(await self._jobs.of_batch(batch_id)), await self._jobs.votes(batch_id))
