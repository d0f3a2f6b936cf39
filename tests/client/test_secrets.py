"""No token, no image and no signature of an address ever reaches an error, a repr or a log."""

import asyncio
import logging
import traceback
from base64 import b64encode
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client import (
    DashScope,
    LookupFailed,
    OperatorNeeded,
    ProviderError,
    ResultTooLarge,
    SinanCode,
    TaskReport,
    TaskState,
)
from client.oss import Policy
from client.scrub import LONGEST, clean
from tests.client.dialects import BOTH, Dialect
from tests.client.service import IMAGE, REQUEST, TOKEN, Service, Step, at_once, cuts, hangs, says

NOON = datetime(2026, 7, 31, 12, tzinfo=UTC)
BASE64 = b64encode(IMAGE).decode()
SIGNATURE = "Expires=1785500000&Signature=q1w2e3r4"
RESULT = f"https://results.example/clip.mp4?{SIGNATURE}"

CHATTY = (
    f"bad key {TOKEN}, header 'Authorization: Bearer {TOKEN}', image data:image/jpeg;base64,{BASE64} "
    f"or plain {BASE64}, see {RESULT} and https://name:word@host.example/path"
)
STEPS: list[Step] = [
    says(401, {"message": CHATTY, "error_code": CHATTY}),
    says(400, {"error_msg": CHATTY}),
    says(500, {"message": CHATTY}),
    says(200, {"message": CHATTY, "status": "failed", "error_code": CHATTY}),
    says(200, {"status": "completed", "result": [RESULT]}),
    says(401, {"message": CHATTY, "code": CHATTY}),
    says(200, {"output": {"task_status": "FAILED", "message": CHATTY, "code": CHATTY}}),
    says(200, {"output": {"task_status": "SUCCEEDED", "video_url": RESULT}}),
    says(200, {"url": RESULT}),
    says(200, {"data": {"upload_host": RESULT, "upload_dir": "d", "policy": "p", "signature": "q1w2e3r4"}}),
    says(200, {"data": [{"task_id": CHATTY, "model_name": "wan2.6-i2v"}], "total_page": 1}),
    says(302, b"", {"Location": RESULT}),
    says(200, {"task_id": CHATTY}),
    says(403, CHATTY),
    cuts(),
    hangs(),
]


def _assert_clean(text: str) -> None:
    for secret in (TOKEN, BASE64[:70], "Signature", "Expires", "q1w2e3r4", "name:word"):
        assert secret not in text


async def _told(client: SinanCode | DashScope, url: str, to: Path) -> list[str]:
    """Everything that the client's answers and errors say of themselves."""
    told = []
    calls: list[Awaitable[object]] = [
        client.create(REQUEST),
        client.look("1"),
        client.cancel("1"),
        client.check(),
        client.store_file(IMAGE, "a.mp3", "audio/mpeg", None),
        client.list_created("wan2.6-i2v", NOON, NOON, at_once),
        client.prompt_of("1"),
        client.download(url, to, 5),
    ]
    for call in calls:
        try:
            answer = await call
        except ProviderError as error:
            told += [str(error), repr(error), *traceback.format_exception(error)]
        else:
            # The address of a stored file is its caller's to keep.
            told += [] if isinstance(answer, str) else [repr(answer)]
    return told


@BOTH
@pytest.mark.parametrize("step", STEPS)
def test_no_answer_brings_a_secret_into_an_error_or_a_log(
    dialect: Dialect, step: Step, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def run() -> list[str]:
        async with Service(step) as service:
            client = dialect.client(service.url, create_seconds=0.3, look_seconds=0.3, download_seconds=0.3)
            told = await _told(client, f"{service.url}/clip.mp4?{SIGNATURE}", tmp_path / "clip.mp4")
            await client.aclose()
            return told

    told = asyncio.run(run())
    assert told
    _assert_clean("\n".join(told))
    # aiohttp's own server is part of the test, not of the client.
    _assert_clean("\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiohttp")))
    assert any(record.name.startswith("client") for record in caplog.records)


@BOTH
def test_an_unreachable_service_brings_no_secret_into_a_log(
    dialect: Dialect, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def run() -> list[str]:
        async with Service(hangs()) as service:
            url = service.url
        client = dialect.client(url)
        told = await _told(client, f"{url}/clip.mp4?{SIGNATURE}", tmp_path / "clip.mp4")
        await client.aclose()
        return told

    _assert_clean("\n".join(asyncio.run(run())) + caplog.text)


def test_no_secret_is_in_the_repr_of_a_value() -> None:
    request = replace(REQUEST, prompt="a wave", soundtrack_url=RESULT)
    client = SinanCode("https://api.example/name:word/v1", TOKEN)
    other = DashScope("https://api.example/name:word/v1", TOKEN)
    policy = Policy("https://bucket.example", "d", {"Signature": "q1w2e3r4"})
    report = TaskReport(TaskState.SUCCEEDED, video_url=RESULT)
    text = f"{request!r} {client!r} {client} {report!r} {ResultTooLarge(5)!r} {other!r} {policy!r} "
    text += repr(policy.form(IMAGE, "a.mp3", "audio/mpeg"))
    for secret in (TOKEN, "Expires", "q1w2e3r4", "name:word", str(IMAGE)[:20]):
        assert secret not in text
    asyncio.run(client.aclose())
    asyncio.run(other.aclose())


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("", ""),
        ("  two\n words\x00 ", "two words"),
        ("image data:image/png;base64,iVBORw0KGgo= is bad", "image [data] is bad"),
        ("see https://x.example/a.mp4?Signature=abc&b=c.", "see https://x.example/a.mp4"),
        ("see https://x.example/a.mp4#part", "see https://x.example/a.mp4"),
        ("https://me:pw@x.example/a", "https://x.example/a"),
        ("Authorization: Bearer abc.def", "Authorization: [token]"),
        ("key sk-0123456789abcdef is wrong", "key [token] is wrong"),
        ("task 01234567-89ab-cdef-0123-456789abcdef", "task 01234567-89ab-cdef-0123-456789abcdef"),
        ("a" * 64, "[data]"),
        ("图片 не годится", "图片 не годится"),
    ],
)
def test_text_from_outside_is_cleaned(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_a_long_text_is_cut() -> None:
    assert len(clean("word " * 1000)) == LONGEST
    assert clean("http://" * 1_000_000).startswith("http://")


def test_an_error_says_code_and_detail_or_at_least_its_name() -> None:
    assert str(OperatorNeeded("no money", code="Arrearage")) == "Arrearage: no money"
    assert str(OperatorNeeded(code="Arrearage")) == "Arrearage"
    assert str(LookupFailed()) == "LookupFailed"
