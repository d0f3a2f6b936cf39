"""Creating a video: what is sent, and what every way of going wrong means for the money."""

import asyncio
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest

from client import (
    Busy,
    InputRefused,
    ModerationRefused,
    OperatorNeeded,
    OutcomeUnknown,
    ProviderError,
    Refused,
    VideoRequest,
)
from tests.client.service import (
    IMAGE,
    REQUEST,
    TOKEN,
    Service,
    Step,
    client_of,
    says,
)

TASK = {"task_id": "01234567-89ab-cdef-0123-456789abcdef"}


async def _create(service: Service, request: VideoRequest = REQUEST) -> str:
    client = client_of(service.url)
    try:
        return await client.create(request)
    finally:
        await client.aclose()


def _body_sent(request: VideoRequest) -> Any:
    async def run() -> Any:
        async with Service(says(200, TASK)) as service:
            await _create(service, request)
            return service.seen[0].json

    return asyncio.run(run())


def _failure(step: Step) -> tuple[ProviderError, int]:
    """The error that a create ends in, and how many POSTs the server counted."""

    async def run() -> tuple[ProviderError, int]:
        async with Service(step) as service:
            with pytest.raises(ProviderError) as raised:
                await _create(service, REQUEST)
            return raised.value, service.posts

    return asyncio.run(run())


def test_a_create_is_one_post_with_the_token_and_gives_the_task_id() -> None:
    async def run() -> None:
        async with Service(says(200, TASK)) as service:
            assert await _create(service) == TASK["task_id"]
            (seen,) = service.seen
        assert (seen.method, seen.path) == ("POST", "/v1/generate/bailian/wan2-image-to-video")
        assert seen.headers["Authorization"] == f"Bearer {TOKEN}"
        assert seen.headers["Content-Type"] == "application/json"

    asyncio.run(run())


def test_the_image_goes_out_as_a_data_uri() -> None:
    kind, _, data = _body_sent(REQUEST)["image_url"].partition(",")
    assert kind == "data:image/jpeg;base64"
    assert b64decode(data) == IMAGE


def test_what_was_not_asked_for_is_left_out() -> None:
    body = _body_sent(REQUEST)
    del body["image_url"]
    assert body == {
        "duration": 5,
        "resolution": "720P",
        "seed": 7,
        "audio": True,
        "prompt_extend": True,
        "watermark": False,
        "shot_type": "single",
    }


@pytest.mark.parametrize(
    ("change", "name", "value"),
    [
        ({"prompt": "a wave rolls in"}, "prompt", "a wave rolls in"),
        ({"prompt": "海浪 🌊 \ud83c"}, "prompt", "海浪 🌊 \ud83c"),
        ({"negative_prompt": "blur"}, "negative_prompt", "blur"),
        ({"template": "squish"}, "template", "squish"),
        ({"model": "wan2.6-i2v"}, "model", "wan2.6-i2v"),
        ({"audio": False}, "audio", False),
        ({"watermark": True}, "watermark", True),
        ({"shots": "multi"}, "shot_type", "multi"),
        ({"seed": 0}, "seed", 0),
        ({"duration_seconds": 15}, "duration", 15),
        ({"resolution": "1080P"}, "resolution", "1080P"),
    ],
)
def test_every_option_has_its_field(change: dict[str, Any], name: str, value: object) -> None:
    assert _body_sent(replace(REQUEST, **change))[name] == value


def test_the_shot_type_is_left_out_without_rewriting() -> None:
    body = _body_sent(replace(REQUEST, rewrite=False, shots="multi"))
    assert body["prompt_extend"] is False
    assert "shot_type" not in body


REFUSALS = [
    # status, body, what it means
    (400, {"message": "image side too small"}, InputRefused),
    (400, {"error_code": "InvalidParameter", "error_msg": "duration"}, InputRefused),
    (400, {"error_code": "InvalidParameter.DataInspection"}, InputRefused),
    (400, {"error_code": "InvalidURL.ConnectionRefused"}, InputRefused),
    (400, {"error_code": "InvalidImage.FileFormat"}, InputRefused),
    (400, {"error_code": "InvalidFile.Size"}, InputRefused),
    (400, {"error_code": "BadRequest.TooLarge"}, InputRefused),
    (413, "<html>Request Entity Too Large</html>", InputRefused),
    (422, {"detail": []}, InputRefused),
    (400, {"error_code": "DataInspectionFailed", "error_msg": "not allowed"}, ModerationRefused),
    (400, {"error_code": "IPInfringementSuspect"}, ModerationRefused),
    (403, {"code": "DataInspectionFailed", "message": "not allowed"}, ModerationRefused),
    (400, {"error_code": "Arrearage"}, OperatorNeeded),
    (401, {"error_code": "InvalidApiKey"}, OperatorNeeded),
    (401, {"message": "no"}, OperatorNeeded),
    (402, {}, OperatorNeeded),
    (403, {"error_code": "AccessDenied.Unpurchased"}, OperatorNeeded),
    (403, {"error_code": "AllocationQuota.FreeTierOnly"}, OperatorNeeded),
    (403, "<html>Forbidden</html>", OperatorNeeded),
    (404, {"error_code": "ModelNotFound"}, OperatorNeeded),
    (404, "<html>Not Found</html>", OperatorNeeded),
    (429, {"error_code": "PrepaidBillOverdue"}, OperatorNeeded),
    (429, {"error_code": "PostpaidBillOverdue"}, OperatorNeeded),
    (429, {"error_code": "CommodityNotPurchased"}, OperatorNeeded),
    (409, {"message": "conflict"}, Refused),
    (418, "teapot", Refused),
    (400, {"error_code": "ANewOne"}, InputRefused),
    # A success that says no in so many words.
    (200, {"error_code": "DataInspectionFailed", "error_msg": "not allowed"}, ModerationRefused),
    (200, {"task_id": "", "error_code": "Arrearage"}, OperatorNeeded),
    (429, {"error_code": "Throttling"}, Busy),
    (429, {"error_code": "Throttling.RateQuota"}, Busy),
    (429, {"error_code": "Throttling.BurstRate"}, Busy),
    (429, {"error_code": "Throttling.AllocationQuota"}, Busy),
    (429, {}, Busy),
    (429, "<html>slow down</html>", Busy),
    (400, {"error_code": "Throttling.RateQuota"}, Busy),
    (500, {"error_code": "InternalError.Algo"}, OutcomeUnknown),
    (500, {"error_code": "SystemError"}, OutcomeUnknown),
    (500, {"error_code": "RequestTimeOut"}, OutcomeUnknown),
    (503, {"error_code": "ModelServingError"}, OutcomeUnknown),
    (503, {"error_code": "ModelUnavailable"}, OutcomeUnknown),
    (503, {"error_code": "Throttling"}, OutcomeUnknown),
    (502, "<html>Bad Gateway</html>", OutcomeUnknown),
    (504, b"", OutcomeUnknown),
    (400, {"error_code": "InternalError"}, OutcomeUnknown),
    (408, {}, OutcomeUnknown),
    (200, "<html>Welcome</html>", OutcomeUnknown),
    (200, b"", OutcomeUnknown),
    (200, b"\xff\xfe{", OutcomeUnknown),
    (200, b"[" * 100_000, OutcomeUnknown),
    (200, b'{"task_id": "' + b"0" * 2_000_000 + b'"}', OutcomeUnknown),
    (200, [TASK], OutcomeUnknown),
    (200, "a word", OutcomeUnknown),
    (200, {}, OutcomeUnknown),
    (200, {"task_id": None}, OutcomeUnknown),
    (200, {"task_id": "  "}, OutcomeUnknown),
    (200, {"task_id": {"id": 1}}, OutcomeUnknown),
    (200, {"task_id": "see the next page"}, OutcomeUnknown),
    (200, {"task_id": "0" * 129}, OutcomeUnknown),
    (200, {"output": TASK}, OutcomeUnknown),
    (200, {"error_code": "Throttling"}, OutcomeUnknown),
    (204, b"", OutcomeUnknown),
    (303, TASK, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "body", "kind"), REFUSALS, ids=lambda value: repr(value)[:50])
def test_an_answer_without_a_task_means(status: int, body: object, kind: type[ProviderError]) -> None:
    error, posts = _failure(says(status, body))
    assert type(error) is kind
    assert posts == 1


@pytest.mark.parametrize(
    ("body", "code", "detail"),
    [
        ({"message": "a", "error_msg": "b", "error_code": "Arrearage"}, "Arrearage", "a"),
        ({"message": "", "error_msg": "b", "error_code": "Arrearage"}, "Arrearage", "b"),
        ({"error_msg": " ", "error_code": "Arrearage"}, "Arrearage", ""),
        ({"error_code": 4001}, "4001", ""),
        ({"message": ["no", "text"], "error_code": {}}, None, ""),
    ],
)
def test_the_error_carries_the_providers_words(body: object, code: str | None, detail: str) -> None:
    error, _ = _failure(says(400, body))
    assert (error.code, error.detail) == (code, detail)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Fri, 31 Jul 2026 10:00:30 GMT", "Date": "Fri, 31 Jul 2026 10:00:00 GMT"}, 30.0),
        ({}, None),
    ],
)
def test_busy_says_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    error, _ = _failure(says(429, {}, headers))
    assert isinstance(error, Busy)
    assert error.retry_after_seconds == seconds
