"""Buttons that tell more of a clip, to its member and to moderators alone."""

import io

import discord

from cogs.buttons import JOB_ID, KeyedButton
from cogs.clip.pressing import asking, clip_of
from cogs.rooms import rooms_of
from cogs.words import buttons, details


class DetailsButton(KeyedButton, kind="details", key=JOB_ID):
    """Every setting, the whole prompt, the seed, the cost, and where it came from."""

    def __init__(self, key: str, label: str = buttons.DETAILS) -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Tell it, with a file where the words are too many for a message."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        job = await clip_of(interaction, self.key)
        found = await rooms_of(interaction).archive.details(job.id, await asking(interaction, job))
        told = details.sheet(found)
        files = [discord.File(io.BytesIO(told.written.encode()), "prompt.txt")] if told.written else []
        await interaction.edit_original_response(
            content=told.text, attachments=files, allowed_mentions=discord.AllowedMentions.none()
        )


class FullQualityButton(KeyedButton, kind="full", key=JOB_ID):
    """The clip as it was made, at the video service, while that keeps it."""

    def __init__(self, key: str, label: str = buttons.FULL_QUALITY) -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Hand over the address and say until when it works."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        job = await clip_of(interaction, self.key)
        found = await rooms_of(interaction).archive.full_quality(job.id, await asking(interaction, job))
        await interaction.edit_original_response(content=buttons.full_quality(found))
