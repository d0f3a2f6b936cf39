"""`/operator`: the budget and the pause over all servers, for whoever runs the bot, in its direct messages."""

from typing import cast

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from cogs.moderation.group import BY_SERVERS
from cogs.moderation.limits import PeriodName
from cogs.people import deed_of
from cogs.refusals import Refusal
from cogs.rooms import Rooms
from cogs.transformers import CreditsOption
from cogs.words import limits, server
from engine import EVERYWHERE, Account, Layer, Limit, Period, Rule

_EVERYWHERE_WORDS = "in all servers"


class OperatorGroup(app_commands.Group):
    """Commands that answer the application's owner, or its team, and nobody else."""

    async def interaction_check(self, interaction: discord.Interaction) -> bool:
        """Ask Discord who the owner is; discord.py keeps the answer."""
        bot = cast("commands.Bot", interaction.client)
        try:
            owner = await bot.is_owner(interaction.user)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise app_commands.CheckFailure from error
        if not owner:
            raise app_commands.CheckFailure from Refusal(server.NOT_THE_OPERATOR)
        return True


class OperatorCog(commands.Cog, name="Operator"):
    """What the operator decides over all servers."""

    operator = OperatorGroup(
        name="operator",
        description="For the operator of the bot: the budget and the pause over all servers",
        allowed_contexts=app_commands.AppCommandContext(guild=False, dm_channel=True, private_channel=False),
        allowed_installs=BY_SERVERS,
    )

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @operator.command(name="show", description="Show what is spent over all servers, and whether new clips are paused")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show the budget and the pause."""
        await interaction.response.defer(ephemeral=True)
        standing = await self._rooms.credits.standing(Account(EVERYWHERE, 0))
        paused = await self._rooms.servers.pause_of(EVERYWHERE)
        text = server.operator(standing.everywhere, paused, self._rooms.prices)
        await interaction.edit_original_response(content=text)

    @operator.command(name="budget", description="Cap what all servers together may spend")
    @app_commands.describe(
        credits="How many credits, or unlimited", period="How often it renews: each month unless you choose"
    )
    async def budget(
        self, interaction: discord.Interaction, credits: CreditsOption, period: PeriodName = "month"
    ) -> None:
        """Set the budget and say what changed."""
        await interaction.response.defer(ephemeral=True)
        value = (credits.value, Period(period))
        change = await self._rooms.credits.set_limits(
            EVERYWHERE, Layer.BUDGET, 0, {Rule.CREDITS: value}, deed_of(interaction)
        )
        text = limits.changed(EVERYWHERE, Limit(Layer.BUDGET, 0, Rule.CREDITS, None), change, self._rooms.prices)
        await interaction.edit_original_response(content=text)

    @operator.command(name="pause", description="Take no new clips in any server until you resume")
    @app_commands.describe(reason="Why: members are told")
    async def pause(
        self, interaction: discord.Interaction, reason: app_commands.Range[str, 1, 200] | None = None
    ) -> None:
        """Pause new clips everywhere."""
        await interaction.response.defer(ephemeral=True)
        change = await self._rooms.servers.pause(EVERYWHERE, deed_of(interaction, reason or ""))
        await interaction.edit_original_response(content=server.paused(change, _EVERYWHERE_WORDS))

    @operator.command(name="resume", description="Take new clips in all servers again")
    async def resume(self, interaction: discord.Interaction) -> None:
        """Resume new clips, where no server has paused them for itself."""
        await interaction.response.defer(ephemeral=True)
        change = await self._rooms.servers.resume(EVERYWHERE, deed_of(interaction))
        await interaction.edit_original_response(content=server.resumed(change, _EVERYWHERE_WORDS, None))
