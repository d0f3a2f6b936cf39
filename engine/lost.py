"""Finds the task of a create whose answer was lost, where the provider can list its tasks."""

import asyncio
import logging
from datetime import datetime, timedelta

from client import LookupFailed, Provider, VideoRequest
from engine.clock import Clock
from engine.life import Life
from engine.worker import rest_seconds
from storage import Job, JobState

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(seconds=30)
"""How far the provider's clock may be from ours."""

ANSWER_TIME = timedelta(minutes=3)
"""A create that was answered later than this was given up before."""

MOST_TRIES = 4
"""A task may be listed a little later than it was made, and the list may be out of reach for a moment."""


class LostTasks:
    """Looks through the provider's list. Adopts nothing where two could be meant: a wrong guess is another's clip."""

    def __init__(self, life: Life, provider: Provider, clock: Clock) -> None:
        self._life = life
        self._provider = provider
        self._clock = clock

    async def find(self, job: Job, request: VideoRequest) -> str | None:
        """The id of the one task that fits and belongs to no job; None if there is none, or more than one."""
        for tries in range(1, MOST_TRIES + 1):
            try:
                found = await self._candidates(job, request)
            except LookupFailed as error:
                log.warning("job %s: the provider's tasks could not be listed: %s", job.id, error)
                found = []
            if found is None:
                return None
            if len(found) == 1 and not self._has_twin(job):
                return found[0]
            await self._clock.wait(asyncio.Event(), rest_seconds(tries))
        return None

    async def _candidates(self, job: Job, request: VideoRequest) -> list[str] | None:
        since = job.submitting_at or job.created_at
        until: datetime = min(since + ANSWER_TIME, self._clock.now())
        listed = await self._provider.find_created(request, since - CLOCKS_DIFFER, until + CLOCKS_DIFFER)
        if listed is None:
            return None
        return [task_id for task_id in listed if not await self._life.is_known(task_id)]

    def _has_twin(self, job: Job) -> bool:
        """Whether another job that says the same is being submitted: the task could be its."""
        others = self._life.in_state(JobState.SUBMITTING)
        return any(_says(other) == _says(job) for other in others if other.id != job.id)


def _says(job: Job) -> tuple[str | None, str | None]:
    return job.options.model, job.options.prompt
