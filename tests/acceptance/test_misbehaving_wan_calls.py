"""Whatever a call to the video service meets, in both dialects: one clip or one refund, and no second paid POST."""

import asyncio
from pathlib import Path

import pytest

from tests.acceptance.rough_house import RoughHouse, asked, at_work
from tests.acceptance.wan_misbehaviour import CLIP, TABLE, Row
from tests.client.dialects import Dialect
from tests.client.rough import Bad, Call, RoughService
from tests.client.service import cuts
from tests.engine.edges import HeldClock, film

ROWS = [(dialect, row) for row in TABLE for dialect in row.dialects]
NAMES = [f"{dialect.name}-{row.call}-{row.name}" for dialect, row in ROWS]
AT_THE_STORE = (Call.STORE, Call.BUCKET)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The result of every task."""
    return film(tmp_path_factory.mktemp("film") / "film.mp4")


@pytest.mark.parametrize(("dialect", "row"), ROWS, ids=NAMES)
def test_the_job_ends_in_one_clip_or_one_refund(tmp_path: Path, clip: bytes, dialect: Dialect, row: Row) -> None:
    async def scenario() -> None:
        clock = HeldClock()
        async with RoughService(dialect, clip, clock.now) as service:
            service.misbehave(row.call, row.play())
            if row.call is Call.LIST:
                service.misbehave(Call.CREATE, iter([Bad(cuts(), has_effect=True)]))
            async with at_work(tmp_path, service, clock, dialect) as at:
                await _ends_as_the_row_says(at, row)

    asyncio.run(scenario())


async def _ends_as_the_row_says(at: RoughHouse, row: Row) -> None:
    order = asked("a wave", with_sound=row.call in AT_THE_STORE)
    job = await at.end_of(await at.house.engine.request(order), row.step_seconds)
    await at.house.a_while(5)
    assert job.failure is row.end
    assert at.clips(job) == (1 if row.end is CLIP else 0)
    assert await at.spent() == (job.price if row.end is CLIP else 0)
    assert len(at.service.tasks) <= 1
    assert row.posts is None or at.paid_posts() == row.posts
    assert at.service.calls[row.call] >= len(row.script)
