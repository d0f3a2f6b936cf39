"""Changes of a channel itself: archived, locked, slowed down; by the bot, by people, by a message in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.discord import channel_shapes
from sandbox.discord.errors import archived_thread, invalid_form, missing_permissions
from sandbox.discord.gateway import Gateway
from sandbox.discord.gateway_codes import Intent
from sandbox.discord.permissions import Permission, allows
from sandbox.discord.world import GUILD, Channel, World

MAX_SLOWMODE_SECONDS = 21_600
STATES = ("archived", "locked")


@dataclass(frozen=True, slots=True)
class ChannelChanges:
    """Makes them by Discord's rules and tells the bot; `changed` is called after each."""

    clock: Clock
    world: World
    gateway: Gateway
    changed: Callable[[], None]

    def change(self, user_id: str, channel: Channel, asked: Mapping[str, Any]) -> Channel:
        """Change what is asked as somebody. Raises ApiError where they may not, or where it makes no sense."""
        wanted = _read(channel, asked)
        self._check_may(user_id, channel, wanted)
        if channel.archived and wanted.get("archived", True):
            raise archived_thread()
        return self.put(channel, wanted)

    def put(self, channel: Channel, wanted: Mapping[str, Any]) -> Channel:
        """Change it whoever may; what is so already is not told again."""
        if all(getattr(channel, name) == value for name, value in wanted.items()):
            return channel
        if wanted.get("archived", channel.archived) != channel.archived:
            wanted = {**wanted, "archive_changed_at": self.clock.now()}
        fresh = self.world.change_channel(channel.id, **wanted)
        if fresh.guild == GUILD:
            event = "THREAD_UPDATE" if fresh.thread else "CHANNEL_UPDATE"
            self.gateway.dispatch(event, channel_shapes.channel(self.world, fresh), Intent.GUILDS)
        self.changed()
        return fresh

    def reopen(self, channel: Channel) -> None:
        self.put(channel, {"archived": False})

    def _check_may(self, user_id: str, channel: Channel, wanted: Mapping[str, Any]) -> None:
        granted = self.world.permissions(user_id, channel)
        opens = not channel.locked and wanted == {"archived": False}
        if opens and self.world.may_send(user_id, channel):
            return
        needed = Permission.MANAGE_THREADS if channel.thread else Permission.MANAGE_CHANNELS
        if not allows(granted, needed):
            raise missing_permissions()


def _read(channel: Channel, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Give the changes by the names that Channel has for them."""
    wanted: dict[str, Any] = {}
    for name in STATES:
        if name in asked and channel.thread:
            if not isinstance(asked[name], bool):
                raise invalid_form(name, "Must be either true or false.")
            wanted[name] = asked[name]
    slow = asked.get("rate_limit_per_user")
    if slow is not None:
        if not isinstance(slow, int) or isinstance(slow, bool) or not 0 <= slow <= MAX_SLOWMODE_SECONDS:
            raise invalid_form("rate_limit_per_user", f"int value should be between 0 and {MAX_SLOWMODE_SECONDS}.")
        wanted["slowmode_seconds"] = slow
    if not wanted:
        raise invalid_form("_", "There is nothing in it that can be changed here.")
    return wanted
