"""The operator, reached as the owner of the application: a direct message."""

import logging

import discord

from cogs.snowflakes import TextId
from cogs.stage import told_as_posting_errors
from cogs.text import shortened
from engine import PostingError

log = logging.getLogger(__name__)

_MOST_CHARACTERS = 1900


class DiscordOperator:
    """The application's owner, or its team's."""

    def __init__(self, bot: discord.Client) -> None:
        self._bot = bot

    async def tell(self, text: str) -> bool:
        """Send them a direct message; whether it reached them."""
        try:
            with told_as_posting_errors():
                application = await self._bot.application_info()
                owner_id = application.team.owner_id if application.team else application.owner.id
                if owner_id is None:
                    return False
                channel = await self._bot.create_dm(TextId(owner_id))
                await channel.send(shortened(text, _MOST_CHARACTERS))
        except PostingError as error:
            log.warning("the operator could not be reached: %s", error)
            return False
        return True
