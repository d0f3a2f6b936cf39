"""From the provider's result to the clip in the channel: fetched, measured, fitted, posted once."""

import asyncio
import logging
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from client import DownloadFailed, LookupFailed, Provider, ResultGone, ResultTooLarge
from engine.clock import Clock
from engine.life import Life
from engine.stage import ChannelClosed, ClipTooLarge, PostingError, PostRefused, Stage, StageDown
from engine.worker import Worker, rest_seconds
from media import clip
from media.shrink import CannotShrink, shrink
from storage import Failure, Job, JobState

log = logging.getLogger(__name__)

MOST_AT_ONCE = 4
MOST_RESULT_BYTES = 500 * 1024 * 1024
"""Far above any clip of 15 s at 1080P; a result larger than this is not one."""

MOST_UNUSABLE = 10
"""How often a result that is gone or no video is fetched anew before it counts as lost: over about five minutes."""

UPLOAD_LIMITS_BYTES = tuple(size * 1024 * 1024 for size in (100, 50, 25, 20, 10, 8))
"""Limits that Discord has had: a refused upload is tried again below the next one."""


_LASTING: dict[type[Exception], Failure] = {
    ChannelClosed: Failure.CHANNEL_CLOSED,
    PostRefused: Failure.NOT_POSTED,
    CannotShrink: Failure.CLIP_TOO_LARGE,
}


class _CannotLook(Exception):
    """Whether the clip is posted already could not be found out."""


class Deliverer(Worker):
    """Delivers finished jobs, a few at a time; each one again until it is posted or its time is up."""

    name = "deliverer"

    def __init__(
        self, life: Life, provider: Provider, stage: Stage, clock: Clock, *, clips: Path, deadline_seconds: float
    ) -> None:
        super().__init__(clock)
        self._life = life
        self._provider = provider
        self._stage = stage
        self._clips = clips
        self._deadline = timedelta(seconds=deadline_seconds)
        self._failures: dict[str, int] = {}
        self._rest_until: dict[str, datetime] = {}
        self._learned_limit: dict[str, int] = {}
        self._unusable: dict[str, int] = {}
        self._fresh_url: dict[str, str] = {}
        self._started_at = clock.now()
        self._shrinking = asyncio.Semaphore(1)
        self._stop_shrinking = threading.Event()

    def tidy(self) -> None:
        """Remove files of jobs that need them no more; for the start."""
        self._clips.mkdir(parents=True, exist_ok=True)
        needed = {job.id for job in self._life.in_state(JobState.READY, JobState.POSTING)}
        for file in self._clips.iterdir():
            if file.name.split(".")[0] not in needed:
                file.unlink()

    async def step(self) -> float | None:
        """Begin to deliver what is due."""
        rests = []
        for job in self._life.in_state(JobState.READY, JobState.POSTING):
            if self.under_way >= MOST_AT_ONCE:
                break
            rest = self._rest_seconds(job)
            if rest > 0:
                rests.append(rest)
            elif not self.busy_with(job.id):
                self.start(job.id, self._deliver(job))
        return min(rests, default=None)

    def halt(self) -> None:
        """Take no further step, and give up shrinking."""
        self._stop_shrinking.set()
        super().halt()

    async def _deliver(self, job: Job) -> None:
        try:
            await self._carry(job)
        except _CannotLook as error:  # it may be posted: neither post it nor refund it before that is known
            log.warning("job %s: its channel could not be searched: %s", job.id, error)
            self._rest(job)
        except ResultTooLarge:
            await self._fail(job, Failure.RESULT_LOST)
        except (ResultGone, clip.NotAClip) as error:
            await self._fetch_anew(job, error)
        except (ChannelClosed, PostRefused, CannotShrink) as error:
            await (self._rest_or_end(job, error) if self.stopping else self._fail(job, _LASTING[type(error)]))
        except (DownloadFailed, PostingError, OSError) as error:
            log.warning("job %s could not be delivered yet: %s", job.id, error)
            await self._rest_or_end(job, error)
        except Exception as error:  # a fault of ours: logged whole, and the job still has its deadline
            log.exception("job %s could not be delivered", job.id)
            await self._rest_or_end(job, error)

    async def _carry(self, job: Job) -> None:
        current = self._life.get(job.id) or job
        if current.state is JobState.POSTING and (found := await self._posted(current)):
            await self._done(current, found)
            return
        file = await self._fitting(current, await self._fetched(current))
        if current.state is JobState.READY:
            moved = await self._life.intend(current, JobState.POSTING)
            if moved is None:
                return
            current = moved
        try:
            await self._done(current, await self._stage.post_clip(current, file))
        except ClipTooLarge:
            self._learn_limit(job, _size_bytes(file))
            raise

    async def _posted(self, job: Job) -> int | None:
        try:
            return await self._stage.find_clip(job)
        except StageDown as error:
            raise _CannotLook(str(error)) from error

    async def _done(self, job: Job, message_id: int) -> None:
        await self._life.record(job, JobState.DONE, clip_message_id=message_id)
        log.info("job %s is done", job.id)
        self._forget(job)

    async def _fetched(self, job: Job) -> Path:
        file = self._clips / f"{job.id}.mp4"
        if not file.exists():
            url = self._fresh_url.get(job.id) or job.result_url or ""
            await self._provider.download(url, file, MOST_RESULT_BYTES)
        await asyncio.to_thread(clip.probe, file)
        return file

    async def _fitting(self, job: Job, file: Path) -> Path:
        limit = self._learned_limit.get(job.id, job.upload_limit_bytes)
        if _size_bytes(file) <= limit:
            return file
        smaller = self._clips / f"{job.id}.fit.mp4"
        if not (smaller.exists() and _size_bytes(smaller) <= limit):
            async with self._shrinking:  # one at a time: it takes every core it can get
                await asyncio.to_thread(shrink, file, smaller, limit, should_stop=self._stop_shrinking.is_set)
        return smaller

    async def _fetch_anew(self, job: Job, error: Exception) -> None:
        """The result is not there, or is no video: ask for its address again, a few times."""
        log.warning("job %s: its result could not be used: %s", job.id, error)
        self._unlink(job)
        self._unusable[job.id] = self._unusable.get(job.id, 0) + 1
        if self._unusable[job.id] >= MOST_UNUSABLE:
            log.error("job %s: its result is lost", job.id)
            await self._fail(job, Failure.RESULT_LOST)
            return
        with suppress(LookupFailed):
            report = await self._provider.look(job.task_id or "")
            if report.video_url:
                self._fresh_url[job.id] = report.video_url
        self._rest(job)

    def _learn_limit(self, job: Job, refused_bytes: int) -> None:
        below = [limit for limit in UPLOAD_LIMITS_BYTES if limit < refused_bytes]
        self._learned_limit[job.id] = below[0] if below else refused_bytes // 2

    async def _fail(self, job: Job, failure: Failure) -> None:
        await self._life.end(job, failure, from_states=(JobState.READY, JobState.POSTING))
        self._forget(job)

    async def _rest_or_end(self, job: Job, error: Exception) -> None:
        """Try again later, until the job's time is up; a time in which the bot did not run does not count."""
        since = max(job.ready_at or job.created_at, self._started_at)
        if self.clock.now() - since > self._deadline:
            at_discord = isinstance(error, PostingError)
            await self._fail(job, Failure.NOT_POSTED if at_discord else Failure.RESULT_LOST)
        else:
            self._rest(job)

    def _rest(self, job: Job) -> None:
        failures = self._failures[job.id] = self._failures.get(job.id, 0) + 1
        self._rest_until[job.id] = self.clock.now() + timedelta(seconds=rest_seconds(failures))

    def _rest_seconds(self, job: Job) -> float:
        until = self._rest_until.get(job.id)
        return (until - self.clock.now()).total_seconds() if until else 0.0

    def _forget(self, job: Job) -> None:
        for kept in (self._failures, self._rest_until, self._learned_limit, self._unusable, self._fresh_url):
            kept.pop(job.id, None)
        self._unlink(job)

    def _unlink(self, job: Job) -> None:
        for suffix in (".mp4", ".fit.mp4"):
            (self._clips / f"{job.id}{suffix}").unlink(missing_ok=True)


def _size_bytes(file: Path) -> int:
    return file.stat().st_size
