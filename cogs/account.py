"""`/quota` and `/jobs`: what a member has left and what they asked for."""

from collections.abc import Sequence

import discord
from discord import app_commands
from discord.ext import commands

from cogs.buttons import CancelButton, KeyedButton, view_of
from cogs.hand_over import HandOverButton
from cogs.people import account_of, server_of
from cogs.rooms import Rooms
from cogs.words import clips, hand_over, standing
from engine import ChannelRules, Job, NotHere, Status, Wish

_JOBS_SHOWN = 10
_JOBS_READ = 100
_BUTTONS_SHOWN = 5


class AccountCog(commands.Cog, name="Account"):
    """A member's own account; all replies are for their eyes only."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._engine = rooms.engine

    @app_commands.command(description="Show how many credits you have left, when they renew, and what holds you down")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def quota(self, interaction: discord.Interaction) -> None:
        """Show all that the member has and all that holds them down, here and now."""
        await interaction.response.defer(ephemeral=True)
        account = account_of(interaction)
        rules = await self._rooms.servers.rules(account.guild_id, account.home_channel_id)
        found = await self._rooms.credits.standing(account)
        await interaction.edit_original_response(content=standing.quota(found, self._examples(rules)))

    @app_commands.command(description="List your running and recent clips")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def jobs(self, interaction: discord.Interaction) -> None:
        """Show the member's latest jobs, with a button for each that can be cancelled or waits to be fetched."""
        await interaction.response.defer(ephemeral=True)
        found = await self._engine.jobs_of(interaction.user.id, server_of(interaction) or None, _JOBS_READ)
        jobs = sorted(found, key=_is_kept, reverse=True)[:_JOBS_SHOWN]
        listed = list(zip(jobs, await self._engine.statuses(jobs), strict=True))
        lines = [clips.job_line(job, status) for job, status in listed]
        text = clips.listing(lines) if lines else clips.NO_JOBS
        buttons = _buttons(listed)
        await interaction.edit_original_response(content=text, view=view_of(*buttons) if buttons else None)

    def _examples(self, rules: ChannelRules) -> dict[str, int]:
        """The shortest and the longest clip of this channel's usual model, in each quality, with their prices."""
        menu = self._rooms.menu
        try:
            model = menu.usual_model(rules)
        except NotHere:  # its rules leave nothing that could be made
            return {}
        lengths = dict.fromkeys((model.durations[0], model.durations[-1]))
        wishes = [Wish(resolution=tier, duration_seconds=seconds) for tier in model.resolutions for seconds in lengths]
        priced = {wish: self._rooms.prices.of(model, menu.settle(wish, rules)[0]) for wish in wishes}
        return {f"{wish.duration_seconds} s at {wish.resolution}": price for wish, price in priced.items()}


def _is_kept(job: Job) -> bool:
    """Whether its member has yet to come for it."""
    return job.waits_since is not None and not job.state.final


def _buttons(listed: Sequence[tuple[Job, Status]]) -> list[KeyedButton]:
    """One for each clip that waits, and one for each order that can be cancelled: all takes of it at once."""
    kept = [HandOverButton(job.id, hand_over.label(job)) for job, status in listed if status.waits]
    waiting = {job.batch_id or job.id: job for job, status in listed if status.cancellable}
    cancel = [CancelButton(job.id, clips.cancel_label(job)) for job in waiting.values()]
    return [*kept[:_BUTTONS_SHOWN], *cancel[:_BUTTONS_SHOWN]]
