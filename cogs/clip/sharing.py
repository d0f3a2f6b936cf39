"""The button that copies a clip into the server's showcase."""

import discord

from cogs.buttons import JOB_ID, KeyedButton
from cogs.clip.pressing import asking, clip_of
from cogs.refusals import Refusal
from cogs.rooms import rooms_of
from cogs.words import buttons
from engine import PostingError


class ShareButton(KeyedButton, kind="share", key=JOB_ID):
    """For the clip's member and moderators; there is one copy a clip, however often it is pressed."""

    def __init__(self, key: str, label: str = buttons.SHARE) -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Share it and say where the copy is."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        job = await clip_of(interaction, self.key)
        try:
            done = await rooms_of(interaction).gallery.share(job.id, await asking(interaction, job))
        except PostingError as error:
            raise Refusal(buttons.not_shared(error)) from error
        link = f"https://discord.com/channels/{job.guild_id}/{done.channel_id}/{done.message_id}"
        await interaction.edit_original_response(content=buttons.shared(done, link))
