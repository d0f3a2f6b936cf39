"""What can be told of a clip to its member and to moderators: all that made it, and where it is whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from engine.access import own_clip, own_job
from engine.cannot import ClipGone
from engine.clock import Clock
from engine.fetching import LIFE_OF_A_RESULT
from engine.menu import Menu
from engine.order import Asking
from storage import Job, JobStore, Relation


@dataclass(frozen=True, slots=True)
class Details:
    """A job with the name of its model, the clip that it was made from, and the takes beside it with their votes."""

    job: Job
    model: str
    parent: Job | None
    takes: tuple[Job, ...]
    votes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class FullQuality:
    """Where a clip is as the service made it: no address once that time is over.

    `whole` is whether that is all of the clip; of one that continues another it is the new part.
    """

    job: Job
    url: str | None = field(repr=False)
    until: datetime
    whole: bool


class Archive:
    """Looks up what is kept."""

    def __init__(self, jobs: JobStore, menu: Menu, clock: Clock) -> None:
        self._jobs = jobs
        self._menu = menu
        self._clock = clock

    async def details(self, job_id: str, by: Asking) -> Details:
        """All that is known of a clip, or of an order that came to none. Raises NotYours or ClipGone."""
        job = own_job(await self._jobs.get(job_id), by)
        takes = await self._jobs.of_batch(job.batch_id) if job.batch_id else []
        return Details(
            job=job,
            model=job.options.model or self._menu.models[0].name,
            parent=await self._jobs.get(job.parent_id) if job.parent_id else None,
            takes=tuple(takes),
            votes=await self._jobs.votes(job.batch_id) if job.batch_id else {},
        )

    async def full_quality(self, job_id: str, by: Asking) -> FullQuality:
        """The provider's own address of a clip while it is good. Raises NotYours or ClipGone."""
        job = own_clip(await self._jobs.get(job_id), by)
        if job.ready_at is None:
            raise ClipGone
        until = job.ready_at + LIFE_OF_A_RESULT
        url = job.result_url if self._clock.now() < until else None
        return FullQuality(job, url, until, whole=job.relation is not Relation.EXTEND)
