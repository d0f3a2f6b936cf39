"""What the bot remembers about itself, such as the commands it last registered."""

from storage.database import Database


class Meta:
    """A few names with a text each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, key: str) -> str | None:
        """The text kept under a name, or None."""
        row = await self._database.row("SELECT value FROM meta WHERE key = :key", {"key": key})
        return None if row is None else str(row["value"])

    async def set(self, key: str, value: str) -> None:
        """Keep a text under a name, in place of an earlier one."""
        await self._database.execute(
            "INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = :value",
            {"key": key, "value": value},
        )
