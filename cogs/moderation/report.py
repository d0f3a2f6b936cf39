"""`/report`: where the server's credits went."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs import reporting
from cogs.moderation.group import MANAGE_SERVER, check_moderates
from cogs.rooms import Rooms
from cogs.words import reports

DAYS = [app_commands.Choice(name=f"{days} days", value=days) for days in (7, 30, 90)]


class ReportCog(commands.Cog, name="Report"):
    """The report; for moderators' eyes only."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @app_commands.command(description="Show credits and clips by day, member and channel, with failures and refunds")
    @app_commands.describe(days="How far back, today included")
    @app_commands.choices(days=DAYS)
    @app_commands.default_permissions(MANAGE_SERVER)
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    @app_commands.check(check_moderates)
    async def report(self, interaction: discord.Interaction, days: int = 30) -> None:
        """Show the server's figures as a picture and a table."""
        await interaction.response.defer(ephemeral=True)
        report = await self._rooms.books.report(interaction.guild_id or 0, days)
        await reporting.answer(interaction, self._rooms, report, reports.title(days), own=False)
