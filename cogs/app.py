"""The bot as discord.py knows it: intents, cogs and buttons around one engine."""

import logging

import discord
from discord.ext import commands

from cogs.account import AccountCog
from cogs.animate import Animate
from cogs.buttons import CancelButton
from cogs.counter import Counter
from cogs.form import FormCog
from cogs.moderation import Moderation
from cogs.tree import Tree
from engine import Credits, Engine, Menu, Meta, Prices

log = logging.getLogger(__name__)


class FirstframeBot(commands.Bot):
    """Needs the guilds intent only, and keeps no messages and no members."""

    engine: Engine

    def __init__(self) -> None:
        # Voice is not what this bot is for; the log should not open with warnings about it.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=discord.Intents(guilds=True),
            tree_cls=Tree,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
        )

    async def furnish(
        self, engine: Engine, menu: Menu, credits: Credits, prices: Prices, meta: Meta, *, discord_url: str
    ) -> None:
        """Add the commands and buttons and register them; to be called once the bot is logged in."""
        self.engine = engine
        counter = Counter(engine)
        await self.add_cog(Animate(counter, menu))
        await self.add_cog(FormCog(self, counter, menu, discord_url))
        await self.add_cog(AccountCog(engine, menu, credits, prices))
        await self.add_cog(Moderation(credits))
        self.add_dynamic_items(CancelButton)
        if isinstance(self.tree, Tree) and await self.tree.sync_if_changed(meta):
            log.info("the commands were registered with Discord")

    async def on_ready(self) -> None:
        """Tell the operator, at every new session."""
        log.info("ready as %s in %d servers", self.user, len(self.guilds))
