"""The engine as the cogs see it: take an order, cancel one, list them; and as bot.py does: run and stop."""

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from client import LookupFailed, Provider
from engine.clock import Clock
from engine.credits import Prices
from engine.deliverer import Deliverer
from engine.expectations import Expectations
from engine.life import Life
from engine.order import Desk, NotAccepting, Order
from engine.poller import Poller
from engine.stage import Stage
from engine.status import Status, status_of
from engine.status_board import StatusBoard
from engine.submitter import Submitter
from engine.waiting import fair_order
from engine.worker import Worker
from storage import ClipOptions, Failure, Job, JobState, JobStore

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the provider's account allows, and how long the bot is patient."""

    running_tasks: int = 5
    creates_per_second: float = 5.0
    queries_per_second: float = 20.0
    submit_patience_seconds: float = 600.0
    task_deadline_seconds: float = 7200.0
    delivery_deadline_seconds: float = 7200.0


class CancelOutcome(StrEnum):
    """What became of a wish to cancel."""

    CANCELLED = "cancelled"
    TOO_LATE = "too_late"
    ENDED = "ended"
    NOT_YOURS = "not_yours"
    UNKNOWN = "unknown"


class Engine:
    """Carries each job from the order to its end; what a crash leaves behind, the next start carries on."""

    def __init__(
        self,
        store: JobStore,
        provider: Provider,
        stage: Stage,
        clock: Clock,
        *,
        prices: Prices,
        limits: Limits,
        clips: Path,
    ) -> None:
        self._store = store
        self._provider = provider
        self._clock = clock
        self._desk = Desk(store, prices, clock)
        self._life = life = Life(store, clock)
        self._expectations = Expectations(store)
        self._submitter = Submitter(
            life,
            provider,
            clock,
            running_tasks=limits.running_tasks,
            creates_per_second=limits.creates_per_second,
            patience_seconds=limits.submit_patience_seconds,
        )
        self._poller = Poller(
            life,
            provider,
            self._expectations,
            clock,
            queries_per_second=limits.queries_per_second,
            deadline_seconds=limits.task_deadline_seconds,
        )
        self._deliverer = Deliverer(
            life, provider, stage, clock, clips=clips, deadline_seconds=limits.delivery_deadline_seconds
        )
        self._board = StatusBoard(life, stage, self._expectations, self._submitter, clock)
        # In the order in which they stop: nothing new first, the news last.
        self._workers: tuple[Worker, ...] = (self._submitter, self._poller, self._deliverer, self._board)
        self._accepting = True
        life.listen(self._on_change)

    def price(self, options: ClipOptions) -> int:
        """What a clip costs, in credits."""
        return self._desk.price(options)

    async def request(self, order: Order) -> Job:
        """Take an order: check the image, charge, store.

        Raises NotAccepting, media's BadImage or NotEnoughCredits; nothing is charged then.
        """
        if not self._accepting:
            raise NotAccepting
        job = await self._desk.take(order)
        self._life.add(job)
        self._on_change(job)
        log.info("job %s is queued: %s, %d credits", job.id, job.kind, job.price)
        return job

    async def show_in(self, job: Job, message_id: int) -> None:
        """From now on this message follows the job."""
        await self._life.show_in(job.id, message_id)

    async def cancel(self, job_id: str, actor_id: int, *, moderates_guild: int | None) -> CancelOutcome:
        """Cancel a job that waits, or runs where the provider can stop it; full refund."""
        job = await self._store.get(job_id)
        if job is None:
            return CancelOutcome.UNKNOWN
        if actor_id != job.member_id and moderates_guild != job.guild_id:
            return CancelOutcome.NOT_YOURS
        if await self._life.end(job, Failure.CANCELLED, actor_id=actor_id, from_states=(JobState.QUEUED,)):
            return CancelOutcome.CANCELLED
        if job.state is JobState.RUNNING and await self._provider_cancelled(job):
            ended = await self._life.end(job, Failure.CANCELLED, actor_id=actor_id)
            return CancelOutcome.CANCELLED if ended else CancelOutcome.ENDED
        return CancelOutcome.ENDED if job.state.final else CancelOutcome.TOO_LATE

    async def jobs_of(self, member_id: int, guild_id: int | None, limit: int) -> list[Job]:
        """A member's latest jobs, newest first."""
        return await self._store.of_member(member_id, guild_id, limit)

    async def status(self, job: Job) -> Status:
        """Where a job stands now."""
        places = {waiting.id: place for place, waiting in enumerate(fair_order(self._life.all()), 1)}
        expected = await self._expectations.of(job.kind)
        return status_of(
            job,
            self._clock.now(),
            place=places.get(job.id),
            expected_seconds=expected.median_seconds,
            provider_waits=self._submitter.provider_waits,
        )

    async def run(self) -> None:
        """Resume what the last process left, then work until stopped; ends with the error if a worker dies."""
        await self._resume()
        async with asyncio.TaskGroup() as group:
            for worker in self._workers:
                group.create_task(worker.run(), name=worker.name)

    async def stop(self, grace_seconds: float) -> None:
        """Take no more orders and end what is under way; what is not done in time resumes at the next start."""
        self._accepting = False
        for worker in self._workers:
            worker.halt()
        await asyncio.gather(*(worker.drain(grace_seconds) for worker in self._workers))

    async def _provider_cancelled(self, job: Job) -> bool:
        try:
            return await self._provider.cancel(job.task_id or "")
        except LookupFailed as error:
            log.warning("job %s could not be cancelled at the provider: %s", job.id, error)
            return False

    async def _resume(self) -> None:
        await self._life.load()
        for job in self._life.in_state(JobState.SUBMITTING):
            # Its POST may have gone out: once more could be a second paid task.
            log.error("job %s was being submitted when the bot ended: the outcome is not known", job.id)
            await self._life.end(job, Failure.OUTCOME_UNKNOWN)
        self._deliverer.tidy()
        for job in self._life.in_state(JobState.RUNNING):
            self._poller.watch(job)

    def _on_change(self, job: Job) -> None:
        if job.state is JobState.RUNNING:
            self._poller.watch(job)
        if job.state in (JobState.READY, JobState.POSTING):
            self._deliverer.wake()
        self._submitter.wake()
        self._board.wake()
