"""From the waiting room to the provider: the one place that makes the paid POST, once a job."""

import logging
import sqlite3
from dataclasses import replace
from datetime import timedelta

from aiolimiter import AsyncLimiter

from client import (
    Busy,
    InputRefused,
    ModerationRefused,
    NotSent,
    OperatorNeeded,
    OutcomeUnknown,
    Provider,
    ProviderError,
    Refused,
    VideoRequest,
)
from engine.clock import Clock
from engine.life import Life
from engine.lost import LostTasks
from engine.operator import Bell
from engine.trouble import Trouble
from engine.waiting import at_provider, fair_order
from engine.worker import LONGEST_REST_SECONDS, Worker
from storage import Failure, Job, JobState

log = logging.getLogger(__name__)


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
    ) -> None:
        super().__init__(clock)
        self._life = life
        self._provider = provider
        self._bell = bell
        self._lost = LostTasks(life, provider, clock)
        self._running_tasks = running_tasks
        self._rate = AsyncLimiter(1, 1 / creates_per_second)
        self._patience = timedelta(seconds=patience_seconds)
        self._trouble = Trouble()
        self._trouble_failure = Failure.PROVIDER_UNREACHABLE

    @property
    def provider_waits(self) -> bool:
        """Whether the provider takes nothing at the moment."""
        return self._trouble.since is not None

    async def step(self) -> float | None:
        """Start what may start now."""
        await self._end_impatient()
        while not self.stopping and (job := self._next()):
            if (rest := self._trouble.rest_seconds(self.clock.now())) > 0:
                return min(rest, LONGEST_REST_SECONDS)
            # Before the intent is committed: a job must not lie in `submitting` while nothing is sent.
            await self._rate.acquire()
            if not self.stopping and (submitting := await self._life.intend(job, JobState.SUBMITTING)):
                self.start(job.id, self._submit(submitting))
        return None

    def _next(self) -> Job | None:
        jobs = self._life.in_state(JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING)
        # While the provider takes nothing, one job at a time finds out whether it does again.
        held_back = self.provider_waits and self.under_way > 0
        if held_back or at_provider(jobs) >= self._running_tasks:
            return None
        return next((job for job in fair_order(jobs) if not self.busy_with(job.id)), None)

    async def _end_impatient(self) -> None:
        """Refund the jobs that have waited too long for a provider that takes nothing."""
        waiting = self._life.in_state(JobState.QUEUED)
        if not waiting and not self.under_way:
            self._trouble.over()
        for job in waiting:
            if self._is_out_of_patience(job) and not self.busy_with(job.id):
                await self._life.end(job, self._trouble_failure)

    def _is_out_of_patience(self, job: Job) -> bool:
        since = self._trouble.since
        return since is not None and self.clock.now() - max(job.created_at, since) >= self._patience

    async def _submit(self, job: Job) -> None:
        try:
            request = await self._request(job)
        except NotSent as error:
            await self._wait_for_provider(job, error)
        except Refused as error:
            await self._refuse(job, error)
        except Exception:  # a fault of ours before anything was sent: the job waits, and its patience ends it
            log.exception("job %s: its files could not be made ready", job.id)
            await self._wait_for_provider(job, NotSent())
        else:
            await self._create(job, request)

    async def _create(self, job: Job, request: VideoRequest) -> None:
        try:
            task_id = await self._provider.create(request)
        except NotSent as error:
            await self._wait_for_provider(job, error)
        except Refused as error:
            self._trouble.over()
            await self._refuse(job, error)
        except OutcomeUnknown as error:
            log.error("job %s: nobody knows whether its task was made: %s", job.id, error)
            await self._search(job)
        except Exception:  # whatever it was: the POST may have gone out, and must not go out again
            log.exception("job %s: its submission broke off", job.id)
            await self._search(job)
        else:
            self._trouble.over()
            log.info("job %s runs as task %s", job.id, task_id)
            if await self._life.record(job, JobState.RUNNING, task_id=task_id) is None:
                log.error("job %s ended meanwhile: task %s is paid and nobody's", job.id, task_id)

    def resume(self, job: Job) -> None:
        """Find out what became of a job that was being submitted when the last process ended."""
        log.error("job %s was being submitted when the bot ended: the outcome is not known", job.id)
        self.start(job.id, self._search(job))

    async def _search(self, job: Job) -> None:
        """Adopt the one task that fits, where the provider can list them; otherwise end the job with a refund."""
        task_id = await self._lost.find(job, request_of(job))
        if task_id is None:
            await self._life.end(job, Failure.OUTCOME_UNKNOWN)
            return
        log.info("job %s: task %s is the one that was made", job.id, task_id)
        try:
            await self._life.record(job, JobState.RUNNING, task_id=task_id)
        except sqlite3.IntegrityError:  # an order that says the same took it in this very moment
            await self._life.end(job, Failure.OUTCOME_UNKNOWN)

    async def _request(self, job: Job) -> VideoRequest:
        """The order, with its files: the picture inside, the soundtrack at the provider's file store."""
        frame = await self._life.first_frame(job)
        sound = await self._life.soundtrack(job)
        url = None
        if sound:
            name = f"{job.id}.{'mp3' if sound.media_type == 'audio/mpeg' else 'wav'}"
            url = await self._provider.store_file(sound.data, name, sound.media_type, job.options.model)
        return replace(request_of(job), image=frame.jpeg, soundtrack_url=url)

    async def _wait_for_provider(self, job: Job, error: NotSent) -> None:
        log.warning("job %s waits: %s", job.id, error)
        self._trouble.note(error, self.clock.now())
        busy = isinstance(error, Busy)
        self._trouble_failure = Failure.PROVIDER_BUSY if busy else Failure.PROVIDER_UNREACHABLE
        await self._life.record(job, JobState.QUEUED)

    async def _refuse(self, job: Job, error: Refused) -> None:
        failure = failure_of(error)
        log.info("job %s was refused: %s", job.id, error)
        await self._life.end(job, failure, detail=detail_of(error))
        if failure is Failure.OPERATOR:
            await self._bell.ring(*matter_of(error))


def request_of(job: Job) -> VideoRequest:
    """The job in the provider's words, still without its files."""
    options = job.options
    return VideoRequest(
        image=b"",
        image_type="image/jpeg",
        duration_seconds=options.duration_seconds,
        resolution=options.resolution,
        seed=options.seed,
        prompt=options.prompt,
        negative_prompt=options.negative_prompt,
        audio=options.audio,
        shots=options.shots,
        rewrite=options.rewrite,
        template=options.template,
        watermark=options.watermark,
        model=options.model,
    )


def failure_of(error: Exception | None) -> Failure:
    """Why a job fails that the provider refused, or could not finish."""
    match error:
        case ModerationRefused():
            return Failure.MODERATION
        case InputRefused():
            return Failure.INPUT_REFUSED
        case OperatorNeeded():
            return Failure.OPERATOR
        case _:
            return Failure.PROVIDER_FAILED


def matter_of(error: ProviderError) -> tuple[str, str]:
    """What the operator has to see to: its key, and the sentence."""
    return error.code or type(error).__name__, f"The video service refuses this bot's orders: {error}"


def detail_of(error: Exception | None) -> str:
    """The provider's own words, where they are about what the member sent."""
    return error.detail if isinstance(error, InputRefused) else ""
