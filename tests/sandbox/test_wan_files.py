"""Both file stores take uploads as documented, and a create finds what lies there."""

from __future__ import annotations

import asyncio
import hashlib
import io
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest

from tests.sandbox.pictures import jpeg
from tests.sandbox.sounds import mp3, tone
from tests.sandbox.wan_service import TOKEN, Service, data_uri, running

BEARER = {"Authorization": f"Bearer {TOKEN}"}
MODEL = "wan2.6-i2v"
RESOLVE = {"X-DashScope-OssResourceResolve": "enable"}


def test_the_three_ways_to_upload_give_the_documented_answer_and_an_address_that_works(tmp_path: Path) -> None:
    data = mp3(3)

    async def scenario() -> None:
        async with running(tmp_path) as service, httpx.AsyncClient(base_url=service.url, headers=BEARER) as http:
            sent = await http.post("/files/api/upload/file", files={"file": ("a song.mp3", data, "audio/mpeg")})
            first = sent.json()
            assert set(first) == {"url", "cn_url", "key", "md5", "size", "content_type", "expires_at"}
            md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
            assert (first["md5"], first["size"], first["content_type"]) == (md5, len(data), "audio/mpeg")
            ways = [
                ("base64", {"data": data_uri(data).replace("image/jpeg", "audio/mpeg")}),
                ("url", {"url": first["url"]}),
            ]
            for way, body in ways:
                again = (await http.post(f"/files/api/upload/{way}", json=body)).json()
                assert (again["md5"], again["content_type"]) == (md5, "audio/mpeg")
                assert again["key"] != first["key"]
            for address in (first["url"], first["cn_url"]):
                assert (await httpx.AsyncClient.get(http, address, headers={"Authorization": ""})).content == data

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("way", "body"),
    [
        ("base64", {"data": "no data URI"}),
        ("base64", {"data": "data:audio/wav;base64,%%%"}),
        ("base64", {"data": "data:audio/wav;base64,"}),
        ("base64", {}),
        ("url", {"url": "https://example.com/a.mp3"}),
        ("url", []),
        ("file", {"file": "x"}),
    ],
)
def test_an_upload_that_cannot_be_kept_is_refused_with_a_message(tmp_path: Path, way: str, body: Any) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            async with service.http.post(f"{service.url}/files/api/upload/{way}", json=body) as answer:
                assert (answer.status, "message" in await answer.json()) == (400, True)
            wrong = {"Authorization": "Bearer other"}
            async with service.http.post(f"{service.url}/files/api/upload/{way}", json=body, headers=wrong) as answer:
                assert answer.status == 401

    asyncio.run(scenario())


def test_a_file_of_more_than_50_mb_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            form = aiohttp.FormData()
            form.add_field("file", io.BytesIO(bytes(50 * 1024 * 1024 + 1)), filename="a.wav")
            async with service.http.post(f"{service.url}/files/api/upload/file", data=form) as answer:
                assert answer.status == 413

    asyncio.run(scenario())


def test_a_policy_and_a_form_put_a_file_into_the_bucket_for_one_model(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            policy = await policy_for(service, MODEL)
            assert policy["upload_host"].startswith(service.url)
            status, address = await put(policy, tone(4))
            assert status == 200
            status, body = await service.create_dashscope(RESOLVE, audio_url=address)
            assert status == 200, body
            refused = [
                await service.create_dashscope(audio_url=address),  # the header is missing
                await service.create_dashscope(RESOLVE, audio_url=address, model="wan2.5-i2v-preview"),
                await service.create_dashscope(RESOLVE, audio_url=address + "x"),
            ]
            assert [(status, body["code"]) for status, body in refused] == [(400, "InvalidURL")] * 3

    asyncio.run(scenario())


def test_a_first_frame_may_lie_in_either_store(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.max_running = 0
            _, address = await put(await policy_for(service, MODEL), jpeg(480, 360))
            status, body = await service.create_dashscope(RESOLVE, img_url=address)
            assert status == 200, body
            async with service.http.post(
                f"{service.url}/files/api/upload/base64", json={"data": data_uri(jpeg(480, 360))}
            ) as answer:
                url = (await answer.json())["url"]
            await service.accepted(image_url=url)
            assert len({task.order.picture.sha256 for task in service.wan.tasks}) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Signature": "AAAA"}, 403),
        ({"policy": "AAAA"}, 403),
        ({"OSSAccessKeyId": "LTAI0"}, 403),
        ({"key": "elsewhere/a.wav"}, 403),
        ({"success_action_status": None}, 204),
    ],
)
def test_the_bucket_looks_at_every_field_of_the_form(
    tmp_path: Path, changes: dict[str, str | None], expected: int
) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            status, _ = await put(await policy_for(service, MODEL), b"sound", changes)
            assert status == expected

    asyncio.run(scenario())


def test_a_policy_ends_after_minutes_a_file_after_two_days_and_nothing_is_overwritten(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            service.wan.settings.max_running = 0
            policy = await policy_for(service, MODEL)
            _, address = await put(policy, tone(4))
            assert (await put(policy, tone(4)))[0] == 409
            service.clock.advance(301)
            assert (await put(policy, tone(4), {"key": f"{policy['upload_dir']}/b.wav"}))[0] == 403
            assert (await service.create_dashscope(RESOLVE, audio_url=address))[0] == 200
            service.clock.advance(48 * 3600)
            assert (await service.create_dashscope(RESOLVE, audio_url=address))[0] == 400

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("query", "expected"),
    [({"model": MODEL}, 400), ({"action": "getPolicy", "model": "wan9"}, 404), ({"action": "getPolicy"}, 404)],
)
def test_a_policy_is_given_for_a_known_model_only(tmp_path: Path, query: dict[str, str], expected: int) -> None:
    async def scenario() -> None:
        async with running(tmp_path) as service:
            status, body = await service.get("/api/v1/uploads", **query)
            assert (status, set(body)) == (expected, {"code", "message", "request_id"})

    asyncio.run(scenario())


async def policy_for(service: Service, model: str) -> dict[str, Any]:
    status, body = await service.get("/api/v1/uploads", action="getPolicy", model=model)
    assert status == 200
    data: dict[str, Any] = body["data"]
    return data


async def put(policy: dict[str, Any], data: bytes, changes: dict[str, str | None] | None = None) -> tuple[int, str]:
    """Upload as the documentation's example does, without a token; the status and the file's address."""
    key = f"{policy['upload_dir']}/a.wav"
    fields = {
        "OSSAccessKeyId": policy["oss_access_key_id"],
        "Signature": policy["signature"],
        "policy": policy["policy"],
        "x-oss-object-acl": policy["x_oss_object_acl"],
        "x-oss-forbid-overwrite": policy["x_oss_forbid_overwrite"],
        "key": key,
        "success_action_status": "200",
        **(changes or {}),
    }
    kept = {name: value for name, value in fields.items() if value is not None}
    async with httpx.AsyncClient() as http:
        answer = await http.post(policy["upload_host"], data=kept, files={"file": ("a.wav", data)})
    return answer.status_code, f"oss://{key}"
