"""Channels and threads as Discord's JSON objects: whole, of an interaction, named by an option."""

from __future__ import annotations

from typing import Any

from sandbox.discord import shapes
from sandbox.discord.permissions import Overwrite
from sandbox.discord.world import BEGINNING, OPERATOR, Channel, ChannelType, World

JSON = dict[str, Any]

DAY_MINUTES = 24 * 60
RESOLVED = (
    "id", "name", "type", "permissions", "parent_id", "topic", "nsfw", "position", "flags", "guild_id",
    "thread_metadata", "last_message_id", "rate_limit_per_user", "owner_id", "message_count", "total_message_sent",
    "member_count",
)  # fmt: skip
FORUM: JSON = {
    "available_tags": [],
    "default_reaction_emoji": None,
    "default_sort_order": None,
    "default_forum_layout": 0,
}


def channel(world: World, one: Channel) -> JSON:
    body = {"id": one.id, "type": int(one.type), "last_message_id": None, "flags": 0}
    if one.recipient is not None:
        return {**body, "recipients": [shapes.user(world.users[one.recipient])]}
    if one.type is ChannelType.GROUP_DM:
        people = [shapes.user(world.users[each]) for each in one.people]
        return {**body, "recipients": people, "name": one.name, "icon": None, "owner_id": one.people[0]}
    slow = {"rate_limit_per_user": one.slowmode_seconds}
    body |= {"guild_id": one.guild, "name": one.name, "parent_id": one.parent, **slow}
    if one.thread:
        return {**body, **_thread(world, one)}
    if one.type is ChannelType.FORUM:
        body |= FORUM
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
    if one.guild is not None:
        body["permissions"] = str(int(world.permissions(user_id, one)))
    return body


def resolved(world: World, one: Channel, user_id: str) -> JSON:
    """Give a channel that an option names: a part of it."""
    body = in_interaction(world, one, user_id)
    return {key: body[key] for key in RESOLVED if key in body}


def _thread(world: World, one: Channel) -> JSON:
    """Give what only threads have; nobody counts in them here, so the numbers stay as they were at the beginning."""
    metadata = {
        "archived": one.archived,
        "archive_timestamp": one.archive_changed_at.isoformat(),
        "auto_archive_duration": 7 * DAY_MINUTES,
        "locked": one.locked,
        "create_timestamp": BEGINNING.isoformat(),
    }
    counts = {"message_count": 0, "total_message_sent": 0, "member_count": 1}
    in_forum = world.ruling(one).type is ChannelType.FORUM
    tags: JSON = {"applied_tags": []} if in_forum else {}
    return {"owner_id": OPERATOR, "thread_metadata": metadata, **counts, **tags}


def _overwrite(one: Overwrite) -> JSON:
    return {"id": one.id, "type": int(one.of_member), "allow": str(int(one.allow)), "deny": str(int(one.deny))}
