"""`/privacy`: a member's own data, as a file or gone."""

import io

import discord
from discord import app_commands
from discord.ext import commands

from cogs.buttons import KeyedButton, view_of
from cogs.refusals import Refusal
from cogs.rooms import Rooms, rooms_of
from cogs.words import privacy
from engine import JobsUnderWay

_ENVELOPE_BYTES = 16 * 1024
"""What a message with a file takes beside the file."""


class PrivacyCog(commands.Cog, name="Privacy"):
    """What is kept about a member, in every server; for their eyes only, also in direct messages."""

    privacy = app_commands.Group(
        name="privacy",
        description="See or delete what is kept about you",
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
    )

    def __init__(self, rooms: Rooms) -> None:
        self._privacy = rooms.privacy

    @privacy.command(name="export", description="Get everything that is kept about you, as a file")
    async def privacy_export(self, interaction: discord.Interaction) -> None:
        """Hand over the member's data."""
        await interaction.response.defer(ephemeral=True)
        most_bytes = interaction.filesize_limit
        export = await self._privacy.export(interaction.user.id, most_bytes - _ENVELOPE_BYTES)
        if len(export.data) > most_bytes - _ENVELOPE_BYTES:
            raise Refusal(privacy.too_large(len(export.data), most_bytes))
        await interaction.edit_original_response(
            content=privacy.exported(export.left_out, most_bytes),
            attachments=[discord.File(io.BytesIO(export.data), "firstframe-your-data.zip")],
        )

    @privacy.command(name="delete", description="Delete what is kept about you: pictures, prompts, history")
    async def privacy_delete(self, interaction: discord.Interaction) -> None:
        """Say what goes and what stays, and ask."""
        button = ForgetButton(str(interaction.user.id))
        await interaction.response.send_message(privacy.QUESTION, view=view_of(button), ephemeral=True)


class ForgetButton(KeyedButton, kind="forget", key=r"[0-9]{1,20}"):
    """Confirms that a member's data goes; the key is the member."""

    def __init__(self, key: str, label: str = "Delete my data") -> None:
        super().__init__(key, label, discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction) -> None:
        """Forget the member, if it is they who press."""
        await interaction.response.defer()
        if str(interaction.user.id) != self.key:
            raise Refusal(privacy.NOT_YOURS)
        try:
            what = await rooms_of(interaction).privacy.forget(interaction.user.id)
        except JobsUnderWay as error:
            raise Refusal(privacy.under_way(error.count)) from None
        await interaction.edit_original_response(content=privacy.forgotten(what), view=None)
