"""A week of traffic in which all sorts of things go wrong: its last day leaves no more behind than its second."""

import asyncio
import gc
import logging
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sized
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from client import Busy, InputRefused, LookupFailed, OutcomeUnknown, ResultGone, Unreachable, VideoRequest
from engine import ChannelClosed, Deed, HandOver, Job, PostRefused, Route, StageDown
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.storage.books import MEMBER, MODERATOR

DAYS = 7
DAY_SECONDS = 24 * 3600
SLACK_BYTES = 64 * 1024
"""What a run may hold more by chance: the interpreter's own tables, a list that has grown by one step."""

ROOT = Path(__file__).parent.parent.parent
OWN_LINES = [tracemalloc.Filter(True, f"{ROOT}/{room}/*") for room in ("engine", "storage", "client", "media")]
"""What the bot's own lines have allocated: the edges of the test keep some clips."""

FEW_TASKS = 4
"""How many may be just about to end."""


@pytest.fixture(autouse=True)
def no_log() -> Iterator[None]:
    """The runner keeps every line of the log, which would be growth of its own."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@dataclass
class ForgetfulProvider(ScriptedProvider):
    """Counts its tasks, and keeps nothing of them."""

    tasks: int = 0

    async def create(self, request: VideoRequest) -> str:
        await super().create(request)
        self.created.clear()
        self.tasks += 1
        return f"task-{self.tasks}"


@dataclass(frozen=True)
class Holdings:
    """What the process holds at the end of a day."""

    traced_bytes: int
    containers: Counter[str]
    files: int
    tasks: int
    clips: int


@dataclass
class Traffic:
    """People who order; each order is one more."""

    at: House
    frame: str
    orders: int = 100

    async def order(self, member_id: int, takes: int = 1) -> Job:
        self.orders += 1
        asked = replace(order(self.orders, member_id), image=None, frame=self.frame, takes=takes)
        return await self.at.engine.request(asked)

    async def done(self, *jobs: Job) -> None:
        for job in jobs:
            await self.at.until_row(job, lambda row: row.state.final)

    async def day(self, first: int) -> None:
        """A day's orders, by members who are new."""
        ordinary = [await self.order(first + number) for number in range(4)]
        await self.done(*ordinary, await self.order(first + 4, takes=3))
        await self.with_the_service_in_trouble(first + 5)
        await self.with_discord_in_trouble(first + 6)
        await self.taken_back(first + 7, ordinary[0])
        await self.at.until_settled()
        self.at.clock.advance(DAY_SECONDS - self.at.clock.steady_seconds() % DAY_SECONDS)
        await self.at.a_while(5)
        self.forget_what_was_seen()

    async def with_the_service_in_trouble(self, member_id: int) -> None:
        provider = self.at.provider
        provider.found, provider.store_errors = [], []
        for error in (InputRefused("too dark"), Unreachable(), Busy(), OutcomeUnknown("cut")):
            provider.create_errors = [error]
            await self.done(await self.order(member_id))
        provider.look_errors = [LookupFailed("503") for _ in range(3)]
        provider.download_errors = [ResultGone("404")]
        await self.done(await self.order(member_id))

    async def with_discord_in_trouble(self, member_id: int) -> None:
        stage = self.at.stage
        stage.errors_before, stage.errors_after = [StageDown("503")], [StageDown("cut")]
        stage.status_errors = [StageDown("503") for _ in range(3)]
        await self.done(await self.order(member_id), await self.order(member_id))
        stage.closed = {Route.CHANNEL: ChannelClosed("50001"), Route.DIRECT: PostRefused("50007")}
        held = await self.at.until_row(await self.order(member_id), lambda row: row.waits_since)
        stage.closed = {}
        for number in range(2):
            assert isinstance(await self.at.engine.hand_over(held.id, member_id), HandOver)
            await self.at.engine.not_handed_over(held.id) if number == 0 else None
        await self.at.engine.handed_over(held.id, 900)

    async def taken_back(self, member_id: int, removed: Job) -> None:
        at = self.at
        at.provider.create_errors = [Busy(retry_after_seconds=30)]
        waiting = await self.order(member_id)
        await at.until(lambda: not at.provider.create_errors)
        await at.engine.cancel(waiting.id, member_id, moderates_guild=None)
        at.stage.take_down_errors = [ChannelClosed("50001"), StageDown("503")]
        deed = Deed(MODERATOR, "by a moderator")
        await at.engine.remove(removed.id, deed, refund=True, moderates_guild=removed.guild_id)
        await at.until(lambda: removed.id in at.stage.taken_down, step_seconds=60)
        await self.done(await self.order(member_id))
        await at.privacy.forget(member_id)

    def forget_what_was_seen(self) -> None:
        """The edges remember everything, for other tests."""
        at = self.at
        seen = (at.stage.messages, at.stage.statuses, at.stage.taken_down, at.stage.written)
        for kept in (*seen, at.stage.messages_taken_down, at.board.notices, at.operator.told, at.stage.fetched):
            kept.clear()

    async def holdings(self, folder: Path) -> Holdings:
        # What is under way for a moment holds a clip or two; what is kept is there each time.
        traced = []
        for _ in range(5):
            await self.at.a_while(5)
            gc.collect()
            traced.append(sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces(OWN_LINES).traces))
        return Holdings(
            min(traced),
            containers_of_the_engine(),
            len(list(Path("/proc/self/fd").iterdir())),
            len(asyncio.all_tasks()),
            len(list((folder / "clips").iterdir())),
        )


def containers_of_the_engine() -> Counter[str]:
    """How much is in each collection that an object of the engine has, whatever it is called."""
    found: Counter[str] = Counter()
    for one in gc.get_objects():
        kind = type(one)
        if str(kind.__module__).startswith("engine.") and hasattr(one, "__dict__"):
            for name, value in vars(one).items():
                if isinstance(value, Sized) and not isinstance(value, str | bytes):
                    found[f"{kind.__module__}.{kind.__qualname__}.{name}"] += len(value)
    return found


@asynccontextmanager
async def traffic(folder: Path) -> AsyncIterator[Traffic]:
    provider = ForgetfulProvider(clip=film(folder / "film.mp4"))
    async with house(folder, provider, keep_days=30) as at:
        first = await at.a_clip()
        assert first.frame
        yield Traffic(at, first.frame)


def test_a_week_leaves_nothing_behind(tmp_path: Path) -> None:
    async def scenario() -> None:
        held = {}
        async with traffic(tmp_path) as people:
            for day in range(1, DAYS + 1):
                await people.day(MEMBER + 100 * day)
                if day == 1:
                    tracemalloc.start()
                if day in (2, DAYS):
                    held[day] = await people.holdings(tmp_path)
            assert not await people.at.books.open_jobs()
        second, last = held[2], held[DAYS]
        assert last.containers - second.containers == Counter()
        assert last.traced_bytes - second.traced_bytes < SLACK_BYTES
        assert (last.files, last.clips) == (second.files, 0)
        assert last.tasks <= second.tasks + FEW_TASKS

    try:
        asyncio.run(scenario())
    finally:
        tracemalloc.stop()
