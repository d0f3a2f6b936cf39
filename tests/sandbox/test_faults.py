"""Either service can be made to misbehave, and whether a failed call had its effect can be told apart."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from sandbox.faults import Fault, Moment
from sandbox.wan.sinancode import CREATE_PATH
from tests.sandbox.wan_service import Service, order, running


async def tasks_after_failure(service: Service) -> int:
    with pytest.raises(aiohttp.ClientError):
        await service.create()
    return len(list(service.wan.tasks))


def test_a_call_is_answered_as_told_and_has_no_effect(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            fault = Fault("wan", status=429, headers={"Retry-After": "3"}, body={"message": "slow down"})
            service.faults.add(fault)
            async with service.http.post(service.url + CREATE_PATH, json=order()) as answer:
                assert (answer.status, answer.headers["Retry-After"]) == (429, "3")
                assert answer.headers["Content-Type"] == "application/json"
                assert await answer.json() == {"message": "slow down"}
            assert not list(service.wan.tasks)
            assert (await service.create())[0] == 200

    asyncio.run(scenario())


def test_a_call_can_be_answered_with_an_error_and_still_have_its_effect(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.faults.add(Fault("wan", status=502, text="<h1>Bad gateway</h1>", take_effect=True))
            async with service.http.post(service.url + CREATE_PATH, json=order()) as answer:
                assert (answer.status, await answer.text()) == (502, "<h1>Bad gateway</h1>")
            assert len(list(service.wan.tasks)) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(("moment", "tasks"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)])
def test_a_connection_is_cut_before_or_after_the_effect(tmp_path: Path, moment: Moment, tasks: int) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.faults.add(Fault("wan", method="POST", path="generate", cut=moment))
            assert await tasks_after_failure(service) == tasks
            _, exchanges = service.wire.since(0)
            assert exchanges[-1]["body"] == "the connection was cut"

    asyncio.run(scenario())


@pytest.mark.parametrize(("moment", "tasks"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)])
def test_a_call_hangs_until_the_faults_are_cleared(tmp_path: Path, moment: Moment, tasks: int) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.faults.add(Fault("wan", method="POST", path="generate", hang=moment))
            call = asyncio.create_task(tasks_after_failure(service))
            while service.faults.list()[0]["hits"] == 0:
                await service.query("x")
            assert not call.done()
            service.faults.clear()
            assert await call == tasks

    asyncio.run(scenario())


def test_a_fault_strikes_after_those_it_skips_and_as_often_as_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.faults.add(Fault("wan", method="GET", path="/tasks/", status=500, skip=1, times=2))
            url = f"{service.url}/v1/tasks/x"
            statuses = []
            for _ in range(5):
                async with service.http.get(url) as answer:
                    statuses.append(answer.status)
            assert statuses == [404, 500, 500, 404, 404]

    asyncio.run(scenario())


def test_a_fault_without_a_count_strikes_until_cleared_and_spares_the_other_service(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.faults.add(Fault("discord", status=500, times=None))
            service.faults.add(Fault("wan", status=503, times=None))
            assert [(await service.create_status()) for _ in range(3)] == [503, 503, 503]
            assert [fault["hits"] for fault in service.faults.list()] == [0, 3]
            service.faults.clear()
            assert await service.create_status() == 200

    asyncio.run(scenario())


def test_a_delay_alone_only_delays(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.faults.add(Fault("wan", delay_seconds=0.05))
            assert await service.create_status() == 200

    asyncio.run(scenario())


def test_a_path_that_is_no_regular_expression_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            with pytest.raises(ValueError, match="regular expression"):
                service.faults.add(Fault("wan", path="(", status=500))

    asyncio.run(scenario())
