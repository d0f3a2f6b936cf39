"""Who somebody is and where they are, as an interaction tells it."""

from datetime import datetime
from typing import TypedDict

import discord

from engine import Account, Deed, Installed

WITH_AGES = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.ForumChannel, discord.Thread)

_DIRECT_LIMIT_BYTES = 10 * 1024 * 1024
"""What the bot may attach to a direct message; an interaction there tells of the member's own, larger limit."""


class Place(TypedDict):
    """What an order says of who asks and where; the token is there only where nothing else reaches the member."""

    interaction_id: int
    guild_id: int
    channel_id: int
    home_channel_id: int
    member_id: int
    role_ids: frozenset[int]
    age_restricted: bool
    upload_limit_bytes: int
    installed: Installed
    private: bool
    token: str | None
    token_until: datetime | None


def place_of(interaction: discord.Interaction, *, private: bool = False) -> Place:
    """Where a clip is asked for, for the member alone if it is `private`."""
    account = account_of(interaction)
    outside = installed_by(interaction) is Installed.USER
    alone = private and not in_direct_messages(interaction)
    by_token = outside or alone
    return Place(
        interaction_id=interaction.id,
        guild_id=account.guild_id,
        channel_id=interaction.channel_id or 0,
        home_channel_id=account.home_channel_id,
        member_id=account.member_id,
        role_ids=account.role_ids,
        age_restricted=is_age_restricted(interaction),
        upload_limit_bytes=_upload_limit(interaction, by_token=by_token),
        installed=installed_by(interaction),
        private=alone,
        token=interaction.token if by_token else None,
        token_until=interaction.expires_at if by_token else None,
    )


def deed_of(interaction: discord.Interaction, reason: str | None = None) -> Deed:
    """Who changes something with this, and why."""
    return Deed(interaction.user.id, reason or "", interaction.id)


def in_direct_messages(interaction: discord.Interaction) -> bool:
    """Whether it came from somebody's direct messages with the bot itself."""
    return interaction.guild_id is None and interaction.context.dm_channel is True


def installed_by(interaction: discord.Interaction) -> Installed:
    """USER where the bot itself is not: a server or a group in which a member uses what they installed alone."""
    here = interaction.is_guild_integration() or in_direct_messages(interaction)
    return Installed.SERVER if here else Installed.USER


def server_of(interaction: discord.Interaction) -> int:
    """The server whose credits and rules hold; 0 where the bot is in none."""
    return interaction.guild_id or 0 if interaction.is_guild_integration() else 0


def role_ids_of(person: discord.abc.User) -> frozenset[int]:
    """The roles that a member has, by their ids; none for somebody who is not in the server."""
    # Not `roles`: it leaves out those that are not in the cache, as after a start, and a limit would not count.
    return frozenset(person._roles) if isinstance(person, discord.Member) else frozenset()


def home_channel_of(interaction: discord.Interaction) -> int:
    """The channel whose rules and cap count: a thread's is its parent."""
    channel = interaction.channel
    return channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id or 0


def account_of(interaction: discord.Interaction, person: discord.abc.User | None = None) -> Account:
    """The account of this person, or of whoever acts, in this channel."""
    whose, guild_id = person or interaction.user, server_of(interaction)
    return Account(guild_id, whose.id, role_ids_of(whose) if guild_id else frozenset(), home_channel_of(interaction))


def is_age_restricted(interaction: discord.Interaction) -> bool:
    """Whether Discord shows this channel to adults only."""
    channel = interaction.channel
    return isinstance(channel, WITH_AGES) and channel.is_nsfw()


def _upload_limit(interaction: discord.Interaction, *, by_token: bool) -> int:
    """The limit of what will carry the clip."""
    guild = interaction.guild
    if by_token:
        return interaction.filesize_limit
    if guild is None:
        return min(interaction.filesize_limit, _DIRECT_LIMIT_BYTES)
    # The interaction's may include the member's own subscription, which does not count for what the bot posts.
    return guild.filesize_limit
