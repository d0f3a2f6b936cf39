"""Fetches posted clips once more: as they were made while the provider has them, else as they were posted."""

import asyncio
import logging
import secrets
from pathlib import Path

from client import DownloadFailed, Provider
from engine.cannot import ClipGone
from engine.clock import Clock
from engine.fetching import LIFE_OF_A_RESULT, MOST_RESULT_BYTES
from engine.stage import ChannelClosed, PostRefused, Stage
from media import clip
from storage import Job

log = logging.getLogger(__name__)


class Reels:
    """Fetches into the folder of clips under the clip's own name, by which a start removes what a crash has left."""

    def __init__(self, provider: Provider, stage: Stage, clock: Clock, *, clips: Path) -> None:
        self._provider = provider
        self._stage = stage
        self._clock = clock
        self._clips = clips

    async def last_frame(self, job: Job) -> bytes:
        """The clip's last picture, as a JPEG. Raises ClipGone, or a PostingError where a later try may succeed."""
        file = self._clips / f"{job.id}.last-{secrets.token_hex(4)}.mp4"
        try:
            return await self._of_made(job, file) or await self._of_posted(job, file)
        finally:
            file.unlink(missing_ok=True)

    async def _of_made(self, job: Job, file: Path) -> bytes | None:
        """Of what the provider made, which is the end of the clip even where it continues another one."""
        if not (job.result_url and job.ready_at and self._clock.now() - job.ready_at < LIFE_OF_A_RESULT):
            return None
        try:
            await self._provider.download(job.result_url, file, MOST_RESULT_BYTES)
            return await asyncio.to_thread(clip.last_frame_jpeg, file)
        except (DownloadFailed, clip.NotAClip) as error:
            log.info("job %s: the provider's file cannot be used any more: %s", job.id, error)
            return None

    async def _of_posted(self, job: Job, file: Path) -> bytes:
        try:
            await self._stage.fetch_clip(job, file)
            return await asyncio.to_thread(clip.last_frame_jpeg, file)
        except (ChannelClosed, PostRefused, clip.NotAClip) as error:
            raise ClipGone from error
