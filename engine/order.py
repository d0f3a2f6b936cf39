"""An order: what a command asks for, before it is checked, charged and stored as a job."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine.clock import Clock
from engine.credits import Prices
from engine.discipline import Discipline
from engine.menu import Menu
from engine.wish import Wish
from media import first_frame, soundtrack
from media.first_frame import MAX_INPUT_BYTES, MAX_SIDE, MIN_SIDE
from media.soundtrack import MAX_INPUT_BYTES as MAX_SOUND_BYTES
from storage import (
    Account,
    ChannelRules,
    ChannelStore,
    ClipOptions,
    FirstFrameImage,
    Job,
    JobStore,
    NewJob,
    SoundtrackFile,
)

__all__ = ["MAX_INPUT_BYTES", "MAX_SIDE", "MAX_SOUND_BYTES", "MIN_SIDE", "Desk", "NotAccepting", "Order", "kind_of"]

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: ids are read out and typed
_ID_LENGTH = 10


class NotAccepting(Exception):
    """The bot is stopping and takes no new orders; nothing was charged."""


class ChannelOff(Exception):
    """The bot may not be used in this channel; nothing was charged. It may in `allowed_channels`, if any are named."""

    def __init__(self, allowed_channels: tuple[int, ...]) -> None:
        self.allowed_channels = allowed_channels
        super().__init__("not in this channel")


class NeedsAgeRestriction(Exception):
    """Clips are made in this channel only if it is age-restricted on Discord, which it is not; nothing was charged."""


Source = Callable[[], Awaitable[bytes]]
"""Fetches a file. Called once its turn has come, so that the files of a burst do not lie in memory all at once."""


@dataclass(frozen=True, slots=True)
class Order:
    """A clip that a member asks for in a channel.

    `home_channel_id` is a thread's parent, 0 where the channel is its own; `age_restricted` is what Discord says of it.
    """

    interaction_id: int
    guild_id: int
    channel_id: int
    member_id: int
    wish: Wish
    image: Source
    upload_limit_bytes: int
    sound: Source | None = None
    role_ids: frozenset[int] = frozenset()
    home_channel_id: int = 0
    age_restricted: bool = False

    @property
    def account(self) -> Account:
        """Whose credits and limits it goes by."""
        return Account(self.guild_id, self.member_id, self.role_ids, self.home_channel_id or self.channel_id)


def kind_of(options: ClipOptions) -> str:
    """What decides how long a task takes; durations are learned for each kind."""
    return f"{options.model or 'newest'}/{options.resolution}/{options.duration_seconds}s"


class Desk:
    """Takes orders: what was said and the credits first, then the files, then charge and job in one transaction."""

    def __init__(
        self,
        jobs: JobStore,
        provider: str,
        menu: Menu,
        prices: Prices,
        clock: Clock,
        *,
        channels: ChannelStore,
        discipline: Discipline,
    ) -> None:
        self._jobs = jobs
        self._provider = provider
        self._menu = menu
        self._prices = prices
        self._clock = clock
        self._channels = channels
        self._discipline = discipline
        # Files and their decoding are memory-hungry; a few at a time keep a burst of commands from filling it.
        self._with_files = asyncio.Semaphore(4)

    async def take(self, order: Order) -> Job:
        """Make a job of an order, or charge nothing.

        Raises ChannelOff, NeedsAgeRestriction, UnknownModel, NotOffered, NotHere, WordsRefused, a kind of NotAdmitted,
        media's BadImage and BadSound, or what the sources raise.
        """
        if known := await self._jobs.of_interaction(order.interaction_id):
            return known  # delivered twice
        account = order.account
        rules = await self._rules(account, order)
        options, without_effect = self._menu.settle(order.wish, rules)
        price = self._prices.of(self._menu.model(options.model), options)
        # Asked before the work and again with the charge: who cannot pay has nothing looked at and nothing decoded.
        await self._jobs.check_admission(account, price, self._clock.now())
        await self._discipline.check(account, order.interaction_id, options.prompt, options.template)
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
                home_channel_id=account.home_channel_id,
                member_id=order.member_id,
                role_ids=order.role_ids,
                provider=self._provider,
                kind=kind_of(options),
                options=options,
                frame=FirstFrameImage(frame.sha256, frame.jpeg),
                soundtrack=kept_sound,
                notes=(*frame.mends, *(sound.mends if sound else ()), *without_effect),
                price=price,
                upload_limit_bytes=order.upload_limit_bytes,
                spoiler=bool(rules.spoiler),
                created_at=self._clock.now(),
            )
        )

    async def _rules(self, account: Account, order: Order) -> ChannelRules:
        """What holds in the channel; raises ChannelOff or NeedsAgeRestriction where nothing is made there."""
        rules = await self._channels.in_force(account.guild_id, account.home_channel_id)
        if rules.allowed is False:
            others = await self._channels.of_guild(account.guild_id)
            raise ChannelOff(tuple(channel_id for channel_id, own in others.items() if channel_id and own.allowed))
        if rules.age_restricted and not order.age_restricted:
            raise NeedsAgeRestriction
        return rules
