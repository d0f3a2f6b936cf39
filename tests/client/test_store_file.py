"""Putting a soundtrack where the provider can read it: SinanCode's file store, DashScope's bucket."""

import asyncio
import socket
from email import message_from_bytes
from email.message import Message
from typing import Any

import pytest

from client import Busy, InputRefused, NotSent, OperatorNeeded, ProviderError, Refused, Unreachable
from client.form import safe_filename
from tests.client.dialects import BOTH, DASHSCOPE, SINANCODE, Dialect
from tests.client.service import TOKEN, Seen, Service, Step, cuts, drips, hangs, says

SOUND = b"RIFF\x00\xff--boundary\r\n" * 50
STORED = {
    "url": "https://files.example/a.mp3?sign=s1",
    "cn_url": "https://cn.files.example/a.mp3?sign=s2",
    "key": "k",
    "md5": "m",
    "size": 5,
    "content_type": "audio/mpeg",
    "expires_at": "2026-08-01T00:00:00Z",
}
POLICY: dict[str, Any] = {
    "policy": "eyJleHBp",
    "signature": "g5K/signature=",
    "upload_dir": "instant/0123/2026-07-31/4567",
    "oss_access_key_id": "LTAI-key",
    "x_oss_object_acl": "private",
    "x_oss_forbid_overwrite": "true",
    "expire_in_seconds": 300,
    "max_file_size_mb": 100,
}


def _policy(service: Service, **change: object) -> dict[str, Any]:
    """Leave to upload to the same server."""
    return {"request_id": "r-1", "data": {**POLICY, "upload_host": f"{service.url}/bucket", **change}}


async def _stored(dialect: Dialect, service: Service, filename: str = "a.mp3", model: str | None = None) -> str:
    client = dialect.client(service.url, create_seconds=0.5)
    try:
        return await client.store_file(SOUND, filename, "audio/mpeg", model)
    finally:
        await client.aclose()


def _error(dialect: Dialect, *steps: Step) -> tuple[ProviderError, list[Seen]]:
    async def run() -> tuple[ProviderError, list[Seen]]:
        async with Service(*steps) as service:
            with pytest.raises(ProviderError) as raised:
                await _stored(dialect, service)
            return raised.value, service.seen

    return asyncio.run(run())


def _parts(seen: Seen) -> dict[str, Message]:
    """The parts of a multipart form, in their order."""
    whole = message_from_bytes(b"Content-Type: " + seen.headers["Content-Type"].encode() + b"\r\n\r\n" + seen.body)
    parts = [part for part in whole.walk() if not part.is_multipart()]
    return {str(part.get_param("name", header="Content-Disposition")): part for part in parts}


def test_sinancodes_store_takes_one_form_and_gives_the_address() -> None:
    async def run() -> Seen:
        async with Service(says(200, STORED)) as service:
            assert await _stored(SINANCODE, service) == STORED["url"]
            (seen,) = service.seen
            return seen

    seen = asyncio.run(run())
    assert (seen.method, seen.path) == ("POST", "/files/api/upload/file")
    assert seen.headers["Authorization"] == f"Bearer {TOKEN}"
    (part,) = _parts(seen).values()
    assert part.get_filename() == "a.mp3"
    assert part.get_content_type() == "audio/mpeg"
    assert SOUND in seen.body


@pytest.mark.parametrize(
    ("change", "url"),
    [({"url": ""}, STORED["cn_url"]), ({"url": None, "cn_url": "ftp://x"}, None), ({"url": "x", "cn_url": []}, None)],
)
def test_any_usable_address_will_do(change: dict[str, object], url: str | None) -> None:
    async def run() -> str:
        async with Service(says(200, {**STORED, **change})) as service:
            return await _stored(SINANCODE, service)

    if url:
        assert asyncio.run(run()) == url
        return
    with pytest.raises(NotSent):
        asyncio.run(run())


def test_dashscopes_bucket_gets_the_policys_form_with_the_file_last_and_never_the_token() -> None:
    async def run() -> tuple[str, Service]:
        service = Service()
        async with service:
            service.then(says(200, _policy(service)), says(200, b""))
            return await _stored(DASHSCOPE, service, "my sound (1).mp3", "wan2.5-i2v-preview"), service

    url, service = asyncio.run(run())
    asked, put = service.seen
    assert (asked.method, asked.path, asked.query) == (
        "GET",
        "/api/v1/uploads",
        "action=getPolicy&model=wan2.5-i2v-preview",
    )
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert (put.method, put.path) == ("POST", "/bucket")
    assert "Authorization" not in put.headers
    assert TOKEN.encode() not in put.body
    parts = _parts(put)
    assert list(parts)[-1] == "file"
    assert {name: part.get_payload() for name, part in parts.items() if name != "file"} == {
        "OSSAccessKeyId": "LTAI-key",
        "policy": "eyJleHBp",
        "Signature": "g5K/signature=",
        "x-oss-object-acl": "private",
        "x-oss-forbid-overwrite": "true",
        "key": "instant/0123/2026-07-31/4567/my_sound_1_.mp3",
        "success_action_status": "200",
    }
    assert SOUND in put.body
    assert url == "oss://instant/0123/2026-07-31/4567/my_sound_1_.mp3"


def test_a_file_for_a_blank_model_is_stored_for_the_newest() -> None:
    async def run() -> str:
        async with Service() as service:
            service.then(says(200, _policy(service)), says(200, b""))
            await _stored(DASHSCOPE, service)
            return service.seen[0].query

    assert asyncio.run(run()) == "action=getPolicy&model=wan2.6-i2v"


@pytest.mark.parametrize(
    "change",
    [
        {"upload_host": ""},
        {"upload_host": "file:///etc"},
        {"upload_dir": None},
        {"upload_dir": "/"},
        {"policy": None},
        {"signature": {}},
        {"oss_access_key_id": ""},
    ],
    ids=repr,
)
def test_half_a_policy_stores_nothing(change: dict[str, object]) -> None:
    async def run() -> None:
        async with Service() as service:
            service.then(says(200, _policy(service, **change)))
            with pytest.raises(NotSent):
                await _stored(DASHSCOPE, service)
            assert service.posts == 0

    asyncio.run(run())


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (says(400, "<Error><Code>EntityTooLarge</Code></Error>"), InputRefused),
        (says(403, "<Error><Code>AccessDenied</Code></Error>"), OperatorNeeded),
        (says(409, "<Error><Code>FileAlreadyExists</Code></Error>"), Refused),
        (says(429, b""), Busy),
        (says(503, b""), NotSent),
        (says(302, b"", {"Location": "/elsewhere"}), OperatorNeeded),
        (cuts(), NotSent),
        (hangs(), NotSent),
    ],
)
def test_the_bucket_may_refuse_or_fail(step: Step, kind: type[ProviderError]) -> None:
    async def run() -> None:
        async with Service() as service:
            service.then(says(200, _policy(service)), step)
            with pytest.raises(ProviderError) as raised:
                await _stored(DASHSCOPE, service)
            assert type(raised.value) is kind
            assert service.posts == 1

    asyncio.run(run())


@BOTH
@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (says(413, "<html>too large</html>"), InputRefused),
        (says(403, "<html>no</html>"), OperatorNeeded),
        (says(429, {}), Busy),
        (says(500, b""), NotSent),
        (says(200, {}), NotSent),
        (says(200, b"nonsense"), NotSent),
        (cuts(), NotSent),
        (hangs(), NotSent),
        (drips(200), NotSent),
    ],
)
def test_a_store_that_fails_is_refused_or_not_sent(dialect: Dialect, step: Step, kind: type[ProviderError]) -> None:
    error, seen = _error(dialect, step)
    assert type(error) is kind
    assert len(seen) == 1


@BOTH
def test_nobody_listening_means_not_sent(dialect: Dialect) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = dialect.client(f"http://127.0.0.1:{taken.getsockname()[1]}")

        async def run() -> None:
            with pytest.raises(Unreachable):
                await client.store_file(SOUND, "a.mp3", "audio/mpeg", None)
            await client.aclose()

        asyncio.run(run())


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.mp3", "a.mp3"),
        ("my sound (1).mp3", "my_sound_1_.mp3"),
        ("../../etc/passwd", "etc_passwd"),
        ('a"; filename="b.mp3', "a_filename_b.mp3"),
        ("声音.mp3", "mp3"),
        ("\r\n", "file"),
        ("", "file"),
        ("x" * 200 + ".mp3", "x" * 60 + ".mp3"),
    ],
)
def test_a_filename_is_made_harmless(name: str, safe: str) -> None:
    assert safe_filename(name) == safe
