"""Buttons that outlive a restart: what they are for stands in their `custom_id`."""

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Self

import discord
from discord.ui import Button, DynamicItem, View

from cogs.moderation.group import moderated_server
from cogs.rooms import rooms_of
from cogs.telling import tell_error
from cogs.words import clips
from engine import Job, Status

JOB_ID = r"[a-z0-9]{1,20}"


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


class CancelButton(KeyedButton, kind="cancel", key=JOB_ID):
    """Cancels a job that waits."""

    def __init__(self, key: str, label: str = "Cancel") -> None:
        super().__init__(key, label)

    async def press(self, interaction: discord.Interaction) -> None:
        """Cancel, and tell the one who pressed what became of it."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild = await moderated_server(interaction)
        cancelled = await rooms_of(interaction).engine.cancel(self.key, interaction.user.id, moderates_guild=guild)
        await interaction.followup.send(clips.cancel(cancelled), ephemeral=True)


def status_view(job: Job, status: Status) -> View | None:
    """The buttons below a status message."""
    return view_of(CancelButton(job.id)) if status.cancellable else None


def view_of(*buttons: DynamicItem[Button[View]]) -> View:
    """Buttons that never time out."""
    view = View(timeout=None)
    for button in buttons:
        view.add_item(button)
    return view


def rows_of(*rows: Sequence[DynamicItem[Button[View]]]) -> View:
    """Rows of buttons that never time out; a row without any is left out."""
    for number, row in enumerate(row for row in rows if row):
        for button in row:
            button.row = number
    return view_of(*(button for row in rows for button in row))
