"""What may be made in a channel, and what a clip is like there where its member says nothing."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Self

from storage.audit import Action, write_within
from storage.database import Database, fetch_all
from storage.deeds import Changed, Deed

SERVER_WIDE = 0
"""The channel id of the rules that hold where a channel has none of its own."""

_OF_CHANNEL = "SELECT settings FROM channels WHERE guild_id = :guild AND channel_id = :channel"

_OF_GUILD = "SELECT channel_id, settings FROM channels WHERE guild_id = :guild ORDER BY channel_id"

_PUT = """
INSERT INTO channels (guild_id, channel_id, settings) VALUES (:guild, :channel, :settings)
ON CONFLICT (guild_id, channel_id) DO UPDATE SET settings = :settings
"""

_DROP = "DELETE FROM channels WHERE guild_id = :guild AND channel_id = :channel"


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """Bounds first, then the defaults of a clip's options; None is unset."""

    allowed: bool | None = None
    most_resolution: str | None = None
    most_seconds: int | None = None
    models: tuple[str, ...] | None = None
    spoiler: bool | None = None
    age_restricted: bool | None = None
    preset: str | None = None
    model: str | None = None
    duration_seconds: int | None = None
    resolution: str | None = None
    audio: bool | None = None
    negative_prompt: str | None = None
    seed: int | None = None
    shots: str | None = None
    rewrite: bool | None = None
    template: str | None = None
    watermark: bool | None = None

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what is stored."""
        # What another version of the bot has written under a name of its own is not read.
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in json.loads(text).items() if name in known}
        if values.get("models") is not None:
            values["models"] = tuple(values["models"])
        return cls(**values)

    def over(self, other: "ChannelRules") -> "ChannelRules":
        """These rules, and the other's where these say nothing."""
        return ChannelRules(**(asdict(other) | self.said()))

    def said(self) -> dict[str, Any]:
        """What is set."""
        return {name: value for name, value in asdict(self).items() if value is not None}


class ChannelStore:
    """The rules of each channel, and those of the whole server under the id SERVER_WIDE."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_force(self, guild_id: int, channel_id: int) -> ChannelRules:
        """What holds in a channel: its own rules over the server's."""
        rules = await self.of_guild(guild_id)
        nothing = ChannelRules()
        return rules.get(channel_id, nothing).over(rules.get(SERVER_WIDE, nothing))

    async def of_guild(self, guild_id: int) -> dict[int, ChannelRules]:
        """All channels that have rules, by their id."""
        rows = await self._database.rows(_OF_GUILD, {"guild": guild_id})
        return {row["channel_id"]: ChannelRules.of(row["settings"]) for row in rows}

    async def set(
        self, guild_id: int, channel_id: int, changes: Mapping[str, Any], deed: Deed, now: datetime
    ) -> Changed[ChannelRules]:
        """Set rules by name and leave the others; None unsets one."""

        def change(connection: sqlite3.Connection) -> Changed[ChannelRules]:
            before = _own_within(connection, guild_id, channel_id)
            after = ChannelRules(**(asdict(before) | dict(changes)))
            return _put(connection, guild_id, channel_id, Action.CHANNEL_SET, Changed(before, after), deed, now)

        return await self._database.write(change)

    async def clear(
        self, guild_id: int, channel_id: int, names: Collection[str] | None, deed: Deed, now: datetime
    ) -> Changed[ChannelRules]:
        """Unset rules by name, or with None all of them."""

        def change(connection: sqlite3.Connection) -> Changed[ChannelRules]:
            before = _own_within(connection, guild_id, channel_id)
            after = ChannelRules(**(asdict(before) | dict.fromkeys(asdict(before) if names is None else names)))
            changed = Changed(before, after)
            return _put(connection, guild_id, channel_id, Action.CHANNEL_CLEARED, changed, deed, now)

        return await self._database.write(change)


def _own_within(connection: sqlite3.Connection, guild_id: int, channel_id: int) -> ChannelRules:
    rows = fetch_all(connection, _OF_CHANNEL, {"guild": guild_id, "channel": channel_id})
    return next((ChannelRules.of(row["settings"]) for row in rows), ChannelRules())


def _put(
    connection: sqlite3.Connection,
    guild_id: int,
    channel_id: int,
    action: Action,
    changed: Changed[ChannelRules],
    deed: Deed,
    now: datetime,
) -> Changed[ChannelRules]:
    if changed.same:
        return changed
    was, is_now = changed.before.said(), changed.after.said()
    keys = {"guild": guild_id, "channel": channel_id}
    if is_now:
        connection.execute(_PUT, keys | {"settings": json.dumps(is_now, ensure_ascii=False)})
    else:
        connection.execute(_DROP, keys)
    write_within(
        connection,
        guild_id,
        action,
        deed,
        now,
        target_kind="channel",
        target_id=channel_id,
        before=_without(was, is_now),
        after=_without(is_now, was),
    )
    return changed


def _without(rules: dict[str, Any], same: dict[str, Any]) -> dict[str, Any]:
    """What one side says and the other does not say alike."""
    return {name: value for name, value in rules.items() if name not in same or same[name] != value}
