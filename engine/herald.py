"""Carries the record to the channels that moderators chose for it, and budgets' notes to whoever is to know."""

import logging
from collections.abc import Sequence
from typing import Literal

from engine.clock import Clock
from engine.credits import Prices
from engine.operator import Operator
from engine.rests import Rests
from engine.stage import ChannelClosed, Noticeboard, PostingError, PostRefused
from engine.worker import Worker
from storage import EVERYWHERE, Action, AuditEntry, Meta, ServerStore

log = logging.getLogger(__name__)

MOST_ENTRIES = 10
"""How many entries one message carries."""

LOOK_SECONDS = 60.0
CLOSED_REST_SECONDS = 600.0

Kind = Literal["log", "notes"]
_KINDS: tuple[Kind, ...] = ("log", "notes")


class Herald(Worker):
    """Tells each channel what it was not told yet: in order, the cursor moved after the post.

    Which entries go out next is written down before they do: after a crash the same ones go out under the same nonce.
    """

    name = "herald"

    def __init__(
        self, servers: ServerStore, meta: Meta, board: Noticeboard, operator: Operator, prices: Prices, clock: Clock
    ) -> None:
        super().__init__(clock)
        self._servers = servers
        self._meta = meta
        self._board = board
        self._operator = operator
        self._prices = prices
        self._posted: dict[str, int] = {}
        self._rests = Rests(clock)

    async def step(self) -> float | None:
        """Begin to tell each channel what is news to it."""
        rests = [LOOK_SECONDS]
        for kind in _KINDS:
            busy = self.busy()
            for guild_id, channel_id, entries in await self._servers.to_tell(kind):
                key = f"{kind} of {guild_id} in channel {channel_id}"
                rest = self._rests.seconds_left(key)
                if rest > 0:
                    rests.append(rest)
                elif key not in busy and not self.stopping:
                    self.start(key, self._tell(key, kind, guild_id, channel_id, entries))
        return min(rests)

    async def _tell(self, key: str, kind: Kind, guild_id: int, channel_id: int, entries: Sequence[AuditEntry]) -> None:
        try:
            batch = await self._batch(key, entries)
            if self._posted.get(key) != batch[-1].id:  # else only writing that down has failed
                await self._post(kind, guild_id, channel_id, batch)
                self._posted[key] = batch[-1].id
            await self._servers.told(kind, guild_id, batch[-1].id)
        except ChannelClosed as error:
            log.warning("the %s cannot be told: %s", key, error)
            self._rests.rest(key, CLOSED_REST_SECONDS)
        except Exception as error:  # a fault of ours in one message must neither spin nor stop the others
            log.warning("the %s could not be told: %s", key, error, exc_info=not isinstance(error, PostingError))
            self._rests.after_failure(key)
        else:
            self._posted.pop(key, None)
            self._rests.over(key)

    async def _batch(self, key: str, entries: Sequence[AuditEntry]) -> Sequence[AuditEntry]:
        """Those that were about to go out when the last attempt broke off, else the next ones."""
        name = f"about to tell the {key}"
        begun = int(await self._meta.get(name) or 0)
        if entries[0].id <= begun:
            return [entry for entry in entries if entry.id <= begun]
        batch = entries[:MOST_ENTRIES]
        await self._meta.set(name, str(batch[-1].id))
        return batch

    async def _post(self, kind: Kind, guild_id: int, channel_id: int, batch: Sequence[AuditEntry]) -> None:
        if guild_id == EVERYWHERE:
            if not await self._operator.tell("\n".join(self._note(entry) for entry in batch)):
                raise ChannelClosed("the operator could not be reached")
            return
        try:
            await self._board.post_entries(channel_id, batch, nonce=f"{kind}-{batch[-1].id}")
        except PostRefused as error:  # it never will be taken, and the next ones are not to wait for that
            log.error("entries %d to %d were refused and are left out: %s", batch[0].id, batch[-1].id, error)

    def _note(self, entry: AuditEntry) -> str:
        facts = entry.after or {}
        spent, credits = facts.get("spent", 0), facts.get("credits", 0)
        share = "all of" if spent >= credits else "80 % or more of"
        refused = (
            " An order did not fit into the rest." if entry.action is Action.BUDGET_100 and spent < credits else ""
        )
        usd = f"about {self._prices.usd(credits):,.2f} USD at list price"
        return (
            f"This {facts.get('period', 'period')}, {share} the budget over all servers is spent: "
            f"{spent:,} of {credits:,} credits ({usd}).{refused}"
        )
