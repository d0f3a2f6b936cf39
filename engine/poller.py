"""Looks at the tasks under way until each has finished; never drops one that is paid."""

import heapq
import logging
from collections import Counter

from aiolimiter import AsyncLimiter

from client import LookupFailed, OperatorNeeded, Provider, ProviderError, TaskReport, TaskState
from engine.ages import Ages
from engine.clock import Clock
from engine.expectations import Expectations
from engine.life import Life
from engine.operator import Bell
from engine.polling import SHORTEST_GAP_SECONDS, gap_seconds
from engine.refusal import detail_of, failure_of, matter_of
from engine.status import ProviderSays
from engine.worker import Worker, rest_seconds
from storage import Failure, Job, JobState

log = logging.getLogger(__name__)


LIFE_OF_A_TASK_SECONDS = 24 * 3600.0
"""A provider forgets its tasks after a day. Until then a look that tells nothing never ends one: it may be finished."""


SUSPICIOUS_FAILURES = 3
"""So many failed looks at one task in a row are asked about."""


class Poller(Worker):
    """Keeps for each running job the moment of its next look; nothing is written between looks."""

    name = "poller"

    def __init__(
        self,
        life: Life,
        provider: Provider,
        expectations: Expectations,
        bell: Bell,
        clock: Clock,
        *,
        queries_per_second: float,
        deadline_seconds: float,
    ) -> None:
        super().__init__(clock)
        self._life = life
        self._provider = provider
        self._expectations = expectations
        self._bell = bell
        self._queries_per_second = queries_per_second
        self._rate = AsyncLimiter(1, 1 / queries_per_second)
        self._deadline_seconds = deadline_seconds
        self._ages = Ages(clock)
        self._due: list[tuple[float, str]] = []
        self._watched: set[str] = set()
        self._last_look_age: dict[str, float] = {}
        self._says: dict[str, ProviderSays] = {}
        self._failures: Counter[str] = Counter()

    def watch(self, job: Job) -> None:
        """Look at this job's task from now on; one that is watched already stays as it is."""
        if job.id not in self._watched:
            self._age_seconds(job)  # counts from now on, whatever the clock says later
            self._look_in(job.id, SHORTEST_GAP_SECONDS)

    def seems_pending(self, job_id: str) -> bool:
        """Whether no look has found the task at work yet: the provider may still let go of it."""
        return self.says(job_id) is not ProviderSays.MAKING

    def says(self, job_id: str) -> ProviderSays | None:
        """What the last look at the task has told; None before the first."""
        return self._says.get(job_id)

    async def step(self) -> float | None:
        """Look at every task that is due."""
        while not self.stopping and self._due:
            seconds = self._due[0][0] - self.clock.steady_seconds()
            if seconds > 0:
                return seconds
            await self._rate.acquire()
            _, job_id = heapq.heappop(self._due)
            job = self._life.get(job_id)
            if job and job.state is JobState.RUNNING:
                self.start(job_id, self._look(job))
            else:
                self._forget(job_id)
        return None

    def _look_in(self, job_id: str, seconds: float) -> None:
        self._watched.add(job_id)
        heapq.heappush(self._due, (self.clock.steady_seconds() + seconds, job_id))
        self.wake()

    def _forget(self, job_id: str) -> None:
        self._watched.discard(job_id)
        self._ages.forget(job_id)
        self._last_look_age.pop(job_id, None)
        self._says.pop(job_id, None)
        self._failures.pop(job_id, None)

    async def _look(self, job: Job) -> None:
        gap, deadline = rest_seconds(1), LIFE_OF_A_TASK_SECONDS
        try:
            gap = await self._gap(job)
            await self._act(job, await self._provider.look(job.task_id or ""))
            self._failures.pop(job.id, None)
            self._last_look_age[job.id] = self._age_seconds(job)
            deadline = self._deadline_seconds
        except LookupFailed as error:
            self._failures[job.id] += 1
            gap = max(gap, rest_seconds(self._failures[job.id]), error.retry_after_seconds or 0)
            log.warning("job %s: its task could not be looked at: %s", job.id, error)
            if self._failures[job.id] == SUSPICIOUS_FAILURES:
                await self._ask_why()
        finally:
            await self._look_again(job, gap, deadline)

    async def _ask_why(self) -> None:
        """A look does not tell a revoked key from trouble that passes; the provider's check does."""
        try:
            await self._provider.check()
        except OperatorNeeded as error:
            await self._bell.ring(*matter_of(error))
        except ProviderError as error:
            log.warning("the video service is in trouble: %s", error)

    async def _act(self, job: Job, report: TaskReport) -> None:
        match report.state:
            case TaskState.SUCCEEDED:
                took = self._took_seconds(job)
                if await self._life.record(job, JobState.READY, result_url=report.video_url, took_seconds=took):
                    self._expectations.forget(job.kind)
            case TaskState.FAILED:
                log.info("job %s: its task failed: %s", job.id, report.error)
                await self._life.end(job, failure_of(report.error), detail=detail_of(report.error))
                if isinstance(report.error, OperatorNeeded):
                    await self._bell.ring(*matter_of(report.error))
            case TaskState.RUNNING:
                self._says[job.id] = ProviderSays.MAKING
            case TaskState.PENDING:
                self._says[job.id] = ProviderSays.WAITING

    async def _look_again(self, job: Job, gap: float, deadline_seconds: float) -> None:
        current = self._life.get(job.id)
        if current is None or current.state is not JobState.RUNNING:
            self._forget(job.id)
        elif self._age_seconds(job) > deadline_seconds:
            log.error("job %s: its task %s has not finished in time", job.id, job.task_id)
            await self._life.end(job, Failure.TIMED_OUT)
            self._forget(job.id)
        else:
            self._look_in(job.id, gap)

    async def _gap(self, job: Job) -> float:
        expected = await self._expectations.of(job.kind)
        in_flight = len(self._life.in_state(JobState.RUNNING))
        return gap_seconds(self._age_seconds(job), expected, in_flight, self._queries_per_second)

    def _took_seconds(self, job: Job) -> float | None:
        """Between the last look that found it unfinished and now; unknown where no look has."""
        least = self._last_look_age.get(job.id)
        return None if least is None else (least + self._age_seconds(job)) / 2

    def _age_seconds(self, job: Job) -> float:
        return self._ages.seconds(job.id, job.running_at or job.created_at)
