"""The Wan service speaks DashScope as documented: create, query, cancel, list, and what is forgotten."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.wan.dashscope import CREATE_PATH
from sandbox.wan.tasks import Status, Verdict
from tests.sandbox.clips import measure
from tests.sandbox.wan_service import TOKEN, dashscope_order, running

DAY = 86_400


def test_a_task_goes_from_pending_to_a_clip_that_an_http_client_can_fetch(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service, httpx.AsyncClient(base_url=f"{service.url}/api/v1") as http:
            headers = {"Authorization": f"Bearer {TOKEN}", "X-DashScope-Async": "enable"}
            body = dashscope_order(prompt="rain", model="wan2.2-i2v-flash", resolution="480P")
            created = (await http.post(CREATE_PATH.removeprefix("/api/v1"), json=body, headers=headers)).json()
            assert created["output"]["task_status"] == "PENDING"
            assert created["request_id"]
            task_id = created["output"]["task_id"]
            service.clock.advance(1)
            await service.until(task_id, "processing")
            running_now = (await http.get(f"/tasks/{task_id}/", headers=headers)).json()
            assert running_now["output"]["task_status"] == "RUNNING"
            assert set(running_now["output"]) == {"task_id", "task_status", "submit_time", "scheduled_time"}
            service.clock.advance(8)
            await service.until(task_id, "completed")
            done = (await http.get(f"/tasks/{task_id}", headers=headers)).json()
            assert (done["output"]["task_status"], done["output"]["orig_prompt"]) == ("SUCCEEDED", "rain")
            assert done["usage"] == {"duration": 5, "output_video_duration": 5, "SR": 480, "video_count": 1}
            (tmp_path / "fetched.mp4").write_bytes((await http.get(done["output"]["video_url"])).content)
            clip = measure(tmp_path / "fetched.mp4", every=150)
            assert (clip.codec, clip.rate, clip.sound) == ("h264", 30.0, None)
            assert clip.seconds == pytest.approx(5, abs=0.05)

    asyncio.run(scenario())


def test_a_create_that_does_not_ask_to_be_asynchronous_is_denied(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            status, body = await service.create_dashscope({"X-DashScope-Async": "disable"})
            assert (status, body["code"]) == (403, "AccessDenied")
            assert set(body) == {"code", "message", "request_id"}
            assert not list(service.wan.tasks)

    asyncio.run(scenario())


@pytest.mark.parametrize("path", [CREATE_PATH, "/api/v1/tasks/x", "/api/v1/tasks/", "/api/v1/uploads"])
def test_without_the_key_nothing_is_made_or_told_in_this_dialect_either(tmp_path: Path, path: str) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            method = "POST" if path == CREATE_PATH else "GET"
            wrong = {"Authorization": "Bearer other"}
            async with service.http.request(method, service.url + path, headers=wrong) as answer:
                assert (answer.status, (await answer.json())["code"]) == (401, "InvalidApiKey")

    asyncio.run(scenario())


@pytest.mark.parametrize(("code", "message"), [("DataInspectionFailed", "no"), ("", "no"), (None, None)])
def test_a_failed_task_answers_200_and_may_leave_out_why(tmp_path: Path, code: str | None, message: str | None) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            task_id = await service.accepted_dashscope()
            await service.end(task_id, Verdict(Status.FAILED, code, message))
            output = await service.output(task_id)
            assert output["task_status"] == "FAILED"
            assert (output.get("code"), output.get("message")) == (code or None, message)

    asyncio.run(scenario())


def test_a_pending_task_can_be_canceled_and_a_running_one_cannot(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.merge({"max_running": 1, "pending_seconds": 0, "hold": True})
            first, second = [await service.accepted_dashscope(seed=n) for n in (1, 2)]
            await service.until(first, "processing")
            for task_id, expected in ((second, 200), (second, 400), (first, 400), ("no-such-task", 400)):
                async with service.http.post(f"{service.url}/api/v1/tasks/{task_id}/cancel") as answer:
                    body = await answer.json()
                    assert (answer.status, body.get("code")) == (
                        expected,
                        None if expected == 200 else "UnsupportedOperation",
                    )
            output = await service.output(second)
            assert output["task_status"] == "CANCELED"
            assert "scheduled_time" not in output
            assert (await service.query(second))["status"] == "failed"
            assert (await service.output(first))["task_status"] == "RUNNING"

    asyncio.run(scenario())


def test_an_id_that_never_was_or_is_a_day_old_is_unknown_with_status_200(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            task_id = await service.accepted_dashscope()
            await service.end(task_id, Verdict(Status.FAILED))
            assert (await service.output("never"))["task_status"] == "UNKNOWN"
            service.clock.advance(DAY - 60)
            assert (await service.output(task_id))["task_status"] == "FAILED"
            service.clock.advance(60)
            assert (await service.output(task_id)) == {"task_id": task_id, "task_status": "UNKNOWN"}
            assert (await service.get("/api/v1/tasks/"))[1]["total"] == 0

    asyncio.run(scenario())


def test_a_task_may_be_invisible_at_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.merge({"hidden_seconds": 5, "max_running": 0})
            task_id = await service.accepted_dashscope()
            assert (await service.output(task_id))["task_status"] == "UNKNOWN"
            service.clock.advance(5)
            assert (await service.output(task_id))["task_status"] == "PENDING"

    asyncio.run(scenario())


def test_the_older_models_run_two_at_a_time(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.merge({"pending_seconds": 0, "hold": True})
            old = {"model": "wanx2.1-i2v-plus", "template": "no-such-effect"}  # which is never rendered
            ids = [await service.accepted_dashscope(seed=n, **old) for n in range(3)]
            for task_id in ids[:2]:
                await service.until(task_id, "processing")
            assert (await service.output(ids[2]))["task_status"] == "PENDING"
            await service.end(ids[0], Verdict(Status.FAILED))
            await service.until(ids[2], "processing")

    asyncio.run(scenario())


def test_the_list_has_rows_with_times_in_milliseconds_page_by_page_newest_first(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.max_running = 0
            ids = []
            for n in range(12):
                ids.append(await service.accepted_dashscope(seed=n))
                service.clock.advance(1)
            _, first = await service.get("/api/v1/tasks/")
            _, second = await service.get("/api/v1/tasks", page_no=2)
            assert (first["total"], first["total_page"], first["page_no"], first["page_size"]) == (12, 2, 1, 10)
            assert [row["task_id"] for row in (*first["data"], *second["data"])] == ids[::-1]
            row = second["data"][-1]
            assert (row["status"], row["model_name"]) == ("PENDING", "wan2.6-i2v")
            made = datetime.fromtimestamp(row["gmt_create"] / 1000, UTC)
            assert abs(made - (service.clock.now() - timedelta(seconds=12))) < timedelta(seconds=30)
            assert (await service.get("/api/v1/tasks/", page_no=3))[1]["data"] == []

    asyncio.run(scenario())


def test_the_list_is_narrowed_by_time_model_and_status(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.max_running = 0
            old = await service.accepted_dashscope()
            service.clock.advance(3600)
            new = await service.accepted_dashscope(model="wan2.6-i2v-flash")
            await service.end(new, Verdict(Status.FAILED))

            async def listed(**query: Any) -> list[str]:
                status, body = await service.get("/api/v1/tasks/", **query)
                assert status == 200, body
                return [row["task_id"] for row in body["data"]]

            middle = service.clock.now() + timedelta(hours=8, minutes=-30)  # the service's clock stands in Beijing
            assert await listed(start_time=f"{middle:%Y%m%d%H%M%S}") == [new]
            assert await listed(end_time=f"{middle:%Y%m%d%H%M%S}") == [old]
            assert await listed(model_name="wan2.6-i2v") == [old]
            assert await listed(status="FAILED") == [new]
            assert await listed(task_id=old) == [old]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "query",
    [
        {"start_time": "20260101000000", "end_time": "20260103000000"},
        {"start_time": "2026-01-01"},
        {"status": "DONE"},
        {"page_no": "0"},
        {"page_size": "x"},
        {"pages": "1"},
    ],
)
def test_a_list_that_cannot_be_given_is_refused(tmp_path: Path, query: dict[str, str]) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            status, body = await service.get("/api/v1/tasks/", **query)
            assert (status, body["code"]) == (400, "InvalidParameter")

    asyncio.run(scenario())


@pytest.mark.parametrize("text", ["", "[]", "not json", '{"model": 5}', '{"input": []}', '{"model": "wan2.6-i2v"}'])
def test_a_body_that_is_no_order_is_refused_with_a_code(tmp_path: Path, text: str) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            headers = {"X-DashScope-Async": "enable"}
            async with service.http.post(service.url + CREATE_PATH, data=text.encode(), headers=headers) as answer:
                assert (answer.status, (await answer.json())["code"]) == (400, "InvalidParameter")
            assert not list(service.wan.tasks)

    asyncio.run(scenario())
