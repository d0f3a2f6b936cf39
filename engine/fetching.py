"""What there is to post for a job: the provider's result, behind the clip it continues if it continues one."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from client import DownloadFailed, LookupFailed, Provider
from engine.clip_files import ClipFiles
from engine.clock import Clock
from engine.life import Life
from engine.stage import ChannelClosed, PostingError, PostRefused, Stage
from engine.workbench import Workbench
from media import mp4
from media.clip import NotAClip
from media.joint import CannotJoin, join
from storage import Job, Relation

log = logging.getLogger(__name__)

MOST_RESULT_BYTES = 500 * 1024 * 1024
"""Far above any clip of 15 s at 1080P; a result larger than this is not one."""

LIFE_OF_A_RESULT = timedelta(hours=24)
"""After this the provider gives a result no more."""


@dataclass(frozen=True, slots=True)
class Film:
    """A job's film as it was made; `alone` where what it continues could not be had any more."""

    file: Path
    alone: bool = False


class Fetcher:
    """Fetches what is not there yet. A file that is there whole is used, so that each step is taken once."""

    def __init__(
        self, life: Life, provider: Provider, stage: Stage, files: ClipFiles, bench: Workbench, clock: Clock
    ) -> None:
        self._life = life
        self._provider = provider
        self._stage = stage
        self._files = files
        self._bench = bench
        self._clock = clock
        self._fresh_url: dict[str, str] = {}
        self._looked_into: set[str] = set()
        self._faults_ahead: dict[str, Exception] = {}

    async def film(self, job: Job, *, patient: bool) -> Film:
        """The job's film. Who is not patient gets the new part alone where the clip before it cannot be had yet.

        Raises DownloadFailed, NotAClip, PostingError, OSError or Stopped.
        """
        if fault := self._faults_ahead.pop(job.id, None):
            raise fault
        result = self._files.result(job.id)
        if not await self._has_whole(job):
            await self._fetch(job.id, self._fresh_url.get(job.id) or job.result_url or "")
        if job.relation is not Relation.EXTEND:
            return Film(result)
        whole = self._files.whole(job.id)
        if await asyncio.to_thread(mp4.is_whole, whole) or await self._joined(job, result, whole, patient=patient):
            return Film(whole)
        return Film(result, alone=True)

    async def fetch_ahead(self, job_id: str, url: str) -> None:
        """Fetch what the provider made, before anybody asks for the film: who does is told of a fault then."""
        try:
            await self._fetch(job_id, url)
        except (DownloadFailed, NotAClip, OSError) as fault:
            self._faults_ahead[job_id] = fault

    def has(self, job: Job) -> bool:
        """Whether the provider's result is here already."""
        return self._files.result(job.id).exists()

    async def ask_anew(self, job: Job) -> None:
        """The result could not be used: drop it, and ask the provider where it is now."""
        self._drop(job.id)
        with suppress(LookupFailed):
            report = await self._provider.look(job.task_id or "")
            if report.video_url:
                self._fresh_url[job.id] = report.video_url

    def forget(self, job_id: str) -> None:
        """The job needs nothing any more."""
        self._fresh_url.pop(job_id, None)
        self._faults_ahead.pop(job_id, None)
        self._drop(job_id)

    async def _fetch(self, job_id: str, url: str) -> None:
        result = self._files.result(job_id)
        await self._provider.download(url, result, MOST_RESULT_BYTES)
        await asyncio.to_thread(mp4.check, result)
        self._looked_into.add(job_id)

    async def _has_whole(self, job: Job) -> bool:
        if not self.has(job):
            return False
        # One from before a power failure may be cut short.
        return job.id in self._looked_into or await asyncio.to_thread(mp4.is_whole, self._files.result(job.id))

    def _drop(self, job_id: str) -> None:
        self._looked_into.discard(job_id)
        self._files.remove(job_id)

    async def _joined(self, job: Job, result: Path, whole: Path, *, patient: bool) -> bool:
        try:
            before = await self._parent(job)
            if before is not None:
                await self._bench.encode(partial(join, before, result, whole))
                return True
        except CannotJoin as error:
            log.warning("job %s: it cannot be joined to what it continues: %s", job.id, error)
        except PostingError as error:
            if patient:
                raise
            log.warning("job %s: what it continues cannot be had: %s", job.id, error)
        return False

    async def _parent(self, job: Job) -> Path | None:
        """The clip that this one continues: as it was made while the provider has it, else as it was posted."""
        file = self._files.parent(job.id)
        if await asyncio.to_thread(mp4.is_whole, file):
            return file
        parent = await self._life.stored(job.parent_id or "")
        if parent is None or parent.removed_at:
            return None
        part = file.with_name(file.name + ".part")
        try:
            if not await self._made(parent, part):
                await self._stage.fetch_clip(parent, part)
            await asyncio.to_thread(mp4.check, part)
            return part.replace(file)
        except (ChannelClosed, PostRefused, NotAClip) as error:
            log.warning("job %s: the clip that it continues is out of reach: %s", job.id, error)
            return None
        finally:
            part.unlink(missing_ok=True)

    async def _made(self, parent: Job, to: Path) -> bool:
        """Whether the provider still gave the parent's result, and that is all of the clip."""
        since = parent.ready_at
        if parent.relation is Relation.EXTEND or since is None or self._clock.now() - since > LIFE_OF_A_RESULT:
            return False
        try:
            await self._provider.download(parent.result_url or "", to, MOST_RESULT_BYTES)
            await asyncio.to_thread(mp4.check, to)
        except (DownloadFailed, NotAClip) as error:
            log.info("job %s: its result is not to be had any more: %s", parent.id, error)
            return False
        return True
