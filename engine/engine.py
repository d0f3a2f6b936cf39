"""The engine as the cogs see it: take an order, cancel one, list them; and as bot.py does: run and stop."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from client import LookupFailed, Provider
from engine.clock import Clock
from engine.credits import Prices
from engine.deliverer import Deliverer
from engine.discipline import Discipline
from engine.expectations import Expectations
from engine.herald import Herald
from engine.janitor import Janitor
from engine.life import Life
from engine.menu import Menu
from engine.operator import Bell
from engine.order import Desk, NotAccepting, Order
from engine.poller import Poller
from engine.removal import Removed, Remover
from engine.reporter import Reporter
from engine.stage import Stage
from engine.status import Status
from engine.status_board import StatusBoard
from engine.submitter import Submitter
from engine.waiting import AT_PROVIDER
from engine.worker import Worker
from storage import ChannelStore, Deed, Failure, Job, JobState, JobStore

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


class Stranded(Exception):
    """Tasks are under way, and paid, at a provider that the bot is not set up for any more."""

    def __init__(self, provider: str, count: int) -> None:
        self.provider, self.count = provider, count
        super().__init__(f"{count} clips are still being made at {provider}")


class Engine:
    """Carries each job from the order to its end; what a crash leaves behind, the next start carries on."""

    def __init__(
        self,
        store: JobStore,
        provider: Provider,
        provider_name: str,
        stage: Stage,
        bell: Bell,
        clock: Clock,
        *,
        menu: Menu,
        prices: Prices,
        channels: ChannelStore,
        discipline: Discipline,
        herald: Herald,
        janitor: Janitor,
        limits: Limits,
        clips: Path,
    ) -> None:
        self._store = store
        self._provider = provider
        self._clock = clock
        self._provider_name = provider_name
        self._desk = Desk(store, provider_name, menu, prices, clock, channels=channels, discipline=discipline)
        self._life = life = Life(store, clock)
        self._expectations = Expectations(store)
        self._submitter = Submitter(
            life,
            provider,
            bell,
            clock,
            running_tasks=limits.running_tasks,
            creates_per_second=limits.creates_per_second,
            patience_seconds=limits.submit_patience_seconds,
        )
        self._poller = Poller(
            life,
            provider,
            self._expectations,
            bell,
            clock,
            queries_per_second=limits.queries_per_second,
            deadline_seconds=limits.task_deadline_seconds,
        )
        self._deliverer = Deliverer(
            life, provider, stage, clock, clips=clips, deadline_seconds=limits.delivery_deadline_seconds
        )
        self._reporter = Reporter(life, provider, self._expectations, self._submitter, self._poller, clock)
        self._remover = Remover(store, life, stage, clock)
        self._board = StatusBoard(life, stage, self._reporter, clock)
        self._herald = herald
        # In the order in which they stop: nothing new first, the news last.
        self._makers: tuple[Worker, ...] = (self._submitter, self._poller, self._deliverer, self._remover, janitor)
        self._tellers: tuple[Worker, ...] = (self._board, herald)
        self._accepting = True
        self._ended = asyncio.Event()
        life.listen(self._on_change)

    async def request(self, order: Order) -> Job:
        """Take an order: check the image, charge, store.

        Raises NotAccepting, or one of the refusals of Desk.take; nothing is charged then.
        """
        if not self._accepting:
            raise NotAccepting
        try:
            job = await self._desk.take(order)
        finally:
            self._herald.wake()  # charged or refused for it: a budget may be news
        self._life.add(job)
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
        now = await self._store.get(job_id)
        return CancelOutcome.ENDED if now and now.state.final else CancelOutcome.TOO_LATE

    async def cancel_waiting(self, guild_id: int, member_id: int, actor_id: int) -> int:
        """Cancel all of a member's jobs that still wait in a guild, with full refunds; how many there were."""
        waiting = await self._store.waiting_of(guild_id, member_id)
        ended = [
            await self._life.end(job, Failure.CANCELLED, actor_id=actor_id, from_states=(JobState.QUEUED,))
            for job in waiting
        ]
        return sum(job is not None for job in ended)

    async def remove(self, job_id: str, deed: Deed, *, refund: bool, moderates_guild: int | None) -> Removed:
        """Take a posted clip down: a member their own without a refund, moderators any in their guild."""
        removed = await self._remover.remove(job_id, deed, refund=refund, moderates_guild=moderates_guild)
        self._herald.wake()
        return removed

    def forget(self, member_id: int) -> None:
        """Show nothing more of a member's jobs that have ended."""
        self._life.drop_member(member_id)

    async def job(self, job_id: str) -> Job | None:
        """A job, or None."""
        return await self._store.get(job_id)

    async def job_of_message(self, guild_id: int, message_id: int) -> Job | None:
        """The job whose clip or status a message is, or None."""
        return await self._store.of_message(guild_id, message_id)

    async def jobs_of(self, member_id: int, guild_id: int | None, limit: int) -> list[Job]:
        """A member's latest jobs, newest first."""
        return await self._store.of_member(member_id, guild_id, limit)

    async def status(self, job: Job) -> Status:
        """Where a job stands now."""
        return (await self.statuses([job]))[0]

    async def statuses(self, jobs: list[Job]) -> list[Status]:
        """Where each of these jobs stands now, in their order."""
        places = self._reporter.places()
        return [await self._reporter.status(job, places) for job in jobs]

    async def run(self) -> None:
        """Work until stopped; ends with the error if a worker dies."""
        try:
            async with asyncio.TaskGroup() as group:
                for worker in (*self._makers, *self._tellers):
                    group.create_task(worker.run(), name=worker.name)
        finally:
            self._ended.set()

    async def stop(self, grace_seconds: float) -> None:
        """Take no more orders and end what is under way; what is not done in time resumes at the next start."""
        self._accepting = False
        for maker in self._makers:
            maker.halt()
        await asyncio.gather(*(maker.drain(grace_seconds) for maker in self._makers))
        for teller in self._tellers:
            teller.halt()
        # A step that was under way may have started one more job.
        with suppress(TimeoutError):
            async with asyncio.timeout(grace_seconds):
                await self._ended.wait()
        await asyncio.gather(*(worker.drain(grace_seconds) for worker in (*self._makers, *self._tellers)))

    async def _provider_cancelled(self, job: Job) -> bool:
        try:
            return await self._provider.cancel(job.task_id or "")
        except LookupFailed as error:
            log.warning("job %s could not be cancelled at the provider: %s", job.id, error)
            return False

    async def resume(self) -> None:
        """Take up what the last process left; to be called before anything new can come in.

        Raises Stranded where tasks are under way at another provider.
        """
        await self._life.load()
        elsewhere = [job for job in self._life.in_state(*AT_PROVIDER) if job.provider != self._provider_name]
        if elsewhere:
            raise Stranded(elsewhere[0].provider, len(elsewhere))
        for job in self._life.in_state(JobState.SUBMITTING):
            # Its POST may have gone out: once more could be a second paid task.
            self._submitter.resume(job)
        self._deliverer.tidy()
        for job in self._life.in_state(JobState.RUNNING):
            self._poller.watch(job)

    def _on_change(self, job: Job) -> None:
        if job.state is JobState.RUNNING:
            self._poller.watch(job)
        if job.state in (JobState.READY, JobState.POSTING):
            self._deliverer.wake()
        if job.state.final:
            self._herald.wake()  # what the service refused may have paused its member
        self._submitter.wake()
        self._board.wake()
