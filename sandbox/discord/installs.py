"""Who added the bot where, and what that makes of its commands: for a server, for one's own account, for both."""

from __future__ import annotations

from typing import Any

from sandbox.discord.messages import Message
from sandbox.discord.world import GUILD, Channel, User

JSON = dict[str, Any]

IN_GUILD = 0
IN_BOT_DM = 1
IN_PRIVATE = 2  # direct messages of other people
FOR_SERVER, FOR_USER = 0, 1  # kinds of installation
NO_SERVER = "0"  # in the bot's own direct messages


def context(channel: Channel) -> int:
    """Give Discord's number for the kind of place a channel is."""
    if channel.guild is not None:
        return IN_GUILD
    return IN_BOT_DM if channel.direct else IN_PRIVATE


def owners(command: JSON, user: User, channel: Channel) -> JSON:
    """Give who has let a command into a channel, as interactions tell it; nobody: it is not there for this user."""
    kinds = command["integration_types"]
    found: JSON = {}
    if FOR_SERVER in kinds and channel.with_bot:
        found["0"] = _server(channel)
    if FOR_USER in kinds and user.installed:
        found["1"] = user.id
    return found


def owners_of(message: Message, channel: Channel) -> JSON:
    """Give who let in what a component belongs to, whoever presses it."""
    noted = (message.interaction or {}).get("interaction_metadata")
    return dict(noted["authorizing_integration_owners"]) if noted else {"0": _server(channel)}


def _server(channel: Channel) -> str:
    return NO_SERVER if channel.guild is None else GUILD
