"""Each model takes in each dialect what its row in the documentation says, and nothing else."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.wan.models import DASHSCOPE, SINANCODE
from tests.sandbox.sounds import tone
from tests.sandbox.wan_service import Service, running

TIERS = ("480P", "720P", "1080P")

# model: resolutions, default, seconds, makes sound, takes audio_url, has the audio switch, has shots, prompt characters
DASHSCOPE_ROWS: dict[str, tuple[Any, ...]] = {
    "wan2.6-i2v": ("720P 1080P", "1080P", (5, 10, 15), True, True, False, True, 1500),
    "wan2.6-i2v-flash": ("720P 1080P", "1080P", range(2, 16), True, True, True, True, 1500),
    "wan2.5-i2v-preview": ("480P 720P 1080P", "1080P", (5, 10), True, True, False, False, 1500),
    "wan2.2-i2v-flash": ("480P 720P 1080P", "720P", (5,), False, False, False, False, 800),
    "wan2.2-i2v-plus": ("480P 1080P", "1080P", (5,), False, False, False, False, 800),
    "wanx2.1-i2v-turbo": ("480P 720P", "720P", (3, 4, 5), False, False, False, False, 800),
    "wanx2.1-i2v-plus": ("720P", "720P", (5,), False, False, False, False, 800),
}
SINANCODE_ROWS: dict[str, tuple[Any, ...]] = {
    "wan2.6-i2v": ("720P 1080P", "1080P", (5, 10, 15), True, False, True, True, 2000),
    "wan2.5-i2v-preview": ("480P 720P 1080P", "1080P", (5, 10), True, True, True, False, 2000),
}
ROWS = [("dashscope", name, row) for name, row in DASHSCOPE_ROWS.items()]
ROWS += [("sinancode", name, row) for name, row in SINANCODE_ROWS.items()]


def test_the_table_has_exactly_the_documented_models() -> None:
    assert list(DASHSCOPE.models) == list(DASHSCOPE_ROWS)
    assert list(SINANCODE.models) == list(SINANCODE_ROWS)


@pytest.mark.parametrize(("dialect", "model", "row"), ROWS, ids=[f"{dialect}-{name}" for dialect, name, _ in ROWS])
def test_a_model_takes_what_its_row_says(tmp_path: Path, dialect: str, model: str, row: tuple[Any, ...]) -> None:
    resolutions, default, seconds, sound, soundtrack, switch, shots, characters = row

    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.max_running = 0  # nothing is rendered
            audio_url = await _upload(service, tone(4))
            base = {"model": model, "resolution": default, "duration": 5, "audio": None}

            async def takes(**changes: Any) -> bool:
                wanted = {**base, **changes}
                create = service.create_dashscope if dialect == "dashscope" else service.create
                status, body = await create(**wanted)
                assert status in (200, 400), body
                assert dialect == "sinancode" or status == 200 or body["code"] == "InvalidParameter"
                return status == 200

            assert await takes(resolution=None, duration=None)
            assert list(service.wan.tasks)[-1].order.resolution == default
            assert list(service.wan.tasks)[-1].order.audio is sound
            assert [tier for tier in TIERS if await takes(resolution=tier)] == resolutions.split()
            assert [n for n in range(1, 17) if await takes(duration=n)] == list(seconds)
            assert await takes(audio_url=audio_url) is soundtrack
            assert await takes(audio=False) is switch
            assert await takes(shot_type="multi") is shots
            assert await takes(shot_type="single") is shots
            assert not await takes(shot_type="multi", prompt_extend=False)
            assert await takes(prompt="x" * characters, negative_prompt="x" * 500)
            assert not await takes(prompt="x" * (characters + 1))
            assert not await takes(negative_prompt="x" * 501)
            assert await takes(watermark=True, prompt_extend=False, seed=2_147_483_647)
            assert not await takes(seed=2_147_483_648)

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("model", "template", "works"),
    [
        ("wanx2.1-i2v-turbo", "hug", True),
        ("wanx2.1-i2v-turbo", "mermaid", False),
        ("wanx2.1-i2v-plus", "mermaid", True),
        ("wanx2.1-i2v-plus", "no-such-effect", False),
        ("wan2.2-i2v-plus", "flying", False),
        ("wan2.5-i2v-preview", "flying", True),
        ("wan2.6-i2v", "flying", True),
        ("wan2.6-i2v", "mermaid", False),
    ],
)
def test_an_effect_works_on_the_models_that_know_it_and_fails_in_the_task_elsewhere(
    tmp_path: Path, model: str, template: str, works: bool
) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.merge({"pending_seconds": 0, "task_seconds": 0, "hold": works})
            task_id = await service.accepted_dashscope(model=model, template=template, resolution=None)
            task = service.wan.tasks.get(task_id)
            assert task is not None
            assert task.effect_is_known is works
            if not works:
                await service.until(task_id, "failed")
                output = await service.output(task_id)
                assert (output["task_status"], output["code"]) == ("FAILED", "InvalidParameter")
                assert template in output["message"]

    asyncio.run(scenario())


def test_this_dialect_wants_a_model_and_one_it_knows(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            status, body = await service.create_dashscope(model="wan9")
            assert (status, body["code"]) == (404, "ModelNotFound")
            status, body = await service.create_dashscope(model=None)
            assert (status, body["code"]) == (400, "InvalidParameter")

    asyncio.run(scenario())


async def _upload(service: Service, data: bytes) -> str:
    form = aiohttp.FormData()
    form.add_field("file", data, filename="a.wav", content_type="audio/wav")
    async with service.http.post(f"{service.url}/files/api/upload/file", data=form) as answer:
        assert answer.status == 200
        return str((await answer.json())["url"])
