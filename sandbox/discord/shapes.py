"""People as Discord's JSON objects: users, members, roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.discord.permissions import Permission
from sandbox.discord.world import BEGINNING, Role, User

JSON = dict[str, Any]

LOCALE = "en-US"
JOINED = BEGINNING.isoformat()


def user(person: User) -> JSON:
    body = {
        "id": person.id,
        "username": person.username,
        "avatar": None,
        "discriminator": "0000" if person.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": person.global_name,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "banner": None,
        "accent_color": None,
    }
    return {**body, "bot": True} if person.bot else body


def own_user(person: User) -> JSON:
    """Give the bot as it sees itself."""
    private = {"mfa_enabled": True, "locale": LOCALE, "verified": True, "email": None}
    return {**user(person), **private}


def member(person: User, roles: Sequence[str] | None = None) -> JSON:
    """Give a member with their roles in the bot's server, or with other `roles`."""
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": JOINED,
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": list(person.roles if roles is None else roles),
        "user": user(person),
        "mute": False,
        "deaf": False,
    }


def resolved_member(person: User, permissions: Permission, roles: Sequence[str]) -> JSON:
    """Give a member as interactions resolve it: with permissions, without the user."""
    left_out = ("user", "mute", "deaf")
    slim = {key: value for key, value in member(person, roles).items() if key not in left_out}
    return {**slim, "permissions": str(int(permissions))}


def role(one: Role) -> JSON:
    body: JSON = {
        "id": one.id,
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": one.colour,
        "colors": {"primary_color": one.colour, "secondary_color": None, "tertiary_color": None},
        "hoist": one.ordinary,
        "managed": one.bot_id is not None,
        "mentionable": one.ordinary,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return {**body, "tags": {"bot_id": one.bot_id}} if one.bot_id else body
