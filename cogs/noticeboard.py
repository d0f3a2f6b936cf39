"""The engine's noticeboard, on Discord: what is on record, posted into the channel that moderators chose for it."""

from collections.abc import Sequence

import discord

from cogs.stage import told_as_posting_errors
from cogs.words import records
from engine import AuditEntry, Prices


class DiscordNoticeboard:
    """Posts plain messages, which need no other permission than to write; they notify nobody."""

    def __init__(self, bot: discord.Client, prices: Prices) -> None:
        self._bot = bot
        self._prices = prices

    async def post_entries(self, channel_id: int, entries: Sequence[AuditEntry], *, nonce: str) -> None:
        """Post a few entries as one message; the same nonce twice within minutes is one message.

        Raises PostingError or one of its kinds.
        """
        channel = self._bot.get_partial_messageable(channel_id)
        with told_as_posting_errors():
            await channel.send(
                records.board(entries, self._prices),
                nonce=nonce,
                allowed_mentions=discord.AllowedMentions.none(),
                suppress_embeds=True,
            )
