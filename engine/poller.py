"""Looks at the tasks under way until each has finished; never drops one that is paid."""

import logging
from collections import Counter, deque

from client import LookupFailed, OperatorNeeded, Provider, ProviderError, TaskReport, TaskState
from engine.ages import Ages
from engine.clock import Clock
from engine.expectations import Expectations
from engine.life import Life
from engine.looks import Looks
from engine.operator import Bell
from engine.polling import Need
from engine.refusal import detail_of, failure_of, matter_of
from engine.status import ProviderSays
from engine.worker import Worker, rest_seconds
from storage import Failure, Job, JobState

log = logging.getLogger(__name__)

LIFE_OF_A_TASK_SECONDS = 24 * 3600.0
"""A provider forgets its tasks after a day. Until then a look that tells nothing never ends one: it may be finished."""

SUSPICIOUS_FAILURES = 3
"""So many failed looks at one task in a row are asked about."""

_JUST_BEGUN_SECONDS = 5.0
"""A task that is watched since then is learned from even if the first look finds it finished."""


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
        self._deadline_seconds = deadline_seconds
        self._ages = Ages(clock)
        self._looks = Looks(queries_per_second)
        self._watched: set[str] = set()
        self._new: deque[Job] = deque()
        self._seen_age: dict[str, float] = {}
        self._says: dict[str, ProviderSays] = {}
        self._failures: Counter[str] = Counter()

    def watch(self, job: Job) -> None:
        """Look at this job's task from now on; one that is watched already stays as it is."""
        if job.id in self._watched:
            return
        self._watched.add(job.id)
        self._new.append(job)
        # Asked here, its age counts from now on, whatever the clock says later.
        if self._age_seconds(job) < _JUST_BEGUN_SECONDS:
            self._seen_age[job.id] = 0.0
        self.wake()

    def seems_pending(self, job_id: str) -> bool:
        """Whether no look has found the task at work yet: the provider may still let go of it."""
        return self.says(job_id) is not ProviderSays.MAKING

    def says(self, job_id: str) -> ProviderSays | None:
        """What the last look at the task has told; None before the first."""
        return self._says.get(job_id)

    async def step(self) -> float | None:
        """Look at every task that is due."""
        await self._plan_new()
        while not self.stopping and (seconds := self._looks.wait_seconds(self.clock.steady_seconds())) is not None:
            if seconds > 0:
                return seconds
            job_id = self._looks.take(self.clock.steady_seconds())
            job = self._life.get(job_id)
            if job and job.state is JobState.RUNNING:
                self.start(job_id, self._look(job))
            else:
                self._forget(job_id)
        return None

    async def _plan_new(self) -> None:
        planned = len(self._new)
        while self._new:
            need = await self._expectations.need(self._new[0].kind)
            self._plan(self._new.popleft(), need)
        if planned > 1:  # at a start, nearly always
            log.info("%d tasks under way are watched from now on", planned)

    def _plan(self, job: Job, need: Need) -> None:
        self._looks.plan(
            job.id,
            need,
            self.clock.steady_seconds(),
            age_seconds=self._age_seconds(job),
            seen_age_seconds=self._seen_age.get(job.id, 0.0),
        )

    def _forget(self, job_id: str) -> None:
        self._watched.discard(job_id)
        self._looks.drop(job_id)
        self._ages.forget(job_id)
        self._seen_age.pop(job_id, None)
        self._says.pop(job_id, None)
        self._failures.pop(job_id, None)

    async def _look(self, job: Job) -> None:
        need, rest, deadline = None, rest_seconds(1), LIFE_OF_A_TASK_SECONDS
        try:
            learned = await self._expectations.need(job.kind)
            await self._act(job, await self._provider.look(job.task_id or ""))
            self._failures.pop(job.id, None)
            self._seen_age[job.id] = self._age_seconds(job)
            need, deadline = learned, self._deadline_seconds
        except LookupFailed as error:
            self._failures[job.id] += 1
            rest = max(rest_seconds(self._failures[job.id]), error.retry_after_seconds or 0)
            log.warning("job %s: its task could not be looked at: %s", job.id, error)
            if self._failures[job.id] == SUSPICIOUS_FAILURES:
                await self._ask_why()
        finally:
            await self._look_again(job, need, rest, deadline)

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
                took = report.took_seconds or self._took_seconds(job)
                moved = await self._life.record(job, JobState.READY, result_url=report.video_url, took_seconds=took)
                if moved and took:
                    self._expectations.add(job.kind, took)
            case TaskState.FAILED:
                log.info("job %s: its task failed: %s", job.id, report.error)
                await self._life.end(job, failure_of(report.error), detail=detail_of(report.error))
                if isinstance(report.error, OperatorNeeded):
                    await self._bell.ring(*matter_of(report.error))
            case TaskState.RUNNING:
                self._says[job.id] = ProviderSays.MAKING
            case TaskState.PENDING:
                self._says[job.id] = ProviderSays.WAITING

    async def _look_again(self, job: Job, need: Need | None, rest: float, deadline_seconds: float) -> None:
        current = self._life.get(job.id)
        if current is None or current.state is not JobState.RUNNING:
            self._forget(job.id)
        elif self._age_seconds(job) > deadline_seconds:
            log.error("job %s: its task %s has not finished in time", job.id, job.task_id)
            await self._life.end(job, Failure.TIMED_OUT)
            self._forget(job.id)
        elif need is None:
            self._looks.look_in(job.id, rest, self.clock.steady_seconds())
        else:
            self._plan(current, need)

    def _took_seconds(self, job: Job) -> float | None:
        """Between the moment it was last known to be unfinished and now; None where that is not known."""
        least = self._seen_age.get(job.id)
        return None if least is None else (least + self._age_seconds(job)) / 2

    def _age_seconds(self, job: Job) -> float:
        return self._ages.seconds(job.id, job.running_at or job.created_at)
