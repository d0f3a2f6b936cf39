"""What is DashScope's alone: its headers, its nested body, its statuses with HTTP 200, and calling a task off."""

import asyncio
from base64 import b64decode
from dataclasses import replace

import pytest

from client import (
    REGIONS,
    InputRefused,
    LookupFailed,
    OperatorNeeded,
    OutcomeUnknown,
    ProviderError,
    Refused,
    TaskReport,
    TaskState,
    Unreachable,
    VideoRequest,
)
from tests.client.dialects import DASHSCOPE, TASK_ID, VIDEO_URL
from tests.client.service import IMAGE, REQUEST, TOKEN, Seen, Service, Step, cuts, dashscope_of, hangs, says


def test_every_region_has_its_own_address() -> None:
    assert dict(REGIONS) == {
        "beijing": "https://dashscope.aliyuncs.com/api/v1",
        "singapore": "https://dashscope-intl.aliyuncs.com/api/v1",
        "virginia": "https://dashscope-us.aliyuncs.com/api/v1",
    }


def test_a_create_asks_for_a_task_and_not_for_the_video() -> None:
    seen = _created(REQUEST)
    assert (seen.method, seen.path) == ("POST", DASHSCOPE.create_path)
    assert seen.headers["Authorization"] == f"Bearer {TOKEN}"
    assert seen.headers["X-DashScope-Async"] == "enable"
    assert seen.headers["Content-Type"] == "application/json"
    assert "X-DashScope-OssResourceResolve" not in seen.headers


def test_what_was_not_asked_for_is_left_out() -> None:
    body = _created(REQUEST).json
    kind, _, data = body["input"].pop("img_url").partition(",")
    assert kind == "data:image/jpeg;base64"
    assert b64decode(data) == IMAGE
    assert body == {
        "model": "wan2.6-i2v",
        "input": {},
        "parameters": {
            "resolution": "720P",
            "duration": 5,
            "prompt_extend": True,
            "shot_type": "single",
            "watermark": False,
            "seed": 7,
        },
    }


def test_every_option_has_its_field() -> None:
    body = _created(
        replace(REQUEST, prompt="a wave 🌊", negative_prompt="blur", template="flying", model="wan2.6-i2v-flash")
    ).json
    del body["input"]["img_url"]
    assert body["input"] == {"prompt": "a wave 🌊", "negative_prompt": "blur", "template": "flying"}
    assert body["parameters"]["audio"] is True


@pytest.mark.parametrize(
    ("url", "resolve"), [("oss://folder/a.mp3", "enable"), ("https://files.example/a.mp3", None), (None, None)]
)
def test_a_soundtrack_from_the_providers_own_bucket_is_to_be_resolved(url: str | None, resolve: str | None) -> None:
    seen = _created(replace(REQUEST, soundtrack_url=url))
    assert seen.json["input"].get("audio_url") == url
    assert seen.headers.get("X-DashScope-OssResourceResolve") == resolve


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        ({"task_id": TASK_ID}, OutcomeUnknown, None),
        ({"output": TASK_ID}, OutcomeUnknown, None),
        ({"output": {"task_id": "see the next page"}}, OutcomeUnknown, None),
        ({"output": {"code": "DataInspectionFailed"}}, Refused, "DataInspectionFailed"),
        ({"code": "Arrearage", "output": {"task_id": ""}}, OperatorNeeded, "Arrearage"),
    ],
)
def test_a_success_without_a_task_id_in_its_place(body: object, kind: type[ProviderError], code: str | None) -> None:
    async def run() -> None:
        async with Service(says(200, body)) as service:
            client = dashscope_of(service.url)
            with pytest.raises(kind) as raised:
                await client.create(REQUEST)
            await client.aclose()
            assert service.posts == 1
        assert raised.value.code == code

    asyncio.run(run())


def test_a_lookup_is_one_get_with_the_token() -> None:
    _, (seen,) = _look(says(200, DASHSCOPE.pending))
    assert (seen.method, seen.path) == ("GET", f"/api/v1/tasks/{TASK_ID}")
    assert seen.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("PENDING", TaskState.PENDING),
        ("RUNNING", TaskState.RUNNING),
        ("running", TaskState.RUNNING),
        ("NEVER SEEN BEFORE", TaskState.RUNNING),
    ],
)
def test_an_unfinished_task_tells_its_state(status: str, state: TaskState) -> None:
    report, _ = _look(says(200, {"output": {"task_status": status}}))
    assert report == TaskReport(state)


def test_a_task_that_succeeded_tells_the_address() -> None:
    report, _ = _look(says(200, DASHSCOPE.succeeded))
    assert report == TaskReport(TaskState.SUCCEEDED, video_url=VIDEO_URL)


@pytest.mark.parametrize(
    ("submitted", "ended", "seconds"),
    [
        ("2026-01-31 23:59:00.250", "2026-02-01 00:01:30.750", 150.5),
        ("2026-01-31 23:59:00", "2026-01-31 23:59:59", 59),
        ("2026-01-31T23:59:00+08:00", "2026-01-31T16:00:00Z", 60),
        ("2026-01-31 23:59:00", "2026-01-31 23:59:00", None),
        ("2026-01-31 23:59:00", "2026-01-30 23:59:00", None),
        ("2026-01-01 00:00:00", "2026-01-31 00:00:00", None),
        ("2026-01-31 23:59:00", "2026-01-31T16:00:00Z", None),
        ("yesterday", "2026-01-31 23:59:00", None),
        (None, "2026-01-31 23:59:00", None),
        ("2026-01-31 23:59:00", None, None),
        (1769900000000, 1769900060000, None),
    ],
)
def test_a_task_that_succeeded_tells_how_long_it_took_if_its_times_make_sense(
    submitted: object, ended: object, seconds: float | None
) -> None:
    times = {"submit_time": submitted, "end_time": ended}
    report, _ = _look(says(200, {"output": {**DASHSCOPE.succeeded["output"], **times}}))
    assert report == TaskReport(TaskState.SUCCEEDED, video_url=VIDEO_URL, took_seconds=seconds)


def test_a_task_that_was_called_off_has_failed() -> None:
    report, _ = _look(says(200, {"output": {"task_status": "CANCELED"}}))
    assert report.state is TaskState.FAILED
    assert type(report.error) is Refused
    assert report.error.code == "CANCELED"


def test_an_unknown_task_is_no_verdict() -> None:
    with pytest.raises(LookupFailed) as raised:
        _look(says(200, {"output": {"task_id": TASK_ID, "task_status": "UNKNOWN"}}))
    assert raised.value.code == "UNKNOWN"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        b"",
        {"output": None},
        {"output": {"task_status": ""}},
        {"task_status": "RUNNING"},
        {"output": {"task_status": "SUCCEEDED"}},
        {"output": {"task_status": "SUCCEEDED", "video_url": ""}},
        {"output": {"task_status": "SUCCEEDED", "video_url": "file:///etc/passwd"}},
    ],
    ids=repr,
)
def test_a_success_that_tells_nothing_is_no_verdict(body: object) -> None:
    with pytest.raises(LookupFailed):
        _look(says(200, body))


def test_a_pending_task_is_called_off() -> None:
    called_off, (seen,) = _cancel(says(200, {"request_id": "r-1"}))
    assert called_off is True
    assert (seen.method, seen.path) == ("POST", f"/api/v1/tasks/{TASK_ID}/cancel")
    assert seen.headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_task_that_runs_can_not_be_called_off() -> None:
    called_off, _ = _cancel(says(400, DASHSCOPE.refused("UnsupportedOperation", "not pending")))
    assert called_off is False


@pytest.mark.parametrize(
    "step",
    [
        says(400, DASHSCOPE.refused("InvalidParameter", "")),
        says(401, DASHSCOPE.refused("InvalidApiKey", "")),
        says(429, DASHSCOPE.refused("Throttling", "")),
        says(500, b""),
        says(302, b"", {"Location": "/elsewhere"}),
        cuts(),
        hangs(),
    ],
)
def test_calling_off_may_come_to_nothing(step: Step) -> None:
    with pytest.raises(LookupFailed):
        _cancel(step)


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (says(200, {"output": {"task_status": "UNKNOWN"}}), None),
        (says(400, DASHSCOPE.refused("InvalidParameter", "")), None),
        (says(401, DASHSCOPE.refused("InvalidApiKey", "")), OperatorNeeded),
        (says(400, DASHSCOPE.refused("Arrearage", "")), OperatorNeeded),
        (says(503, b""), LookupFailed),
        (cuts(), Unreachable),
    ],
)
def test_the_check_tells_what_is_wrong(step: Step, kind: type[ProviderError] | None) -> None:
    async def run() -> ProviderError | None:
        async with Service(step) as service:
            client = dashscope_of(service.url)
            try:
                await client.check()
            except ProviderError as error:
                return error
            finally:
                await client.aclose()
        return None

    error = asyncio.run(run())
    assert (type(error) if error else None) is kind


def test_the_members_words_come_with_the_error() -> None:
    async def run() -> None:
        async with Service(says(400, DASHSCOPE.refused("InvalidParameter", "The duration must be 5."))) as service:
            client = dashscope_of(service.url)
            with pytest.raises(InputRefused) as raised:
                await client.create(REQUEST)
            await client.aclose()
        assert raised.value.detail == "The duration must be 5."

    asyncio.run(run())


def _created(request: VideoRequest) -> Seen:
    async def run() -> Seen:
        async with Service(says(200, DASHSCOPE.created)) as service:
            client = dashscope_of(service.url)
            assert await client.create(request) == TASK_ID
            await client.aclose()
            (seen,) = service.seen
            return seen

    return asyncio.run(run())


def _look(step: Step) -> tuple[TaskReport, list[Seen]]:
    async def run() -> tuple[TaskReport, list[Seen]]:
        async with Service(step) as service:
            client = dashscope_of(service.url, look_seconds=0.5)
            try:
                return await client.look(TASK_ID), service.seen
            finally:
                await client.aclose()

    return asyncio.run(run())


def _cancel(step: Step) -> tuple[bool, list[Seen]]:
    async def run() -> tuple[bool, list[Seen]]:
        async with Service(step) as service:
            client = dashscope_of(service.url, look_seconds=0.5)
            try:
                return await client.cancel(TASK_ID), service.seen
            finally:
                await client.aclose()

    return asyncio.run(run())
