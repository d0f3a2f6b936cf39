"""Who may not order, and which words may not be asked for."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from engine.clock import Clock
from engine.phrases import Watchlist
from storage import Account, Block, BlockStore, Changed, Deed, PhraseStore

MOST_PHRASES = 500


class WordsRefused(Exception):
    """The words of an order are on the server's list; nothing was charged. `block` is the pause that this began."""

    def __init__(self, block: Block | None) -> None:
        self.block = block
        super().__init__("words that may not be asked for")


class EmptyPhrase(Exception):
    """A phrase without a letter or digit: it could be found nowhere."""


class ListFull(Exception):
    """As many phrases are on the list as can be looked for in every order."""


class Discipline:
    """Blocks and words at the present time. `wake` is called after each change that goes on the record."""

    def __init__(self, blocks: BlockStore, phrases: PhraseStore, clock: Clock, wake: Callable[[], None]) -> None:
        self._blocks = blocks
        self._phrases = phrases
        self._clock = clock
        self._wake = wake
        self._watchlists: dict[int, Watchlist] = {}

    async def block(self, guild_id: int, member_id: int, seconds: float | None, deed: Deed) -> Changed[Block | None]:
        """Keep a member from ordering for a time, or with None for good."""
        now = self._clock.now()
        until = None if seconds is None else now + timedelta(seconds=seconds)
        changed = await self._blocks.block(guild_id, member_id, until, deed, now)
        self._wake()
        return changed

    async def lift(self, guild_id: int, member_id: int, deed: Deed) -> Changed[Block | None]:
        """Let a member order again."""
        changed = await self._blocks.lift(guild_id, member_id, deed, self._clock.now())
        self._wake()
        return changed

    async def blocks(self, guild_id: int) -> list[Block]:
        """All blocks that hold now."""
        return await self._blocks.of_guild(guild_id, self._clock.now())

    async def add_phrase(self, guild_id: int, phrase: str, deed: Deed) -> bool:
        """Put a phrase on the list; False if it was there. Raises EmptyPhrase or ListFull."""
        tidy = " ".join(phrase.split())
        if not any(map(str.isalnum, tidy)) or not Watchlist([tidy]):
            raise EmptyPhrase
        known = await self._phrases.of_guild(guild_id)
        if len(known) >= MOST_PHRASES and tidy not in known:
            raise ListFull
        added = await self._phrases.add(guild_id, tidy, deed, self._clock.now())
        self._wake()
        return added

    async def remove_phrase(self, guild_id: int, phrase: str, deed: Deed) -> bool:
        """Take a phrase off the list; False if it was not there."""
        removed = await self._phrases.remove(guild_id, " ".join(phrase.split()), deed, self._clock.now())
        self._wake()
        return removed

    async def phrases(self, guild_id: int) -> list[str]:
        """The server's list."""
        return await self._phrases.of_guild(guild_id)

    async def check(self, account: Account, interaction_id: int, *texts: str | None) -> None:
        """Raise WordsRefused where a text has words on the server's list; the order counts as refused."""
        watchlist = await self._watchlist(account.guild_id)
        said = [text for text in texts if text]
        if not watchlist or not await asyncio.to_thread(any, map(watchlist.matches, said)):
            return
        now = self._clock.now()
        block = await self._blocks.strike(account.guild_id, account.member_id, interaction_id, now)
        self._wake()
        raise WordsRefused(block)

    async def _watchlist(self, guild_id: int) -> Watchlist:
        """Made anew only when the list has changed: that is the slow part."""
        phrases = tuple(await self._phrases.of_guild(guild_id))
        known = self._watchlists.get(guild_id)
        if known is None or known.phrases != phrases:
            known = self._watchlists[guild_id] = await asyncio.to_thread(Watchlist, phrases)
        return known
