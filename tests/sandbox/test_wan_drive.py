"""The driver calls that show the tasks at the Wan service and decide how they end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from sandbox.wan.dashscope import CREATE_PATH
from tests.sandbox.assembly import assembled, call
from tests.sandbox.sounds import tone
from tests.sandbox.wan_service import dashscope_order, order


def test_the_shorthand_makes_the_next_create_fail(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (sandbox, http):
            await call(http, "POST", "/sandbox/wan/refuse", {"status": 402, "body": {"message": "no money"}})
            url = f"{sandbox.wan_url}/v1/generate/bailian/wan2-image-to-video"
            assert await call(http, "POST", url, order()) == (402, {"message": "no money"})
            assert await call(http, "GET", "/sandbox/wan/tasks") == (200, [])

    asyncio.run(scenario())


def test_tasks_are_shown_with_their_image_and_ended_at_will(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (sandbox, http):
            sandbox.wan.settings.hold = True
            url = f"{sandbox.wan_url}/v1/generate/bailian/wan2-image-to-video"
            token = {"Authorization": f"Bearer {sandbox.wan_token}"}
            async with http.post(url, json=order(prompt="rain"), headers=token) as answer:
                task_id = (await answer.json())["task_id"]
            _, [task] = await call(http, "GET", "/sandbox/wan/tasks")
            assert (task["request"]["prompt"], task["request"]["image"]["width"]) == ("rain", 480)
            assert (task["times_created"], "image_url" in task["request"]) == (1, False)
            async with http.get(f"/sandbox/wan/tasks/{task_id}/image") as answer:
                assert (answer.content_type, len(await answer.read())) == (
                    "image/jpeg",
                    task["request"]["image"]["bytes"],
                )
            status, ended = await call(
                http, "POST", f"/sandbox/wan/tasks/{task_id}", {"status": "failed", "error_msg": "no luck"}
            )
            assert (status, ended["status"], ended["error_msg"]) == (200, "failed", "no luck")
            again = await call(http, "POST", f"/sandbox/wan/tasks/{task_id}", {"status": "completed"})
            assert again[0] == 409
            assert (await call(http, "POST", f"/sandbox/wan/tasks/{task_id}", {"status": "odd"}))[0] == 400
            assert (await call(http, "GET", "/sandbox/wan/tasks/none/image"))[0] == 404

    asyncio.run(scenario())


def test_a_task_shows_its_dialect_model_and_soundtrack_and_can_be_canceled_while_it_is_pending(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (sandbox, http):
            sandbox.wan.settings.max_running = 0
            token = {"Authorization": f"Bearer {sandbox.wan_token}"}
            sound = tone(3)
            form = aiohttp.FormData()
            form.add_field("file", sound, filename="a.wav", content_type="audio/wav")
            async with http.post(f"{sandbox.wan_url}/files/api/upload/file", data=form, headers=token) as answer:
                url = (await answer.json())["url"]
            headers = {**token, "X-DashScope-Async": "enable"}
            body = dashscope_order(audio_url=url, prompt="rain")
            async with http.post(f"{sandbox.wan_url}{CREATE_PATH}", json=body, headers=headers) as answer:
                task_id = (await answer.json())["output"]["task_id"]
            _, [task] = await call(http, "GET", "/sandbox/wan/tasks")
            assert (task["dialect"], task["model"]) == ("dashscope", "wan2.6-i2v")
            assert (task["request"]["prompt"], task["request"]["resolution"]) == ("rain", "720P")
            assert (task["soundtrack"]["bytes"], task["soundtrack"]["seconds"]) == (len(sound), 3.0)
            async with http.get(f"/sandbox/wan/tasks/{task_id}/soundtrack") as answer:
                assert (answer.content_type, await answer.read()) == ("audio/wav", sound)
            ended = await call(http, "POST", f"/sandbox/wan/tasks/{task_id}", {"status": "canceled"})
            assert (ended[0], ended[1]["status"]) == (200, "canceled")
            assert (await call(http, "POST", f"/sandbox/wan/tasks/{task_id}", {"status": "canceled"}))[0] == 409

    asyncio.run(scenario())


def test_the_shorthand_meets_the_creates_of_both_dialects(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (sandbox, http):
            refusal = {"status": 400, "body": {"code": "DataInspectionFailed", "message": "no"}}
            await call(http, "POST", "/sandbox/wan/refuse", refusal)
            url = f"{sandbox.wan_url}{CREATE_PATH}"
            assert await call(http, "POST", url, dashscope_order()) == (400, refusal["body"])

    asyncio.run(scenario())


def test_clips_ordered_while_a_size_is_set_are_at_least_that_large(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with assembled(tmp_path) as (sandbox, http):
            quick = {"pending_seconds": 0, "task_seconds": 0}
            await call(http, "POST", "/sandbox/settings", {"wan": {**quick, "result_bytes": 3_000_000}})
            token = {"Authorization": f"Bearer {sandbox.wan_token}"}
            url = f"{sandbox.wan_url}/v1/generate/bailian/wan2-image-to-video"
            sizes = []
            for _ in range(2):
                async with http.post(url, json=order(seed=1), headers=token) as answer:
                    task_id = (await answer.json())["task_id"]
                _, ended = await call(http, "POST", f"/sandbox/wan/tasks/{task_id}", {"status": "completed"})
                async with http.get(ended["result_url"]) as file:
                    sizes.append(len(await file.read()))
                await call(http, "POST", "/sandbox/settings", {"wan": {"result_bytes": None}})
            assert sizes[1] < 3_000_000 <= sizes[0]
            wrong = await call(http, "POST", "/sandbox/settings", {"wan": {"result_bytes": 1.5}})
            assert wrong == (400, {"error": "result_bytes must be a whole number from 0 up"})

    asyncio.run(scenario())
