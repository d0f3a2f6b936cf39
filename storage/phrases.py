"""Words and phrases that may not be asked for, as a server's moderators list them."""

import sqlite3
from datetime import datetime

from storage.audit import Action, write_within
from storage.database import Database
from storage.deeds import Deed
from storage.jobs import to_milliseconds

_OF_GUILD = "SELECT phrase FROM phrases WHERE guild_id = :guild ORDER BY phrase"

_ADD = """
INSERT INTO phrases (guild_id, phrase, actor_id, created_at) VALUES (:guild, :phrase, :actor, :now)
ON CONFLICT DO NOTHING
"""

_REMOVE = "DELETE FROM phrases WHERE guild_id = :guild AND phrase = :phrase"


class PhraseStore:
    """Each guild's list. What a phrase matches is decided elsewhere; here it is the text that was given."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_guild(self, guild_id: int) -> list[str]:
        """All phrases, in alphabetical order."""
        return [row["phrase"] for row in await self._database.rows(_OF_GUILD, {"guild": guild_id})]

    async def add(self, guild_id: int, phrase: str, deed: Deed, now: datetime) -> bool:
        """Put a phrase on the list; False if it was there."""
        values = {"guild": guild_id, "phrase": phrase, "actor": deed.actor_id, "now": to_milliseconds(now)}

        def change(connection: sqlite3.Connection) -> bool:
            added = connection.execute(_ADD, values).rowcount == 1
            if added:
                write_within(
                    connection,
                    guild_id,
                    Action.PHRASE_ADDED,
                    deed,
                    now,
                    target_kind="server",
                    target_id=guild_id,
                    before=None,
                    after={"phrase": phrase},
                )
            return added

        return await self._database.write(change)

    async def remove(self, guild_id: int, phrase: str, deed: Deed, now: datetime) -> bool:
        """Take a phrase off the list; False if it was not there."""

        def change(connection: sqlite3.Connection) -> bool:
            removed = connection.execute(_REMOVE, {"guild": guild_id, "phrase": phrase}).rowcount == 1
            if removed:
                write_within(
                    connection,
                    guild_id,
                    Action.PHRASE_REMOVED,
                    deed,
                    now,
                    target_kind="server",
                    target_id=guild_id,
                    before={"phrase": phrase},
                    after=None,
                )
            return removed

        return await self._database.write(change)
