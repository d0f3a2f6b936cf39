"""The status message: what it says, when it is edited, and when that ends."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from client import ModerationRefused, TaskReport, TaskState
from engine import EditsSpent, Job, JobState, ProviderSays, Status
from engine.status import together
from tests.engine.edges import House, ScriptedProvider, film, house, order

MINUTE = 60


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    return ScriptedProvider(clip=film(tmp_path / "film.mp4"))


async def a_running_job(at: House) -> Job:
    job = await at.engine.request(order())
    await at.engine.show_in(job, 901)
    return await at.until_state(job, JobState.RUNNING)


async def minutes(at: House, count: int) -> None:
    for _ in range(count * 6):
        at.clock.advance(10)
        await asyncio.sleep(0.004)


def test_the_status_says_what_the_provider_said_at_the_last_look(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        provider.report = TaskReport(TaskState.PENDING)
        async with house(tmp_path, provider) as at:
            job = await a_running_job(at)
            told = at.stage.statuses
            await at.until(lambda: bool(told) and told[-1][1].provider_says is ProviderSays.WAITING)
            provider.report = TaskReport(TaskState.RUNNING)
            await at.until(lambda: told[-1][1].provider_says is ProviderSays.MAKING)
            assert {job_id for job_id, _ in told} == {job.id}

    asyncio.run(scenario())


@pytest.mark.parametrize("end", [JobState.DONE, JobState.FAILED])
def test_an_end_is_shown_at_once_however_lately_the_message_was_edited(
    tmp_path: Path, provider: ScriptedProvider, end: JobState
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await a_running_job(at)
            told = at.stage.statuses
            await at.until(lambda: len(told) > 5)
            if end is JobState.DONE:
                provider.finish()
            else:
                provider.fail(ModerationRefused("content"))
            await at.until_state(job, end, step_seconds=0.1)
            ended = at.clock.steady_seconds()
            await at.until(lambda: told[-1][1].state is end, step_seconds=0.1)
            assert at.clock.steady_seconds() - ended <= 1.5

    asyncio.run(scenario())


def test_after_55_minutes_only_changes_of_state_are_shown(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await a_running_job(at)
            await minutes(at, 10)
            shown = len(at.stage.statuses)
            assert shown > 5
            await minutes(at, 46)
            old = len(at.stage.statuses)
            assert old > shown + 5
            await minutes(at, 10)
            assert len(at.stage.statuses) == old
            provider.finish()
            await at.until_state(job, JobState.DONE)
            await at.until_settled()
            later = [status.state for _, status in at.stage.statuses[old:]]
            assert later[-1] is JobState.DONE
            assert len(later) == len(set(later)) <= 3

    asyncio.run(scenario())


def test_a_message_that_takes_no_more_edits_is_left_as_it_is(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await a_running_job(at)
            await at.until(lambda: bool(at.stage.statuses))
            at.stage.status_errors = [EditsSpent("30046")]
            await at.until(lambda: not at.stage.status_errors)
            await at.a_while(5)
            calls = at.stage.status_calls
            await minutes(at, 3)
            provider.finish()
            await at.until_state(job, JobState.DONE)
            await at.until_settled()
            assert at.stage.status_calls == calls  # the posted clip speaks for itself

    asyncio.run(scenario())


def test_an_end_without_a_clip_is_told_in_a_new_message_where_the_old_one_takes_no_edits(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await a_running_job(at)
            await at.until(lambda: bool(at.stage.statuses))
            at.stage.status_errors = [EditsSpent("30046")]
            await at.until(lambda: not at.stage.status_errors)
            provider.fail(ModerationRefused("content"))
            await at.until_state(job, JobState.FAILED)
            await at.until_settled()
            assert at.stage.new_status_messages == 1
            assert at.stage.statuses[-1][1].state is JobState.FAILED

    asyncio.run(scenario())


def test_a_status_that_says_nothing_new_is_not_shown_again(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            await a_running_job(at)
            await at.a_while(61)
            told = [status for _, status in at.stage.statuses]
            assert len(told) == len(set(told)) <= 14

    asyncio.run(scenario())


RUNNING, QUEUED, READY = Status(JobState.RUNNING), Status(JobState.QUEUED, place=3), Status(JobState.READY)
DONE, FAILED, CANCELLED = Status(JobState.DONE), Status(JobState.FAILED), Status(JobState.CANCELLED)


@pytest.mark.parametrize(
    ("takes", "state"),
    [
        ((QUEUED, RUNNING, DONE), JobState.RUNNING),
        ((QUEUED, READY, FAILED), JobState.QUEUED),
        ((READY, FAILED), JobState.READY),
        ((FAILED, DONE, CANCELLED), JobState.DONE),
        ((CANCELLED, FAILED), JobState.FAILED),
        ((CANCELLED, CANCELLED), JobState.CANCELLED),
    ],
)
def test_a_batch_stands_where_its_last_take_does(takes: tuple[Status, ...], state: JobState) -> None:
    whole = together(takes)
    assert (whole.state, whole.takes) == (state, takes)
    assert not whole.cancellable
    assert together((*takes, replace(takes[0], cancellable=True))).cancellable


def test_of_the_takes_in_the_queue_the_next_one_is_told_of_and_of_those_being_made_the_last_one() -> None:
    assert together((Status(JobState.QUEUED, place=4), QUEUED)).place == 3
    assert together((Status(JobState.RUNNING, elapsed_seconds=50), RUNNING)).elapsed_seconds == 0


def test_the_clip_of_a_batch_is_the_one_that_its_takes_share() -> None:
    posted = replace(DONE, clip_message_id=500, clip_channel_id=20)
    assert together((FAILED, posted)).clip_message_id == 500


# The reader is busy with it for some tenths of a second; the writer is not.
_SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT MAX(i) FROM n"


def test_an_end_that_is_shown_while_the_board_looks_at_the_job_does_no_harm(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            first = await at.engine.request(replace(order(), takes=2))
            await at.engine.show_in(first, 901)
            at.stage.hold_statuses = asyncio.Event()
            provider.finish()
            await at.until_state(first, JobState.DONE)
            held, at.stage.hold_statuses = at.stage.hold_statuses, asyncio.Event()
            held.set()
            told = len(at.stage.statuses)
            await at.until(
                lambda: at.stage.status_calls > len(at.stage.statuses) > told
            )  # the end is about to be shown
            slow = asyncio.create_task(at.books.database.rows(_SLOW))
            await asyncio.sleep(0)
            await at.engine.show_in(first, 902)  # the board looks again, behind the slow query
            at.clock.advance(1)
            await asyncio.sleep(0.01)
            at.stage.hold_statuses.set()
            await slow
            await at.until_settled()
            assert (await at.a_clip(2)).state is JobState.DONE

    asyncio.run(scenario())
