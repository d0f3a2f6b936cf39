"""The engine's stage, on Discord: clips and status messages through the bot token, which does not expire."""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import discord

from cogs.buttons import DeleteButton, status_view, view_of
from cogs.snowflakes import TextId
from cogs.words import clips
from engine import ChannelClosed, ClipTooLarge, Job, PostRefused, StageDown, Status

_LOOK_BACK = timedelta(minutes=1)
"""How far before the intent to post the search begins: the two clocks differ."""

_MOST_LOOKED_AT = 2000
_TOO_LARGE = 40005
_UNKNOWN_MESSAGE = 10008
_SPOILER_MARK = "SPOILER_"


class DiscordStage:
    """Posts into channels by their id, so that it needs no cache and works before the gateway does."""

    def __init__(self, bot: discord.Client) -> None:
        self._bot = bot

    async def find_clip(self, job: Job) -> int | None:
        """Look for the job's clip among the bot's own messages since the intent to post it."""
        since = (job.posting_at or job.created_at) - _LOOK_BACK
        with told_as_posting_errors():
            async for message in self._channel(job).history(limit=_MOST_LOOKED_AT, after=since):
                names = {attachment.filename for attachment in message.attachments}
                if self._bot.user and message.author.id == self._bot.user.id and names & clip_filenames(job):
                    return message.id
        return None

    async def post_clip(self, job: Job, clip: Path) -> int:
        """Post the clip as a bare attachment, which is what plays, and mention its member and nobody else."""
        with told_as_posting_errors():
            message = await self._channel(job).send(
                clips.clip(job),
                file=discord.File(
                    clip, filename=clip_filename(job), description=clips.alt_text(job), spoiler=job.spoiler
                ),
                view=view_of(DeleteButton(job.id)),
                nonce=job.id,
                allowed_mentions=discord.AllowedMentions(
                    everyone=False, roles=False, users=[TextId(job.member_id)], replied_user=False
                ),
                suppress_embeds=True,
            )
        return message.id

    async def show_status(self, job: Job, status: Status) -> int | None:
        """Edit the status message, or post one where there is none (any more)."""
        try:
            with told_as_posting_errors():
                return await self._edit_status(job, status) or await self._post_status(job, status)
        except (ChannelClosed, PostRefused):
            return None

    async def take_down(self, job: Job) -> None:
        """Delete the clip's message, and have the status message say that it is gone; what is gone already is fine."""
        with told_as_posting_errors():
            if job.clip_message_id is not None:
                await _unless_gone(self._channel(job).get_partial_message(job.clip_message_id).delete())
            if job.status_message_id is not None:
                message = self._channel(job).get_partial_message(job.status_message_id)
                await _unless_gone(message.edit(content=clips.removed(job), view=None))

    async def _edit_status(self, job: Job, status: Status) -> int | None:
        if job.status_message_id is None:
            return None
        message = self._channel(job).get_partial_message(job.status_message_id)
        try:
            await message.edit(content=clips.status(job, status), view=status_view(job, status))
        except discord.NotFound as error:
            if error.code == _UNKNOWN_MESSAGE:  # deleted by someone: it comes back
                return None
            raise
        return message.id

    async def _post_status(self, job: Job, status: Status) -> int:
        text, view = clips.status(job, status), status_view(job, status)
        none = discord.AllowedMentions.none()
        channel = self._channel(job)
        message = await (
            channel.send(text, view=view, allowed_mentions=none) if view else channel.send(text, allowed_mentions=none)
        )
        return message.id

    def _channel(self, job: Job) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(job.channel_id, guild_id=job.guild_id or None)


def clip_filename(job: Job) -> str:
    """The clip's file name; by it a clip is known to be posted."""
    return f"firstframe-{job.id}.mp4"


def clip_filenames(job: Job) -> set[str]:
    """The names under which Discord may keep the clip: a spoiler has a mark in front."""
    return {clip_filename(job), f"{_SPOILER_MARK}{clip_filename(job)}"}


async def _unless_gone(change: Awaitable[object]) -> None:
    """Wait for a change to a message; none is needed where somebody has deleted it."""
    try:
        await change
    except discord.NotFound as error:
        if error.code != _UNKNOWN_MESSAGE:
            raise


@contextmanager
def told_as_posting_errors() -> Iterator[None]:
    """Raise what Discord answers as the kinds of PostingError."""
    try:
        yield
    except (discord.Forbidden, discord.NotFound) as error:
        raise ChannelClosed(_told(error)) from error
    except discord.HTTPException as error:
        if error.code == _TOO_LARGE or error.status == 413:
            raise ClipTooLarge(_told(error)) from error
        kind = PostRefused if _is_lasting(error) else StageDown
        raise kind(_told(error)) from error
    # A cut or garbled answer makes discord.py stumble over its shape.
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError, KeyError) as error:
        raise StageDown(type(error).__name__) from error


def _is_lasting(error: discord.HTTPException) -> bool:
    return 400 <= error.status < 500 and error.status not in (401, 408, 429)  # a token may be in exchange


def _told(error: discord.HTTPException) -> str:
    return f"Discord answered {error.status}, code {error.code}"
