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
"""A task may be listed a little later than it was made."""

PATIENCE = timedelta(minutes=10)
"""How long to wait for a list that is out of reach, or for another order that the task could belong to."""


class LostTasks:
    """Looks through the provider's list. Adopts nothing where two could be meant: a wrong guess is another's clip."""

    def __init__(self, life: Life, provider: Provider, clock: Clock) -> None:
        self._life = life
        self._provider = provider
        self._clock = clock
        self._given_up: list[tuple[str, datetime]] = []

    async def find(self, job: Job, request: VideoRequest) -> str | None:
        """The id of the one task that fits and belongs to no job; None if there is none, or more than one."""
        begun, tries, rests = self._clock.now(), 0, 0
        while tries < MOST_TRIES and self._clock.now() - begun < PATIENCE:
            try:
                found = await self._candidates(job, request)
            except LookupFailed as error:
                log.warning("job %s: the provider's tasks could not be listed: %s", job.id, error)
            else:
                if found is None:
                    return None
                if not self._has_twin(job):
                    if len(found) == 1:
                        return found[0]
                    tries += 1
            rests += 1
            await self._clock.wait(asyncio.Event(), rest_seconds(rests))
        self._given_up.append((self._model(job), job.submitting_at or begun))
        return None

    async def _candidates(self, job: Job, request: VideoRequest) -> list[str] | None:
        since = job.submitting_at or job.created_at
        until = min(since + ANSWER_TIME, self._clock.now())
        listed = await self._provider.find_created(request, since - CLOCKS_DIFFER, until + CLOCKS_DIFFER)
        if listed is None:
            return None
        return [task_id for task_id in listed if not await self._life.is_known(task_id)]

    def _has_twin(self, job: Job) -> bool:
        """Whether the task could be another order's: of the same model, and its own answer not known (yet).

        The prompt does not tell them apart: the provider tells it only of tasks that have succeeded.
        """
        model, when = self._model(job), job.submitting_at or job.created_at
        others = [other for other in self._life.in_state(JobState.SUBMITTING) if other.id != job.id]
        near = any(theirs == model and abs(when - then) < ANSWER_TIME for theirs, then in self._given_up)
        return near or any(self._model(other) == model for other in others)

    def _model(self, job: Job) -> str:
        return job.options.model or self._provider.models[0].name
