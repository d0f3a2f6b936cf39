"""Copies of clips in the server's showcase: one a clip, whoever presses and whatever crashes."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Protocol

from engine.access import own_clip
from engine.cannot import AgeRestricted, ClipGone, NoShowcase, NotShareable
from engine.clock import Clock
from engine.order import Asking
from engine.stage import ChannelClosed, ClipTooLarge, PostingError, PostRefused
from storage import ChannelStore, Installed, Job, JobStore, Route, ServerStore, Sharing

log = logging.getLogger(__name__)


class Showcase(Protocol):
    """Where copies of clips are posted; each job says with `share_channel_id` which channel that is."""

    async def is_age_restricted(self, channel_id: int) -> bool:
        """Whether Discord shows the channel to adults only."""
        ...

    async def find_copy(self, job: Job) -> int | None:
        """The message that carries the copy already, or None where there is surely none; raises PostingError."""
        ...

    async def post_copy(self, job: Job, *, spoiler: bool) -> int:
        """Copy the posted file with credit to its member, and return the copy's message.

        The same job posted twice within minutes is one message. Raises ClipGone where there is no such file any more,
        and PostingError or one of its kinds.
        """
        ...

    async def drop_copy(self, job: Job) -> None:
        """Delete the copy, if it is still there; raises PostingError."""
        ...


@dataclass(frozen=True, slots=True)
class Shared:
    """Where the copy of a clip is, and whether it was posted just now for whoever asked."""

    job: Job
    channel_id: int
    message_id: int
    fresh: bool


class Gallery:
    """Shares clips."""

    def __init__(
        self, jobs: JobStore, servers: ServerStore, channels: ChannelStore, showcase: Showcase, clock: Clock
    ) -> None:
        self._jobs = jobs
        self._servers = servers
        self._channels = channels
        self._showcase = showcase
        self._clock = clock
        self._under_way: dict[str, asyncio.Task[Shared]] = {}

    async def share(self, job_id: str, by: Asking) -> Shared:
        """Copy a clip into the showcase, or say where its copy is.

        Raises NotYours, ClipGone, NotShareable, NoShowcase, AgeRestricted, or PostingError or one of its kinds.
        """
        job = own_clip(await self._jobs.get(job_id), by)
        if not _is_public(job):
            raise NotShareable
        if others := self._under_way.get(job_id):
            return replace(await asyncio.shield(others), fresh=False)
        sharing = self._under_way[job_id] = asyncio.create_task(self._share(job, by), name=f"share {job_id}")
        sharing.add_done_callback(lambda _: self._under_way.pop(job_id))
        return await asyncio.shield(sharing)  # once begun it is ended, even if nobody waits any more

    async def _share(self, job: Job, by: Asking) -> Shared:
        channel_id = job.share_channel_id or await self._channel_for(job, by)
        how_far = await self._jobs.share(job.id, by.member_id, channel_id, self._clock.now())
        intended = await self._jobs.get(job.id)
        if how_far is None or intended is None:
            raise ClipGone
        if how_far is Sharing.DONE:
            return _shared(intended, fresh=False)
        # The last attempt may have come as far as the post.
        try:
            found = await self._showcase.find_copy(intended) if how_far is Sharing.AGAIN else None
        except ChannelClosed:
            if channel_id == await self._channel_for(job, by):
                raise
            await self._jobs.unshare(job.id)  # nobody sees a copy in a channel that is gone: there is another one now
            return await self._share(replace(job, share_channel_id=None), by)
        message_id = found or await self._post(intended)
        await self._jobs.shared(job.id, message_id)
        return await self._ended(job.id, fresh=found is None)

    async def _channel_for(self, job: Job, by: Asking) -> int:
        channel_id = (await self._servers.settings(job.guild_id)).showcase_channel_id
        if channel_id is None:
            raise NoShowcase
        if by.age_restricted and not await self._showcase.is_age_restricted(channel_id):
            raise AgeRestricted
        return channel_id

    async def _post(self, job: Job) -> int:
        rules = await self._channels.in_force(job.guild_id, job.share_channel_id or 0)
        try:
            return await self._showcase.post_copy(job, spoiler=job.spoiler or bool(rules.spoiler))
        except (ClipGone, ChannelClosed, ClipTooLarge, PostRefused):
            await self._jobs.unshare(job.id)  # surely not posted: next time it may go to another channel
            raise

    async def _ended(self, job_id: str, *, fresh: bool) -> Shared:
        """What there is now; a clip that was removed meanwhile takes its copy with it."""
        job = await self._jobs.get(job_id)
        if job is None or job.removed_at:
            if job:
                await self._drop(job)
            raise ClipGone
        log.info("job %s: shared by %s", job.id, job.shared_by)
        return _shared(job, fresh=fresh)

    async def _drop(self, job: Job) -> None:
        try:
            await self._showcase.drop_copy(job)
        except PostingError as error:
            log.error("job %s: its clip is removed, and its copy could not be: %s", job.id, error)


def _is_public(job: Job) -> bool:
    in_server = bool(job.guild_id) and job.installed is Installed.SERVER
    return in_server and not job.private and job.route is Route.CHANNEL


def _shared(job: Job, *, fresh: bool) -> Shared:
    return Shared(job, job.share_channel_id or 0, job.share_message_id or 0, fresh)
