"""Takes of one order: one message with all their files, once none is being made any more, and refunds for the rest."""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from client import LookupFailed, ModerationRefused, ResultGone, TaskReport, TaskState
from engine import (
    Cancelled,
    CancelOutcome,
    ChannelClosed,
    Deed,
    Failure,
    Job,
    JobState,
    Limits,
    Order,
    Route,
    StageDown,
)
from tests.engine.edges import RESULT, House, ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.storage.books import MEMBER, NOON

CLOSED = ChannelClosed("50001")


@dataclass
class ManyTasks(ScriptedProvider):
    """Tells of each task by itself."""

    reports: dict[str, TaskReport] = field(default_factory=dict)
    downloads: deque[str] = field(default_factory=deque)
    gone: set[str] = field(default_factory=set)

    async def look(self, task_id: str) -> TaskReport:
        if not task_id:
            raise LookupFailed("no such task")
        return self.reports.get(task_id, self.report)

    async def download(self, url: str, to: Path, max_bytes: int) -> int:
        self.downloads.append(url)
        if url in self.gone:
            raise ResultGone
        return await super().download(url, to, max_bytes)

    def ready(self, *numbers: int) -> None:
        for number in numbers:
            self.reports[f"task-{number}"] = TaskReport(TaskState.SUCCEEDED, f"{RESULT}?{number}")

    def refused(self, number: int) -> None:
        self.reports[f"task-{number}"] = TaskReport(TaskState.FAILED, error=ModerationRefused("content"))


@pytest.fixture
def provider(tmp_path: Path) -> ManyTasks:
    return ManyTasks(clip=film(tmp_path / "film.mp4"))


def takes(count: int, number: int = 1) -> Order:
    return replace(order(number), takes=count)


async def all_of(at: House, job: Job) -> list[Job]:
    return await at.books.jobs.of_batch(job.batch_id or "")


async def ended(at: House, job: Job) -> list[Job]:
    """Let time pass until every take has ended and the end is shown, and then some more."""
    for _ in range(3000):
        if all(take.state.final for take in await all_of(at, job)):
            break
        at.clock.advance(0.5)
        await asyncio.sleep(0.002)
    await at.until_settled()
    await at.a_while(5)
    return await all_of(at, job)


def test_takes_are_posted_side_by_side_once_the_last_one_is_made(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(takes(3))
            await at.until(lambda: len(provider.created) == 3)
            provider.ready(1, 3)
            await at.until(lambda: len(provider.downloads) == 2)  # fetched already: their addresses may die
            await at.a_while(20)
            assert at.stage.posts == 0
            provider.ready(2)
            done = await ended(at, job)
            assert at.stage.posted == [take.id for take in done]
            assert len(at.stage.messages) == 1
            assert {(take.clip_message_id, take.clip_channel_id) for take in done} == {(500, 20)}
            assert len(provider.downloads) == 3
            assert await at.left() == 970
            assert list((tmp_path / "clips").iterdir()) == []

    asyncio.run(scenario())


def test_takes_that_fail_are_refunded_each_and_the_others_are_posted(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(takes(4))
            await at.until(lambda: len(provider.created) == 4)
            provider.refused(1)
            await at.a_while(20)
            provider.ready(2, 3, 4)
            provider.gone = {f"{RESULT}?3"}
            first, *others = await ended(at, job)
            assert [take.state for take in (first, *others)].count(JobState.DONE) == 2
            assert first.failure is Failure.MODERATION
            lost = next(take for take in others if take.state is JobState.FAILED)
            assert lost.failure is Failure.RESULT_LOST
            assert at.stage.posted == [take.id for take in others if take.state is JobState.DONE]
            assert len(at.stage.messages) == 1
            assert await at.left() == 980

    asyncio.run(scenario())


def test_a_take_whose_result_is_gone_takes_no_other_along_when_the_time_is_up(
    tmp_path: Path, provider: ManyTasks
) -> None:
    async def scenario() -> None:
        provider.gone = {f"{RESULT}?1"}
        async with house(tmp_path, provider, limits=Limits(delivery_deadline_seconds=60)) as at:
            job = await at.engine.request(takes(3))
            await at.until(lambda: len(provider.created) == 3)
            provider.ready(1, 2, 3)
            lost, *others = await ended(at, job)
            assert lost.failure is Failure.RESULT_LOST
            assert at.stage.posted == [take.id for take in others]
            assert await at.left() == 980

    asyncio.run(scenario())


def test_takes_that_are_made_are_posted_when_the_last_one_to_end_fails(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        stage = MemoryStage()
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(takes(3))
            await at.until(lambda: len(provider.created) == 3)
            provider.ready(1, 2)
            await at.until(lambda: len(provider.downloads) == 2)
            provider.refused(3)
            await at.until(lambda: len(stage.posted) == 2)
            assert [take.state for take in await all_of(at, job)][2] is JobState.FAILED

    asyncio.run(scenario())


def test_a_batch_of_which_nothing_came_is_refunded_whole(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(takes(2))
            await at.until(lambda: len(provider.created) == 2)
            provider.refused(1)
            provider.refused(2)
            await ended(at, job)
            assert at.stage.posts == 0
            assert await at.left() == 1000
            told = at.stage.statuses[-1][1]
            assert told.state is JobState.FAILED
            assert [take.failure for take in told.takes] == [Failure.MODERATION] * 2

    asyncio.run(scenario())


@pytest.mark.parametrize("closed", [(), (Route.CHANNEL,)])
@pytest.mark.parametrize("fault", ["before", "after", None])
def test_a_crash_while_a_batch_is_posted_leaves_one_message_with_all_takes(
    tmp_path: Path, provider: ManyTasks, closed: tuple[Route, ...], fault: str | None
) -> None:
    async def scenario() -> None:
        stage = MemoryStage(closed=dict.fromkeys(closed, CLOSED))
        if fault is None:
            stage.hold_posts = asyncio.Event()
        else:
            (stage.errors_before if fault == "before" else stage.errors_after).append(StageDown("cut"))
        provider.ready(1, 2)
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(takes(2))
            holds = (lambda: not (stage.errors_before or stage.errors_after)) if fault else lambda: stage.posts == 1
            await at.until(holds, step_seconds=0.2)
        stage.hold_posts = None
        async with house(tmp_path, provider, stage, at.clock) as at:
            done = await ended(at, job)
            assert [message.ids for message in stage.messages] == [[take.id for take in done]]
            assert {take.state for take in done} == {JobState.DONE}
            assert stage.messages[0].route is (Route.DIRECT if closed else Route.CHANNEL)
            assert await at.left() == 980

    asyncio.run(scenario())


def test_a_batch_that_no_way_takes_waits_whole_and_each_take_is_handed_over(
    tmp_path: Path, provider: ManyTasks
) -> None:
    async def scenario() -> None:
        stage = MemoryStage(closed={Route.CHANNEL: CLOSED, Route.DIRECT: CLOSED})
        provider.ready(1, 2)
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(takes(2))
            await at.until_row(job, lambda row: row.waits_since)
            first, second = await all_of(at, job)
            assert second.waits_since == first.waits_since
            assert not isinstance(await at.engine.hand_over(second.id, MEMBER), str)
            await at.engine.handed_over(second.id, 77)
            at.clock.advance(timedelta(days=7, hours=1).total_seconds())
            await at.until_row(first, lambda row: row.state.final)
            states = [take.state for take in await all_of(at, job)]
            assert states == [JobState.FAILED, JobState.DONE]
            assert await at.books.left(NOON) == 990

    asyncio.run(scenario())


def test_the_status_of_a_batch_is_one_message_that_says_how_each_take_stands(
    tmp_path: Path, provider: ManyTasks
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, limits=Limits(running_tasks=1)) as at:
            job = await at.engine.request(takes(3))
            await at.engine.show_in(job, 901)
            await at.until(lambda: len(provider.created) == 1)
            await at.until_state(job, JobState.RUNNING)
            status = await at.engine.status(job)
            assert (status.state, status.cancellable) == (JobState.RUNNING, True)
            assert [(take.state, take.place) for take in status.takes] == [
                (JobState.RUNNING, None),
                (JobState.QUEUED, 1),
                (JobState.QUEUED, 2),
            ]
            provider.refused(1)
            await at.until_state(job, JobState.FAILED)
            status = await at.engine.status(job)
            assert not status.state.final
            provider.ready(2, 3)
            done = await ended(at, job)
            assert {job_id for job_id, _ in at.stage.statuses} == {job.id}
            last = at.stage.statuses[-1][1]
            assert (last.state, last.clip_message_id) == (JobState.DONE, 500)
            assert [take.state for take in last.takes] == [take.state for take in done]
            assert (await all_of(at, job))[0].status_settled

    asyncio.run(scenario())


def test_a_batch_is_cancelled_and_removed_as_one(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, limits=Limits(running_tasks=1)) as at:
            job = await at.engine.request(takes(3))
            await at.until_state(job, JobState.RUNNING)
            refused = await at.engine.cancel(job.id, 666, moderates_guild=None)
            assert refused == Cancelled((CancelOutcome.NOT_YOURS,))
            cancelled = await at.engine.cancel(job.id, MEMBER, moderates_guild=None)
            assert cancelled.outcome is CancelOutcome.CANCELLED
            made, *others = cancelled.outcomes
            assert (made, set(others)) == (CancelOutcome.TOO_LATE, {CancelOutcome.CANCELLED})
            assert cancelled.refunded == 20
            assert await at.left() == 990
            provider.ready(1)
            await ended(at, job)
            assert at.stage.posted == [job.id]
            await at.engine.remove(job.id, Deed(MEMBER), refund=False, moderates_guild=None)
            await at.until(lambda: bool(at.stage.taken_down))
            assert at.stage.messages_taken_down == [500]

    asyncio.run(scenario())
