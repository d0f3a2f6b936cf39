"""An order: what a command asks for, before it is checked, charged and stored as a job."""

import asyncio
import secrets
from dataclasses import dataclass

from engine.clock import Clock
from engine.credits import Prices
from media import first_frame
from media.first_frame import MAX_FILE_BYTES, MAX_SIDE, MIN_SIDE
from storage import ClipOptions, FirstFrameImage, Job, JobStore, NewJob

__all__ = ["MAX_FILE_BYTES", "MAX_SIDE", "MIN_SIDE", "Desk", "NotAccepting", "Order", "kind_of"]

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: ids are read out and typed
_ID_LENGTH = 10


class NotAccepting(Exception):
    """The bot is stopping and takes no new orders; nothing was charged."""


@dataclass(frozen=True, slots=True)
class Order:
    """A clip that a member asks for in a channel."""

    interaction_id: int
    guild_id: int
    channel_id: int
    member_id: int
    image: bytes
    options: ClipOptions
    upload_limit_bytes: int


def kind_of(options: ClipOptions) -> str:
    """What decides how long a task takes; durations are learned for each kind."""
    return f"{options.resolution}/{options.duration_seconds}s"


class Desk:
    """Takes orders: prepares the first frame off the event loop, then charges and stores in one transaction."""

    def __init__(self, jobs: JobStore, prices: Prices, clock: Clock) -> None:
        self._jobs = jobs
        self._prices = prices
        self._clock = clock
        # Decoding is memory-hungry; two at a time keep a burst of commands from filling it.
        self._decoding = asyncio.Semaphore(2)

    def price(self, options: ClipOptions) -> int:
        """What the clip costs, in credits."""
        return self._prices.of(options.resolution, options.duration_seconds)

    async def take(self, order: Order) -> Job:
        """Make a job of an order; raises media's BadImage or NotEnoughCredits, with nothing charged."""
        async with self._decoding:
            frame = await asyncio.to_thread(first_frame.prepare, order.image)
        return await self._jobs.accept(
            NewJob(
                id="".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH)),
                interaction_id=order.interaction_id,
                guild_id=order.guild_id,
                channel_id=order.channel_id,
                member_id=order.member_id,
                kind=kind_of(order.options),
                options=order.options,
                frame=FirstFrameImage(frame.sha256, frame.jpeg),
                mends=tuple(frame.mends),
                price=self.price(order.options),
                upload_limit_bytes=order.upload_limit_bytes,
                created_at=self._clock.now(),
            )
        )
