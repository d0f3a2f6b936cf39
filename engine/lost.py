"""Finds the task of a create whose answer was lost, where the provider can list its tasks."""

import asyncio
import logging
import sqlite3
from datetime import datetime, timedelta

from client import LookupFailed, Provider
from engine.clock import Clock
from engine.life import Life
from engine.requesting import request_of
from engine.worker import rest_seconds
from storage import Job, JobState

log = logging.getLogger(__name__)

CLOCKS_DIFFER = timedelta(seconds=30)
"""How far the provider's clock may be from ours."""

ANSWER_TIME = timedelta(minutes=3)
"""A create that was answered later than this was given up before."""

MOST_TRIES = 4
"""A task may be listed a little later than it was made."""

PATIENCE_SECONDS = 600.0
"""How long to wait for a list that is out of reach, or for the tasks in it to tell whose they are."""


class LostTasks:
    """Looks through the provider's list. Adopts nothing where two could be meant: a wrong guess is another's clip."""

    def __init__(self, life: Life, provider: Provider, clock: Clock) -> None:
        self._life = life
        self._provider = provider
        self._clock = clock

    async def find(self, job: Job) -> str | None:
        """The id of the one task that is this job's; None where there is none, or where that cannot be told."""
        begun, tries, rests = self._clock.steady_seconds(), 0, 0
        while tries < MOST_TRIES and self._clock.steady_seconds() - begun < PATIENCE_SECONDS:
            try:
                found = await self._candidates(job)
                if found is None:
                    return None
                own = await self._not_of_others(found, job)
            except (LookupFailed, sqlite3.OperationalError) as error:
                log.warning("job %s: the provider's tasks could not be listed: %s", job.id, error)
            else:
                if len(own) == 1:
                    return own[0]
                tries += not found  # what is found may still tell whose it is
            rests += 1
            await self._clock.wait(asyncio.Event(), rest_seconds(rests))
        return None

    async def _candidates(self, job: Job) -> list[str] | None:
        since = _sent_at(job)
        until = min(since + ANSWER_TIME, self._clock.now())
        request = request_of(job.options)
        listed = await self._provider.find_created(request, since - CLOCKS_DIFFER, until + CLOCKS_DIFFER)
        if listed is None:
            return None
        return [task_id for task_id in listed if not await self._life.is_known(task_id)]

    async def _not_of_others(self, found: list[str], job: Job) -> list[str]:
        """Those that no other order could have made: what has succeeded tells its prompt, which may settle it."""
        theirs: set[str] = set()
        for twin in await self._twins(job) if found else []:
            theirs.update(await self._candidates(twin) or [])
        return [task_id for task_id in found if task_id not in theirs]

    async def _twins(self, job: Job) -> list[Job]:
        """The orders that a task could also belong to: of the same model, and their own answers not known (yet)."""
        others = [other for other in self._life.in_state(JobState.SUBMITTING) if other.id != job.id]
        near = await self._life.given_up_near(_sent_at(job), ANSWER_TIME)
        return [other for other in [*others, *near] if self._model(other) == self._model(job)]

    def _model(self, job: Job) -> str:
        return job.options.model or self._provider.models[0].name


def _sent_at(job: Job) -> datetime:
    return job.submitting_at or job.created_at
