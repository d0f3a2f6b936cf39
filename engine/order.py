"""An order: what a command asks for, before it is checked, charged and stored as a job."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine.clock import Clock
from engine.credits import Account, Prices
from engine.menu import Menu, Wish
from media import first_frame, soundtrack
from media.first_frame import MAX_INPUT_BYTES, MAX_SIDE, MIN_SIDE
from media.soundtrack import MAX_INPUT_BYTES as MAX_SOUND_BYTES
from storage import ClipOptions, FirstFrameImage, Job, JobStore, NewJob, SoundtrackFile

__all__ = ["MAX_INPUT_BYTES", "MAX_SIDE", "MAX_SOUND_BYTES", "MIN_SIDE", "Desk", "NotAccepting", "Order", "kind_of"]

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: ids are read out and typed
_ID_LENGTH = 10


class NotAccepting(Exception):
    """The bot is stopping and takes no new orders; nothing was charged."""


Source = Callable[[], Awaitable[bytes]]
"""Fetches a file. Called once its turn has come, so that the files of a burst do not lie in memory all at once."""


@dataclass(frozen=True, slots=True)
class Order:
    """A clip that a member asks for in a channel."""

    interaction_id: int
    guild_id: int
    channel_id: int
    member_id: int
    wish: Wish
    image: Source
    upload_limit_bytes: int
    sound: Source | None = None


def kind_of(options: ClipOptions) -> str:
    """What decides how long a task takes; durations are learned for each kind."""
    return f"{options.model or 'newest'}/{options.resolution}/{options.duration_seconds}s"


class Desk:
    """Takes orders: what was said and the credits first, then the files, then charge and job in one transaction."""

    def __init__(self, jobs: JobStore, provider: str, menu: Menu, prices: Prices, clock: Clock) -> None:
        self._jobs = jobs
        self._provider = provider
        self._menu = menu
        self._prices = prices
        self._clock = clock
        # Files and their decoding are memory-hungry; a few at a time keep a burst of commands from filling it.
        self._with_files = asyncio.Semaphore(4)

    async def take(self, order: Order) -> Job:
        """Make a job of an order, or charge nothing.

        Raises UnknownModel, NotOffered, media's BadImage and BadSound, NotEnoughCredits, or what the sources raise.
        """
        if known := await self._jobs.of_interaction(order.interaction_id):
            return known  # delivered twice
        options, without_effect = self._menu.settle(order.wish)
        price = self._prices.of(self._menu.model(options.model), options)
        now = self._clock.now()
        # Asked before the work and again with the charge: who cannot pay has nothing decoded.
        await self._jobs.check_credits(Account(order.guild_id, order.member_id), price, now)
        async with self._with_files:
            frame = await asyncio.to_thread(first_frame.prepare, await order.image())
            sound = await asyncio.to_thread(soundtrack.prepare, await order.sound()) if order.sound else None
        kept_sound = SoundtrackFile(sound.sha256, sound.data, sound.media_type) if sound else None
        return await self._jobs.accept(
            NewJob(
                id="".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH)),
                interaction_id=order.interaction_id,
                guild_id=order.guild_id,
                channel_id=order.channel_id,
                member_id=order.member_id,
                provider=self._provider,
                kind=kind_of(options),
                options=options,
                frame=FirstFrameImage(frame.sha256, frame.jpeg),
                soundtrack=kept_sound,
                notes=(*frame.mends, *(sound.mends if sound else ()), *without_effect),
                price=price,
                upload_limit_bytes=order.upload_limit_bytes,
                created_at=self._clock.now(),
            )
        )
