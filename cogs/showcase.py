"""The engine's showcase, on Discord: copies of clips in the channel that moderators chose for them."""

import discord

from cogs.people import WITH_AGES
from cogs.stage import clip_filename, clip_filenames, told_as_posting_errors
from cogs.stage.errors import Blocked
from cogs.stage.looking import own_message
from cogs.stage.ways import Ways, unless_gone
from cogs.words import buttons, posted
from cogs.words.links import clip_link
from engine import ClipGone, Job


class DiscordShowcase(Ways):
    """Posts copies, which name their member and notify nobody."""

    async def is_age_restricted(self, channel_id: int) -> bool:
        """Whether Discord shows the channel to adults only."""
        with told_as_posting_errors():
            channel = self._bot.get_channel(channel_id) or await self._bot.fetch_channel(channel_id)
        return isinstance(channel, WITH_AGES) and channel.is_nsfw()

    async def find_copy(self, job: Job) -> int | None:
        """Look for the copy among the bot's own messages since the intent to post it."""
        with told_as_posting_errors():
            message = await own_message(self._bot, self._room(job), job, job.shared_at or job.created_at)
        return message.id if message else None

    async def post_copy(self, job: Job, *, spoiler: bool) -> int:
        """Copy the posted file, with its alt text; without the prompt where AutoMod keeps that out."""
        file = await self._posted(job)
        try:
            return await self._post(job, file, spoiler=spoiler)
        except Blocked:
            return await self._post(job, file, spoiler=spoiler, with_prompt=False)

    async def drop_copy(self, job: Job) -> None:
        """Delete the copy, if it is still there."""
        if job.share_message_id is not None:
            with told_as_posting_errors():
                await unless_gone(self._room(job).get_partial_message(job.share_message_id).delete())

    async def _posted(self, job: Job) -> discord.Attachment:
        """The clip's file by an address that works now: the one that it was posted with dies after a day."""
        with told_as_posting_errors():
            try:
                message = await self._clip_message(job).fetch()
            except (discord.NotFound, discord.Forbidden) as error:
                raise ClipGone from error
        names = clip_filenames(job)
        found = next((attachment for attachment in message.attachments if attachment.filename in names), None)
        if found is None:
            raise ClipGone
        return found

    async def _post(self, job: Job, attachment: discord.Attachment, *, spoiler: bool, with_prompt: bool = True) -> int:
        described = attachment.description if with_prompt else posted.alt_text(job, with_prompt=False)
        with told_as_posting_errors():
            file = await attachment.to_file(filename=clip_filename(job), description=described, spoiler=spoiler)
            message = await self._room(job).send(
                buttons.showcase(job, clip_link(job), with_prompt=with_prompt),
                file=file,
                nonce=f"share-{job.id}",
                allowed_mentions=discord.AllowedMentions.none(),
                suppress_embeds=True,
            )
        return message.id

    def _room(self, job: Job) -> discord.PartialMessageable:
        return self._channel(job.share_channel_id or 0, job.guild_id)
