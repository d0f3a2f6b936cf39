"""Ids as Discord defines them where discord.py would send a number."""

import discord


class TextId(discord.Object):
    """Anything with an id, which goes out as text."""

    def __init__(self, snowflake: int) -> None:
        super().__init__(snowflake)
        self.id = str(snowflake)  # type: ignore[assignment] # it is only ever sent
