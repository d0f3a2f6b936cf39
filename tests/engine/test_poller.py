"""The poller at work: what it learns from the tasks that finish, and what a look costs among many."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from client import LookupFailed, TaskReport, TaskState
from engine import Bell, JobState, Meta
from engine.expectations import Expectations
from engine.life import Life
from engine.poller import Poller
from tests.engine.edges import RESULT, HeldClock, ScriptedProvider, film, house, order
from tests.engine.places import ListeningOperator
from tests.engine.test_waiting import waiting
from tests.storage.books import Books, books

LOOKS = 200


@pytest.fixture
def provider(tmp_path: Path) -> ScriptedProvider:
    return ScriptedProvider(clip=film(tmp_path / "film.mp4"))


def test_what_a_task_took_is_what_the_provider_says(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.until_state(await at.engine.request(order()), JobState.RUNNING)
            provider.report = TaskReport(TaskState.SUCCEEDED, RESULT, took_seconds=42.5)
            assert (await at.until_state(job, JobState.DONE)).took_seconds == 42.5

    asyncio.run(scenario())


def test_what_a_task_took_lies_between_two_looks_where_the_provider_does_not_say(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.until_state(await at.engine.request(order()), JobState.RUNNING)
            await at.a_while(60)
            provider.finish()
            ready = await at.until_row(job, lambda row: row.ready_at)
            assert ready.running_at is not None
            assert ready.ready_at is not None
            assert 40 < (ready.took_seconds or 0) <= (ready.ready_at - ready.running_at).total_seconds()

    asyncio.run(scenario())


def test_a_task_that_finished_before_the_first_look_is_learned_from_too(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        provider.finish()
        async with house(tmp_path, provider) as at:
            job = await at.engine.request(order())
            # Slowly, so that it is watched from its beginning however long the database takes.
            ready = await at.until_row(job, lambda row: row.ready_at, step_seconds=0.02)
            assert provider.looks == 1
            assert 0 < (ready.took_seconds or 0) < 30

    asyncio.run(scenario())


def test_of_a_task_that_finished_while_nobody_was_there_nothing_is_learned(
    tmp_path: Path, provider: ScriptedProvider
) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            job = await at.until_state(await at.engine.request(order()), JobState.RUNNING)
            clock = at.clock
        clock.advance(3600)
        provider.finish()
        async with house(tmp_path, provider, clock=clock) as at:
            assert (await at.until_state(job, JobState.DONE)).took_seconds is None

    asyncio.run(scenario())


def test_a_kind_that_became_faster_is_expected_sooner(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            expectations = Expectations(kept.jobs)
            before = await expectations.of("720P/5s")
            for _ in range(20):
                expectations.add("720P/5s", 30)
            after = await expectations.of("720P/5s")
            assert before.median_seconds == 90
            assert 30 <= after.median_seconds < 36
            assert (await expectations.of("1080P/5s")).median_seconds == 90

    asyncio.run(scenario())


def test_a_look_that_told_nothing_is_repeated_when_it_makes_sense(tmp_path: Path, provider: ScriptedProvider) -> None:
    async def scenario() -> None:
        async with house(tmp_path, provider) as at:
            await at.until_state(await at.engine.request(order()), JobState.RUNNING)
            provider.look_errors = [LookupFailed("429", retry_after_seconds=30)]
            await at.until(lambda: not provider.look_errors)
            looks = provider.looks
            await at.a_while(20)
            assert provider.looks == looks
            await at.until(lambda: provider.looks > looks)

    asyncio.run(scenario())


def test_a_look_costs_as_many_calls_among_two_thousand_as_among_ten(tmp_path: Path) -> None:
    few, many = (asyncio.run(calls_per_look(tmp_path / str(count), count)) for count in (10, 2000))
    assert many < 1.1 * few
    assert few < 250


async def calls_per_look(folder: Path, in_flight: int) -> float:
    """How many functions a look calls, the loop's own among them, with so many tasks under way."""
    folder.mkdir()
    clock, provider = HeldClock(), ScriptedProvider()
    async with books(folder) as kept:
        poller = watching(kept, provider, clock, in_flight)
        await look_around(poller, clock, provider, until=LOOKS)
        begun = provider.looks
        with counted_calls() as calls:
            await look_around(poller, clock, provider, until=begun + LOOKS)
        return len(calls) / (provider.looks - begun)


def watching(kept: Books, provider: ScriptedProvider, clock: HeldClock, count: int) -> Poller:
    life = Life(kept.jobs, clock)
    bell = Bell(ListeningOperator(), Meta(kept.database), clock)
    expectations = Expectations(kept.jobs)
    poller = Poller(
        life,
        provider,
        expectations,
        bell,
        clock,
        noticed=lambda *_: None,
        queries_per_second=20,
        deadline_seconds=10**9,
    )
    for number in range(count):
        job = replace(waiting(number, 1, JobState.RUNNING), running_at=clock.now(), task_id=str(number))
        life.add(job)
        poller.watch(job)
    return poller


async def look_around(poller: Poller, clock: HeldClock, provider: ScriptedProvider, until: int) -> None:
    """Let time pass until so many looks were made."""
    while provider.looks < until:
        clock.advance(max(await poller.step() or 0, 0) + 1e-3)
        await poller.drain(10)


@contextmanager
def counted_calls() -> Iterator[list[str]]:
    """The calls of functions until the end, those of built-in ones too."""
    calls: list[str] = []

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event in ("call", "c_call"):
            calls.append(frame.f_code.co_name)

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(None)
