"""A clock that is set to another time ends nothing that was not due, and holds up nothing that was."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from client import Busy, OperatorNeeded, OutcomeUnknown, TaskReport, TaskState, VideoRequest
from engine import (
    ChannelClosed,
    Deed,
    Failure,
    HandOver,
    Job,
    JobState,
    LedgerKind,
    Limits,
    NoHandOver,
    PostRefused,
    Route,
    StageDown,
)
from tests.engine.edges import RESULT, House, ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.storage.books import GUILD, MEMBER

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
JUMPS = [
    pytest.param(sign * by, id=f"{way} {by}") for way, sign in (("on", 1), ("back", -1)) for by in (HOUR, DAY, YEAR)
]
NOBODY = {Route.CHANNEL: ChannelClosed("50001"), Route.DIRECT: PostRefused("50007")}


@dataclass
class ManyTasks(ScriptedProvider):
    """Finishes the tasks it is told to, and has no room for some seeds."""

    finished: set[str] = field(default_factory=set)
    no_room_for: set[int] = field(default_factory=set)

    async def create(self, request: VideoRequest) -> str:
        if request.seed in self.no_room_for:
            raise Busy
        return await super().create(request)

    async def look(self, task_id: str) -> TaskReport:
        self.looks += 1
        return TaskReport(TaskState.SUCCEEDED, RESULT) if task_id in self.finished else TaskReport(TaskState.RUNNING)


@pytest.fixture
def provider(tmp_path: Path) -> ManyTasks:
    return ManyTasks(clip=film(tmp_path / "film.mp4"))


async def moved(at: House, kind: LedgerKind) -> int:
    """How many entries of this kind the member has."""
    entries = await at.books.ledger.history(GUILD, MEMBER, before_id=None, limit=50)
    return sum(entry.kind is kind for entry in entries)


async def a_held_clip(at: House) -> Job:
    """A clip that no route took."""
    at.stage.closed = dict(NOBODY)
    job = await at.engine.request(order())
    at.provider.finish()
    held = await at.until_row(job, lambda row: row.waits_since)
    at.stage.closed = {}
    return held


@pytest.mark.parametrize("jump", JUMPS)
def test_what_is_under_way_in_every_state_goes_on_as_if_nothing_was(
    tmp_path: Path, provider: ManyTasks, jump: timedelta
) -> None:
    async def scenario() -> None:
        provider.finished = {"task-1", "task-3"}
        stage = MemoryStage()
        async with house(tmp_path, provider, stage) as at:
            held = await a_held_clip(at)
            running = await at.until_state(await at.engine.request(order(2)), JobState.RUNNING)
            stage.errors_before = [StageDown("503", retry_after_seconds=90)]
            resting = await at.engine.request(order(3))
            await at.until(lambda: stage.posts == 3)
            provider.no_room_for = {4}
            waiting = await at.engine.request(order(4))
            await at.a_while(5)

            at.clock.jump(jump)
            await at.a_while(30)
            states = [row.state for job in (held, running, resting, waiting) if (row := await at.engine.job(job.id))]
            assert states[:3] == [JobState.READY, JobState.RUNNING, JobState.POSTING]
            assert states[3] in (JobState.QUEUED, JobState.SUBMITTING)  # it is tried every now and then

            before = at.clock.steady_seconds()
            provider.finished |= {"task-2", "task-4"}
            provider.no_room_for = set()
            for job in (resting, running, waiting):
                await at.until_state(job, JobState.DONE)
            assert at.clock.steady_seconds() - before < 1000
            given = await at.engine.hand_over(held.id, MEMBER)
            assert isinstance(given, HandOver)
            await at.engine.handed_over(held.id, 900)
            assert sorted(stage.posted) == sorted(job.id for job in (resting, running, waiting))
            assert [await moved(at, kind) for kind in (LedgerKind.CHARGE, LedgerKind.REFUND)] == [4, 0]

    asyncio.run(scenario())


@pytest.mark.parametrize("jump", [YEAR, -YEAR], ids=["on", "back"])
def test_what_never_comes_ends_when_its_time_has_passed_and_is_refunded_once(
    tmp_path: Path, provider: ManyTasks, jump: timedelta
) -> None:
    async def scenario() -> None:
        limits = Limits(task_deadline_seconds=900, submit_patience_seconds=900)
        async with house(tmp_path, provider, limits=limits) as at:
            running = await at.until_state(await at.engine.request(order(1)), JobState.RUNNING)
            provider.no_room_for = {2}
            waiting = await at.engine.request(order(2))
            await at.a_while(10)
            at.clock.jump(jump)
            begun = at.clock.steady_seconds()
            for job, failure in ((waiting, Failure.PROVIDER_BUSY), (running, Failure.TIMED_OUT)):
                ended = await at.until_state(job, JobState.FAILED)
                assert ended.failure is failure
            assert 600 < at.clock.steady_seconds() - begun < 2000
            await at.until_settled()
            assert await moved(at, LedgerKind.REFUND) == 2

    asyncio.run(scenario())


@pytest.mark.parametrize("jump", [YEAR, -YEAR], ids=["on", "back"])
def test_a_clip_that_waits_for_its_member_waits_a_week_and_no_longer(
    tmp_path: Path, provider: ManyTasks, jump: timedelta
) -> None:
    async def scenario() -> None:
        provider.finished = {"task-1"}
        async with house(tmp_path, provider) as at:
            held = await a_held_clip(at)
            await at.a_while(5)
            at.clock.jump(jump)
            at.clock.advance(timedelta(days=6).total_seconds())
            await at.a_while(5)
            assert (await at.until_state(held, JobState.READY)).waits_since == held.waits_since
            at.clock.advance(DAY.total_seconds())
            assert (await at.until_state(held, JobState.FAILED)).failure is Failure.CHANNEL_CLOSED
            assert await moved(at, LedgerKind.REFUND) == 1

    asyncio.run(scenario())


def test_a_hand_over_of_which_nothing_was_heard_can_be_asked_for_again(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        provider.finished = {"task-1"}
        async with house(tmp_path, provider) as at:
            held = await a_held_clip(at)
            assert isinstance(await at.engine.hand_over(held.id, MEMBER), HandOver)
            at.clock.jump(-YEAR)
            assert await at.engine.hand_over(held.id, MEMBER) is NoHandOver.UNDER_WAY
            at.clock.advance(16 * 60)
            assert isinstance(await at.engine.hand_over(held.id, MEMBER), HandOver)

    asyncio.run(scenario())


def test_the_search_for_a_lost_order_has_as_many_tries(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        provider.create_errors, provider.found = [OutcomeUnknown("cut")], []
        provider.finished = {"lost-task"}
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until(lambda: len(provider.created) == 1)
            await at.a_while(1)
            at.clock.jump(DAY)
            provider.found = ["lost-task"]  # listed a little later than it was made
            assert (await at.until_state(job, JobState.DONE)).task_id == "lost-task"
            assert len(provider.created) == 1

    asyncio.run(scenario())


def test_an_order_whose_answer_broke_off_gets_a_status_all_the_same(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            at.clock.jump(-YEAR)
            await at.a_while(40)
            row = await at.engine.job(job.id)
            assert row
            assert row.status_message_id

    asyncio.run(scenario())


def test_a_removed_clip_in_a_closed_channel_is_still_taken_down(tmp_path: Path, provider: ManyTasks) -> None:
    async def scenario() -> None:
        provider.finished = {"task-1"}
        async with house(tmp_path, provider) as at:
            job = await at.until_state(await at.engine.request(order()), JobState.DONE)
            at.stage.take_down_errors = [ChannelClosed("50001") for _ in range(3)]
            await at.engine.remove(job.id, Deed(MEMBER), refund=False, moderates_guild=None)
            await at.a_while(5)
            at.clock.jump(YEAR)
            await at.until(lambda: at.stage.taken_down == [job.id], step_seconds=10)

    asyncio.run(scenario())


def test_pictures_are_not_thrown_away_on_the_day_on_which_the_clock_was_set(
    tmp_path: Path, provider: ManyTasks
) -> None:
    async def scenario() -> None:
        provider.finished = {"task-1"}
        async with house(tmp_path, provider) as at:
            job = await at.until_state(await at.engine.request(order()), JobState.DONE)
            await at.until_settled()
            at.clock.jump(YEAR)
            at.clock.advance(DAY.total_seconds())
            await at.a_while(5)
            assert (await at.until_state(job, JobState.DONE)).frame  # the clock may be set right again
            at.clock.advance(DAY.total_seconds())
            await at.until_row(job, lambda row: row.frame is None)

    asyncio.run(scenario())


def test_the_operator_is_told_again_where_the_last_time_is_said_to_be_still_to_come(
    tmp_path: Path, provider: ManyTasks
) -> None:
    async def scenario() -> None:
        provider.create_errors = [OperatorNeeded("bad key", code="InvalidApiKey") for _ in range(2)]
        async with house(tmp_path, provider) as at:
            for number in (1, 2):
                await at.until_state(await at.engine.request(order(number)), JobState.FAILED)
                at.clock.jump(-YEAR)
            await at.until(lambda: len(at.operator.told) == 2)

    asyncio.run(scenario())
