"""Channels and threads as Discord's JSON objects: whole, of an interaction, named by an option."""

from __future__ import annotations

from typing import Any

from sandbox.discord import shapes
from sandbox.discord.permissions import Overwrite
from sandbox.discord.world import BEGINNING, GUILD, OPERATOR, Channel, ChannelType, World

JSON = dict[str, Any]

DAY_MINUTES = 24 * 60
RESOLVED = (
    "id", "name", "type", "permissions", "parent_id", "topic", "nsfw", "position", "flags", "guild_id",
    "thread_metadata",
)  # fmt: skip


def channel(world: World, one: Channel) -> JSON:
    body = {"id": one.id, "type": int(one.type), "last_message_id": None, "flags": 0}
    if one.recipient is not None:
        return {**body, "recipients": [shapes.user(world.users[one.recipient])]}
    body |= {"guild_id": GUILD, "name": one.name, "parent_id": one.parent, "rate_limit_per_user": 0}
    if one.type is ChannelType.PUBLIC_THREAD:
        return {**body, **_thread()}
    return {
        **body,
        "topic": one.topic,
        "position": one.position,
        "permission_overwrites": [_overwrite(each) for each in world.overwrites(one)],
        "nsfw": one.nsfw,
    }


def in_interaction(world: World, one: Channel, user_id: str) -> JSON:
    """Give a channel as an interaction names it: with the permissions of who used it."""
    body = channel(world, one)
    if one.recipient is None:
        body["permissions"] = str(int(world.permissions(user_id, one)))
    return body


def resolved(world: World, one: Channel, user_id: str) -> JSON:
    """Give a channel that an option names: a part of it."""
    body = in_interaction(world, one, user_id)
    return {key: body[key] for key in RESOLVED if key in body}


def _thread() -> JSON:
    """Give what only threads have; nobody counts in them here, so the numbers stay as they were at the beginning."""
    began = BEGINNING.isoformat()
    metadata = {
        "archived": False,
        "archive_timestamp": began,
        "auto_archive_duration": 7 * DAY_MINUTES,
        "locked": False,
        "create_timestamp": began,
    }
    counts = {"message_count": 0, "total_message_sent": 0, "member_count": 1}
    return {"owner_id": OPERATOR, "thread_metadata": metadata, **counts}


def _overwrite(one: Overwrite) -> JSON:
    return {"id": one.id, "type": int(one.of_member), "allow": str(int(one.allow)), "deny": str(int(one.deny))}
