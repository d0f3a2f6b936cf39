"""The server and the application as Discord's JSON objects."""

from __future__ import annotations

from typing import Any

from sandbox.discord import channel_shapes, shapes
from sandbox.discord.world import BOT, GUILD, GUILD_NAME, OPERATOR, World

JSON = dict[str, Any]

MEBIBYTE = 1024 * 1024
VERIFY_KEY = "0" * 64


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
        "roles": [shapes.role(one) for one in world.roles.values()],
        "default_message_notifications": 1,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "premium_tier": premium_tier(upload_limit_bytes),
        "preferred_locale": shapes.LOCALE,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "emojis": [],
        "stickers": [],
    }


def guild_create(world: World, upload_limit_bytes: int) -> JSON:
    """Give the server as GUILD_CREATE brings it to a bot without the members intent: of the members only itself."""
    empty = ("guild_scheduled_events", "presences", "soundboard_sounds", "stage_instances", "voice_states")
    return {
        **guild(world, upload_limit_bytes),
        **{name: [] for name in empty},
        "hub_type": None,
        "joined_at": shapes.JOINED,
        "large": False,
        "unavailable": False,
        "member_count": len(world.users),
        "members": [shapes.member(world.bot)],
        "channels": [channel_shapes.channel(world, one) for one in world.guild_channels()],
        "threads": [channel_shapes.channel(world, one) for one in world.active_threads()],
    }


def application(world: World) -> JSON:
    return {
        "id": BOT,
        "name": world.bot.username,
        "icon": None,
        "description": "",
        "type": None,
        "bot": shapes.user(world.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "integration_types_config": {"0": {}, "1": {}},
        "verify_key": VERIFY_KEY,
        "flags": 0,
        "flags_new": "0",
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": shapes.user(world.users[OPERATOR]),
        "approximate_guild_count": 1,
        "approximate_user_install_count": sum(one.installed for one in world.users.values()),
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
    }
