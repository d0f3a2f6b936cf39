"""Buttons that outlive a restart: what they are for stands in their `custom_id`."""

import re
from typing import TYPE_CHECKING, Any, Self, cast

import discord
from discord.ui import Button, DynamicItem, View

from cogs.telling import tell_error
from cogs.words import clips
from engine import Job, Status

if TYPE_CHECKING:
    from cogs.app import FirstframeBot


class CancelButton(DynamicItem[Button[View]], template=r"firstframe:cancel:(?P<job_id>[a-z0-9]{1,20})"):
    """Cancels a job that waits."""

    def __init__(self, job_id: str, label: str = "Cancel") -> None:
        self.job_id = job_id
        super().__init__(
            Button(label=label, style=discord.ButtonStyle.secondary, custom_id=f"firstframe:cancel:{job_id}")
        )

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py passes it
        item: discord.ui.Item[Any],  # noqa: ARG003
        match: re.Match[str],
    ) -> Self:
        """Make the button again from a press."""
        return cls(match["job_id"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Cancel, and tell the one who pressed what became of it."""
        try:
            await self._cancel(interaction)
        except Exception as error:  # discord.py would only log it and leave the member waiting
            await tell_error(interaction, error, "the button Cancel")

    async def _cancel(self, interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        engine = cast("FirstframeBot", interaction.client).engine
        moderates = interaction.guild_id if interaction.permissions.manage_guild else None
        outcome = await engine.cancel(self.job_id, interaction.user.id, moderates_guild=moderates)
        await interaction.followup.send(clips.cancel(outcome), ephemeral=True)


def status_view(job: Job, status: Status) -> View | None:
    """The buttons below a status message."""
    return view_of(CancelButton(job.id)) if status.cancellable else None


def view_of(*buttons: CancelButton) -> View:
    """A row of buttons that never times out."""
    view = View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view
