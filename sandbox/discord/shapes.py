"""The world as Discord's JSON objects: users, members, roles, channels, the server, the application."""

from __future__ import annotations

from typing import Any

from sandbox.discord.permissions import Permission
from sandbox.discord.world import BEGINNING, BOT, GUILD, GUILD_NAME, OPERATOR, Channel, Role, User, World

JSON = dict[str, Any]

LOCALE = "en-US"
MEBIBYTE = 1024 * 1024
JOINED = BEGINNING.isoformat()
VERIFY_KEY = "0" * 64


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


def member(person: User) -> JSON:
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": JOINED,
        "nick": None,
        "pending": False,
        "premium_since": None,
        "roles": list(person.roles),
        "user": user(person),
        "mute": False,
        "deaf": False,
    }


def resolved_member(person: User, permissions: Permission) -> JSON:
    """Give a member as interactions resolve it: with permissions, without the user."""
    left_out = ("user", "mute", "deaf")
    slim = {key: value for key, value in member(person).items() if key not in left_out}
    return {**slim, "permissions": str(int(permissions))}


def role(one: Role) -> JSON:
    body: JSON = {
        "id": one.id,
        "name": one.name,
        "permissions": str(int(one.permissions)),
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": one.bot_id is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    return {**body, "tags": {"bot_id": one.bot_id}} if one.bot_id else body


def channel(world: World, one: Channel) -> JSON:
    if one.recipient is not None:
        recipients = [user(world.users[one.recipient])]
        return {"id": one.id, "type": int(one.type), "last_message_id": None, "flags": 0, "recipients": recipients}
    return {
        "id": one.id,
        "type": int(one.type),
        "last_message_id": None,
        "flags": 0,
        "guild_id": GUILD,
        "name": one.name,
        "parent_id": None,
        "rate_limit_per_user": 0,
        "topic": one.topic,
        "position": one.position,
        "permission_overwrites": _overwrites(world, one),
        "nsfw": False,
    }


def interaction_channel(world: World, one: Channel, user_id: str) -> JSON:
    """Give a channel as an interaction names it: with the permissions of who used it."""
    body = channel(world, one)
    if one.recipient is None:
        body["permissions"] = str(int(world.permissions(user_id, one)))
    return body


def _overwrites(world: World, one: Channel) -> list[JSON]:
    denied = world.bot_denied.get(one.id, Permission(0))
    return [{"id": BOT, "type": 1, "allow": "0", "deny": str(int(denied))}] if denied else []


def premium_tier(upload_limit_bytes: int) -> int:
    """Give the boost level whose uploads are at least this large (50 MiB at level 2, 100 MiB at level 3)."""
    if upload_limit_bytes >= 100 * MEBIBYTE:
        return 3
    return 2 if upload_limit_bytes >= 50 * MEBIBYTE else 0


def guild(world: World, upload_limit_bytes: int) -> JSON:
    absent = (
        "icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id",
        "afk_channel_id", "system_channel_id", "widget_channel_id", "vanity_url_code", "rules_channel_id",
        "safety_alerts_channel_id", "public_updates_channel_id", "max_presences", "incidents_data",
    )  # fmt: skip
    zero = (
        "system_channel_flags", "verification_level", "mfa_level", "explicit_content_filter", "nsfw_level",
        "premium_subscription_count",
    )  # fmt: skip
    return {
        **dict.fromkeys(absent),
        **dict.fromkeys(zero, 0),
        "id": GUILD,
        "name": GUILD_NAME,
        "features": [],
        "owner_id": OPERATOR,
        "region": "us-east",
        "afk_timeout": 300,
        "widget_enabled": False,
        "roles": [role(one) for one in world.roles.values()],
        "default_message_notifications": 1,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "premium_tier": premium_tier(upload_limit_bytes),
        "preferred_locale": LOCALE,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "emojis": [],
        "stickers": [],
    }


def guild_create(world: World, upload_limit_bytes: int) -> JSON:
    """Give the server as GUILD_CREATE brings it to a bot without the members intent: of the members only itself."""
    empty = ("guild_scheduled_events", "presences", "soundboard_sounds", "stage_instances", "threads", "voice_states")
    return {
        **guild(world, upload_limit_bytes),
        **{name: [] for name in empty},
        "hub_type": None,
        "joined_at": JOINED,
        "large": False,
        "unavailable": False,
        "member_count": len(world.users),
        "members": [member(world.bot)],
        "channels": [channel(world, one) for one in world.guild_channels()],
    }


def application(world: World) -> JSON:
    return {
        "id": BOT,
        "name": world.bot.username,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}, "1": {}},
        "verify_key": VERIFY_KEY,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(world.users[OPERATOR]),
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }
