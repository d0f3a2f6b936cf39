"""Every arrow of a job's life: committed first, then mirrored here, then told to the workers.

The rows are the truth; this mirror of the jobs that are open, or whose end is not shown yet, spares the workers a
query each time they look around.
"""

import logging
import sqlite3
from asyncio import Event
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from engine.clock import Clock
from engine.routes import Route
from engine.waiting import AT_PROVIDER
from engine.worker import rest_seconds
from storage import BOT, Failure, FirstFrameImage, Job, JobState, JobStore, SoundtrackFile

log = logging.getLogger(__name__)

T = TypeVar("T")


class Life:
    """The jobs that something still has to happen to."""

    def __init__(self, store: JobStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._by_state: dict[JobState, dict[str, Job]] = {state: {} for state in JobState}
        self._at_provider: Counter[int] = Counter()
        self._listeners: list[Callable[[Job], None]] = []
        self.changes = 0
        """How many there were: who has waited for something can tell whether it still holds."""

    async def load(self) -> None:
        """Mirror what the database holds, at the start."""
        for job in await self._store.unfinished():
            self._mirror(job)

    def listen(self, listener: Callable[[Job], None]) -> None:
        """Call this with every job that was added or changed."""
        self._listeners.append(listener)

    def get(self, job_id: str) -> Job | None:
        """The job as last committed, or None once nothing has to happen to it any more."""
        return next((jobs[job_id] for jobs in self._by_state.values() if job_id in jobs), None)

    def in_state(self, *states: JobState) -> list[Job]:
        """All jobs in these states, oldest first, and the takes of a batch in their order."""
        return sorted(self.each(*states), key=lambda job: (job.created_at, job.take, job.id))

    def each(self, *states: JobState) -> Iterator[Job]:
        """The jobs in these states as they come, for those who go through all of them and need no order."""
        return (job for state in states for job in self._by_state[state].values())

    def at_provider(self) -> Mapping[int, int]:
        """How many of the provider's places each member has, kept up with each change: nobody has to count anew."""
        return self._at_provider

    def all(self) -> list[Job]:
        """All jobs of the mirror, oldest first."""
        return self.in_state(*JobState)

    def add(self, job: Job) -> None:
        """Take up a job that was just stored; one that is here already stays as it is."""
        if self.get(job.id) is None and not (job.state.final and job.status_settled):
            self._put(job)

    def renew(self, job: Job) -> None:
        """The job's row has changed beside its state; one that nothing has to happen to any more stays forgotten."""
        if self.get(job.id):
            self._put(job)

    def drop_member(self, member_id: int) -> None:
        """Forget a member's jobs that have ended: nobody is to be told of them any more."""
        for job in [*self.each(*JobState)]:
            if job.member_id == member_id and job.state.final:
                self._drop(job.id)

    async def first_frame(self, job: Job) -> FirstFrameImage:
        """The job's kept first frame; raises LookupError where it is not kept any more."""
        return await self._store.first_frame(job.frame or "")

    async def soundtrack(self, job: Job) -> SoundtrackFile | None:
        """The job's kept soundtrack, if it has one."""
        return await self._store.soundtrack(job.soundtrack) if job.soundtrack else None

    async def is_known(self, task_id: str) -> bool:
        """Whether a task of the provider belongs to a job, or did to one of somebody who has left since."""
        return await self._store.knows_task(task_id)

    async def given_up_near(self, moment: datetime, within: timedelta) -> list[Job]:
        """Jobs that were sent about then and were given up, since nobody knew what became of them."""
        return await self._store.outcome_unknown(moment - within, moment + within)

    async def stored(self, job_id: str) -> Job | None:
        """A job's row, whether anything has to happen to it or not."""
        return await self._store.get(job_id)

    async def takes(self, job: Job) -> list[Job]:
        """All takes of the job's batch, in order; the job alone where it is none of a batch."""
        return await self._store.of_batch(job.batch_id) if job.batch_id else [job]

    async def intend(self, job: Job, to: JobState, **columns: Any) -> Job | None:
        """Commit what is about to happen; None if the job has moved on meanwhile and it must not."""
        moved = await self._store.advance(job.id, job.state, to, self._clock.now(), **columns)
        return next(iter(await self._all_or_current([job], [moved] if moved else [])), None)

    async def intend_to_post(self, jobs: Sequence[Job], route: Route, **facts: Any) -> list[Job]:
        """Commit that these are about to be posted as one message; none of them if one has moved on meanwhile.

        The facts are about one that is posted alone.
        """
        first, now = jobs[0], self._clock.now()
        if first.batch_id is None:
            moved = await self._store.advance(first.id, JobState.READY, JobState.POSTING, now, route=route, **facts)
            return await self._all_or_current(jobs, [moved] if moved else [])
        moved_all = await self._store.intend_batch(first.batch_id, _ids(jobs), route, now)
        return await self._all_or_current(jobs, moved_all)

    async def reroute(self, jobs: Sequence[Job], route: Route) -> list[Job]:
        """Commit that these are about to be posted another way; none of them if one has moved on meanwhile."""
        moved = await self._store.reroute_batch(_ids(jobs), jobs[0].route, route, self._clock.now())
        return await self._all_or_current(jobs, moved)

    async def hold(self, jobs: Sequence[Job], since: datetime) -> list[Job]:
        """These wait until their member comes for them."""
        return await self._all_or_current(jobs, await self._store.hold_batch(_ids(jobs), since))

    async def posted(self, jobs: Sequence[Job], message_id: int, channel_id: int, **facts: Any) -> None:
        """Commit the message that carries these, however long that takes. The facts are about one posted alone."""
        if len(jobs) == 1:
            where = {"clip_message_id": message_id, "clip_channel_id": channel_id}
            await self.record(jobs[0], JobState.DONE, **where, **facts)
            return
        ids = _ids(jobs)
        for job in await self._surely(lambda: self._store.done_batch(ids, message_id, channel_id, self._clock.now())):
            self._put(job)

    async def record(self, job: Job, to: JobState, **columns: Any) -> Job | None:
        """Commit what has happened, however long that takes: forgetting it would lose money or a clip."""
        return self._put(
            await self._surely(lambda: self._store.advance(job.id, job.state, to, self._clock.now(), **columns))
        )

    async def end(
        self,
        job: Job,
        failure: Failure,
        *,
        detail: str = "",
        actor_id: int = BOT,
        from_states: Collection[JobState] | None = None,
    ) -> Job | None:
        """End the job without a clip and refund it, in one transaction; None if it has moved on meanwhile."""
        states = from_states or (job.state,)
        ended = await self._surely(
            lambda: self._store.end(job.id, states, failure, self._clock.now(), detail=detail, actor_id=actor_id)
        )
        if ended:
            log.info("job %s ended: %s; refunded %d", job.id, failure, job.price)
        return self._put(ended)

    async def show_in(self, job_id: str, message_id: int) -> None:
        """Remember the message that follows the job, however long that takes: it would be posted once more."""
        self._put(await self._surely(lambda: self._store.set_status_message(job_id, message_id)))

    async def settle(self, job: Job) -> None:
        """The job's end is shown: nothing has to happen to it any more."""
        await self._surely(lambda: self._store.settle_status(job.id))
        self._drop(job.id)

    def forget_tokens(self, now: datetime) -> None:
        """The database has dropped the tokens that are dead."""
        for job in [*self.each(*JobState)]:
            if job.token_until is not None and job.token_until <= now:
                self._put(replace(job, token=None, token_until=None))

    async def _all_or_current(self, jobs: Sequence[Job], moved: list[Job]) -> list[Job]:
        """What was moved; where nothing was, the rows are read anew: they would be taken up again and again."""
        for job in moved:
            self._put(job)
        if not moved:
            for known in jobs:
                if current := await self._store.get(known.id):
                    self._mirror(current)
        return moved

    async def _surely(self, attempt: Callable[[], Awaitable[T]]) -> T:
        failures = 0
        while True:
            try:
                return await attempt()
            except sqlite3.OperationalError as error:
                # A full disk or a lock passes; a wrong statement does not come up.
                failures += 1
                log.error("the database could not be written, trying again: %s", error)
                await self._clock.wait(Event(), rest_seconds(failures))

    def _put(self, job: Job | None) -> Job | None:
        if job is not None:
            self._mirror(job)
            self.changes += 1
            for listener in self._listeners:
                listener(job)
        return job

    def _mirror(self, job: Job) -> None:
        self._drop(job.id)
        if not (job.state.final and job.status_settled):
            self._by_state[job.state][job.id] = job
            if job.state in AT_PROVIDER:
                self._at_provider[job.member_id] += 1

    def _drop(self, job_id: str) -> None:
        for state, jobs in self._by_state.items():
            dropped = jobs.pop(job_id, None)
            if dropped and state in AT_PROVIDER:
                self._at_provider[dropped.member_id] -= 1
                if not self._at_provider[dropped.member_id]:
                    del self._at_provider[dropped.member_id]


def _ids(jobs: Sequence[Job]) -> list[str]:
    return [job.id for job in jobs]
