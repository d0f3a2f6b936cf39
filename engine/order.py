"""An order: what a command asks for, before it is checked, charged and stored as a job."""

import asyncio
import secrets
from dataclasses import dataclass, field

from engine.clock import Clock
from engine.credits import Prices
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


@dataclass(frozen=True, slots=True)
class Order:
    """A clip that a member asks for in a channel."""

    interaction_id: int
    guild_id: int
    channel_id: int
    member_id: int
    wish: Wish
    image: bytes = field(repr=False)
    upload_limit_bytes: int
    sound: bytes | None = field(default=None, repr=False)


def kind_of(options: ClipOptions) -> str:
    """What decides how long a task takes; durations are learned for each kind."""
    return f"{options.model or 'newest'}/{options.resolution}/{options.duration_seconds}s"


class Desk:
    """Takes orders: what was said first, the files off the event loop, then charge and job in one transaction."""

    def __init__(self, jobs: JobStore, menu: Menu, prices: Prices, clock: Clock) -> None:
        self._jobs = jobs
        self._menu = menu
        self._prices = prices
        self._clock = clock
        # Decoding is memory-hungry; two at a time keep a burst of commands from filling it.
        self._decoding = asyncio.Semaphore(2)

    async def take(self, order: Order) -> Job:
        """Make a job of an order, or charge nothing.

        Raises UnknownModel, NotOffered, media's BadImage and BadSound, or NotEnoughCredits.
        """
        options, without_effect = self._menu.settle(order.wish)
        async with self._decoding:
            frame = await asyncio.to_thread(first_frame.prepare, order.image)
            sound = await asyncio.to_thread(soundtrack.prepare, order.sound) if order.sound is not None else None
        kept_sound = SoundtrackFile(sound.sha256, sound.data, sound.media_type) if sound else None
        return await self._jobs.accept(
            NewJob(
                id="".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH)),
                interaction_id=order.interaction_id,
                guild_id=order.guild_id,
                channel_id=order.channel_id,
                member_id=order.member_id,
                kind=kind_of(options),
                options=options,
                frame=FirstFrameImage(frame.sha256, frame.jpeg),
                soundtrack=kept_sound,
                notes=(*frame.mends, *(sound.mends if sound else ()), *without_effect),
                price=self._prices.of(self._menu.model(options.model), options),
                upload_limit_bytes=order.upload_limit_bytes,
                created_at=self._clock.now(),
            )
        )
