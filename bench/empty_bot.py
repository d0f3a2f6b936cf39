"""The least a discord.py bot with one slash command can be: what the bot's own figures are held beside."""

import asyncio
import os
import signal
from pathlib import Path

import discord
from discord import app_commands

from cogs.address import point_at


class EmptyBot(discord.Client):
    """Its only command defers, and that is all."""

    def __init__(self, registered: Path) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self._registered = registered
        self.tree = app_commands.CommandTree(self)
        self.tree.add_command(empty)

    async def setup_hook(self) -> None:
        """Register the command once, as a bot with care does, so that only a first start takes the time for it."""
        if not self._registered.exists():
            await self.tree.sync()
            self._registered.parent.mkdir(parents=True, exist_ok=True)
            self._registered.touch()


@app_commands.command(description="Defer")
async def empty(interaction: discord.Interaction) -> None:
    await interaction.response.defer()


async def main() -> None:
    point_at(os.environ["FIRSTFRAME_DISCORD_URL"])
    async with EmptyBot(Path(os.environ["FIRSTFRAME_DATA_DIR"]) / "registered") as bot:
        running = asyncio.create_task(bot.start(os.environ["FIRSTFRAME_DISCORD_TOKEN"]))
        # A connection that is closed properly leaves no session behind that the stand-in would go on serving.
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
        await asyncio.wait({running})


if __name__ == "__main__":
    asyncio.run(main())
