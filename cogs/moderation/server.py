"""`/server`: the server's settings, and the switch that pauses all new clips."""

import math
from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import available_timezones

import discord
from discord import app_commands
from discord.ext import commands

from cogs.moderation.group import ModeratorGroup
from cogs.people import deed_of
from cogs.refusals import Refusal
from cogs.rooms import Rooms
from cogs.transformers import StrikePauseOption
from cogs.words import server
from cogs.words.settings import SETTINGS
from engine import UnknownZone

_MOST_CHOICES = 25
_HERE: Final = "in this server"
_NEEDED: Final = {"view_channel": "View Channel", "send_messages": "Send Messages"}
# The history, because the bot looks there for a copy before it posts it a second time.
_NEEDED_FOR_CLIPS: Final = _NEEDED | {"attach_files": "Attach Files", "read_message_history": "Read Message History"}
_NAMES: Final = (
    "time_zone",
    "moderator_role_id",
    "notes_channel_id",
    "log_channel_id",
    "showcase_channel_id",
    "strikes",
    "strike_pause_minutes",
)
_CLEARABLE: Final = [
    *(app_commands.Choice(name=SETTINGS[name], value=name) for name in _NAMES),
    app_commands.Choice(name=server.EVERYTHING, value=server.EVERYTHING),
]


class ServerCog(commands.Cog, name="Server"):
    """Shows and changes the settings; all replies are for the moderator's eyes only."""

    server = ModeratorGroup("server", "The bot's settings in this server, and the pause of new clips")

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._zones = sorted(available_timezones())

    @server.command(name="show", description="Show the bot's settings in this server")
    async def show(self, interaction: discord.Interaction) -> None:
        """Show every setting, and whether new clips are paused."""
        await interaction.response.defer(ephemeral=True)
        guild_id = interaction.guild_id or 0
        settings = await self._rooms.servers.settings(guild_id)
        paused = await self._rooms.servers.pause_of(guild_id)
        text = server.shown(settings, paused, discord.utils.utcnow())
        await interaction.edit_original_response(content=text)

    @server.command(name="set", description="Change the bot's settings in this server")
    @app_commands.describe(
        time_zone="Where days, weeks and months begin at midnight",
        moderator_role="Who may use moderators' commands besides those with Manage Server",
        notes_channel="Where moderators are told that 80 % or all of the budget is used",
        log_channel="Where every change of limits, credits, blocks and clips is told",
        showcase_channel="Where members can share their clips with a button",
        strikes="How many refusals for content in a row pause a member; 0 pauses nobody",
        strike_pause="For how long they pause a member",
    )
    async def change(
        self,
        interaction: discord.Interaction,
        time_zone: app_commands.Range[str, 1, 60] | None = None,
        moderator_role: discord.Role | None = None,
        notes_channel: discord.TextChannel | None = None,
        log_channel: discord.TextChannel | None = None,
        showcase_channel: discord.TextChannel | None = None,
        strikes: app_commands.Range[int, 0, 20] | None = None,
        strike_pause: StrikePauseOption | None = None,
    ) -> None:
        """Change what was given and say from what to what."""
        await interaction.response.defer(ephemeral=True)
        if moderator_role and moderator_role.is_default():
            raise Refusal(server.EVERYBODYS_ROLE)
        needed = ((notes_channel, _NEEDED), (log_channel, _NEEDED), (showcase_channel, _NEEDED_FOR_CLIPS))
        missing = {channel.id: names for channel, rights in needed if channel and (names := _missing(channel, rights))}
        given = {
            "time_zone": time_zone,
            "moderator_role_id": moderator_role.id if moderator_role else None,
            "notes_channel_id": notes_channel.id if notes_channel else None,
            "log_channel_id": log_channel.id if log_channel else None,
            "showcase_channel_id": showcase_channel.id if showcase_channel else None,
            "strikes": strikes,
            "strike_pause_minutes": math.ceil((strike_pause.seconds or 0) / 60) if strike_pause else None,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        await self._change(interaction, changes, missing)

    @change.autocomplete("time_zone")
    async def _time_zones(self, interaction: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:  # noqa: ARG002 - discord.py passes it
        """The time zones whose name has what is typed, those first that have a place with that name."""
        wanted = typed.strip().casefold().replace(" ", "_")
        fitting = [name for name in self._zones if wanted in name.casefold()]
        fitting.sort(key=lambda name: not name.casefold().rpartition("/")[2].startswith(wanted))
        return [app_commands.Choice(name=name, value=name) for name in fitting[:_MOST_CHOICES]]

    @server.command(name="clear", description="Put a setting back to what it was at first")
    @app_commands.describe(setting="Which")
    @app_commands.choices(setting=_CLEARABLE)
    async def clear(self, interaction: discord.Interaction, setting: str) -> None:
        """Clear one setting or all of them and say from what to what."""
        await interaction.response.defer(ephemeral=True)
        names = _NAMES if setting == server.EVERYTHING else (setting,)
        await self._change(interaction, dict.fromkeys(names))

    @server.command(name="pause", description="Take no new clips in this server until you resume")
    @app_commands.describe(reason="Why: members are told")
    async def pause(
        self, interaction: discord.Interaction, reason: app_commands.Range[str, 1, 200] | None = None
    ) -> None:
        """Pause new clips."""
        await interaction.response.defer(ephemeral=True)
        deed = deed_of(interaction, reason)
        change = await self._rooms.servers.pause(interaction.guild_id or 0, deed)
        await interaction.edit_original_response(content=server.paused(change, _HERE))

    @server.command(name="resume", description="Take new clips in this server again")
    async def resume(self, interaction: discord.Interaction) -> None:
        """Resume new clips."""
        await interaction.response.defer(ephemeral=True)
        guild_id = interaction.guild_id or 0
        deed = deed_of(interaction)
        change = await self._rooms.servers.resume(guild_id, deed)
        still = await self._rooms.servers.pause_of(guild_id)
        await interaction.edit_original_response(content=server.resumed(change, _HERE, still))

    async def _change(
        self,
        interaction: discord.Interaction,
        changes: dict[str, Any],
        missing: dict[int, list[str]] | None = None,
    ) -> None:
        if not changes:
            raise Refusal(server.NOTHING_SAID)
        deed = deed_of(interaction)
        try:
            change = await self._rooms.servers.change(interaction.guild_id or 0, changes, deed)
        except UnknownZone as error:
            raise Refusal(server.unknown_zone(error.name)) from None
        await interaction.edit_original_response(content=server.changed(change, missing or {}))


def _missing(channel: discord.TextChannel, needed: Mapping[str, str]) -> list[str]:
    """What the bot needs and may not do in a channel."""
    permissions = channel.permissions_for(channel.guild.me)
    return [name for flag, name in needed.items() if not getattr(permissions, flag)]
