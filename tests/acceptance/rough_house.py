"""The engine with the client of real life, at a video service that misbehaves, on a clock that the test holds."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from client import DashScope, ListedTask, SinanCode, TaskReport, Turn, VideoRequest
from client.dialect import Timeouts
from engine import Job, Limits, Order, Wish
from tests.client.dialects import Dialect
from tests.client.rough import Call, RoughService
from tests.engine.edges import HeldClock, House, ScriptedProvider, house, order
from tests.media.sounds import tone

PER_DAY = 1000
QUICK = Timeouts(create_seconds=0.4, look_seconds=0.4, download_seconds=1)
"""Real seconds until what hangs is given up: the only time here that nobody holds."""

WITH_SOUND = "wan2.5-i2v-preview"
"""The model that takes a soundtrack in both dialects."""


class OverTheWire(ScriptedProvider):
    """A provider whose script is whatever the service says to a real client."""

    def __init__(self, client: SinanCode | DashScope) -> None:
        super().__init__(name=client.name, models=client.models)
        self._client = client

    async def create(self, request: VideoRequest) -> str:
        return await self._client.create(request)

    async def look(self, task_id: str) -> TaskReport:
        return await self._client.look(task_id)

    async def cancel(self, task_id: str) -> bool:
        return await self._client.cancel(task_id)

    async def store_file(self, data: bytes, filename: str, media_type: str, model: str | None) -> str:
        return await self._client.store_file(data, filename, media_type, model)

    async def list_created(self, model: str, since: datetime, until: datetime, turn: Turn) -> list[ListedTask] | None:
        return await self._client.list_created(model, since, until, turn)

    async def prompt_of(self, task_id: str) -> str | None:
        return await self._client.prompt_of(task_id)

    async def download(self, url: str, to: Path, max_bytes: int) -> int:
        return await self._client.download(url, to, max_bytes)

    async def check(self) -> None:
        await self._client.check()


@dataclass(frozen=True, slots=True)
class RoughHouse:
    """The engine's house, and the service that it orders from."""

    house: House
    service: RoughService

    async def end_of(self, job: Job, step_seconds: float = 1.0) -> Job:
        """The job once it has ended."""
        return await self.house.until_row(job, lambda row: row.state.final, step_seconds)

    async def spent(self) -> int:
        """What the member has paid in the end."""
        left = await self.house.left()
        assert left is not None
        return PER_DAY - left

    def clips(self, job: Job) -> int:
        """How many messages carry the job's clip."""
        return self.house.stage.posted.count(job.id)

    def paid_posts(self) -> int:
        """How many creates went out, whatever was answered."""
        return self.service.calls[Call.CREATE]


@asynccontextmanager
async def at_work(
    folder: Path, service: RoughService, clock: HeldClock, dialect: Dialect, seconds: Timeouts = QUICK
) -> AsyncIterator[RoughHouse]:
    """One life of the engine at this service; leaving it is a crash."""
    client = dialect.client(service.url, **seconds)
    limits = Limits(creates_per_second=1000, queries_per_second=1000)
    try:
        async with house(folder, OverTheWire(client), clock=clock, limits=limits, per_day=PER_DAY) as at:
            yield RoughHouse(at, service)
    finally:
        await client.aclose()


def asked(prompt: str, number: int = 1, *, with_sound: bool = False, model: str | None = None) -> Order:
    """An order in these words."""
    said = Wish(duration_seconds=5, resolution="720P", seed=number, prompt=prompt, model=model)
    if not with_sound:
        return replace(order(number), wish=said)
    return replace(order(number), wish=replace(said, soundtrack=True, model=WITH_SOUND), sound=_note)


async def _note() -> bytes:
    return tone("wav", 4)
