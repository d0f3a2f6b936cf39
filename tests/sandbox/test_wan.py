"""The Wan service keeps the provider's documented behaviour: tasks, slots, results and their addresses."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.wan.settings import ResultShape, WanSettings
from sandbox.wan.sinancode import CREATE_PATH
from sandbox.wan.tasks import Status, Verdict
from tests.sandbox.clips import measure
from tests.sandbox.wan_service import Service, order, running


def test_a_task_goes_from_pending_to_a_clip_that_can_be_fetched(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            task_id = await service.accepted()
            assert (await service.query(task_id))["status"] == "pending"
            service.clock.advance(1)
            running_task = await service.until(task_id, "processing")
            assert (running_task["result"], running_task["error_code"]) == (None, "")
            service.clock.advance(8)
            [url] = (await service.until(task_id, "completed"))["result"]
            async with service.http.get(url, headers={"Authorization": ""}) as answer:
                assert (answer.status, answer.content_type) == (200, "video/mp4")
                (tmp_path / "fetched.mp4").write_bytes(await answer.read())
            assert measure(tmp_path / "fetched.mp4", every=150).seconds == pytest.approx(5, abs=0.05)

    asyncio.run(scenario())


def test_a_part_of_a_result_can_be_asked_for(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            url = await finished(service)
            async with service.http.get(url, headers={"Range": "bytes=4-7"}) as answer:
                assert (answer.status, await answer.read()) == (206, b"ftyp")

    asyncio.run(scenario())


def test_results_come_in_either_documented_shape(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.result_shape = ResultShape.OBJECTS
            task_id = await service.accepted()
            await end(service, task_id, Verdict(Status.COMPLETED))
            [result] = (await service.query(task_id))["result"]
            assert result["url"].startswith(service.url)

    asyncio.run(scenario())


def test_a_result_is_gone_once_its_address_has_expired_or_was_changed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            url = await finished(service)
            assert await status_of(service, url[:-1] + ("0" if url[-1] != "0" else "1")) == 403
            assert await status_of(service, url.partition("?")[0]) == 403
            service.clock.advance(86_400 - 60)
            assert await status_of(service, url) == 200
            service.clock.advance(61)
            assert await status_of(service, url) == 403

    asyncio.run(scenario())


def test_no_more_tasks_run_than_the_account_allows(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.merge({"max_running": 2, "pending_seconds": 0, "hold": True})
            ids = [await service.accepted(seed=n) for n in range(3)]
            for task_id in ids[:2]:
                await service.until(task_id, "processing")
            assert (await service.query(ids[2]))["status"] == "pending"
            await end(service, ids[0], Verdict(Status.FAILED, "InternalError", "no luck"))
            await service.until(ids[2], "processing")

    asyncio.run(scenario())


def test_a_task_ended_as_failed_says_why(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            task_id = await service.accepted()
            await end(service, task_id, Verdict(Status.FAILED, "DataInspectionFailed", "the picture was refused"))
            body = await service.query(task_id)
            assert body["status"] == "failed"
            assert (body["error_code"], body["error_msg"]) == ("DataInspectionFailed", "the picture was refused")
            with pytest.raises(ValueError, match="ended already"):
                await end(service, task_id, Verdict(Status.COMPLETED))

    asyncio.run(scenario())


def test_an_effect_the_model_does_not_know_fails_in_the_task(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.merge({"pending_seconds": 0, "task_seconds": 0})
            body = await service.until(await service.accepted(template="no-such-effect"), "failed")
            assert "no-such-effect" in body["error_msg"]

    asyncio.run(scenario())


def test_the_same_create_twice_is_two_tasks_and_is_counted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.hold = True
            ids = [await service.accepted(), await service.accepted(), await service.accepted(seed=2)]
            assert len(set(ids)) == 3
            assert [service.wan.describe(task)["times_created"] for task in service.wan.tasks] == [2, 2, 1]

    asyncio.run(scenario())


def test_without_the_token_nothing_is_made_or_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            wrong = {"Authorization": "Bearer other"}
            async with service.http.post(service.url + CREATE_PATH, json=order(), headers=wrong) as answer:
                assert (answer.status, "message" in await answer.json()) == (401, True)
            async with service.http.get(f"{service.url}/v1/tasks/x", headers=wrong) as answer:
                assert answer.status == 401
            assert not list(service.wan.tasks)

    asyncio.run(scenario())


def test_an_unknown_task_and_an_unknown_path_are_answered_with_a_message(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            for path in ("/v1/tasks/00000000-0000-0000-0000-000000000000", "/v1/nothing"):
                async with service.http.get(service.url + path) as answer:
                    assert (answer.status, "message" in await answer.json()) == (404, True)

    asyncio.run(scenario())


def test_the_record_holds_the_traffic_without_image_token_or_signature(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            await service.accepted()
            await status_of(service, f"{service.url}/results/x.mp4?Expires=1&Signature=secret")
            _, exchanges = service.wire.since(0)
            assert [(x["kind"], x["method"], x["status"]) for x in exchanges] == [
                ("request", "POST", None),
                ("response", "POST", 200),
                ("request", "GET", None),
                ("response", "GET", 403),
            ]
            text = str(exchanges)
            assert "wan-token" not in text
            assert "secret" not in text
            assert len(text) < 3000

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "changes", [{"nope": 1}, {"hold": 1}, {"max_running": 1.5}, {"task_seconds": -1}, {"result_shape": "list"}]
)
def test_a_wrong_setting_is_refused_and_changes_nothing(changes: dict[str, Any]) -> None:
    settings = WanSettings()
    with pytest.raises(ValueError, match=next(iter(changes))):
        settings.merge({"pending_seconds": 3, **changes})
    assert settings == WanSettings()


async def finished(service: Service) -> str:
    task_id = await service.accepted()
    await end(service, task_id, Verdict(Status.COMPLETED))
    return str((await service.query(task_id))["result"][0])


async def end(service: Service, task_id: str, verdict: Verdict) -> None:
    task = service.wan.tasks.get(task_id)
    assert task is not None
    await service.wan.tasks.end(task, verdict)


async def status_of(service: Service, url: str) -> int:
    async with service.http.get(url, timeout=aiohttp.ClientTimeout(10)) as answer:
        return answer.status
