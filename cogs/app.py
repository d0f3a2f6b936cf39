"""The bot as discord.py knows it: intents, cogs and buttons around one engine."""

import asyncio
import logging

import discord
from discord.ext import commands

from cogs.account import AccountCog
from cogs.animate import Animate
from cogs.buttons import CancelButton
from cogs.clip_buttons import BUTTONS
from cogs.counter import Counter
from cogs.form import FormCog
from cogs.hand_over import HandOverButton
from cogs.moderation.audit import AuditCog, AuditTableButton, AuditTurn
from cogs.moderation.banned_words import BannedWords, WordsTurn
from cogs.moderation.block import BlockCog, BlocksTurn
from cogs.moderation.channel import ChannelCog
from cogs.moderation.credits import CreditsCog, HistoryTurn
from cogs.moderation.limits import LimitsCog, LimitsTurn
from cogs.moderation.on_messages import OnMessages
from cogs.moderation.report import ReportCog
from cogs.moderation.server import ServerCog
from cogs.operator_commands import OperatorCog
from cogs.preview import Preview
from cogs.privacy import ForgetButton, PrivacyCog
from cogs.rooms import Rooms
from cogs.telling import tell_forgotten
from cogs.tree import Tree
from cogs.usage import Usage

log = logging.getLogger(__name__)

_MOST_PATIENCE_SECONDS = 30.0
"""Where Discord asks for a longer wait, as in a channel's slow mode, it is told and not slept through."""

_FIRST_REST_SECONDS = 1.0
_LONGEST_REST_SECONDS = 60.0


class FirstframeBot(commands.Bot):
    """Needs the guilds intent only, and keeps no messages and no members."""

    rooms: Rooms

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
            max_ratelimit_timeout=_MOST_PATIENCE_SECONDS,
            guild_ready_timeout=0,  # ready at once: it needs none of what servers tell about themselves for that
            member_cache_flags=discord.MemberCacheFlags.none(),
        )

    async def furnish(self, rooms: Rooms) -> None:
        """Add the commands and buttons and register them; to be called once the bot is logged in."""
        await self.set_up(rooms)
        if isinstance(self.tree, Tree) and await self.tree.sync_if_changed(rooms.meta):
            log.info("the commands were registered with Discord")

    async def set_up(self, rooms: Rooms) -> None:
        """Add the commands and buttons; nothing is sent to Discord."""
        self.rooms = rooms
        counter = Counter(rooms.engine)
        cogs: list[commands.Cog] = [
            Animate(counter, rooms.menu),
            Preview(counter, rooms),
            FormCog(self, counter, rooms),
            AccountCog(rooms),
            Usage(rooms),
            PrivacyCog(rooms),
            LimitsCog(rooms),
            CreditsCog(rooms),
            ServerCog(rooms),
            ChannelCog(rooms),
            BlockCog(rooms),
            BannedWords(rooms),
            OnMessages(self, rooms),
            AuditCog(),
            ReportCog(rooms),
            OperatorCog(rooms),
        ]
        for cog in cogs:
            await self.add_cog(cog)
        self.add_dynamic_items(CancelButton, HandOverButton, ForgetButton, AuditTableButton, *BUTTONS)
        self.add_dynamic_items(AuditTurn, BlocksTurn, HistoryTurn, LimitsTurn, WordsTurn)

    async def connect(self, *, reconnect: bool = True) -> None:
        """Stay connected; a gateway that is not there at the start is waited for as one that goes later."""
        rest_seconds = _FIRST_REST_SECONDS
        while True:
            try:
                await super().connect(reconnect=reconnect)
            except AttributeError:
                # discord.py then wants to resume the session, also where there was none yet.
                if getattr(self, "ws", None) is not None:
                    raise
                log.warning("the gateway cannot be reached yet")
                await asyncio.sleep(rest_seconds)
                rest_seconds = min(rest_seconds * 2, _LONGEST_REST_SECONDS)
            else:
                return

    async def close(self) -> None:
        """Show the last votes, then leave."""
        if hasattr(self, "rooms"):  # not before it was furnished
            await self.rooms.tally.close()
        await super().close()

    async def on_ready(self) -> None:
        """Tell the operator, at every new session."""
        log.info("ready as %s in %d servers", self.user, len(self.guilds))

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer forms that nobody else does, besides what discord.py hands on by itself."""
        await tell_forgotten(interaction)
