"""`/usage`: where a member's own credits went."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs import reporting
from cogs.people import server_of
from cogs.rooms import Rooms
from cogs.words import reports

DAYS = [app_commands.Choice(name=f"{days} days", value=days) for days in (7, 30, 90)]


class Usage(commands.Cog):
    """A member's own figures; for their eyes only."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @app_commands.command(description="Show where your credits went: clips, failures and refunds by day")
    @app_commands.describe(days="How far back, today included")
    @app_commands.choices(days=DAYS)
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def usage(self, interaction: discord.Interaction, days: int = 30) -> None:
        """Show the member's figures as a picture and a table."""
        await interaction.response.defer(ephemeral=True)
        report = await self._rooms.books.report(server_of(interaction), days, interaction.user.id)
        await reporting.answer(interaction, self._rooms, report, reports.own_title(days), own=True)
