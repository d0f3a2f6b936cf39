"""What moderators do from a message itself: *Who asked for this?* and *Remove clip*."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from cogs.moderation.group import BY_SERVERS, IN_SERVERS, MANAGE_SERVER, check_moderates
from cogs.people import deed_of
from cogs.rooms import Rooms
from cogs.telling import Form, written
from cogs.text import credits
from cogs.words import clips, moderation
from engine import Engine, Job

_OPEN_SECONDS = 30 * 60
_MOST_CHARACTERS = 200
_RETURN, _KEEP = "return", "keep"

OnMessage = Callable[[discord.Interaction, discord.Message], Coroutine[Any, Any, None]]


class RemovalForm(Form, title="Remove clip"):
    """Whether the credits go back, and why the clip goes."""

    def __init__(self, engine: Engine, takes: Sequence[Job]) -> None:
        super().__init__(timeout=_OPEN_SECONDS)
        self._engine = engine
        self._takes = takes
        self._refund: ui.RadioGroup[RemovalForm] = ui.RadioGroup(
            options=[
                discord.RadioGroupOption(label=f"Return the {credits(moderation.price_of(takes))}", value=_RETURN),
                discord.RadioGroupOption(label="Return nothing", value=_KEEP, default=True),
            ]
        )
        self._reason: ui.TextInput[RemovalForm] = ui.TextInput(required=False, max_length=_MOST_CHARACTERS)
        self.add_item(ui.Label(text="Credits", component=self._refund))
        self.add_item(ui.Label(text="Reason", description="For the record", component=self._reason))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Have the clip taken down, by those who moderate now, and say what changed."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        await check_moderates(interaction)
        removal = await self._engine.remove(
            self._takes[0].id,
            deed_of(interaction, written(self._reason)),
            refund=self._refund.value == _RETURN,
            moderates_guild=interaction.guild_id,
        )
        await interaction.edit_original_response(content=moderation.removed(removal, self._takes, interaction.user.id))


class OnMessages(commands.Cog, name="On messages"):
    """Message commands; all replies are for moderators' eyes only."""

    def __init__(self, bot: commands.Bot, rooms: Rooms) -> None:
        self._bot = bot
        self._engine = rooms.engine
        self._commands = [
            _command("Who asked for this?", self._who_asked),
            _command("Remove clip", self._remove),
        ]

    async def cog_load(self) -> None:
        """Add the message commands, which a class cannot declare."""
        for command in self._commands:
            self._bot.tree.add_command(command)

    async def cog_unload(self) -> None:
        """Take them out again."""
        for command in self._commands:
            self._bot.tree.remove_command(command.name, type=command.type)

    async def _who_asked(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Say who asked for the clip on this message, or for the one whose status it shows."""
        await interaction.response.defer(ephemeral=True)
        takes = await self._takes_of(interaction, message)
        if not takes:
            await interaction.edit_original_response(content=moderation.NOT_A_CLIP)
            return
        text = moderation.asked_for(takes, await self._engine.status(takes[0]))
        await interaction.edit_original_response(content=text, allowed_mentions=discord.AllowedMentions.none())

    async def _remove(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Open the form for the clip on this message, or say why there is nothing to remove."""
        takes = await self._takes_of(interaction, message)
        sentence = moderation.why_not_removed(clips.told_by(takes)[0]) if takes else moderation.NOT_A_CLIP
        if sentence:
            await interaction.response.send_message(sentence, ephemeral=True)
        else:
            await interaction.response.send_modal(RemovalForm(self._engine, takes))

    async def _takes_of(self, interaction: discord.Interaction, message: discord.Message) -> Sequence[Job]:
        """All takes of the order whose clip or status a message is; none where it is nobody's."""
        job = await self._engine.job_of_message(interaction.guild_id or 0, message.id)
        return await self._engine.takes(job) if job else ()


def _command(name: str, callback: OnMessage) -> app_commands.ContextMenu:
    """A message command for moderators, checked when it runs."""
    command = app_commands.ContextMenu(
        name=name, callback=callback, allowed_contexts=IN_SERVERS, allowed_installs=BY_SERVERS
    )
    command.default_permissions = MANAGE_SERVER
    command.add_check(check_moderates)
    return command
