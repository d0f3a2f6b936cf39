"""From the provider's result to the posted clip: fetched, measured, fitted, posted once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from client import DownloadFailed, ResultGone, ResultTooLarge
from engine.clip_files import ClipFiles
from engine.clock import Clock
from engine.fetching import Fetcher, Film
from engine.life import Life
from engine.posting import CannotLook, Poster
from engine.restored import is_in_doubt
from engine.rests import Rests
from engine.stage import PostingError, StageDown
from engine.workbench import Stopped, Workbench
from engine.worker import Worker
from media.clip import NotAClip
from storage import Failure, Job, JobState

log = logging.getLogger(__name__)

MOST_AT_ONCE = 4

MOST_UNUSABLE = 10
"""How often a result that is gone or no video is fetched anew before it counts as lost: over about five minutes."""

_BEING_MADE = (JobState.QUEUED, JobState.SUBMITTING, JobState.RUNNING)
_DELIVERABLE = (JobState.READY, JobState.POSTING)


class _NotYet(Exception):
    """A file could not be had for now."""


@dataclass(frozen=True, slots=True)
class _Delivery:
    """What is posted as one message; or a take that is only fetched, since others are still being made."""

    key: str
    ids: tuple[str, ...]
    only_fetched: bool = False


class Deliverer(Worker):
    """Delivers finished jobs, a few at a time; each one again until it is posted or its time is up.

    What is posted as one message is one delivery: the takes of a batch, once none of them is being made any more.
    """

    name = "deliverer"

    def __init__(
        self,
        life: Life,
        fetcher: Fetcher,
        poster: Poster,
        files: ClipFiles,
        bench: Workbench,
        clock: Clock,
        *,
        deadline_seconds: float,
    ) -> None:
        super().__init__(clock)
        self._life = life
        self._fetcher = fetcher
        self._poster = poster
        self._files = files
        self._bench = bench
        self._deadline_seconds = deadline_seconds
        self._since: dict[str, float] = {}
        self._rests = Rests(clock)
        self._unusable: dict[str, int] = {}

    def tidy(self) -> None:
        """Remove files of jobs that need them no more; for the start."""
        self._files.tidy({job.id for job in self._life.in_state(*_DELIVERABLE)})

    def fetch_ahead(self, job: Job, url: str) -> None:
        """Begin with a result while it is still being committed that there is one: nothing is lost if it is not."""
        key = _fetch_key(job.id)
        if self.under_way < MOST_AT_ONCE and not self.stopping and not self.busy_with(key):
            self.start(key, self._fetch_ahead(job.id, url))

    def forget(self, job_id: str) -> None:
        """The job has ended: its files are needed no more."""
        self._unusable.pop(job_id, None)
        self._fetcher.forget(job_id)

    async def step(self) -> float | None:
        """Begin to deliver what is due."""
        rests = []
        for delivery in self._deliveries():
            if self.under_way >= MOST_AT_ONCE:
                break
            rest = self._rests.seconds_left(delivery.key)
            if rest > 0:
                rests.append(rest)
            elif not any(map(self.busy_with, (delivery.key, *map(_fetch_key, delivery.ids)))):
                self.start(delivery.key, self._deliver(delivery))
        return min(rests, default=None)

    def halt(self) -> None:
        """Take no further step, and give up encoding."""
        self._bench.stop()
        super().halt()

    def _deliveries(self) -> list[_Delivery]:
        jobs = self._life.in_state(*_DELIVERABLE)
        if not jobs:
            return []
        in_doubt = {job.id for job in jobs if is_in_doubt(job)}
        being_made = {job.batch_id for job in self._life.each(*_BEING_MADE)}
        being_made |= {job.batch_id for job in jobs if job.id in in_doubt}
        early: list[_Delivery] = []
        messages: dict[str, list[str]] = {}
        for job in jobs:
            if job.waits_since or job.id in in_doubt:
                continue
            if job.batch_id is None or job.batch_id not in being_made:
                messages.setdefault(job.batch_id or job.id, []).append(job.id)
            elif not self._fetcher.has(job):  # its address may not live as long as the others take
                early.append(_Delivery(_fetch_key(job.id), (job.id,), only_fetched=True))
        return [*early, *(_Delivery(key, tuple(ids)) for key, ids in messages.items())]

    async def _deliver(self, delivery: _Delivery) -> None:
        key = delivery.key
        self._since.setdefault(key, self.clock.steady_seconds())
        try:
            jobs = self._current(delivery)
            await (self._fetch(key, jobs) if delivery.only_fetched else self._carry(key, jobs))
        except CannotLook as error:  # it may be posted: neither post it nor refund it before that is known
            log.warning("job %s: nobody can say whether it is posted: %s", key, error)
            self._rests.after_failure(key)
        except (_NotYet, Stopped, OSError) as error:
            log.warning("job %s could not be delivered yet: %s", key, error)
            await self._rest_or_end(delivery)
        except StageDown as error:
            log.warning("job %s could not be posted yet: %s", key, error)
            self._rests.after_failure(key, error.retry_after_seconds or 0)
        except Exception:  # a fault of ours: logged whole, and the job still has its deadline
            log.exception("job %s could not be delivered", key)
            await self._rest_or_end(delivery)

    def _current(self, delivery: _Delivery) -> list[Job]:
        return [job for job in map(self._life.get, delivery.ids) if job and job.state in _DELIVERABLE]

    async def _fetch_ahead(self, job_id: str, url: str) -> None:
        await self._fetcher.fetch_ahead(job_id, url)
        job = self._life.get(job_id)
        if job is None or job.state.final:  # meanwhile
            self.forget(job_id)

    async def _fetch(self, key: str, jobs: Sequence[Job]) -> None:
        for job in jobs:
            await self._film(key, job)
        self._over(key)

    async def _carry(self, key: str, jobs: Sequence[Job]) -> None:
        # Takes of one message change their state together.
        on_their_way = [job for job in jobs if job.state is JobState.POSTING]
        if on_their_way:
            jobs = await self._searched(key, on_their_way)
        films = {job.id: film for job in jobs if (film := await self._film(key, job))}
        jobs = [job for job in jobs if job.id in films]
        if jobs and await self._poster.post(jobs, films):
            log.info("job %s is done", key)
        self._over(key)

    async def _searched(self, key: str, jobs: Sequence[Job]) -> list[Job]:
        """Those of them that are surely not posted yet, and still have time."""
        posted, left = await self._poster.search(jobs)
        if posted:
            fitted = jobs[0].fitted or self._files.has_fitted(jobs[0].id)
            await self._life.posted(jobs, posted.message_id, posted.channel_id, fitted=fitted)
            log.info("job %s is done: it had been posted already", key)
            self._over(key)
            return []
        if left == jobs and self._is_overdue(key):
            await self._fail(jobs, Failure.NOT_POSTED)
            return []
        return left

    async def _film(self, key: str, job: Job) -> Film | None:
        """The job's film, or None once the job has ended for want of one. Raises _NotYet or Stopped."""
        overdue = self._is_overdue(key)
        try:
            return await self._fetcher.film(job, patient=not overdue)
        except ResultTooLarge:
            await self._fail([job], Failure.RESULT_LOST)
            return None
        except (ResultGone, NotAClip) as error:
            log.warning("job %s: its result could not be used: %s", job.id, error)
            await self._fetcher.ask_anew(job)
            self._unusable[job.id] = self._unusable.get(job.id, 0) + 1
            lost, reason = overdue or self._unusable[job.id] >= MOST_UNUSABLE, str(error)
        except (DownloadFailed, PostingError, OSError) as error:
            lost, reason = overdue, str(error)
        if not lost:
            raise _NotYet(reason)
        log.error("job %s: its result is lost: %s", job.id, reason)
        await self._fail([job], Failure.RESULT_LOST)
        return None

    async def _fail(self, jobs: Sequence[Job], failure: Failure) -> None:
        for job in jobs:
            await self._life.end(job, failure, from_states=_DELIVERABLE)

    async def _rest_or_end(self, delivery: _Delivery) -> None:
        """Try again later, until the time is up; what may be posted is looked for first, when it is tried again."""
        jobs = self._current(delivery)
        if self.stopping or not self._is_overdue(delivery.key) or any(job.state is JobState.POSTING for job in jobs):
            self._rests.after_failure(delivery.key)
            return
        await self._fail(jobs, Failure.RESULT_LOST)
        self._over(delivery.key)

    def _is_overdue(self, key: str) -> bool:
        """Whether it was tried long enough; a time in which the bot did not run does not count."""
        return self.clock.steady_seconds() - self._since[key] > self._deadline_seconds

    def _over(self, key: str) -> None:
        self._since.pop(key, None)
        self._rests.over(key)


def _fetch_key(job_id: str) -> str:
    return f"{job_id}, early"
