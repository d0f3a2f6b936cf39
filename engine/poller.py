"""Looks at the tasks under way until each has finished; never drops one that is paid."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from client import LookupFailed, OperatorNeeded, Provider, ProviderError, TaskReport, TaskState
from engine.ages import begun_at
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


@dataclass(slots=True)
class _Watch:
    """What is known of a task under way; `began` is a moment of the steady clock."""

    began: float
    seen_age_seconds: float | None = None
    """How old it was when it was last known to be unfinished."""
    says: ProviderSays | None = None
    failures: int = 0


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
        noticed: Callable[[Job, str], None],
        queries_per_second: float,
        deadline_seconds: float,
    ) -> None:
        super().__init__(clock)
        self._life = life
        self._provider = provider
        self._expectations = expectations
        self._bell = bell
        self._noticed = noticed
        self._deadline_seconds = deadline_seconds
        self._looks = Looks(queries_per_second)
        self._watched: dict[str, _Watch] = {}
        self._new: deque[Job] = deque()

    def watch(self, job: Job) -> None:
        """Look at this job's task from now on; one that is watched already stays as it is."""
        if job.id in self._watched:
            return
        watch = self._watched[job.id] = _Watch(began=begun_at(self.clock, job.running_at or job.created_at))
        if self._age_seconds(watch) < _JUST_BEGUN_SECONDS:
            watch.seen_age_seconds = 0.0
        self._new.append(job)
        self.wake()

    def seems_pending(self, job_id: str) -> bool:
        """Whether no look has found the task at work yet: the provider may still let go of it."""
        return self.says(job_id) is not ProviderSays.MAKING

    def says(self, job_id: str) -> ProviderSays | None:
        """What the last look at the task has told; None before the first."""
        watch = self._watched.get(job_id)
        return watch.says if watch else None

    async def turn(self) -> None:
        """Wait for a query of the budget that is used for something else than a look at a task under way."""
        while (seconds := self._looks.lend(self.clock.steady_seconds())) > 0:
            await self.clock.wait(asyncio.Event(), seconds)

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
        watch = self._watched[job.id]
        self._looks.plan(
            job.id,
            need,
            self.clock.steady_seconds(),
            age_seconds=self._age_seconds(watch),
            seen_age_seconds=watch.seen_age_seconds or 0.0,
        )

    def _forget(self, job_id: str) -> None:
        del self._watched[job_id]
        self._looks.drop(job_id)

    async def _look(self, job: Job) -> None:
        watch = self._watched[job.id]
        need, rest, deadline = None, rest_seconds(1), LIFE_OF_A_TASK_SECONDS
        try:
            learned = await self._expectations.need(job.kind)
            await self._act(job, watch, await self._provider.look(job.task_id or ""))
            watch.failures, watch.seen_age_seconds = 0, self._age_seconds(watch)
            need, deadline = learned, self._deadline_seconds
        except LookupFailed as error:
            watch.failures += 1
            rest = max(rest_seconds(watch.failures), error.retry_after_seconds or 0)
            log.warning("job %s: its task could not be looked at: %s", job.id, error)
            if watch.failures == SUSPICIOUS_FAILURES:
                await self._ask_why()
        finally:
            await self._look_again(job, watch, need, rest, deadline)

    async def _ask_why(self) -> None:
        """A look does not tell a revoked key from trouble that passes; the provider's check does."""
        try:
            await self._provider.check()
        except OperatorNeeded as error:
            await self._bell.ring(*matter_of(error))
        except ProviderError as error:
            log.warning("the video service is in trouble: %s", error)

    async def _act(self, job: Job, watch: _Watch, report: TaskReport) -> None:
        match report.state:
            case TaskState.SUCCEEDED:
                took = report.took_seconds or self._took_seconds(watch)
                self._noticed(job, report.video_url or "")
                moved = await self._life.record(job, JobState.READY, result_url=report.video_url, took_seconds=took)
                if moved and took:
                    self._expectations.add(job.kind, took)
            case TaskState.FAILED:
                log.info("job %s: its task failed: %s", job.id, report.error)
                await self._life.end(job, failure_of(report.error), detail=detail_of(report.error))
                if isinstance(report.error, OperatorNeeded):
                    await self._bell.ring(*matter_of(report.error))
            case TaskState.RUNNING:
                watch.says = ProviderSays.MAKING
            case TaskState.PENDING:
                watch.says = ProviderSays.WAITING

    async def _look_again(
        self, job: Job, watch: _Watch, need: Need | None, rest: float, deadline_seconds: float
    ) -> None:
        current = self._life.get(job.id)
        if current is None or current.state is not JobState.RUNNING:
            self._forget(job.id)
        elif self._age_seconds(watch) > deadline_seconds:
            log.error("job %s: its task %s has not finished in time", job.id, job.task_id)
            await self._life.end(job, Failure.TIMED_OUT)
            self._forget(job.id)
        elif need is None:
            self._looks.look_in(job.id, rest, self.clock.steady_seconds())
        else:
            self._plan(current, need)

    def _took_seconds(self, watch: _Watch) -> float | None:
        """Between the moment it was last known to be unfinished and now; None where that is not known."""
        least = watch.seen_age_seconds
        return None if least is None else (least + self._age_seconds(watch)) / 2

    def _age_seconds(self, watch: _Watch) -> float:
        return self.clock.steady_seconds() - watch.began
