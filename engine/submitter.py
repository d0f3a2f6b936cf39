"""From the waiting room to the provider: the one place that makes the paid POST, once a job."""

import logging
from datetime import datetime, timedelta

from aiolimiter import AsyncLimiter

from client import (
    Busy,
    InputRefused,
    ModerationRefused,
    NotSent,
    OutcomeUnknown,
    Provider,
    Refused,
    VideoRequest,
)
from engine.clock import Clock
from engine.life import Life
from engine.waiting import at_provider, fair_order
from engine.worker import Worker, rest_seconds
from storage import Failure, FirstFrameImage, Job, JobState

log = logging.getLogger(__name__)


class Submitter(Worker):
    """Starts queued jobs while the provider has places, as many a second as it allows."""

    name = "submitter"

    def __init__(
        self,
        life: Life,
        provider: Provider,
        clock: Clock,
        *,
        running_tasks: int,
        creates_per_second: float,
        patience_seconds: float,
    ) -> None:
        super().__init__(clock)
        self._life = life
        self._provider = provider
        self._running_tasks = running_tasks
        self._rate = AsyncLimiter(max(creates_per_second, 1), max(1.0, 1 / creates_per_second))
        self._patience = timedelta(seconds=patience_seconds)
        self._failures = 0
        self._trouble_since: datetime | None = None
        self._rest_until: datetime | None = None

    @property
    def provider_waits(self) -> bool:
        """Whether the provider takes nothing at the moment."""
        return self._trouble_since is not None

    async def step(self) -> float | None:
        """Start what may start now."""
        while not self.stopping and (job := self._next()):
            if (rest := self._rest_seconds()) > 0:
                return rest
            # Before the intent is committed: a job must not lie in `submitting` while nothing is sent.
            await self._rate.acquire()
            if submitting := await self._life.intend(job, JobState.SUBMITTING):
                self.start(job.id, self._submit(submitting))
        return None

    def _next(self) -> Job | None:
        jobs = self._life.in_state(JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING)
        # While the provider takes nothing, one job at a time finds out whether it does again.
        held_back = self.provider_waits and self.under_way > 0
        if held_back or at_provider(jobs) >= self._running_tasks:
            return None
        return next((job for job in fair_order(jobs) if not self.busy_with(job.id)), None)

    def _rest_seconds(self) -> float:
        if self._rest_until is None:
            return 0
        return (self._rest_until - self.clock.now()).total_seconds()

    async def _submit(self, job: Job) -> None:
        try:
            task_id = await self._provider.create(request_of(job, await self._life.first_frame(job)))
        except NotSent as error:
            await self._wait_for_provider(job, error)
        except Refused as error:
            self._provider_answered()
            await self._refuse(job, error)
        except OutcomeUnknown as error:
            log.error("job %s: nobody knows whether its task was made: %s", job.id, error)
            await self._life.end(job, Failure.OUTCOME_UNKNOWN)
        except Exception:  # whatever it was: the POST may have gone out, and must not go out again
            log.exception("job %s: its submission broke off", job.id)
            await self._life.end(job, Failure.OUTCOME_UNKNOWN)
        else:
            self._provider_answered()
            log.info("job %s runs as task %s", job.id, task_id)
            await self._life.record(job, JobState.RUNNING, task_id=task_id)

    async def _wait_for_provider(self, job: Job, error: NotSent) -> None:
        now = self.clock.now()
        self._failures += 1
        self._trouble_since = self._trouble_since or now
        asked = error.retry_after_seconds if isinstance(error, Busy) else None
        self._rest_until = now + timedelta(seconds=max(rest_seconds(self._failures), asked or 0))
        log.warning("job %s waits: %s", job.id, error)
        if now - self._trouble_since >= self._patience:
            busy = isinstance(error, Busy)
            await self._life.end(job, Failure.PROVIDER_BUSY if busy else Failure.PROVIDER_UNREACHABLE)
        else:
            await self._life.record(job, JobState.QUEUED)

    async def _refuse(self, job: Job, error: Refused) -> None:
        failure = failure_of(error)
        level = logging.ERROR if failure is Failure.OPERATOR else logging.INFO
        log.log(level, "job %s was refused: %s", job.id, error)
        await self._life.end(job, failure, detail=detail_of(error))

    def _provider_answered(self) -> None:
        self._failures = 0
        self._trouble_since = self._rest_until = None


def request_of(job: Job, frame: FirstFrameImage) -> VideoRequest:
    """The job in the provider's words."""
    options = job.options
    return VideoRequest(
        image=frame.jpeg,
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
    )


def failure_of(error: Exception | None) -> Failure:
    """Why a job fails that the provider refused, or could not finish."""
    match error:
        case ModerationRefused():
            return Failure.MODERATION
        case InputRefused():
            return Failure.INPUT_REFUSED
        case Refused():
            return Failure.OPERATOR
        case _:
            return Failure.PROVIDER_FAILED


def detail_of(error: Exception | None) -> str:
    """The provider's own words, where they are about what the member sent."""
    return error.detail if isinstance(error, InputRefused) else ""
