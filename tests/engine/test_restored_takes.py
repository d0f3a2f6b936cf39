"""Takes of one order out of a restored copy: each is looked for by itself, and what is posted is one message."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from client import ModerationRefused, TaskReport, TaskState
from engine import Job, JobState, Posted, Route, StageDown
from tests.engine.edges import ScriptedProvider, film, order
from tests.engine.lives import Life
from tests.engine.places import MemoryStage


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path, ScriptedProvider(clip=film(tmp_path / "film.mp4")))


class RefusesTheFirst(ScriptedProvider):
    """Its first task fails where the others succeed."""

    async def look(self, task_id: str) -> TaskReport:
        if task_id == "task-1" and self.report.state is TaskState.SUCCEEDED:
            return TaskReport(TaskState.FAILED, error=ModerationRefused("no"))
        return await super().look(task_id)


def test_takes_of_one_message_are_each_looked_for(life: Life) -> None:
    life.provider = RefusesTheFirst(clip=life.provider.clip)

    async def scenario() -> None:
        async with life.bot() as at:
            first = await at.engine.request(replace(order(), takes=3))
            takes = await at.books.jobs.of_batch(first.batch_id or "")
            for take in takes:
                await at.until_state(take, JobState.RUNNING)
            life.back_up()
            life.provider.finish()
            await at.until_settled()
        assert life.stage.posted == [takes[1].id, takes[2].id]
        assert await life.restore() == 3
        async with life.bot() as at:
            await at.until_settled()
            after = await at.books.jobs.of_batch(first.batch_id or "")
            assert [take.state for take in after] == [JobState.FAILED, JobState.DONE, JobState.DONE]
            assert await at.left() == 980
        assert (life.stage.posts, len(life.provider.created)) == (1, 3)

    asyncio.run(scenario())


@dataclass
class Misty(MemoryStage):
    """A stage on which nobody can look for one of the jobs yet."""

    hidden: str = ""

    async def find_clip(self, job: Job, route: Route) -> Posted | None:
        if job.id == self.hidden:
            raise StageDown
        return await super().find_clip(job, route)


def test_takes_wait_for_one_of_them_that_is_still_in_doubt(life: Life) -> None:
    life.stage = stage = Misty()

    async def scenario() -> None:
        async with life.bot() as at:
            first = await at.engine.request(replace(order(), takes=2))
            takes = await at.books.jobs.of_batch(first.batch_id or "")
            for take in takes:
                await at.until_state(take, JobState.RUNNING)
            life.back_up()
        life.provider.finish()
        stage.hidden = takes[0].id
        await life.restore()
        async with life.bot() as at:
            await at.until_state(takes[1], JobState.READY)
            await at.a_while()
            assert stage.posts == 0
            stage.hidden = ""
            for take in takes:
                await at.until_state(take, JobState.DONE)
        assert [sorted(message.ids) for message in life.stage.messages] == [sorted(take.id for take in takes)]

    asyncio.run(scenario())
