"""`/quota` and `/jobs`: what a member has left and what they asked for."""

import discord
from discord import app_commands
from discord.ext import commands

from cogs import words
from cogs.buttons import CancelButton, view_of
from engine import Account, Credits, Engine, JobState, Prices

_JOBS_SHOWN = 10
_BUTTONS_SHOWN = 5
_EXAMPLES = (("720P", 5), ("1080P", 5), ("1080P", 15))


class AccountCog(commands.Cog, name="Account"):
    """A member's own account; all replies are for their eyes only."""

    def __init__(self, engine: Engine, credits: Credits, prices: Prices) -> None:
        self._engine = engine
        self._credits = credits
        self._prices = prices

    @app_commands.command(description="Show how many credits you have left and when they renew")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
    async def quota(self, interaction: discord.Interaction) -> None:
        """Show the member's balance."""
        await interaction.response.defer(ephemeral=True)
        balance = await self._credits.balance(Account(interaction.guild_id or 0, interaction.user.id))
        examples = {f"{seconds} s at {tier}": self._prices.of(tier, seconds) for tier, seconds in _EXAMPLES}
        await interaction.edit_original_response(content=words.quota(balance, examples))

    @app_commands.command(description="List your running and recent clips")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def jobs(self, interaction: discord.Interaction) -> None:
        """Show the member's latest jobs, with a button to cancel each that waits."""
        await interaction.response.defer(ephemeral=True)
        jobs = await self._engine.jobs_of(interaction.user.id, interaction.guild_id, _JOBS_SHOWN)
        lines = [words.job_line(job, await self._engine.status(job)) for job in jobs]
        text = words.listing(lines) if lines else words.NO_JOBS
        waiting = [job for job in jobs if job.state is JobState.QUEUED][:_BUTTONS_SHOWN]
        buttons = [CancelButton(job.id, words.cancel_label(job)) for job in waiting]
        await interaction.edit_original_response(content=text, view=view_of(*buttons) if buttons else None)
