"""The tree of commands: registered with Discord when it changed, and the one place where errors are told."""

import hashlib
import json
import logging

import discord
from discord import app_commands

from cogs import words
from cogs.refusals import sentence_for
from engine import Meta

log = logging.getLogger(__name__)


class Tree(app_commands.CommandTree[discord.Client]):
    """discord.py's tree with an error handler that always answers."""

    async def sync_if_changed(self, meta: Meta) -> bool:
        """Register the commands unless these very ones are registered already; whether it did."""
        commands = [command.to_dict(self) for command in self.get_commands()]
        digest = hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()
        key = f"commands of {self.client.application_id}"
        if await meta.get(key) == digest:
            return False
        await self.sync()
        await meta.set(key, digest)
        return True

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """Tell the member in one sentence, and the log the rest."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        sentence = sentence_for(cause)
        if isinstance(cause, app_commands.MissingPermissions):
            sentence = words.NOT_A_MODERATOR
        if sentence is None:
            command = interaction.command.qualified_name if interaction.command else "a command"
            log.error("/%s broke", command, exc_info=cause)
            sentence = words.SOMETHING_BROKE
        await _tell(interaction, sentence)


async def _tell(interaction: discord.Interaction, sentence: str) -> None:
    try:
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)
    except discord.HTTPException as error:  # the interaction has expired: nobody is left to tell
        log.warning("an answer could not be given: Discord answered %d, code %d", error.status, error.code)
