"""From the waiting room to the provider: the one place that makes the paid POST, once a job."""

import logging
import sqlite3
from collections import Counter
from dataclasses import replace

from aiolimiter import AsyncLimiter

from client import Busy, NotSent, OutcomeUnknown, Provider, Refused, Turn, VideoRequest, model_named
from engine.ages import Ages
from engine.clock import Clock
from engine.life import Life
from engine.lost import LostTasks
from engine.operator import Bell
from engine.refusal import detail_of, failure_of, matter_of
from engine.requesting import request_of
from engine.rests import Rests
from engine.trouble import Troubles
from engine.waiting import AT_PROVIDER, fair_order
from engine.worker import LONGEST_REST_SECONDS, Worker
from storage import Failure, Job, JobState

log = logging.getLogger(__name__)

_SERVICE, _FILES = "the service", "its file store"
_DATABASE = "the database"


class Submitter(Worker):
    """Starts queued jobs while the provider has places, as many a second as it allows."""

    name = "submitter"

    def __init__(
        self,
        life: Life,
        provider: Provider,
        bell: Bell,
        clock: Clock,
        *,
        running_tasks: int,
        creates_per_second: float,
        patience_seconds: float,
        turn: Turn,
    ) -> None:
        super().__init__(clock)
        self._life = life
        self._provider = provider
        self._bell = bell
        self._lost = LostTasks(life, provider, clock, turn)
        self._running_tasks = running_tasks
        self._rate = AsyncLimiter(1, 1 / creates_per_second)
        self._patience_seconds = patience_seconds
        self._troubles = Troubles()
        self._rests = Rests(clock)
        self._ages = Ages(clock)
        self._searched_for: set[str] = set()

    def holds_back(self, job: Job) -> bool:
        """Whether the job waits because the provider does not take it at the moment."""
        return bool(self._troubles.concerning(self._keys(job)))

    async def step(self) -> float | None:
        """Start what may start now."""
        await self._end_impatient()
        while not self.stopping and (job := self._next()):
            self.start(job.id, self._submit(job))
        return self._next_try_seconds()

    def resume(self, job: Job) -> None:
        """Find out what became of a job that was being submitted when the last process ended."""
        log.error("job %s was being submitted when the bot ended: the outcome is not known", job.id)
        self.start(job.id, self._search(job))

    def _next(self) -> Job | None:
        """The next job in turn that has a place and nothing against it."""
        now = self.clock.steady_seconds()
        queued = self._life.in_state(JobState.QUEUED)
        if not queued:
            return None
        taken = self._taken()
        tried = {key for job in self._being_tried() for key in self._keys(job)}
        if taken.total() >= self._running_tasks or self._rests.seconds_left(_DATABASE) > 0:
            return None
        for job in fair_order(queued, self._life.at_provider()):
            keys = self._keys(job)
            if self.busy_with(job.id) or taken[self._model(job)] >= self._places(job):
                continue
            # Where something is in trouble, one order at a time finds out whether it still is.
            in_trouble = {key for key in keys if self._troubles.concerning([key])}
            if self._troubles.rest_seconds(keys, now) == 0 and not in_trouble & tried:
                return job
        return None

    def _being_tried(self) -> list[Job]:
        """The orders that will be answered; one that is lost tells nothing any more, however long it is looked for."""
        jobs = self._life.each(JobState.QUEUED, JobState.SUBMITTING)
        return [job for job in jobs if self.busy_with(job.id) and job.id not in self._searched_for]

    def _taken(self) -> Counter[str]:
        """How many of the provider's places each model has, those that are being made ready included."""
        jobs = self._life.each(*AT_PROVIDER)
        ready_soon = [job for job in self._life.each(JobState.QUEUED) if self.busy_with(job.id)]
        return Counter(self._model(job) for job in [*jobs, *ready_soon])

    def _next_try_seconds(self) -> float | None:
        now, database = self.clock.steady_seconds(), self._rests.seconds_left(_DATABASE)
        queued = self._life.in_state(JobState.QUEUED)
        waits = (max(database, self._troubles.rest_seconds(self._keys(job), now)) for job in queued)
        rests = [rest for rest in waits if rest > 0]
        return min(LONGEST_REST_SECONDS, *rests) if rests else None

    async def _end_impatient(self) -> None:
        """Refund the jobs that have waited too long for a provider that does not take them."""
        waiting = self._life.in_state(JobState.QUEUED, JobState.SUBMITTING)
        now = self.clock.steady_seconds()
        self._troubles.keep_only({key for job in waiting for key in self._keys(job)}, now)
        self._ages.keep_only({job.id for job in waiting})
        for job in self._life.in_state(JobState.QUEUED):
            age_seconds = self._ages.seconds(job.id, job.created_at)
            troubles = self._troubles.concerning(self._keys(job))
            if self.busy_with(job.id) or not troubles:
                continue
            if min(age_seconds, now - troubles[0].since) >= self._patience_seconds:
                await self._life.end(job, troubles[0].failure)

    async def _submit(self, job: Job) -> None:
        """Make the files ready while the job still waits, so that a crash until then has sent nothing."""
        try:
            request = await self._request(job)
        except Refused as error:
            await self._refuse(job, error)
        except NotSent as error:
            self._note(_FILES, job, error)
        except Exception:  # a fault of ours before anything was sent: the job rests, and its patience ends it
            log.exception("job %s: its files could not be made ready", job.id)
            self._note(job.id, job, NotSent())
        else:
            # Before the intent is committed: a job must not lie in `submitting` while nothing is sent.
            await self._rate.acquire()
            if not self.stopping and (submitting := await self._intend(job)):
                await self._create(submitting, request)

    async def _intend(self, job: Job) -> Job | None:
        """Commit that the order goes out; what cannot be written is not sent, and waits until it can be."""
        try:
            submitting = await self._life.intend(job, JobState.SUBMITTING)
        except sqlite3.OperationalError as error:
            log.error("job %s waits: the database could not be written: %s", job.id, error)
            if self._rests.seconds_left(_DATABASE) == 0:  # several that failed side by side count as one
                self._rests.after_failure(_DATABASE)
            return None
        self._rests.over(_DATABASE)
        return submitting

    async def _create(self, job: Job, request: VideoRequest) -> None:
        try:
            task_id = await self._provider.create(request)
        except NotSent as error:
            self._note(self._model(job) if isinstance(error, Busy) else _SERVICE, job, error)
            await self._life.record(job, JobState.QUEUED)
        except Refused as error:
            self._troubles.over(self._keys(job))
            await self._refuse(job, error)
        except OutcomeUnknown as error:
            log.error("job %s: nobody knows whether its task was made: %s", job.id, error)
            await self._search(job)
        except Exception:  # whatever it was: the POST may have gone out, and must not go out again
            log.exception("job %s: its submission broke off", job.id)
            await self._search(job)
        else:
            self._troubles.over(self._keys(job))
            await self._run(job, task_id)

    async def _search(self, job: Job) -> None:
        """Settle what became of a lost order; meanwhile another may find out what this one did not."""
        self._searched_for.add(job.id)
        self.wake()
        try:
            await self._adopt(job)
        finally:
            self._searched_for.discard(job.id)

    async def _adopt(self, job: Job) -> None:
        """Adopt the one task that fits, where the provider can list them; otherwise end the job with a refund."""
        task_id = await self._lost.find(job)
        if task_id is None:
            await self._life.end(job, Failure.OUTCOME_UNKNOWN)
        else:
            await self._run(job, task_id)

    async def _run(self, job: Job, task_id: str) -> None:
        log.info("job %s runs as task %s", job.id, task_id)
        try:
            running = await self._life.record(job, JobState.RUNNING, task_id=task_id)
        except sqlite3.IntegrityError:  # another order has this task: nobody can tell any more whose it is
            log.exception("job %s: task %s belongs to another job", job.id, task_id)
            await self._life.end(job, Failure.OUTCOME_UNKNOWN)
            return
        if running is None:
            log.error("job %s ended meanwhile: task %s is paid and nobody's", job.id, task_id)

    async def _request(self, job: Job) -> VideoRequest:
        """The order, with its files: the picture inside, the soundtrack at the provider's file store."""
        frame = await self._life.first_frame(job)
        sound = await self._life.soundtrack(job)
        url = None
        if sound:
            name = f"{job.id}.{'mp3' if sound.media_type == 'audio/mpeg' else 'wav'}"
            url = await self._provider.store_file(sound.data, name, sound.media_type, job.options.model)
        return replace(request_of(job.options), image=frame.jpeg, soundtrack_url=url)

    async def _refuse(self, job: Job, error: Refused) -> None:
        failure = failure_of(error)
        log.info("job %s was refused: %s", job.id, error)
        await self._life.end(job, failure, detail=detail_of(error))
        if failure is Failure.OPERATOR:
            await self._bell.ring(*matter_of(error))

    def _note(self, key: str, job: Job, error: NotSent) -> None:
        log.warning("job %s waits for %s: %s", job.id, key, error)
        self._troubles.note(key, error, self.clock.steady_seconds())

    def _keys(self, job: Job) -> list[str]:
        """What troubles can be about that concern this job."""
        return [_SERVICE, self._model(job), job.id, *([_FILES] if job.soundtrack else [])]

    def _model(self, job: Job) -> str:
        return job.options.model or self._provider.models[0].name

    def _places(self, job: Job) -> int:
        model = model_named(self._provider.models, job.options.model)
        return (model and model.running_tasks) or self._running_tasks
