"""A server as its moderators set it up: its settings, its pause, and the rules of its channels."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from engine.bounds import PRESETS
from engine.clock import Clock
from storage import Changed, ChannelRules, ChannelStore, Deed, Pause, ServerSettings, ServerStore, zone_named


class Servers:
    """Settings and rules at the present time. `wake` is called after each change that goes on the record."""

    def __init__(self, servers: ServerStore, channels: ChannelStore, clock: Clock, wake: Callable[[], None]) -> None:
        self._servers = servers
        self._channels = channels
        self._clock = clock
        self._wake = wake

    async def settings(self, guild_id: int) -> ServerSettings:
        """What moderators have chosen, else the defaults."""
        return await self._servers.settings(guild_id)

    async def change(self, guild_id: int, changes: Mapping[str, Any], deed: Deed) -> Changed[ServerSettings]:
        """Change settings by name, None for the default. Raises UnknownZone for a time zone that is not there."""
        if zone := changes.get("time_zone"):
            zone_named(zone)
        changed = await self._servers.change(guild_id, changes, deed, self._clock.now())
        self._wake()
        return changed

    async def pause(self, guild_id: int, deed: Deed) -> Changed[Pause | None]:
        """Take no new jobs in a server; under EVERYWHERE in none."""
        changed = await self._servers.pause(guild_id, deed, self._clock.now())
        self._wake()
        return changed

    async def resume(self, guild_id: int, deed: Deed) -> Changed[Pause | None]:
        """Take new jobs again."""
        changed = await self._servers.resume(guild_id, deed, self._clock.now())
        self._wake()
        return changed

    async def pause_of(self, guild_id: int) -> Pause | None:
        """Why no new jobs are taken, the operator's pause included."""
        return await self._servers.pause_of(guild_id)

    async def rules(self, guild_id: int, channel_id: int) -> ChannelRules:
        """What holds in a channel, with the server's rules where it has none of its own."""
        return await self._channels.in_force(guild_id, channel_id)

    async def all_rules(self, guild_id: int) -> dict[int, ChannelRules]:
        """Every channel that has rules of its own, by its id."""
        return await self._channels.of_guild(guild_id)

    async def set_channel(
        self, guild_id: int, channel_id: int, changes: Mapping[str, Any], deed: Deed
    ) -> Changed[ChannelRules]:
        """Set rules by name and leave the others; a preset brings its own, and what is said beside it wins."""
        preset = PRESETS.get(changes.get("preset") or "")
        wished = (preset.said() if preset else {}) | dict(changes)
        changed = await self._channels.set(guild_id, channel_id, wished, deed, self._clock.now())
        self._wake()
        return changed

    async def clear_channel(
        self, guild_id: int, channel_id: int, names: Collection[str] | None, deed: Deed
    ) -> Changed[ChannelRules]:
        """Unset rules by name, or with None all of them."""
        changed = await self._channels.clear(guild_id, channel_id, names, deed, self._clock.now())
        self._wake()
        return changed
