"""Clips that continue another one: joined to it while it can be had, else posted alone with a note."""

import asyncio
import errno
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from client import ResultGone
from engine import PART_ALONE, ChannelClosed, Deed, Job, JobState, Order, Relation, StageDown
from media import clip
from tests.engine.edges import RESULT, House, ScriptedProvider, film, house, order
from tests.engine.places import MemoryStage
from tests.storage.books import MEMBER

DAY = 24 * 3600


class FullDisk(MemoryStage):
    """Half of a file fits."""

    async def fetch_clip(self, job: Job, to: Path) -> None:
        await super().fetch_clip(job, to)
        to.write_bytes(to.read_bytes()[:1000])
        raise OSError(errno.ENOSPC, "No space left on device")


@dataclass
class TwoResults(ScriptedProvider):
    """Has a first clip of a second, and a second one of two."""

    later: bytes = b""
    forgotten: set[str] = field(default_factory=set)
    urls: list[str] = field(default_factory=list)

    async def download(self, url: str, to: Path, max_bytes: int) -> int:
        self.urls.append(url)
        if url in self.forgotten:
            raise ResultGone
        to.write_bytes(self.later if url.endswith("later") else self.clip)
        return 1


@pytest.fixture
def provider(tmp_path: Path) -> TwoResults:
    made = TwoResults(clip=film(tmp_path / "one.mp4"), later=film(tmp_path / "two.mp4", seconds=2))
    made.finish()
    return made


def extension(parent: Job, number: int = 2) -> Order:
    return replace(order(number), parent_id=parent.id, relation=Relation.EXTEND)


async def extended(at: House, provider: TwoResults, parent: Job, number: int = 2) -> Job:
    provider.report = replace(provider.report, video_url=f"{RESULT}?later")
    job = await at.engine.request(extension(parent, number))
    return await at.until_state(job, JobState.DONE, step_seconds=0.1)


def seconds(tmp_path: Path, content: bytes) -> float:
    file = tmp_path / "posted.mp4"
    file.write_bytes(content)
    return round(clip.probe(file).seconds)


def alone(stage: MemoryStage) -> bool:
    return PART_ALONE in stage.messages[-1].jobs[0].notes


def test_an_extension_is_joined_to_what_the_provider_still_has(tmp_path: Path, provider: TwoResults) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            await extended(at, provider, await at.a_clip())
            assert seconds(tmp_path, at.stage.messages[-1].files[0]) == 3
            assert at.stage.fetched == []
            assert not alone(at.stage)
            assert list((tmp_path / "clips").iterdir()) == []

    asyncio.run(scenario())


@pytest.mark.parametrize("late", [False, True])
def test_an_extension_is_joined_to_what_was_posted_once_the_provider_has_forgotten_it(
    tmp_path: Path, provider: TwoResults, late: bool
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            parent = await at.a_clip()
            if late:
                at.clock.advance(2 * DAY)
            else:
                provider.forgotten = {RESULT}
            await extended(at, provider, parent)
            assert seconds(tmp_path, at.stage.messages[-1].files[0]) == 3
            assert at.stage.fetched == [parent.id]
            assert provider.urls.count(RESULT) == (1 if late else 2)

    asyncio.run(scenario())


def test_an_extension_of_an_extension_continues_all_of_it(tmp_path: Path, provider: TwoResults) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            longer = await extended(at, provider, await at.a_clip())
            await extended(at, provider, longer, number=3)
            assert seconds(tmp_path, at.stage.messages[-1].files[0]) == 5
            assert at.stage.fetched == [longer.id]

    asyncio.run(scenario())


def test_an_extension_of_a_clip_that_cannot_be_had_is_posted_alone_with_a_note(
    tmp_path: Path, provider: TwoResults
) -> None:
    async def scenario() -> None:
        stage = MemoryStage(fetch_errors=[ChannelClosed("10008")])
        async with house(tmp_path, provider, stage) as at:
            parent = await at.a_clip()
            at.clock.advance(2 * DAY)
            done = await extended(at, provider, parent)
            assert seconds(tmp_path, stage.messages[-1].files[0]) == 2
            assert alone(stage)
            assert PART_ALONE in done.notes

    asyncio.run(scenario())


def test_a_clip_that_was_removed_does_not_come_back_in_an_extension(tmp_path: Path, provider: TwoResults) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            parent = await at.a_clip()
            await at.engine.remove(parent.id, Deed(MEMBER), refund=False, moderates_guild=None)
            await extended(at, provider, parent)
            assert seconds(tmp_path, at.stage.messages[-1].files[0]) == 2
            assert alone(at.stage)

    asyncio.run(scenario())


@pytest.mark.parametrize("for_long", [False, True])
def test_an_extension_waits_for_discord_to_give_the_clip_before_it_but_not_for_ever(
    tmp_path: Path, provider: TwoResults, for_long: bool
) -> None:
    async def scenario() -> None:
        stage = MemoryStage()
        async with house(tmp_path, provider, stage) as at:
            parent = await at.a_clip()
            at.clock.advance(2 * DAY)
            stage.fetch_errors = [StageDown("503")] * (10_000 if for_long else 3)
            provider.report = replace(provider.report, video_url=f"{RESULT}?later")
            job = await at.engine.request(extension(parent))
            await at.until_state(job, JobState.DONE, step_seconds=10)
            assert seconds(tmp_path, stage.messages[-1].files[0]) == (2 if for_long else 3)
            assert alone(stage) is for_long

    asyncio.run(scenario())


def test_a_full_disk_is_left_no_fuller_by_the_clip_before_an_extension(tmp_path: Path, provider: TwoResults) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider, FullDisk()) as at:
            parent = await at.a_clip()
            at.clock.advance(2 * DAY)
            provider.report = replace(provider.report, video_url=f"{RESULT}?later")
            job = await at.engine.request(extension(parent))
            await at.until(lambda: at.stage.fetched != [])
            await at.a_while(2)
            assert [file.name for file in (tmp_path / "clips").iterdir()] == [f"{job.id}.mp4"]

    asyncio.run(scenario())
