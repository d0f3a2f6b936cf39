"""The tree of commands: registered with Discord when it changed."""

import hashlib
import json
from typing import Any

import discord
from discord import app_commands

from cogs.telling import tell_error
from cogs.text import whole
from engine import Meta


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

    async def interaction_check(self, interaction: discord.Interaction, /) -> bool:
        """Take what cannot be written out of the options before they are read."""
        _mend(interaction.data or {})
        return True

    async def on_error(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        """Tell the member in one sentence, and the log the rest."""
        name = interaction.command.qualified_name if interaction.command else "a command"
        await tell_error(interaction, error, f"/{name}")


def _mend(told: Any) -> None:
    """Every string in what Discord tells of an interaction, in place."""
    for key, value in list(told.items() if isinstance(told, dict) else enumerate(told)):
        if isinstance(value, str):
            told[key] = whole(value)
        elif isinstance(value, dict | list):
            _mend(value)
