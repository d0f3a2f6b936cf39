"""The engine's edges, held by the test: time, the provider and the stage. What lies between them is real."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import av
from PIL import Image

from client import (
    DASHSCOPE,
    ListedTask,
    LookupFailed,
    Model,
    ProviderError,
    TaskReport,
    TaskState,
    Turn,
    VideoRequest,
)
from engine import (
    Bell,
    Credits,
    Defaults,
    Discipline,
    Engine,
    Herald,
    Janitor,
    Job,
    JobState,
    Limits,
    Menu,
    Meta,
    Order,
    Prices,
    Privacy,
    Servers,
    Wish,
)
from engine import Books as Records
from storage import AuditStore, BlockStore, ChannelStore, PhraseStore, PrivacyStore, ReportStore
from tests.engine.places import ListeningOperator, MemoryNoticeboard, MemoryStage
from tests.storage.books import CHANNEL, GUILD, MEMBER, NOON, Books, books

RESULT = "http://127.0.0.1/results/1.mp4"


class HeldClock:
    """Time that moves only when the test moves it."""

    def __init__(self) -> None:
        self._now = NOON
        self._passed_seconds = 0.0
        self._sleepers: set[tuple[float, asyncio.Event]] = set()

    def now(self) -> datetime:
        return self._now

    def steady_seconds(self) -> float:
        return self._passed_seconds

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._passed_seconds += seconds
        for due, over in self._sleepers:
            if due <= self._passed_seconds:
                over.set()

    def jump(self, by: timedelta) -> None:
        """Set the clock to another time, as its owner or a time service does: nothing has passed."""
        self._now += by

    async def wait(self, wake: asyncio.Event, seconds: float | None) -> None:
        if seconds is None:
            await wake.wait()
            return
        over = asyncio.Event()
        sleeper = (self._passed_seconds + seconds, over)
        self._sleepers.add(sleeper)
        waits = [asyncio.ensure_future(event.wait()) for event in (wake, over)]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._sleepers.discard(sleeper)
            for wait in waits:
                wait.cancel()


@dataclass
class ScriptedProvider:
    """Does what the test put into its lists, and counts what was asked of it."""

    clip: bytes = b""
    name: str = "scripted"
    models: tuple[Model, ...] = DASHSCOPE
    create_errors: list[Exception] = field(default_factory=list)
    look_errors: list[Exception] = field(default_factory=list)
    download_errors: list[Exception] = field(default_factory=list)
    report: TaskReport = field(default_factory=lambda: TaskReport(TaskState.RUNNING))
    finished: set[str] = field(default_factory=set)
    cancels: bool = False
    created: list[VideoRequest] = field(default_factory=list)
    looks: int = 0
    store_errors: list[Exception] = field(default_factory=list)
    stored: list[bytes] = field(default_factory=list)
    find_errors: list[Exception] = field(default_factory=list)
    check_errors: list[Exception] = field(default_factory=list)
    found: list[str] | None = None
    prompts: dict[str, str] = field(default_factory=dict)
    hold_creates: asyncio.Event | None = None
    hold_cancels: asyncio.Event | None = None
    asked_to_cancel: int = 0
    hold_downloads: asyncio.Event | None = None
    asked_to_download: int = 0

    async def create(self, request: VideoRequest) -> str:
        self.created.append(request)
        number = len(self.created)
        if self.hold_creates:
            await self.hold_creates.wait()
        if self.create_errors:
            raise self.create_errors.pop(0)
        return f"task-{number}"

    async def look(self, task_id: str) -> TaskReport:
        self.looks += 1
        if self.look_errors:
            raise self.look_errors.pop(0)
        if not task_id:
            raise LookupFailed("no such task")
        return TaskReport(TaskState.SUCCEEDED, RESULT) if task_id in self.finished else self.report

    async def cancel(self, task_id: str) -> bool:
        self.asked_to_cancel += 1
        if self.hold_cancels:
            await self.hold_cancels.wait()
        return self.cancels

    async def store_file(self, data: bytes, filename: str, media_type: str, model: str | None) -> str:
        if self.store_errors:
            raise self.store_errors.pop(0)
        self.stored.append(data)
        return f"oss://stored/{len(self.stored)}-{filename}"

    async def list_created(self, model: str, since: datetime, until: datetime, turn: Turn) -> list[ListedTask] | None:
        await turn()
        if self.find_errors:
            raise self.find_errors.pop(0)
        made = since + timedelta(seconds=30)
        return None if self.found is None else [ListedTask(task_id, made) for task_id in self.found]

    async def prompt_of(self, task_id: str) -> str | None:
        return self.prompts.get(task_id)

    async def download(self, url: str, to: Path, max_bytes: int) -> int:
        self.asked_to_download += 1
        if self.hold_downloads:
            await self.hold_downloads.wait()
        if self.download_errors:
            raise self.download_errors.pop(0)
        to.write_bytes(self.clip)
        return len(self.clip)

    async def check(self) -> None:
        if self.check_errors:
            raise self.check_errors.pop(0)

    async def aclose(self) -> None: ...

    def finish(self) -> None:
        self.report = TaskReport(TaskState.SUCCEEDED, RESULT)

    def fail(self, error: ProviderError) -> None:
        self.report = TaskReport(TaskState.FAILED, error=error)


@dataclass
class House:
    """An engine at work between its edges, and the rooms around it."""

    engine: Engine
    books: Books
    credits: Credits
    servers: Servers
    discipline: Discipline
    records: Records
    privacy: Privacy
    provider: ScriptedProvider
    stage: MemoryStage
    board: MemoryNoticeboard
    clock: HeldClock
    operator: ListeningOperator

    async def until(self, condition: Callable[[], bool], step_seconds: float = 1.0) -> None:
        """Let time pass until the condition holds."""
        for _ in range(2000):
            if condition():
                return
            await self._step(step_seconds)
        raise AssertionError("it never came to that")

    async def until_settled(self) -> None:
        """Let time pass until every job's end is shown."""
        for _ in range(2000):
            if not await self.books.unsettled():
                return
            await self._step()
        raise AssertionError("an end was never shown")

    async def until_state(self, job: Job, state: JobState, step_seconds: float = 1.0) -> Job:
        """Let time pass until the job's row is in this state."""
        for _ in range(2000):
            now = await self.books.jobs.get(job.id)
            if now and now.state is state:
                return now
            await self._step(step_seconds)
        raise AssertionError(f"the job never became {state}")

    async def until_row(self, job: Job, holds: Callable[[Job], object], step_seconds: float = 1.0) -> Job:
        """Let time pass until the job's row is like this."""
        for _ in range(4000):
            now = await self.books.jobs.get(job.id)
            if now and holds(now):
                return now
            await self._step(step_seconds)
        raise AssertionError(f"the job never became like this: {await self.books.jobs.get(job.id)}")

    async def a_clip(self, number: int = 1, member_id: int = MEMBER) -> Job:
        """A job whose clip is posted."""
        self.provider.finish()
        return await self.until_state(await self.engine.request(order(number, member_id)), JobState.DONE)

    async def a_while(self, seconds: int = 20) -> None:
        """Let time pass second by second, for what must not happen in it."""
        for _ in range(seconds):
            await self._step()

    async def _step(self, seconds: float = 1.0) -> None:
        """Let time pass, and no faster than the database keeps up with what was to be done by then."""
        self.clock.advance(seconds)
        await asyncio.sleep(0.002)
        await self.books.database.write(lambda _: None)

    async def left(self) -> int | None:
        """What the member can spend now."""
        return await self.books.left(self.clock.now())


@asynccontextmanager
async def house(
    folder: Path,
    provider: ScriptedProvider | None = None,
    stage: MemoryStage | None = None,
    clock: HeldClock | None = None,
    limits: Limits | None = None,
    per_day: int = 1000,
    board: MemoryNoticeboard | None = None,
    operator: ListeningOperator | None = None,
    keep_days: float = 30,
) -> AsyncIterator[House]:
    """One life of the process over this folder; leaving it is a crash: nothing is finished, nothing said."""
    provider, stage, clock = provider or ScriptedProvider(), stage or MemoryStage(), clock or HeldClock()
    board, operator = board or MemoryNoticeboard(), operator or ListeningOperator()
    prices = Prices({"480P": 1, "720P": 2, "1080P": 3})
    async with books(folder, per_day) as kept:
        database, meta, channels = kept.database, Meta(kept.database), ChannelStore(kept.database)
        herald = Herald(kept.servers, meta, board, operator, prices, clock)
        discipline = Discipline(BlockStore(database), PhraseStore(database), clock, herald.wake)
        own_data = PrivacyStore(database, per_day)
        engine = Engine(
            kept.jobs,
            provider,
            provider.name,
            stage,
            Bell(operator, meta, clock),
            clock,
            menu=Menu(provider.models, Defaults()),
            prices=prices,
            channels=channels,
            discipline=discipline,
            herald=herald,
            janitor=Janitor(own_data, clock, keep_days=keep_days),
            limits=limits or Limits(),
            clips=folder / "clips",
        )
        await engine.resume()
        running = asyncio.create_task(engine.run())
        try:
            yield House(
                engine=engine,
                books=kept,
                credits=Credits(kept.standings, kept.ledger, kept.limits, clock, herald.wake),
                servers=Servers(kept.servers, channels, clock, herald.wake),
                discipline=discipline,
                records=Records(AuditStore(database), ReportStore(database), kept.servers, clock),
                privacy=Privacy(own_data, kept.jobs, clock, engine.forget),
                provider=provider,
                stage=stage,
                board=board,
                clock=clock,
                operator=operator,
            )
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await engine.stop(0)


def order(number: int = 1, member_id: int = MEMBER, upload_limit_bytes: int = 10 * 1024 * 1024) -> Order:
    """A command with a real picture."""
    return Order(
        interaction_id=number,
        guild_id=GUILD,
        channel_id=CHANNEL,
        member_id=member_id,
        image=fetch_picture,
        wish=Wish(duration_seconds=5, resolution="720P", seed=number),
        upload_limit_bytes=upload_limit_bytes,
    )


async def fetch_picture() -> bytes:
    """Hand over what a member attached."""
    return picture()


def picture() -> bytes:
    """A small JPEG."""
    from io import BytesIO

    file = BytesIO()
    Image.linear_gradient("L").resize((480, 360)).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def film(path: Path, seconds: int = 1, side: int = 128) -> bytes:
    """A real MP4."""
    with av.open(str(path), "w") as out:
        pictures = out.add_stream("libx264", rate=10)
        pictures.width = pictures.height = side
        pictures.pix_fmt = "yuv420p"
        for number in range(seconds * 10):
            image = Image.effect_noise((side, side), 80 + number).convert("RGB")
            out.mux(pictures.encode(av.VideoFrame.from_image(image)))
        out.mux(pictures.encode(None))
    return path.read_bytes()
