"""A server's settings, whether its new jobs are paused, and how far its channels have been told of the record."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Literal, Self

from storage.audit import Action, AuditEntry, write_within
from storage.database import Database, fetch_all
from storage.deeds import Changed, Deed
from storage.jobs import from_milliseconds, to_milliseconds
from storage.limits import EVERYWHERE

_MOST_TOLD = 100
"""Entries a server at a time: a channel that was closed for months is told in portions."""

_SETTINGS = "SELECT settings FROM servers WHERE guild_id = :guild"

_CHANGE = """
INSERT INTO servers (guild_id, settings) VALUES (:guild, :settings)
ON CONFLICT (guild_id) DO UPDATE SET settings = :settings
"""

# The operator's pause, under 0, comes first: no moderator can lift it.
_PAUSES = """
SELECT guild_id, pause FROM servers
WHERE guild_id IN (:guild, 0) AND pause IS NOT NULL ORDER BY guild_id
"""

# For an order, which is in a hurry, as one statement.
_SETTINGS_AND_PAUSES = """
SELECT guild_id, settings, pause FROM servers WHERE guild_id IN (:guild, 0) ORDER BY guild_id
"""

_PAUSE = """
INSERT INTO servers (guild_id, pause) VALUES (:guild, :pause)
ON CONFLICT (guild_id) DO UPDATE SET pause = :pause
"""

Kind = Literal["log", "notes"]

_CURSORS: Mapping[str, str] = {
    "log_channel_id": "UPDATE servers SET log_told = (SELECT MAX(id) FROM audit) WHERE guild_id = :guild",
    "notes_channel_id": "UPDATE servers SET notes_told = (SELECT MAX(id) FROM audit) WHERE guild_id = :guild",
}

_TOLD: Mapping[Kind, str] = {
    "log": """
INSERT INTO servers (guild_id, log_told) VALUES (:guild, :entry)
ON CONFLICT (guild_id) DO UPDATE SET log_told = MAX(log_told, :entry)
""",
    "notes": """
INSERT INTO servers (guild_id, notes_told) VALUES (:guild, :entry)
ON CONFLICT (guild_id) DO UPDATE SET notes_told = MAX(notes_told, :entry)
""",
}

# The operator is told of budget notes whether or not there is a row for them yet.
_LISTENERS: Mapping[Kind, str] = {
    "log": """
SELECT guild_id, json_extract(settings, '$.log_channel_id') AS channel, log_told AS told FROM servers
WHERE guild_id != 0 AND channel IS NOT NULL ORDER BY guild_id
""",
    "notes": """
SELECT guild_id, json_extract(settings, '$.notes_channel_id') AS channel, notes_told AS told FROM servers
WHERE guild_id != 0 AND channel IS NOT NULL
UNION ALL
SELECT 0, 0, COALESCE((SELECT notes_told FROM servers WHERE guild_id = 0), 0)
ORDER BY 1
""",
}

_UNTOLD: Mapping[Kind, str] = {
    "log": "SELECT * FROM audit WHERE guild_id = :guild AND id > :told ORDER BY id LIMIT :limit",
    "notes": """
SELECT * FROM audit
WHERE guild_id = :guild AND id > :told AND target_kind = 'budget' AND action IN ('budget_80', 'budget_100')
ORDER BY id LIMIT :limit
""",
}


@dataclass(frozen=True, slots=True)
class Pause:
    """No new jobs: in one server, or by the operator everywhere."""

    actor_id: int
    reason: str
    since: datetime
    everywhere: bool


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What a server's moderators have chosen, else the defaults."""

    time_zone: str = "UTC"
    moderator_role_id: int | None = None
    notes_channel_id: int | None = None
    log_channel_id: int | None = None
    showcase_channel_id: int | None = None
    strikes: int = 3
    """Refused orders in a row that pause a member; 0: never."""
    strike_pause_minutes: int = 60

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what is stored."""
        return cls(**_known(text))


class ServerStore:
    """Settings, pauses and cursors of servers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, guild_id: int) -> ServerSettings:
        """The settings in force."""
        row = await self._database.row(_SETTINGS, {"guild": guild_id})
        return ServerSettings.of(row["settings"]) if row else ServerSettings()

    async def change(
        self, guild_id: int, changes: Mapping[str, Any], deed: Deed, now: datetime
    ) -> Changed[ServerSettings]:
        """Change settings by name; None brings back the default. A channel that is new starts with what comes now."""

        def change(connection: sqlite3.Connection) -> Changed[ServerSettings]:
            stored = _stored_within(connection, guild_id)
            wished = {name: value for name, value in {**stored, **changes}.items() if value is not None}
            before, after = ServerSettings(**stored), ServerSettings(**wished)
            if before == after:
                return Changed(before, before)
            connection.execute(_CHANGE, {"guild": guild_id, "settings": json.dumps(wished)})
            was, is_now = _difference(before, after)
            _record(connection, guild_id, Action.SERVER_SET, deed, now, was, is_now)
            for name in _CURSORS.keys() & is_now.keys():
                connection.execute(_CURSORS[name], {"guild": guild_id})
            return Changed(before, after)

        return await self._database.write(change)

    async def pause_of(self, guild_id: int) -> Pause | None:
        """Why no new jobs are taken in a server: the operator's pause of all servers, else the server's own."""
        rows = await self._database.rows(_PAUSES, {"guild": guild_id})
        return next((_pause(row) for row in rows), None)

    async def pause(self, guild_id: int, deed: Deed, now: datetime) -> Changed[Pause | None]:
        """Take no new jobs in a server; under EVERYWHERE in none. A pause that is on stays as it is."""

        def change(connection: sqlite3.Connection) -> Changed[Pause | None]:
            before = _own_pause_within(connection, guild_id)
            if before:
                return Changed(before, before)
            facts = {"actor_id": deed.actor_id, "reason": deed.reason, "since": to_milliseconds(now)}
            connection.execute(_PAUSE, {"guild": guild_id, "pause": json.dumps(facts)})
            _record(connection, guild_id, Action.SERVER_PAUSED, deed, now, None, {"reason": deed.reason})
            return Changed(None, _own_pause_within(connection, guild_id))

        return await self._database.write(change)

    async def resume(self, guild_id: int, deed: Deed, now: datetime) -> Changed[Pause | None]:
        """Take new jobs again, as far as this pause is concerned."""

        def change(connection: sqlite3.Connection) -> Changed[Pause | None]:
            before = _own_pause_within(connection, guild_id)
            if before:
                connection.execute(_PAUSE, {"guild": guild_id, "pause": None})
                was = {"reason": before.reason}
                _record(connection, guild_id, Action.SERVER_RESUMED, deed, now, was, None)
            return Changed(before, None)

        return await self._database.write(change)

    async def to_tell(self, kind: Kind) -> list[tuple[int, int, list[AuditEntry]]]:
        """Server, channel and the entries, oldest first, that it was not told of; the operator's own channel is 0."""
        found = []
        for row in await self._database.rows(_LISTENERS[kind]):
            values = {"guild": row["guild_id"], "told": row["told"], "limit": _MOST_TOLD}
            entries = [AuditEntry.of(entry) for entry in await self._database.rows(_UNTOLD[kind], values)]
            if entries:
                found.append((row["guild_id"], row["channel"], entries))
        return found

    async def told(self, kind: Kind, guild_id: int, audit_id: int) -> None:
        """Remember that a channel was told of everything up to an entry."""
        await self._database.execute(_TOLD[kind], {"guild": guild_id, "entry": audit_id})


def settings_within(connection: sqlite3.Connection, guild_id: int) -> ServerSettings:
    """The settings in force, as the transaction under way sees them."""
    rows = fetch_all(connection, _SETTINGS, {"guild": guild_id})
    return next((ServerSettings.of(row["settings"]) for row in rows), ServerSettings())


def settings_and_pause_within(connection: sqlite3.Connection, guild_id: int) -> tuple[ServerSettings, Pause | None]:
    """The settings and the pause in force, as the transaction under way sees them."""
    rows = fetch_all(connection, _SETTINGS_AND_PAUSES, {"guild": guild_id})
    settings = next((ServerSettings.of(row["settings"]) for row in rows if row["guild_id"] == guild_id), None)
    pause = next((_pause(row) for row in rows if row["pause"] is not None), None)
    return settings or ServerSettings(), pause


def _own_pause_within(connection: sqlite3.Connection, guild_id: int) -> Pause | None:
    rows = fetch_all(connection, _PAUSES, {"guild": guild_id})
    return next((_pause(row) for row in rows if row["guild_id"] == guild_id), None)


def _stored_within(connection: sqlite3.Connection, guild_id: int) -> dict[str, Any]:
    rows = fetch_all(connection, _SETTINGS, {"guild": guild_id})
    return next((_known(row["settings"]) for row in rows), {})


def _known(text: str) -> dict[str, Any]:
    # What another version of the bot has written under a name of its own is not read.
    names = {field.name for field in fields(ServerSettings)}
    return {name: value for name, value in json.loads(text).items() if name in names}


def _record(
    connection: sqlite3.Connection,
    guild_id: int,
    action: Action,
    deed: Deed,
    now: datetime,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    write_within(
        connection, guild_id, action, deed, now, target_kind="server", target_id=guild_id, before=before, after=after
    )


def _difference(before: ServerSettings, after: ServerSettings) -> tuple[dict[str, Any], dict[str, Any]]:
    was, is_now = asdict(before), asdict(after)
    changed = [name for name in was if was[name] != is_now[name]]
    return {name: was[name] for name in changed}, {name: is_now[name] for name in changed}


def _pause(row: sqlite3.Row) -> Pause:
    facts = json.loads(row["pause"])
    since = from_milliseconds(facts["since"])
    return Pause(facts["actor_id"], facts["reason"], since, everywhere=row["guild_id"] == EVERYWHERE)
