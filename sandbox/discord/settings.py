"""What can be changed about the stand-in while it runs: the upload limit and what the bot may do in a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from sandbox.discord.permissions import NONE, OFF_AT_FIRST, SWITCHES, Overwrite, Permission
from sandbox.discord.world import ANNOUNCEMENTS, BOT, World

DEFAULT_UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024


class Settings:
    """The upload limit in bytes, and per channel (threads go with theirs) what of the SWITCHES the bot has."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.upload_limit_bytes = DEFAULT_UPLOAD_LIMIT_BYTES
        at_first = {name: name not in OFF_AT_FIRST for name in SWITCHES}
        self.permissions = {one.id: dict(at_first) for one in world.channels.values() if one.parent is None}
        self.permissions[ANNOUNCEMENTS]["send"] = False
        self.on_change: Callable[[], None] = lambda: None
        self._apply()

    def view(self) -> dict[str, Any]:
        permissions = {channel: dict(switches) for channel, switches in self.permissions.items()}
        return {"upload_limit_bytes": self.upload_limit_bytes, "permissions": permissions}

    def merge(self, changes: Mapping[str, Any]) -> None:
        """Take over the changes this object knows; others are left alone. Raises ValueError in one sentence."""
        limit = changes.get("upload_limit_bytes", self.upload_limit_bytes)
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
            raise ValueError("upload_limit_bytes is a whole number above 0.")
        permissions = changes.get("permissions", {})
        if not isinstance(permissions, Mapping):
            raise ValueError("permissions is an object with channel ids as keys.")
        for channel, switches in permissions.items():
            self._check(channel, switches)
        self.upload_limit_bytes = limit
        for channel, switches in permissions.items():
            self.permissions[channel].update(switches)
        self._apply()
        self.on_change()

    def _check(self, channel: str, switches: Any) -> None:
        if channel not in self.permissions:
            raise ValueError(f"There is no channel {channel}.")
        if not isinstance(switches, Mapping) or not all(isinstance(value, bool) for value in switches.values()):
            raise ValueError("A channel's permissions are an object of true and false.")
        if unknown := set(switches) - set(SWITCHES):
            raise ValueError(f"Unknown permission {min(unknown)}; there are {', '.join(SWITCHES)}.")

    def _apply(self) -> None:
        for channel, switches in self.permissions.items():
            on = {name for name, allowed in switches.items() if allowed}
            self._world.bot_switched[channel] = Overwrite(
                BOT, True, _together(on & OFF_AT_FIRST), _together(SWITCHES.keys() - on - OFF_AT_FIRST)
            )


def _together(names: Iterable[str]) -> Permission:
    return reduce(or_, (SWITCHES[name] for name in names), NONE)
