"""What can be changed about the stand-in while it runs: its limits, and what the bot may do in a channel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from sandbox.discord.permissions import NONE, OFF_AT_FIRST, SWITCHES, Overwrite, Permission
from sandbox.discord.world import ANNOUNCEMENTS, BOT, GUILD, OWNERS, PEOPLE, Channel, World

DEFAULT_UPLOAD_LIMIT_BYTES = 10 * 1024 * 1024
DEFAULT_OLD_EDITS = 5
OPTIONAL_NUMBERS = {"old_edits": 0, "max_request_bytes": 1}  # with the least that each may be


class Settings:
    """Limits in bytes and numbers, and per channel (threads go with theirs) what of the SWITCHES the bot has.

    `upload_limit_bytes` is the server's; `upload_limits` are those of single places, and of members by their
    subscription. `old_edits` is how often in an hour a message older than that may be edited.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.upload_limit_bytes = DEFAULT_UPLOAD_LIMIT_BYTES
        self.upload_limits: dict[str, int] = {}
        self.max_request_bytes: int | None = None
        self.old_edits: int | None = DEFAULT_OLD_EDITS
        self.automod: list[str] = []
        at_first = {name: name not in OFF_AT_FIRST for name in SWITCHES}
        switched = [one for one in world.channels.values() if one.parent is None and one.with_bot]
        self.permissions = {one.id: dict(at_first) for one in switched}
        self.permissions[ANNOUNCEMENTS]["send"] = False
        self.on_change: Callable[[], None] = lambda: None
        self._apply()

    def view(self) -> dict[str, Any]:
        return {
            "upload_limit_bytes": self.upload_limit_bytes,
            "upload_limits": dict(self.upload_limits),
            "max_request_bytes": self.max_request_bytes,
            "old_edits": self.old_edits,
            "automod": list(self.automod),
            "permissions": {channel: dict(switches) for channel, switches in self.permissions.items()},
        }

    @property
    def server_upload_limit(self) -> int:
        return self.upload_limits.get(GUILD, self.upload_limit_bytes)

    def upload_limit(self, channel: Channel, user_id: str | None = None) -> int:
        """Give the largest file a channel takes from the bot, or from it for a member with a subscription."""
        ids = (channel.id, channel.parent, channel.guild)
        own = next((self.upload_limits[one] for one in ids if one is not None and one in self.upload_limits), None)
        # Boosts raise the limit of the boosted server alone.
        elsewhere = min(self.upload_limit_bytes, DEFAULT_UPLOAD_LIMIT_BYTES)
        place = own or (self.upload_limit_bytes if channel.guild == GUILD else elsewhere)
        return max(place, self.upload_limits.get(user_id or "", 0))

    def merge(self, changes: Mapping[str, Any]) -> None:
        """Take over the changes this object knows; others are left alone. Raises ValueError in one sentence."""
        limit = changes.get("upload_limit_bytes", self.upload_limit_bytes)
        if not _is_number(limit, 1):
            raise ValueError("upload_limit_bytes is a whole number above 0.")
        limits = self._checked_limits(changes.get("upload_limits", {}))
        numbers = {name: _optional(name, changes[name]) for name in OPTIONAL_NUMBERS if name in changes}
        phrases = _phrases(changes.get("automod", self.automod))
        permissions = self._checked_permissions(changes.get("permissions", {}))
        self.upload_limit_bytes, self.automod = limit, phrases
        merged = {**self.upload_limits, **limits}
        self.upload_limits = {name: value for name, value in merged.items() if value is not None}
        self.old_edits = numbers.get("old_edits", self.old_edits)
        self.max_request_bytes = numbers.get("max_request_bytes", self.max_request_bytes)
        for channel, switches in permissions.items():
            self.permissions[channel].update(switches)
        self._apply()
        self.on_change()

    def allow(self, channel: str, switch: str, allowed: bool) -> None:
        self.merge({"permissions": {channel: {switch: allowed}}})

    def _checked_limits(self, limits: Any) -> Mapping[str, int | None]:
        if not isinstance(limits, Mapping):
            raise ValueError("upload_limits is an object with ids of servers, channels or members as keys.")
        for place, limit in limits.items():
            if place not in self._world.channels and place not in OWNERS and place not in PEOPLE:
                raise ValueError(f"There is no server, channel or member {place}.")
            if limit is not None and not _is_number(limit, 1):
                raise ValueError("An upload limit is a whole number above 0, or null for none of its own.")
        return limits

    def _checked_permissions(self, permissions: Any) -> Mapping[str, Mapping[str, bool]]:
        if not isinstance(permissions, Mapping):
            raise ValueError("permissions is an object with channel ids as keys.")
        for channel, switches in permissions.items():
            self._check(channel, switches)
        return permissions

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


def _is_number(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _optional(name: str, value: Any) -> int | None:
    if value is not None and not _is_number(value, OPTIONAL_NUMBERS[name]):
        raise ValueError(f"{name} is a whole number from {OPTIONAL_NUMBERS[name]} up, or null for any.")
    return None if value is None else int(value)


def _phrases(phrases: Any) -> list[str]:
    if not isinstance(phrases, list) or not all(isinstance(one, str) and one.strip("* ") for one in phrases):
        raise ValueError("automod is a list of phrases.")
    return phrases


def _together(names: Iterable[str]) -> Permission:
    return reduce(or_, (SWITCHES[name] for name in names), NONE)
