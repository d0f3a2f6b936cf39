"""Who is a moderator, and the groups of commands that are theirs."""

import sqlite3

import discord
from discord import app_commands

from cogs.people import role_ids_of, server_of
from cogs.rooms import rooms_of

MANAGE_SERVER = discord.Permissions(manage_guild=True)
IN_SERVERS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
BY_SERVERS = app_commands.AppInstallationType(guild=True, user=False)


async def moderates(interaction: discord.Interaction) -> bool:
    """Whether they may manage this server, or have the role that was appointed for it."""
    return await moderated_server(interaction) is not None


async def moderated_server(interaction: discord.Interaction) -> int | None:
    """The server that they moderate and are in; None where the bot is not, whatever they may do there."""
    guild_id = server_of(interaction)
    if not guild_id:
        return None
    if interaction.permissions.manage_guild:
        return guild_id
    settings = await rooms_of(interaction).servers.settings(guild_id)
    appointed = settings.moderator_role_id
    return guild_id if appointed is not None and appointed in role_ids_of(interaction.user) else None


async def check_moderates(interaction: discord.Interaction) -> bool:
    """Raise MissingPermissions for those who do not moderate; as a check of a command that is in no group."""
    try:
        allowed = await moderates(interaction)
    except sqlite3.Error as error:  # discord.py tells only its own errors on from a check
        raise app_commands.CheckFailure from error
    if not allowed:
        raise app_commands.MissingPermissions(["manage_guild"])
    return True


class ModeratorGroup(app_commands.Group):
    """Commands for moderators: hidden from others, and checked again when they run.

    A group within a group needs to be one of these too: discord.py asks the nearest one only.
    """

    def __init__(self, name: str, description: str, parent: app_commands.Group | None = None) -> None:
        super().__init__(
            name=name,
            description=description,
            parent=parent,
            default_permissions=MANAGE_SERVER,
            allowed_contexts=IN_SERVERS,
            allowed_installs=BY_SERVERS,
        )

    async def interaction_check(self, interaction: discord.Interaction) -> bool:
        """Hold them against the server's settings as they are now: a server can show the command to anybody."""
        return await check_moderates(interaction)
