"""A job's life from the order to its end, and back to life after a crash in each state."""

import asyncio
from pathlib import Path

import pytest

from client import (
    Busy,
    DownloadFailed,
    InputRefused,
    LookupFailed,
    ModerationRefused,
    OperatorNeeded,
    OutcomeUnknown,
    ResultGone,
    Unreachable,
)
from engine import CancelOutcome, ClipTooLarge, Failure, JobState, Limits, NotAccepting
from engine.stage import StageDown
from tests.engine.edges import ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.storage.books import GUILD, MEMBER, MODERATOR

GRACE_SECONDS = 2


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    return ScriptedProvider(clip=film(tmp_path / "film.mp4"))


def test_an_order_becomes_one_task_one_charge_and_one_clip(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.RUNNING)
            provider.finish()
            done = await at.until_state(job, JobState.DONE)
            assert at.stage.posted == [job.id]
            assert done.clip_message_id == 500
            assert len(provider.created) == 1
            assert provider.created[0].seed == 1
            assert await at.left() == 990
            assert list((tmp_path / "clips").iterdir()) == []

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (InputRefused("the image is odd"), Failure.INPUT_REFUSED),
        (ModerationRefused("no"), Failure.MODERATION),
        (OperatorNeeded("no balance"), Failure.OPERATOR),
        (OutcomeUnknown("cut"), Failure.OUTCOME_UNKNOWN),
        (RuntimeError("a fault of our own"), Failure.OUTCOME_UNKNOWN),
    ],
)
def test_a_create_that_fails_is_refunded_and_not_sent_again(tmp_path: Path, error: Exception, failure: Failure) -> None:
    async def scenario() -> None:
        async with house(tmp_path, ScriptedProvider(create_errors=[error])) as at:
            job = await at.engine.request(order())
            failed = await at.until_state(job, JobState.FAILED)
            assert failed.failure is failure
            assert failed.detail == ("the image is odd" if failure is Failure.INPUT_REFUSED else "")
            assert len(at.provider.created) == 1
            assert await at.left() == 1000

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [Busy(retry_after_seconds=30), Unreachable()])
def test_a_create_that_surely_did_not_happen_is_sent_again_later(
    tmp_path: Path, provider: ScriptedProvider, error: Exception
) -> None:
    async def scenario() -> None:
        provider.create_errors = [error, error]
        async with house(tmp_path, provider) as at:
            started = at.clock.now()
            job = await at.engine.request(order())
            running = await at.until_state(job, JobState.RUNNING)
            assert len(provider.created) == 3
            assert running.running_at is not None
            waited = (running.running_at - started).total_seconds()
            assert waited >= (60 if isinstance(error, Busy) else 6)

    asyncio.run(scenario())


def test_a_provider_that_stays_away_ends_the_jobs_patience_with_a_refund(tmp_path: Path) -> None:
    async def scenario() -> None:
        down = ScriptedProvider(create_errors=[Unreachable() for _ in range(100)])
        async with house(tmp_path, down, limits=Limits(submit_patience_seconds=120)) as at:
            job = await at.engine.request(order())
            failed = await at.until_state(job, JobState.FAILED)
            assert failed.failure is Failure.PROVIDER_UNREACHABLE
            assert await at.left() == 1000

    asyncio.run(scenario())


def test_lookups_that_fail_never_drop_a_paid_task(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        provider.look_errors = [LookupFailed("502"), LookupFailed("429", retry_after_seconds=20), LookupFailed("html")]
        provider.finish()
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.DONE)
            assert provider.looks == 4
            assert len(provider.created) == 1

    asyncio.run(scenario())


def test_a_task_that_never_finishes_is_given_up_at_its_deadline(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, limits=Limits(task_deadline_seconds=300)) as at:
            job = await at.engine.request(order())
            failed = await at.until_state(job, JobState.FAILED, step_seconds=5)
            assert failed.failure is Failure.TIMED_OUT
            assert await at.left() == 1000

    asyncio.run(scenario())


def test_a_task_that_fails_is_refunded_with_its_reason(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        provider.fail(ModerationRefused("content"))
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            failed = await at.until_state(job, JobState.FAILED)
            assert failed.failure is Failure.MODERATION
            await at.until(lambda: any(status.failure for _, status in at.stage.statuses))

    asyncio.run(scenario())


def test_a_post_whose_outcome_is_unknown_is_looked_for_before_it_is_repeated(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        provider.finish()
        stage = MemoryStage(errors_before=[StageDown("503")], errors_after=[StageDown("cut after the effect")])
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.DONE)
            assert stage.posted == [job.id]

    asyncio.run(scenario())


def test_a_clip_above_the_upload_limit_is_made_smaller(tmp_path: Path) -> None:
    async def scenario() -> None:
        large = film(tmp_path / "large.mp4", seconds=2, side=720)
        limit = len(large) // 3
        provider = ScriptedProvider(clip=large)
        provider.finish()
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order(upload_limit_bytes=limit))
            await at.until_state(job, JobState.DONE, step_seconds=0.1)
            assert at.stage.sizes[0] <= limit

    asyncio.run(scenario())


def test_a_clip_that_discord_finds_too_large_is_posted_smaller(tmp_path: Path) -> None:
    async def scenario() -> None:
        large = film(tmp_path / "large.mp4", seconds=2, side=720)
        provider = ScriptedProvider(clip=large)
        provider.finish()
        async with house(tmp_path, provider, MemoryStage(errors_before=[ClipTooLarge("40005")])) as at:
            job = await at.engine.request(order(upload_limit_bytes=len(large)))
            await at.until_state(job, JobState.DONE, step_seconds=0.1)
            assert at.stage.sizes[0] < len(large)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("provider", "failure"),
    [
        (ScriptedProvider(clip=b"<html>no video</html>"), Failure.RESULT_LOST),
        (ScriptedProvider(download_errors=[ResultGone()]), Failure.RESULT_LOST),
    ],
)
def test_a_result_that_is_lost_is_refunded(tmp_path: Path, provider: ScriptedProvider, failure: Failure) -> None:
    async def scenario() -> None:
        provider.finish()
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            assert (await at.until_state(job, JobState.FAILED)).failure is failure
            assert await at.left() == 1000

    asyncio.run(scenario())


def test_a_download_that_breaks_is_tried_again(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        provider.finish()
        provider.download_errors = [DownloadFailed("cut"), DownloadFailed("cut")]
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.DONE)

    asyncio.run(scenario())


def test_a_crash_while_submitting_is_an_unknown_outcome_and_never_a_second_task(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        provider.hold_creates = asyncio.Event()
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until(lambda: len(provider.created) == 1)
        async with house(tmp_path, provider) as at:
            failed = await at.until_state(job, JobState.FAILED)
            assert failed.failure is Failure.OUTCOME_UNKNOWN
            assert len(provider.created) == 1
            assert await at.left() == 1000
            await at.until(lambda: any(status.failure for _, status in at.stage.statuses))

    asyncio.run(scenario())


def test_a_crash_while_running_is_polled_on_and_delivered_once(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        stage = MemoryStage()
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(order())
            await at.until_state(job, JobState.RUNNING)
        provider.finish()
        async with house(tmp_path, provider, stage) as at:
            await at.until_state(job, JobState.DONE)
        assert len(provider.created) == 1
        assert stage.posted == [job.id]

    asyncio.run(scenario())


def test_a_crash_after_the_post_finds_the_clip_instead_of_posting_it_again(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        provider.finish()
        stage = MemoryStage(errors_after=[StageDown("cut after the effect")])
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(order())
            await at.until(lambda: stage.posted == [job.id], step_seconds=0.2)
        async with house(tmp_path, provider, stage) as at:
            done = await at.until_state(job, JobState.DONE)
            assert done.clip_message_id == 500
        assert stage.posted == [job.id]

    asyncio.run(scenario())


def test_no_more_tasks_run_than_the_account_allows_and_members_take_turns(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, limits=Limits(running_tasks=2)) as at:
            greedy = [await at.engine.request(order(number)) for number in range(1, 5)]
            other = await at.engine.request(order(9, member_id=77))
            await at.until(lambda: len(provider.created) == 2)
            await at.until_state(greedy[0], JobState.RUNNING)
            for _ in range(20):
                at.clock.advance(1)
                await asyncio.sleep(0.002)
            assert len(provider.created) == 2
            assert {request.seed for request in provider.created} == {1, 2}
            status = await at.engine.status(other)
            assert status.place == 1
            # One alone: where both places become free at once, two go on together.
            provider.finished.add("task-1")
            await at.until(lambda: len(provider.created) == 3)
            provider.finish()
            await at.until_state(other, JobState.DONE)
            await at.until_state(greedy[3], JobState.DONE)
            assert [request.seed for request in provider.created][2] == 9

    asyncio.run(scenario())


def test_a_waiting_job_can_be_cancelled_by_its_member_and_by_a_moderator_only(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider()
        async with house(tmp_path, provider, limits=Limits(running_tasks=1)) as at:
            running = await at.engine.request(order(1))
            await at.until_state(running, JobState.RUNNING)
            own, other = await at.engine.request(order(2)), await at.engine.request(order(3))
            cancel = at.engine.cancel
            assert (await cancel(own.id, 666, moderates_guild=None)).outcome is CancelOutcome.NOT_YOURS
            assert (await cancel(own.id, 666, moderates_guild=GUILD + 1)).outcome is CancelOutcome.NOT_YOURS
            assert (await cancel(own.id, MEMBER, moderates_guild=None)).outcome is CancelOutcome.CANCELLED
            assert (await cancel(own.id, MEMBER, moderates_guild=None)).outcome is CancelOutcome.ENDED
            assert (await cancel(other.id, MODERATOR, moderates_guild=GUILD)).outcome is CancelOutcome.CANCELLED
            assert (await cancel(running.id, MEMBER, moderates_guild=None)).outcome is CancelOutcome.TOO_LATE
            assert (await cancel("nobody", MEMBER, moderates_guild=None)).outcome is CancelOutcome.UNKNOWN
            assert await at.left() == 990
            provider.cancels = True
            assert (await cancel(running.id, MEMBER, moderates_guild=None)).outcome is CancelOutcome.CANCELLED
            assert await at.left() == 1000

    asyncio.run(scenario())


def test_stopping_finishes_the_post_under_way_and_takes_no_more_orders(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(hold_creates=asyncio.Event())
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            await at.until(lambda: len(provider.created) == 1)
            stopping = asyncio.create_task(at.engine.stop(5))
            await asyncio.sleep(0)
            with pytest.raises(NotAccepting):
                await at.engine.request(order(2))
            assert provider.hold_creates is not None
            provider.hold_creates.set()
            await stopping
            kept = await at.books.jobs.get(job.id)
            assert kept is not None
            assert (kept.state, kept.task_id) == (JobState.RUNNING, "task-1")

    asyncio.run(scenario())


def test_stopping_takes_its_grace_once_whatever_hangs(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider, stage = ScriptedProvider(hold_creates=asyncio.Event()), MemoryStage(hold_statuses=asyncio.Event())
        async with house(tmp_path, provider, stage) as at:
            await at.engine.show_in(await at.engine.request(order()), 901)
            await at.until(lambda: len(provider.created) == 1 and stage.status_calls == 1)
            loop = asyncio.get_running_loop()
            begun = loop.time()
            await at.engine.stop(GRACE_SECONDS)
            assert loop.time() - begun < 1.75 * GRACE_SECONDS

    asyncio.run(scenario())


def test_a_status_that_cannot_be_shown_is_shown_later_and_never_stops_the_job(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        provider.finish()
        stage = MemoryStage(status_errors=[StageDown("500"), StageDown("500")])
        async with house(tmp_path, provider, stage) as at:
            job = await at.engine.request(order())
            await at.engine.show_in(job, 901)
            await at.until_state(job, JobState.DONE)
            await at.until(lambda: any(status.state is JobState.DONE for _, status in stage.statuses))
            await at.until_settled()

    asyncio.run(scenario())
