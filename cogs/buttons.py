"""Buttons that outlive a restart: what they are for stands in their `custom_id`."""

import re
from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import discord
from discord.ui import Button, DynamicItem, View

from cogs.moderation.group import moderates
from cogs.rooms import rooms_of
from cogs.telling import tell_error
from cogs.words import clips, moderation
from engine import Deed, Job, Status

_JOB_ID = r"[a-z0-9]{1,20}"


class KeyedButton(DynamicItem[Button[View]], ABC, template=r"(?!)"):
    """A button that knows what it is for by its key: `class CancelButton(KeyedButton, kind="cancel", key=…)`.

    `key` is the pattern of the keys. Anybody may press whenever they like: each press checks their rights anew.
    """

    kind: ClassVar[str]

    def __init_subclass__(cls, *, kind: str, key: str) -> None:
        """Name the kind of button; a press finds its class by this name."""
        super().__init_subclass__(template=f"firstframe:{kind}:(?P<key>{key})")
        cls.kind = kind

    def __init__(
        self,
        key: str,
        label: str,
        style: discord.ButtonStyle = discord.ButtonStyle.secondary,
        *,
        disabled: bool = False,
    ) -> None:
        self.key = key
        custom_id = f"firstframe:{self.kind}:{key}"
        super().__init__(Button(label=label, style=style, disabled=disabled, custom_id=custom_id))

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003 - discord.py passes it
        item: discord.ui.Item[Any],
        match: re.Match[str],
    ) -> Self:
        """Make the button again from a press."""
        return cls(match["key"], getattr(item, "label", None) or cls.kind)

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do what the button is for, and answer in any case."""
        try:
            await self.press(interaction)
        except Exception as error:  # discord.py would only log it and leave the member waiting
            await tell_error(interaction, error, f"the button {self.kind}")

    @abstractmethod
    async def press(self, interaction: discord.Interaction) -> None:
        """What it is for."""


class CancelButton(KeyedButton, kind="cancel", key=_JOB_ID):
    """Cancels a job that waits."""

    def __init__(self, key: str, label: str = "Cancel") -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Cancel, and tell the one who pressed what became of it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild = interaction.guild_id if await moderates(interaction) else None
        outcome = await rooms_of(interaction).engine.cancel(self.key, interaction.user.id, moderates_guild=guild)
        await interaction.followup.send(clips.cancel(outcome), ephemeral=True)


class DeleteButton(KeyedButton, kind="delete", key=_JOB_ID):
    """Below a clip: asks its member, or a moderator, whether it shall go for good."""

    def __init__(self, key: str, label: str = "Delete") -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Ask, or say why not."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        job, may_all = await rooms_of(interaction).engine.job(self.key), await moderates(interaction)
        if sentence := moderation.cannot_delete(job, interaction.user.id, moderates=may_all):
            await interaction.followup.send(sentence, ephemeral=True)
        elif job:
            question = moderation.delete_question(job, interaction.user.id)
            await interaction.followup.send(question, view=view_of(DeleteForGoodButton(job.id)), ephemeral=True)


class DeleteForGoodButton(KeyedButton, kind="delete-for-good", key=_JOB_ID):
    """The answer to that question."""

    def __init__(self, key: str, label: str = "Delete for good") -> None:
        super().__init__(key, label, discord.ButtonStyle.danger)

    async def press(self, interaction: discord.Interaction) -> None:
        """Have the clip taken down and put what became of it in the place of the question."""
        await interaction.response.defer()
        guild = interaction.guild_id if await moderates(interaction) else None
        outcome = await rooms_of(interaction).engine.remove(
            self.key, Deed(interaction.user.id, interaction_id=interaction.id), refund=False, moderates_guild=guild
        )
        await interaction.edit_original_response(content=moderation.removed(outcome, interaction.user.id), view=None)


def status_view(job: Job, status: Status) -> View | None:
    """The buttons below a status message."""
    return view_of(CancelButton(job.id)) if status.cancellable else None


def view_of(*buttons: DynamicItem[Button[View]]) -> View:
    """A row of buttons that never times out."""
    view = View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view
