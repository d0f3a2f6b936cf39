"""`/credits`: moderators give credits, take them back, and look up where a member's went."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.moderation.group import ModeratorGroup
from cogs.pager import Page, Turn, cut, reach
from cogs.people import account_of, deed_of
from cogs.rooms import Rooms
from cogs.transformers import MOST_CREDITS
from cogs.words import credits

_ON_A_PAGE = 10


class CreditsCog(commands.Cog, name="Credits"):
    """Moves credits by hand; all replies are for the moderator's eyes only."""

    grants = ModeratorGroup("credits", "Give members credits, or take them back")

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @grants.command(name="grant", description="Give a member credits that do not expire")
    @app_commands.describe(member="Who gets them", amount="How many credits", reason="Why, for the record")
    async def grant(
        self,
        interaction: discord.Interaction,
        member: discord.User,
        amount: app_commands.Range[int, 1, MOST_CREDITS],
        reason: app_commands.Range[str, 1, 200] | None = None,
    ) -> None:
        """Grant credits and say what changed."""
        await interaction.response.defer(ephemeral=True)
        deed = deed_of(interaction, reason)
        change = await self._rooms.credits.grant(account_of(interaction, member), amount, deed)
        await interaction.edit_original_response(content=credits.granted(member.id, amount, change, deed.reason))

    @grants.command(name="take", description="Take granted credits back from a member")
    @app_commands.describe(
        member="From whom", amount="How many; at most the granted ones that are left", reason="Why, for the record"
    )
    async def take(
        self,
        interaction: discord.Interaction,
        member: discord.User,
        amount: app_commands.Range[int, 1, MOST_CREDITS],
        reason: app_commands.Range[str, 1, 200],
    ) -> None:
        """Take credits and say what changed."""
        await interaction.response.defer(ephemeral=True)
        deed = deed_of(interaction, reason)
        taken, change = await self._rooms.credits.take(account_of(interaction, member), amount, deed)
        await interaction.edit_original_response(content=credits.taken(member.id, amount, taken, change, reason))

    @grants.command(name="history", description="Show where a member's credits came from and went")
    @app_commands.describe(member="Whose")
    async def history(self, interaction: discord.Interaction, member: discord.User) -> None:
        """Show the newest entries of the ledger, with buttons to turn the pages."""
        await interaction.response.defer(ephemeral=True)
        await HistoryTurn.open(interaction, str(member.id))


class HistoryTurn(Turn, kind="turn-history"):
    """Turns the pages of a member's history; it is about their id."""

    async def page(self, rooms: Rooms, guild_id: int) -> Page:
        """The page with this number, newest first."""
        member_id = int(self.about)
        newest = await rooms.credits.history(guild_id, member_id, limit=reach(self.number, _ON_A_PAGE))
        entries, number, more = cut(newest, self.number, _ON_A_PAGE)
        return Page(credits.history(member_id, entries), number, more)
