"""Finding clips again: whether one is posted already, and its file."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import discord

from cogs.stage.errors import UNKNOWN_MESSAGE, told_as_posting_errors
from cogs.stage.names import clip_filenames
from cogs.stage.ways import Ways
from engine import ChannelClosed, Job, Posted, Route

_LOOK_BACK = timedelta(minutes=1)
"""How far before the intent to post the search begins: the two clocks differ."""

_MOST_LOOKED_AT = 2000


class Looking(Ways):
    """Knows clips by the names of their files."""

    async def find_clip(self, job: Job, route: Route) -> Posted | None:
        """Look for the job's clip where it was to be posted, since the intent to post it."""
        with told_as_posting_errors():
            if route is Route.REPLY:
                return await self._in_answer(job)
            channel = self._asked_in(job) if route is Route.CHANNEL else await self._direct(job)
            message = await own_message(self._bot, channel, job, job.posting_at or job.created_at)
        return Posted(message.id, message.channel.id) if message else None

    async def fetch_clip(self, job: Job, to: Path) -> None:
        """Fetch the posted file of a job's clip."""
        with told_as_posting_errors():
            by_token = job.route is Route.REPLY
            message = await (self._answer(job).fetch() if by_token else self._clip_message(job).fetch())
            file = _file_of(job, message.attachments)
            if file is None:
                raise ChannelClosed("the clip's message carries it no more")
            data = await file.read()
        await asyncio.to_thread(to.write_bytes, data)

    async def _in_answer(self, job: Job) -> Posted | None:
        try:
            message = await self._answer(job).fetch()
        except discord.NotFound as error:
            if error.code == UNKNOWN_MESSAGE:  # its member has closed it, and nothing can be posted there
                return None
            raise
        return Posted(message.id, message.channel.id) if _file_of(job, message.attachments) else None


async def own_message(
    bot: discord.Client, place: discord.abc.Messageable, job: Job, since: datetime
) -> discord.Message | None:
    """The bot's own message with the job's clip, among those since the intent to post it."""
    async for message in place.history(limit=_MOST_LOOKED_AT, after=since - _LOOK_BACK):
        if bot.user and message.author.id == bot.user.id and _file_of(job, message.attachments):
            return message
    return None


def _file_of(job: Job, attachments: Sequence[discord.Attachment]) -> discord.Attachment | None:
    names = clip_filenames(job)
    return next((attachment for attachment in attachments if attachment.filename in names), None)
