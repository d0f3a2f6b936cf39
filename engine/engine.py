"""The engine as the cogs see it: take an order, cancel one, list them; and as bot.py does: run and stop."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from client import Provider
from engine.cancelling import Cancelled, Canceller
from engine.clip_files import ClipFiles
from engine.clock import Clock
from engine.credits import Prices
from engine.deliverer import Deliverer
from engine.desk import Desk
from engine.discipline import Discipline
from engine.expectations import Expectations
from engine.fetching import Fetcher
from engine.fitting import DIRECT_LIMIT_BYTES, Fitter
from engine.held import HandOver, HeldClips, NoHandOver
from engine.herald import Herald
from engine.janitor import Janitor
from engine.life import Life
from engine.menu import Menu
from engine.operator import Bell
from engine.order import NotAccepting, Order
from engine.poller import Poller
from engine.posting import Poster
from engine.removal import Removed, Remover
from engine.reporter import Reporter
from engine.restored import RestoredJobs
from engine.stage import Stage
from engine.status import Status
from engine.status_board import StatusBoard, carrier
from engine.submitter import Submitter
from engine.tokens import Tokens
from engine.waiting import AT_PROVIDER
from engine.workbench import Workbench
from engine.worker import Worker
from storage import ChannelStore, Deed, Job, JobState, JobStore

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
            turn=lambda: self._poller.turn(),
        )
        self._poller = Poller(
            life,
            provider,
            self._expectations,
            bell,
            clock,
            noticed=lambda job, url: self._deliverer.fetch_ahead(job, url),
            queries_per_second=limits.queries_per_second,
            deadline_seconds=limits.task_deadline_seconds,
        )
        self._reporter = Reporter(life, provider, self._expectations, self._submitter, self._poller, clock)
        self._board = board = StatusBoard(life, stage, self._reporter, clock)
        files, bench = ClipFiles(clips), Workbench()
        fetcher = Fetcher(life, provider, stage, files, bench, clock)
        fitter = Fitter(files, bench, clock)
        self._deliverer = Deliverer(
            life,
            fetcher,
            Poster(life, stage, fitter, clock, lambda job: board.quiet(carrier(job))),
            files,
            bench,
            clock,
            deadline_seconds=limits.delivery_deadline_seconds,
        )
        self._held = HeldClips(life, fetcher, fitter, clock)
        self._tokens = Tokens(store, life, clock)
        self._remover = Remover(store, life, stage, clock)
        self._canceller = Canceller(store, life, provider, clock)
        self._herald = herald
        # In the order in which they stop: nothing new first, the news last.
        self._makers: tuple[Worker, ...] = (
            self._submitter,
            self._poller,
            RestoredJobs(life, stage, clock),
            self._deliverer,
            self._held,
            self._remover,
            self._tokens,
            janitor,
        )
        self._tellers: tuple[Worker, ...] = (self._board, herald)
        self._accepting = True
        self._ended = asyncio.Event()
        life.listen(self._on_change)

    async def request(self, order: Order) -> Job:
        """Take an order: check the image, charge, store. Of several takes the first one is given, for all.

        Raises NotAccepting, or one of the refusals of Desk.take; nothing is charged then.
        """
        if not self._accepting:
            raise NotAccepting
        try:
            takes = await self._desk.take(order)
        finally:
            self._herald.wake()  # charged or refused for it: a budget may be news
        for job in takes:
            self._life.add(job)
            log.info("job %s is queued: %s, %d credits", job.id, job.kind, job.price)
        return takes[0]

    async def takes(self, job: Job) -> list[Job]:
        """All takes of the order that a job is of, in their order."""
        return await self._life.takes(job)

    async def show_in(self, job: Job, message_id: int) -> None:
        """From now on this message follows the job."""
        await self._life.show_in(job.id, message_id)

    async def cancel(self, job_id: str, actor_id: int, *, moderates_guild: int | None) -> Cancelled:
        """Cancel a job that waits, or runs where the provider can stop it, with all takes of its batch; full refund."""
        return await self._canceller.cancel(job_id, actor_id, moderates_guild=moderates_guild)

    async def cancel_waiting(self, guild_id: int, member_id: int, actor_id: int) -> int:
        """Cancel all of a member's jobs that still wait in a guild, with full refunds; how many there were."""
        return await self._canceller.cancel_waiting(guild_id, member_id, actor_id)

    async def remove(self, job_id: str, deed: Deed, *, refund: bool, moderates_guild: int | None) -> Removed:
        """Take a posted clip down: a member their own without a refund, moderators any in their guild."""
        removed = await self._remover.remove(job_id, deed, refund=refund, moderates_guild=moderates_guild)
        self._herald.wake()
        return removed

    async def hand_over(
        self, job_id: str, member_id: int, limit_bytes: int = DIRECT_LIMIT_BYTES
    ) -> HandOver | NoHandOver:
        """A clip that waits, for its member, to be sent now; `handed_over` says that it was."""
        return await self._held.hand_over(job_id, member_id, limit_bytes)

    async def handed_over(self, job_id: str, message_id: int) -> None:
        """The member has the clip."""
        await self._held.handed_over(job_id, message_id)

    async def not_handed_over(self, job_id: str) -> None:
        """The member surely has not got the clip, which waits on; where nobody knows, say nothing."""
        await self._held.not_handed_over(job_id)

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
        """What the job's status message shows now: where it stands, with all takes of its batch."""
        return await self._reporter.shown(job, self._reporter.places())

    async def statuses(self, jobs: list[Job]) -> list[Status]:
        """Where each of these jobs stands now by itself, in their order."""
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
        loop = asyncio.get_running_loop()
        # One for all of it: whoever started the bot may wait hardly longer than this grace before it kills.
        deadline = loop.time() + grace_seconds
        self._accepting = False
        for maker in self._makers:
            maker.halt()
        await asyncio.gather(*(maker.drain(grace_seconds) for maker in self._makers))
        for teller in self._tellers:
            teller.halt()
        # A step that was under way may have started one more job.
        with suppress(TimeoutError):
            async with asyncio.timeout_at(deadline):
                await self._ended.wait()
        left_seconds = max(deadline - loop.time(), 0)
        await asyncio.gather(*(worker.drain(left_seconds) for worker in (*self._makers, *self._tellers)))

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
        self._board.resume()

    def _on_change(self, job: Job) -> None:
        if job.state is JobState.RUNNING:
            self._poller.watch(job)
        if job.state in (JobState.READY, JobState.POSTING) or (job.state.final and job.batch_id):
            self._deliverer.wake()  # the other takes may have waited for this one alone
        if job.state.final:
            self._deliverer.forget(job.id)
            self._herald.wake()  # what the service refused may have paused its member
        self._submitter.wake()
        self._board.changed(job)
        if job.waits_since:
            self._held.wake()
        if job.token_until:
            self._tokens.wake()
