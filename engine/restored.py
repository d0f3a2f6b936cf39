"""Jobs out of a restored copy: what became of each since is not known, so it is looked for before anything is done."""

import logging

from engine.clock import Clock
from engine.life import Life
from engine.rests import Rests
from engine.routes import natural
from engine.stage import ChannelClosed, Posted, PostingError, PostRefused, Stage
from engine.worker import Worker
from storage import Failure, Job, JobState, Route

log = logging.getLogger(__name__)

MOST_AT_ONCE = 4


def is_in_doubt(job: Job) -> bool:
    """Whether the clip may be posted, and nobody knows which way: a route is always written down before it is taken."""
    return job.state is JobState.POSTING and job.route is None and job.waits_since is None


class RestoredJobs(Worker):
    """Looks for each clip wherever it could have gone.

    One that is found is done. One that is surely nowhere goes on from what its row knows of it: its result, else its
    task. All others are refunded: nothing is ordered or posted that may have been before.
    """

    name = "restored jobs"

    def __init__(self, life: Life, stage: Stage, clock: Clock) -> None:
        super().__init__(clock)
        self._life = life
        self._stage = stage
        self._rests = Rests(clock)

    async def step(self) -> float | None:
        """Begin to look for what is in doubt."""
        rests = []
        for job in filter(is_in_doubt, self._life.in_state(JobState.POSTING)):
            if self.under_way >= MOST_AT_ONCE or self.stopping:
                break
            rest = self._rests.seconds_left(job.id)
            if rest > 0:
                rests.append(rest)
            elif not self.busy_with(job.id):
                self.start(job.id, self._settle(job))
        return min(rests, default=None)

    async def _settle(self, job: Job) -> None:
        try:
            await self._find(job)
        except Exception as error:  # a fault of ours in one job must neither spin nor stop the others
            ours = not isinstance(error, PostingError)
            log.warning("job %s: nobody can say yet whether it is posted: %s", job.id, error, exc_info=ours)
            self._rests.after_failure(job.id)
        else:
            self._rests.over(job.id)

    async def _find(self, job: Job) -> None:
        hidden = False
        for route in dict.fromkeys((natural(job), Route.DIRECT)):
            try:
                posted = await self._stage.find_clip(job, route)
            except (ChannelClosed, PostRefused) as error:
                log.warning("job %s: nobody can see any more whether it was posted by %s: %s", job.id, route, error)
                hidden = True
            else:
                if posted:
                    await self._found(job, route, posted)
                    return
        await self._go_on(job, hidden=hidden)

    async def _found(self, job: Job, route: Route, posted: Posted) -> None:
        where = {"clip_message_id": posted.message_id, "clip_channel_id": posted.channel_id}
        await self._life.record(job, JobState.DONE, route=route, **where)
        log.info("job %s is done: it was posted before the database was restored", job.id)

    async def _go_on(self, job: Job, *, hidden: bool) -> None:
        if hidden or not job.task_id:
            await self._life.end(job, Failure.RESTORED)
        elif job.result_url:
            await self._life.record(job, JobState.READY, ready_at=job.ready_at)
        else:
            await self._life.record(job, JobState.RUNNING, running_at=job.running_at)
