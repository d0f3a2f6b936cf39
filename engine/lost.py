"""Finds the task of a create whose answer was lost, where the provider can list its tasks."""

import asyncio
import logging
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from client import LookupFailed, Provider, Turn
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

PATIENCE_SECONDS = 600.0
"""How long to wait for a list that is out of reach, or for the tasks in it to tell whose they are."""


@dataclass(frozen=True, slots=True)
class _Task:
    """A task that may be a lost order's, and its prompt if it tells it."""

    id: str
    created_at: datetime
    prompt: str | None


class LostTasks:
    """Looks through the provider's list. Adopts nothing where two could be meant: a wrong guess is another's clip."""

    def __init__(self, life: Life, provider: Provider, clock: Clock, turn: Turn) -> None:
        self._life = life
        self._provider = provider
        self._clock = clock
        self._turn = turn
        self._one_at_a_time = asyncio.Lock()
        self._begun = 0
        self._latest: dict[str, tuple[int, list[_Task] | None]] = {}

    async def find(self, job: Job) -> str | None:
        """The id of the one task that is this job's; None where there is none, or where that cannot be told."""
        ends, tries, rests = self._clock.steady_seconds() + PATIENCE_SECONDS, 0, 0
        while tries < MOST_TRIES and (left_seconds := ends - self._clock.steady_seconds()) > 0:
            asked_seconds = 0.0
            try:
                tasks = await self._listed(job)
                if tasks is None:
                    return None
                found = [task for task in tasks if _fits(task, job) and not await self._life.is_known(task.id)]
                own = await self._not_of_others(found, job)
            except LookupFailed as error:
                asked_seconds = error.retry_after_seconds or 0.0
                log.warning("job %s: the provider's tasks could not be listed: %s", job.id, error)
            except sqlite3.OperationalError as error:
                log.warning("job %s: nobody can say whose the provider's tasks are: %s", job.id, error)
            else:
                if len(own) == 1:
                    return own[0].id
                tries += not found  # what is found may still tell whose it is
            rests += 1
            await self._clock.wait(asyncio.Event(), min(max(rest_seconds(rests), asked_seconds), left_seconds))
        return None

    async def _listed(self, job: Job) -> list[_Task] | None:
        """What the provider lists now and is no job's yet; one reading serves all who were waiting for it."""
        model, asked_after = self._model(job), self._begun
        async with self._one_at_a_time:
            reading, tasks = self._latest.get(model, (0, None))
            if reading <= asked_after:
                self._begun += 1
                tasks = await self._read(job)
                self._latest[model] = self._begun, tasks
            return tasks

    async def _read(self, job: Job) -> list[_Task] | None:
        model = self._model(job)
        lost = [job, *(other for other in self._life.in_state(JobState.SUBMITTING) if self._model(other) == model)]
        since, until = min(map(_sent_at, lost)) - CLOCKS_DIFFER, self._clock.now() + CLOCKS_DIFFER
        listed = await self._provider.list_created(model, since, until, self._turn)
        if listed is None:
            return None
        tasks = []
        for task in listed:
            if any(_in_time(task.created_at, order) for order in lost) and not await self._life.is_known(task.id):
                await self._turn()
                tasks.append(_Task(task.id, task.created_at, await self._provider.prompt_of(task.id)))
        return tasks

    async def _not_of_others(self, found: list[_Task], job: Job) -> list[_Task]:
        """Those that no other order could have made: what has succeeded tells its prompt, which may settle it."""
        twins = await self._twins(job) if found else []
        return [task for task in found if not any(_fits(task, twin) for twin in twins)]

    async def _twins(self, job: Job) -> list[Job]:
        """The orders that a task could also belong to: of the same model, and their own answers not known (yet)."""
        others = [other for other in self._life.in_state(JobState.SUBMITTING) if other.id != job.id]
        near = await self._life.given_up_near(_sent_at(job), ANSWER_TIME)
        return [other for other in [*others, *near] if self._model(other) == self._model(job)]

    def _model(self, job: Job) -> str:
        return job.options.model or self._provider.models[0].name


def _fits(task: _Task, job: Job) -> bool:
    """Whether a task of the job's model may be the job's."""
    return _in_time(task.created_at, job) and task.prompt in (None, (job.options.prompt or "").strip())


def _in_time(created_at: datetime, job: Job) -> bool:
    sent_at = _sent_at(job)
    return sent_at - CLOCKS_DIFFER <= created_at <= sent_at + ANSWER_TIME + CLOCKS_DIFFER


def _sent_at(job: Job) -> datetime:
    return job.submitting_at or job.created_at
