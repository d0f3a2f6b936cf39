"""A member's own data: handed over as a file, forgotten on demand, and kept no longer than was said."""

import asyncio
import json
import zipfile
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from client import LookupFailed, OutcomeUnknown
from engine import Failure, JobsUnderWay, Wish
from engine.stage import StageDown
from tests.engine.edges import ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.media.sounds import tone
from tests.storage.books import BY_MODERATOR, GUILD, MEMBER

MEGABYTE = 1024 * 1024


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    return ScriptedProvider(clip=film(tmp_path / "film.mp4"))


async def noise() -> bytes:
    """A picture of its own each time, that does not compress well."""
    file = BytesIO()
    Image.effect_noise((480, 360), 90).save(file, "JPEG", quality=95)
    return file.getvalue()


def test_an_export_is_an_archive_with_the_data_and_the_first_frames(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            await at.a_clip(1)
            await at.a_clip(2, member_id=77)
            export = await at.privacy.export(MEMBER, 8 * MEGABYTE)
            with zipfile.ZipFile(BytesIO(export.data)) as archive:
                assert archive.testzip() is None
                data, frame = archive.namelist()
                assert json.loads(archive.read(data))
                assert frame.startswith("frames/2026-03-14-")
                assert archive.read(frame).startswith(b"\xff\xd8")
            assert export.left_out == 0

    asyncio.run(scenario())


def test_an_export_has_the_members_own_soundtracks_as_far_as_they_fit(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            for number, kind in enumerate(("wav", "voice message", "flac")):
                asked = order(number, member_id=77 if kind == "flac" else MEMBER)
                wish = Wish(resolution="720P", soundtrack=True)
                await at.engine.request(replace(asked, sound=partial(asyncio.to_thread, tone, kind), wish=wish))
            whole = await at.privacy.export(MEMBER, 8 * MEGABYTE)
            with zipfile.ZipFile(BytesIO(whole.data)) as archive:
                assert archive.testzip() is None
                sounds = [name for name in archive.namelist() if name.startswith("soundtracks/2026-03-14-")]
                begin = {name[-4:]: archive.read(name)[:4] for name in sounds}
                assert (len(sounds), set(begin), begin[".wav"]) == (2, {".mp3", ".wav"}, b"RIFF")
            part = await at.privacy.export(MEMBER, MEGABYTE // 2)
            assert len(part.data) <= MEGABYTE // 2
            with zipfile.ZipFile(BytesIO(part.data)) as archive:
                assert {name[-4:] for name in archive.namelist()} == {"json", ".jpg", ".mp3"}
            assert (whole.left_out, part.left_out) == (0, 1)

    asyncio.run(scenario())


def test_an_export_never_grows_beyond_what_can_be_sent_and_says_what_is_missing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            for number in range(4):
                await at.engine.request(replace(order(number), image=noise))
            whole = await at.privacy.export(MEMBER, 8 * MEGABYTE)
            most = len(whole.data) // 2
            part = await at.privacy.export(MEMBER, most)
            assert len(part.data) <= most
            with zipfile.ZipFile(BytesIO(part.data)) as archive:
                frames = len(archive.namelist()) - 1
            assert (frames + part.left_out, whole.left_out) == (4, 0)
            assert 0 < frames < 4

    asyncio.run(scenario())


def test_a_member_is_forgotten_once_their_jobs_have_ended(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            with pytest.raises(JobsUnderWay):
                await at.privacy.forget(MEMBER)
            provider.finish()
            await at.a_clip(2)
            done = await at.until_state(job, job.state.DONE)
            assert done.frame is not None
            forgotten = await at.privacy.forget(MEMBER)
            assert forgotten.jobs == 2
            kept = await at.engine.job(job.id)
            assert kept is not None
            assert (kept.member_id, kept.frame, kept.options.prompt, kept.price) == (0, None, None, 10)
            assert await at.left() == 980  # leaving is no refill
            assert (await at.privacy.export(MEMBER, MEGABYTE)).left_out == 0

    asyncio.run(scenario())


def test_the_task_of_who_was_forgotten_is_not_taken_for_that_of_a_lost_order(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        provider.create_errors = [OutcomeUnknown("cut")]
        provider.find_errors = [LookupFailed("503") for _ in range(1000)]
        async with house(tmp_path, provider) as at:
            lost = await at.engine.request(order(1))
            await at.until(lambda: len(provider.created) == 1)
            theirs = await at.a_clip(2, member_id=77)
            provider.found = [theirs.task_id or ""]
            await at.privacy.forget(77)
            provider.find_errors.clear()
            ended = await at.until_row(lost, lambda job: job.state.final)
            assert (ended.failure, ended.task_id) == (Failure.OUTCOME_UNKNOWN, None)

    asyncio.run(scenario())


def test_nothing_is_shown_any_more_of_who_was_forgotten(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        stage = MemoryStage(status_errors=[StageDown("500") for _ in range(1000)])
        async with house(tmp_path, provider, stage) as at:
            await at.a_clip()
            await at.a_while()
            await at.privacy.forget(MEMBER)
            stage.status_errors.clear()
            await at.a_while(60)
            assert stage.statuses == []
        async with house(tmp_path, provider, stage, clock=at.clock) as at:
            await at.a_while(60)
            assert stage.statuses == []

    asyncio.run(scenario())


def test_a_removal_that_is_under_way_ends_well_though_its_member_was_forgotten(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        stage = MemoryStage(take_down_errors=[StageDown("503") for _ in range(3)])
        async with house(tmp_path, provider, stage) as at:
            job = await at.a_clip()
            await at.engine.remove(job.id, BY_MODERATOR, refund=False, moderates_guild=GUILD)
            await at.privacy.forget(MEMBER)
            await at.until(lambda: bool(stage.taken_down))
            assert stage.messages_taken_down == [500]

    asyncio.run(scenario())


def test_first_frames_are_kept_for_their_days_and_what_a_job_needs_for_longer(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, keep_days=10) as at:
            old = await at.a_clip()
        at.clock.advance(11 * 24 * 3600)
        provider.hold_creates = asyncio.Event()
        async with house(tmp_path, provider, clock=at.clock, keep_days=10) as at:
            waiting = await at.engine.request(replace(order(2), image=noise))
            for _ in range(200):
                kept = await at.engine.job(old.id)
                if kept and kept.frame is None:
                    break
                await asyncio.sleep(0.005)
            assert kept is not None
            assert kept.frame is None
            assert kept.options == old.options
            with pytest.raises(LookupError):
                await at.books.jobs.first_frame(old.frame or "")
            assert (await at.books.jobs.first_frame(waiting.frame or "")).jpeg
            at.clock.advance(11 * 24 * 3600)  # the next round: an open job keeps its picture
            await at.a_while()
            assert (await at.books.jobs.first_frame(waiting.frame or "")).jpeg

    asyncio.run(scenario())
