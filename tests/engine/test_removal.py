"""Clips that are taken down: by whom, with or without their credits, and for good even across a crash."""

import asyncio
from pathlib import Path

import pytest

from engine import Action, ChannelClosed, Deed, Job, JobState, RemovalOutcome
from engine.stage import PostRefused, StageDown
from tests.engine.edges import House, ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.storage.books import BY_MODERATOR, GUILD, MEMBER, MODERATOR

OWN = Deed(MEMBER)


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    return ScriptedProvider(clip=film(tmp_path / "film.mp4"))


async def until_gone(at: House, job: Job) -> Job:
    """Let time pass until the clip is known to be gone."""
    for _ in range(2000):
        now = await at.engine.job(job.id)
        if now and now.clip_gone:
            return now
        at.clock.advance(1)
        await asyncio.sleep(0.002)
    raise AssertionError("the clip is still there")


def test_members_delete_their_own_clips_and_moderators_any_with_or_without_a_refund(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            own, refunded, kept = [await at.a_clip(number) for number in (1, 2, 3)]
            remove = at.engine.remove
            assert (await remove(own.id, OWN, refund=False, moderates_guild=None)).outcome is RemovalOutcome.REMOVED
            assert await at.left() == 970
            done = await remove(refunded.id, BY_MODERATOR, refund=True, moderates_guild=GUILD)
            assert (done.outcome, done.refunded) == (RemovalOutcome.REMOVED, 10)
            assert await at.left() == 980
            await remove(kept.id, BY_MODERATOR, refund=False, moderates_guild=GUILD)
            for job in (own, refunded, kept):
                await until_gone(at, job)
            assert sorted(at.stage.taken_down) == sorted([own.id, refunded.id, kept.id])
            entries = await at.records.audit_page(GUILD, limit=9)
            assert [(entry.action, entry.actor_id) for entry in entries] == [
                (Action.CLIP_REMOVED, MODERATOR),
                (Action.CLIP_REMOVED, MODERATOR),
                (Action.CLIP_DELETED, MEMBER),
            ]

    asyncio.run(scenario())


def test_who_may_not_remove_a_clip_is_told_so_and_nothing_changes(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.a_clip()
            provider.hold_creates = asyncio.Event()
            waiting = await at.engine.request(order(2))
            tries = [
                (job.id, Deed(666), False, None, RemovalOutcome.NOT_YOURS),
                (job.id, Deed(666), False, GUILD + 1, RemovalOutcome.NOT_YOURS),
                (job.id, OWN, True, None, RemovalOutcome.NOT_YOURS),
                (waiting.id, OWN, False, None, RemovalOutcome.NOT_POSTED),
                ("nobody", OWN, False, None, RemovalOutcome.UNKNOWN),
            ]
            for job_id, deed, refund, guild, expected in tries:
                removed = await at.engine.remove(job_id, deed, refund=refund, moderates_guild=guild)
                assert (removed.outcome, removed.refunded) == (expected, 0)
            await at.a_while()
            assert at.stage.taken_down == []
            assert await at.left() == 980

    asyncio.run(scenario())


def test_a_clip_is_removed_and_refunded_once(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.a_clip()
            presses = [at.engine.remove(job.id, BY_MODERATOR, refund=True, moderates_guild=GUILD) for _ in range(5)]
            outcomes = [removed.outcome for removed in await asyncio.gather(*presses)]
            assert sorted(outcomes) == [RemovalOutcome.ALREADY] * 4 + [RemovalOutcome.REMOVED]
            await until_gone(at, job)
            assert await at.left() == 1000
            assert await at.records.audit_count(GUILD) == 1

    asyncio.run(scenario())


def test_a_removal_survives_a_crash_before_the_clip_was_taken_down(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        stage = MemoryStage(take_down_errors=[StageDown("503") for _ in range(1000)])
        async with house(tmp_path, provider, stage) as at:
            job = await at.a_clip()
            await at.engine.remove(job.id, OWN, refund=False, moderates_guild=None)
            await at.a_while()
        assert stage.taken_down == []
        stage.take_down_errors.clear()
        async with house(tmp_path, provider, stage, clock=at.clock) as at:
            await until_gone(at, job)
            assert stage.taken_down == [job.id]
        async with house(tmp_path, provider, stage, clock=at.clock) as at:
            await at.a_while()
            assert stage.taken_down == [job.id]

    asyncio.run(scenario())


def test_a_clip_in_a_channel_that_is_closed_for_a_while_goes_when_it_is_open_again(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, MemoryStage(take_down_errors=[ChannelClosed("50001")] * 3)) as at:
            job = await at.a_clip()
            await at.engine.remove(job.id, OWN, refund=False, moderates_guild=None)
            await at.until(lambda: bool(at.stage.taken_down), step_seconds=30)
            removed = await until_gone(at, job)
            assert removed.removed_at is not None
            assert (at.clock.now() - removed.removed_at).total_seconds() >= 3 * 600

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [ChannelClosed("10003"), PostRefused("50083")])
def test_a_clip_that_stays_out_of_reach_counts_as_gone(
    tmp_path: Path, provider: ScriptedProvider, error: Exception
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, MemoryStage(take_down_errors=[error] * 1000)) as at:
            job = await at.a_clip()
            await at.engine.remove(job.id, OWN, refund=False, moderates_guild=None)
            for _ in range(2000):
                now = await at.engine.job(job.id)
                if now and now.clip_gone:
                    break
                at.clock.advance(120)
                await asyncio.sleep(0.002)
            assert await at.books.jobs.to_remove() == []
            assert at.stage.taken_down == []

    asyncio.run(scenario())


def test_a_status_that_is_shown_late_says_that_the_clip_was_removed(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        stage = MemoryStage(status_errors=[StageDown("500") for _ in range(1000)])
        async with house(tmp_path, provider, stage) as at:
            job = await at.a_clip()
            await at.engine.remove(job.id, OWN, refund=False, moderates_guild=None)
            stage.status_errors.clear()
            await at.until(lambda: bool(stage.statuses))
            assert stage.statuses[-1][1].removed
            assert stage.statuses[-1][1].state is JobState.DONE

    asyncio.run(scenario())


def test_a_job_is_found_by_the_messages_it_has(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.a_clip()
            await at.engine.show_in(job, 901)
            for message_id in (500, 901):
                found = await at.engine.job_of_message(GUILD, message_id)
                assert found is not None
                assert found.id == job.id
            assert await at.engine.job_of_message(GUILD + 1, 500) is None
            assert await at.engine.job_of_message(GUILD, 502) is None

    asyncio.run(scenario())
