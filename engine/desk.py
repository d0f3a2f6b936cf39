"""The desk: where an order is checked and charged, and becomes a job, or as many as it has takes."""

import asyncio
import secrets
from dataclasses import dataclass, replace

from engine.bounds import rules_for
from engine.cannot import FrameGone
from engine.clock import Clock
from engine.credits import Prices
from engine.discipline import Discipline
from engine.menu import Menu, seeds_beside
from engine.order import ChannelOff, NeedsAgeRestriction, Order
from engine.wish import NoEffect
from media import first_frame, soundtrack
from media.warm import Warm
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

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # no i, l, o, 0, 1: ids are read out and typed
_ID_LENGTH = 10


@dataclass(frozen=True, slots=True)
class _Files:
    """What an order brings along, as it goes to the provider."""

    frame: FirstFrameImage
    soundtrack: SoundtrackFile | None
    mends: tuple[str, ...]


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
        self._decoder = Warm("picture")

    async def take(self, order: Order) -> list[Job]:
        """Make a job of each take of an order, or charge nothing.

        Raises ChannelOff, NeedsAgeRestriction, UnknownModel, NotOffered, NotHere, WordsRefused, a kind of NotAdmitted,
        FrameGone, media's BadImage and BadSound, or what the sources raise.
        """
        if known := await self._jobs.of_interaction(order.interaction_id):
            return await self._takes_of(known)  # delivered twice
        account = order.account
        rules = await self._rules(account, order)
        options, without_effect = self._menu.settle(order.wish, rules)
        price = self._prices.of(self._menu.model(options.model), options)
        # Asked before the work and again with the charge: who cannot pay has nothing looked at and nothing decoded.
        await self._check_admission(order, price)
        await self._discipline.check(account, order.interaction_id, options.prompt, options.template)
        crowded = self._with_files.locked()
        async with self._with_files:
            if crowded:  # others may have spent it while this one waited
                await self._check_admission(order, price)
            files = await self._files(order)
        first = self._new_job(order, options, price, rules, files, without_effect)
        return await self._takes_of((await self._jobs.accept_batch(_takes(first, order.takes)))[0])

    async def _check_admission(self, order: Order, price: int) -> None:
        await self._jobs.check_admission(order.account, price * order.takes, self._clock.now(), order.takes)

    async def _takes_of(self, job: Job) -> list[Job]:
        return await self._jobs.of_batch(job.batch_id) if job.batch_id else [job]

    def _new_job(
        self,
        order: Order,
        options: ClipOptions,
        price: int,
        rules: ChannelRules,
        files: _Files,
        without_effect: tuple[NoEffect, ...],
    ) -> NewJob:
        return NewJob(
            id=_new_id(),
            interaction_id=order.interaction_id,
            guild_id=order.guild_id,
            channel_id=order.channel_id,
            home_channel_id=order.account.home_channel_id,
            member_id=order.member_id,
            role_ids=order.role_ids,
            provider=self._provider,
            kind=kind_of(options),
            options=options,
            frame=files.frame,
            soundtrack=files.soundtrack,
            notes=(*files.mends, *without_effect),
            price=price,
            upload_limit_bytes=order.upload_limit_bytes,
            spoiler=order.spoiler or bool(rules.spoiler),
            private=order.private,
            installed=order.installed,
            token=order.token,
            token_until=order.token_until,
            parent_id=order.parent_id,
            relation=order.relation,
            created_at=self._clock.now(),
        )

    async def _rules(self, account: Account, order: Order) -> ChannelRules:
        """What holds in the channel; raises ChannelOff or NeedsAgeRestriction where nothing is made there."""
        every = await self._channels.of_guild(account.guild_id)
        rules = rules_for(order.relation, every, account.home_channel_id)
        if rules.allowed is False:
            raise ChannelOff(tuple(channel_id for channel_id, own in every.items() if channel_id and own.allowed))
        if rules.age_restricted and not order.age_restricted:
            raise NeedsAgeRestriction
        return rules

    async def _files(self, order: Order) -> _Files:
        frame, mends_of_frame = await self._frame(order)
        sound, mends_of_sound = await self._sound(order)
        return _Files(frame, sound, (*mends_of_frame, *mends_of_sound))

    async def _frame(self, order: Order) -> tuple[FirstFrameImage, tuple[str, ...]]:
        if order.image:
            made = await asyncio.to_thread(first_frame.prepare, await order.image(), self._decoder.run)
            return FirstFrameImage(made.sha256, made.jpeg), made.mends
        try:
            return await self._jobs.first_frame(order.frame or ""), ()
        except LookupError as error:
            raise FrameGone from error

    async def _sound(self, order: Order) -> tuple[SoundtrackFile | None, tuple[str, ...]]:
        if order.sound:
            made = await asyncio.to_thread(soundtrack.prepare, await order.sound())
            return SoundtrackFile(made.sha256, made.data, made.media_type), made.mends
        try:
            return await self._jobs.soundtrack(order.soundtrack) if order.soundtrack else None, ()
        except LookupError as error:
            raise FrameGone from error


def _takes(first: NewJob, count: int) -> list[NewJob]:
    """The first take and so many others with it, each from a seed of its own."""
    if count == 1:
        return [first]
    batch_id, seeds = _new_id(), (first.options.seed, *seeds_beside(first.options.seed, count - 1))
    return [
        replace(
            first,
            id=first.id if take == 1 else _new_id(),
            options=replace(first.options, seed=seed),
            batch_id=batch_id,
            take=take,
        )
        for take, seed in enumerate(seeds, 1)
    ]


def _new_id() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_ID_LENGTH))
