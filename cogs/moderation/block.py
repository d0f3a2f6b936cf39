"""`/block`: keep a member from making clips, for a time or for good."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs.moderation.group import ModeratorGroup
from cogs.pager import Page, Turn, cut
from cogs.people import deed_of
from cogs.rooms import Rooms
from cogs.transformers import BlockSpanOption, Span
from cogs.words import moderation

_ON_A_PAGE = 8

Reason = app_commands.Range[str, 1, 200]


class BlockCog(commands.Cog, name="Block"):
    """Members in trouble; all replies are for moderators' eyes only."""

    block = ModeratorGroup("block", "Keep members from making clips, for a time or for good")

    def __init__(self, rooms: Rooms) -> None:
        self._discipline = rooms.discipline
        self._engine = rooms.engine

    @block.command(name="add", description="Block a member, and cancel and pay back what they have waiting")
    @app_commands.describe(
        member="Who may make no clips",
        reason="Why, for the record; the member is told it",
        time="For how long, as in 30 min, 2 h, 7 d; leave it out for good",
    )
    async def block_add(
        self,
        interaction: discord.Interaction,
        member: discord.User,
        reason: Reason,
        time: BlockSpanOption | None = None,
    ) -> None:
        """Block a member and say what changed."""
        await interaction.response.defer(ephemeral=True)
        guild_id, moderator_id = interaction.guild_id or 0, interaction.user.id
        seconds = time.seconds if isinstance(time, Span) else None
        change = await self._discipline.block(guild_id, member.id, seconds, deed_of(interaction, reason))
        cancelled = await self._engine.cancel_waiting(guild_id, member.id, moderator_id)
        await interaction.edit_original_response(content=moderation.blocked(member.id, change, cancelled))

    @block.command(name="lift", description="Let a blocked member make clips again")
    @app_commands.describe(member="Who may make clips again", reason="Why, for the record")
    async def block_lift(
        self, interaction: discord.Interaction, member: discord.User, reason: Reason | None = None
    ) -> None:
        """Lift a block and say what changed."""
        await interaction.response.defer(ephemeral=True)
        change = await self._discipline.lift(interaction.guild_id or 0, member.id, deed_of(interaction, reason))
        await interaction.edit_original_response(content=moderation.lifted(member.id, change, reason or ""))

    @block.command(name="list", description="List the members who are blocked")
    async def block_list(self, interaction: discord.Interaction) -> None:
        """List the blocks in force."""
        await interaction.response.defer(ephemeral=True)
        await BlocksTurn.open(interaction, "")


class BlocksTurn(Turn, kind="turn-blocks"):
    """Turns the pages of `/block list`."""

    async def page(self, rooms: Rooms, guild_id: int) -> Page:
        """Blocks in force, newest first."""
        blocks = (await rooms.discipline.blocks(guild_id))[::-1]
        lines, number, more = cut([moderation.block_line(block) for block in blocks], self.number, _ON_A_PAGE)
        return Page("\n".join(lines) or moderation.NO_BLOCKS, number, more)
