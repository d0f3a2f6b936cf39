"""Who somebody is and where they are, as an interaction tells it."""

import discord

from engine import Account

_WITH_AGES = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.ForumChannel, discord.Thread)


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
    whose = person or interaction.user
    return Account(interaction.guild_id or 0, whose.id, role_ids_of(whose), home_channel_of(interaction))


def is_age_restricted(interaction: discord.Interaction) -> bool:
    """Whether Discord shows this channel to adults only."""
    channel = interaction.channel
    return isinstance(channel, _WITH_AGES) and channel.is_nsfw()
