"""Presses of a clip's buttons, what answers them, and a showcase that remembers and fails as told."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from client import DASHSCOPE, Model
from engine import (
    Archive,
    Asking,
    Defaults,
    Gallery,
    Job,
    JobState,
    Menu,
    Order,
    Prices,
    Reels,
    Sequels,
    Voting,
    Wish,
)
from storage import ChannelStore
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.storage.books import CHANNEL, GUILD, MEMBER

Press = Callable[["Desks", str, Asking], Awaitable[object]]

OTHER = 31
SHOWCASE = 25
PRICES = Prices({"480P": 1, "720P": 2, "1080P": 3})


@dataclass
class MemoryShowcase:
    """Remembers copies by their job; a failure may come before the effect or after it."""

    copies: list[str] = field(default_factory=list)
    channels: list[int | None] = field(default_factory=list)
    spoilers: list[bool] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    for_adults: bool = False
    errors_before: list[Exception] = field(default_factory=list)
    errors_after: list[Exception] = field(default_factory=list)
    find_errors: list[Exception] = field(default_factory=list)
    posts: int = 0
    hold: asyncio.Event | None = None

    async def is_age_restricted(self, channel_id: int) -> bool:
        return self.for_adults and channel_id == SHOWCASE

    async def find_copy(self, job: Job) -> int | None:
        if self.find_errors:
            raise self.find_errors.pop(0)
        return 700 + self.copies.index(job.id) if job.id in self.copies else None

    async def post_copy(self, job: Job, *, spoiler: bool) -> int:
        self.posts += 1
        if self.hold:
            await self.hold.wait()
        if self.errors_before:
            raise self.errors_before.pop(0)
        self.copies.append(job.id)
        self.channels.append(job.share_channel_id)
        self.spoilers.append(spoiler)
        if self.errors_after:
            raise self.errors_after.pop(0)
        return 700 + self.copies.index(job.id)

    async def drop_copy(self, job: Job) -> None:
        self.dropped.append(job.id)


@dataclass(frozen=True)
class Desks:
    """What answers presses."""

    sequels: Sequels
    archive: Archive
    voting: Voting
    gallery: Gallery
    showcase: MemoryShowcase


def desks(
    at: House, folder: Path, showcase: MemoryShowcase | None = None, models: tuple[Model, ...] = DASHSCOPE
) -> Desks:
    """Set up over a house."""
    showcase = showcase or MemoryShowcase()
    jobs, channels, menu = at.books.jobs, ChannelStore(at.books.database), Menu(models, Defaults())
    reels = Reels(at.provider, at.stage, at.clock, clips=folder / "clips")
    return Desks(
        sequels=Sequels(jobs, channels, menu, PRICES, reels),
        archive=Archive(jobs, menu, at.clock),
        voting=Voting(jobs, at.clock),
        gallery=Gallery(jobs, at.books.servers, channels, showcase, at.clock),
        showcase=showcase,
    )


def press(number: int = 100, member_id: int = MEMBER, **more: Any) -> Asking:
    """A press by a member in the channel of the clips."""
    facts: dict[str, Any] = {"guild_id": GUILD, "channel_id": CHANNEL, "upload_limit_bytes": 10 * 1024 * 1024}
    return Asking(interaction_id=number, member_id=member_id, **(facts | more))


async def clip_of(at: House, asked: Order) -> Job:
    """What an order came to, posted."""
    at.provider.finish()
    return await at.until_state(await at.engine.request(asked), JobState.DONE)


async def takes_of(at: House, count: int) -> list[Job]:
    """So many takes of one order, posted."""
    at.provider.finish()
    first = await at.engine.request(replace(order(), takes=count))
    for take in await at.engine.takes(first):
        await at.until_state(take, JobState.DONE)
    return await at.engine.takes(first)


WHOLE = Wish(
    model="wan2.6-i2v",
    prompt="waves",
    duration_seconds=10,
    resolution="720P",
    negative_prompt="rain",
    seed=5,
    shots="multi",
    watermark=True,
)


def run(folder: Path, scenario: Callable[[House, Desks], Awaitable[None]]) -> None:
    """Play a scenario in a house with a provider that makes real clips."""

    async def play() -> None:
        async with house(folder, ScriptedProvider(film(folder / "made.mp4"))) as at:
            await scenario(at, desks(at, folder))

    asyncio.run(play())


async def again(at: Desks, job_id: str, by: Asking) -> object:
    return await at.sequels.again(job_id, by)


async def remix(at: Desks, job_id: str, by: Asking) -> object:
    return await at.sequels.remix(job_id, by, Wish(prompt="wind"))


async def remix_form(at: Desks, job_id: str, by: Asking) -> object:
    return await at.sequels.remix_form(job_id, by)


async def finish(at: Desks, job_id: str, by: Asking) -> object:
    return await at.sequels.final(job_id, by, 5)


async def final_form(at: Desks, job_id: str, by: Asking) -> object:
    return await at.sequels.final_form(job_id, by)


async def extend(at: Desks, job_id: str, by: Asking) -> object:
    return await at.sequels.extend(job_id, by, "then it rains", 5)


async def extend_form(at: Desks, job_id: str, by: Asking) -> object:
    return await at.sequels.extend_form(job_id, by)


for_all = pytest.mark.parametrize("pressed", [again, remix, remix_form])
for_owners = pytest.mark.parametrize("pressed", [finish, final_form, extend, extend_form])
from_a_frame = pytest.mark.parametrize("pressed", [again, remix, remix_form, finish, final_form])
every = pytest.mark.parametrize("pressed", [again, remix, remix_form, finish, final_form, extend, extend_form])
