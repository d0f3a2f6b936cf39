"""The ways to a member: the channel by the bot's token, the answer by the interaction's, and direct messages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord.utils import MISSING

from cogs.snowflakes import TextId
from cogs.stage.errors import ARCHIVED, UNKNOWN_MESSAGE
from engine import ChannelClosed, Job, Route

if TYPE_CHECKING:
    from cogs.app import FirstframeBot

T = TypeVar("T")

_ORIGINAL: Any = "@original"
"""Discord's name for the first answer, which discord.py takes where it says that it takes a number."""


class Ways:
    """What a stage needs to reach the places of a job. Discord's own errors come out."""

    def __init__(self, bot: FirstframeBot) -> None:
        self._bot = bot

    def _asked_in(self, job: Job) -> discord.PartialMessageable:
        """The channel in which the job was asked for."""
        return self._channel(job.channel_id, job.guild_id)

    def _channel(self, channel_id: int, guild_id: int = 0) -> discord.PartialMessageable:
        return self._bot.get_partial_messageable(channel_id, guild_id=guild_id or None)

    def _clip_message(self, job: Job) -> discord.PartialMessage:
        """The message with the job's clip, where the bot's own token reaches it."""
        channel_id, message_id = job.clip_channel_id or job.channel_id, job.clip_message_id
        if job.route not in (Route.CHANNEL, Route.DIRECT) or message_id is None:
            raise ChannelClosed("the bot itself never had access to this message")
        return self._channel(channel_id).get_partial_message(message_id)

    async def _direct(self, job: Job) -> discord.DMChannel:
        """The member's direct messages with the bot."""
        return await self._bot.create_dm(TextId(job.member_id))

    def _answer(self, job: Job) -> Answer:
        """The answer to the command; raises ChannelClosed where no token is kept."""
        if job.token is None or self._bot.application_id is None:
            raise ChannelClosed("there is no token of the interaction any more")
        return Answer(discord.Webhook.partial(self._bot.application_id, job.token, client=self._bot))

    async def _reopen(self, channel_id: int) -> None:
        """Open a thread that was archived; raises ChannelClosed for one that moderators have locked."""
        channel = await self._bot.fetch_channel(channel_id)
        if not isinstance(channel, discord.Thread) or channel.locked:
            raise ChannelClosed("the thread is locked")
        await channel.edit(archived=False)

    async def _in_open_thread(self, channel_id: int, act: Callable[[], Awaitable[T]]) -> T:
        """Do something in a channel, and once more where it is an archived thread that can be opened."""
        try:
            return await act()
        except discord.HTTPException as error:
            if error.code != ARCHIVED:
                raise
        await self._reopen(channel_id)
        return await act()


class Answer:
    """The original response of an interaction, by its token: whoever has that needs no other access."""

    def __init__(self, webhook: discord.Webhook) -> None:
        self._webhook = webhook

    async def fetch(self) -> discord.Message:
        return await self._webhook.fetch_message(_ORIGINAL)

    async def edit(
        self, content: str, view: discord.ui.View | None, *, files: list[discord.File] = MISSING
    ) -> discord.Message:
        """Say this instead; the same twice is the same message."""
        none = discord.AllowedMentions.none()
        return await self._webhook.edit_message(
            _ORIGINAL, content=content, view=view, attachments=files, allowed_mentions=none
        )


async def unless_gone(change: Awaitable[object]) -> None:
    """Wait for a change to a message; none is needed where somebody has deleted it."""
    try:
        await change
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
