"""Asking after a task: every shape an answer comes in, and every way in which it tells nothing."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Unpack

import pytest

from client import (
    REGIONS,
    DashScope,
    InputRefused,
    LookupFailed,
    ModerationRefused,
    OperatorNeeded,
    Provider,
    ProviderBroken,
    ProviderError,
    Refused,
    SinanCode,
    TaskReport,
    TaskState,
    Unreachable,
)
from client.dialect import Timeouts
from tests.client.service import (
    TOKEN,
    Service,
    Step,
    blurts,
    client_of,
    cuts,
    cuts_in_body,
    drips,
    hangs,
    says,
)

URL = "https://results.example/clip.mp4?Expires=1&Signature=abc"


def _look(*steps: Step, task_id: str = "1", **seconds: Unpack[Timeouts]) -> tuple[TaskReport, Service]:
    async def run() -> tuple[TaskReport, Service]:
        async with Service(*steps) as service:
            client = client_of(service.url, **seconds)
            try:
                return await client.look(task_id), service
            finally:
                await client.aclose()

    return asyncio.run(run())


def _completed(result: object) -> dict[str, object]:
    return {"id": "1", "status": "completed", "error_code": "", "error_msg": "", "result": result}


def test_a_lookup_is_one_get_with_the_token() -> None:
    _, service = _look(says(200, {"status": "pending"}), task_id="0123-ab")
    (seen,) = service.seen
    assert (seen.method, seen.path) == ("GET", "/v1/tasks/0123-ab")
    assert seen.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("task_id", ["../x?y=1#z", "..", "%2e", "a b", "é"])
def test_a_task_id_stays_within_its_place_in_the_path(task_id: str) -> None:
    _, service = _look(says(200, {"status": "pending"}), task_id=task_id)
    assert service.seen[0].path == f"/v1/tasks/{task_id}"
    assert service.seen[0].query == ""


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("pending", TaskState.PENDING),
        ("processing", TaskState.RUNNING),
        ("PROCESSING", TaskState.RUNNING),
        ("never seen before", TaskState.RUNNING),
    ],
)
def test_an_unfinished_task_tells_its_state(status: str, state: TaskState) -> None:
    report, _ = _look(says(200, {"id": "1", "status": status, "result": None}))
    assert report == TaskReport(state)


@pytest.mark.parametrize(
    "result",
    [
        [URL],
        [f" {URL} "],
        [{"type": "video", "url": URL}],
        [{"type": "", "url": URL}],
        [{"url": URL}],
        [{"type": "image", "url": "https://results.example/cover.png"}, {"type": "video/mp4", "url": URL}],
        ["", None, 5, {"type": "video"}, {"type": "video", "url": ""}, URL],
    ],
    ids=repr,
)
def test_a_completed_task_tells_the_address_in_every_documented_shape(result: object) -> None:
    report, _ = _look(says(200, _completed(result)))
    assert report == TaskReport(TaskState.SUCCEEDED, video_url=URL)


@pytest.mark.parametrize(
    "result",
    [
        *(
            None,
            [],
            {},
            "",
            URL,
            [""],
            [None],
            [{}],
            [{"url": None}],
            ["ftp://x/y"],
            ["file:///etc/passwd"],
            ["/x.mp4"],
        ),
        *(
            ["https://x/a b"],
            ["https://x/a\nb"],
            ["https://x/\ud800"],
            ["https://x/\u202e4pm"],
            ["https://x/" + "a" * 8000],
        ),
    ],
    ids=lambda result: ascii(result)[:40],
)
def test_a_completed_task_without_a_usable_address_tells_nothing(result: object) -> None:
    with pytest.raises(LookupFailed):
        _look(says(200, _completed(result)))


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("DataInspectionFailed", "not allowed", ModerationRefused),
        ("IPInfringementSuspect", "", ModerationRefused),
        ("InvalidParameter", "template", InputRefused),
        ("InvalidImage.Resolution", "", InputRefused),
        ("Arrearage", "", OperatorNeeded),
        ("InternalError.Algo", "went wrong", ProviderBroken),
        ("Throttling", "", ProviderBroken),
        ("ANewOne", "", ProviderBroken),
        ("", "some words", ProviderBroken),
        (None, None, ProviderBroken),
    ],
)
def test_a_failed_task_tells_why(code: str | None, message: str | None, kind: type[ProviderError]) -> None:
    report, _ = _look(says(200, {"id": "1", "status": "failed", "error_code": code, "error_msg": message}))
    assert report.state is TaskState.FAILED
    assert type(report.error) is kind
    assert isinstance(report.error, Refused)
    assert (report.error.code, report.error.detail) == (code or None, message or "")


def test_half_a_character_pair_in_the_providers_words_can_still_be_kept() -> None:
    report, _ = _look(says(200, {"status": "failed", "error_code": "Odd\ud83d", "error_msg": "a wave \ud83d"}))
    assert report.error is not None
    assert (report.error.code, report.error.detail) == ("Odd?", "a wave ?")


@pytest.mark.parametrize(
    ("step", "seconds"),
    [
        (says(400, {"message": "no"}), {}),
        (says(401, {"message": "no"}), {}),
        (says(403, {}), {}),
        (says(404, {"message": "no such task"}), {}),
        (says(429, {"error_code": "Throttling"}), {}),
        (says(500, {}), {}),
        (says(503, "<html>later</html>"), {}),
        (says(200, "<html>Welcome</html>"), {}),
        (says(200, b""), {}),
        (says(200, []), {}),
        (says(200, {}), {}),
        (says(200, {"status": None}), {}),
        (says(200, {"output": {"task_status": "RUNNING"}}), {}),
        (says(302, b"", {"Location": "/elsewhere"}), {}),
        (cuts_in_body(200), {}),
        (hangs(), {"look_seconds": 0.2}),
        (drips(200), {"look_seconds": 0.2}),
    ],
)
def test_a_lookup_that_tells_nothing_is_no_verdict_on_the_task(step: Step, seconds: Timeouts) -> None:
    async def run() -> None:
        async with Service(step) as service:
            client = client_of(service.url, **seconds)
            with pytest.raises(LookupFailed):
                await client.look("1")
            await client.aclose()
            assert len(service.seen) == 1

    asyncio.run(run())


def test_nobody_listening_is_no_verdict_either() -> None:
    async def run() -> None:
        async with Service(hangs()) as service:
            url = service.url
        client = client_of(url)
        with pytest.raises(LookupFailed):
            await client.look("1")
        await client.aclose()

    asyncio.run(run())


@pytest.mark.parametrize("status", [429, 503])
def test_a_lookup_says_how_long_to_wait(status: int) -> None:
    with pytest.raises(LookupFailed) as raised:
        _look(says(status, {}, {"Retry-After": "12"}))
    assert raised.value.retry_after_seconds == 12.0


def test_a_lookup_that_is_cut_off_before_its_answer_goes_out_once_more() -> None:
    report, service = _look(cuts(), says(200, {"status": "processing"}))
    assert report.state is TaskState.RUNNING
    assert len(service.seen) == 2
    with pytest.raises(LookupFailed, match="ServerDisconnectedError"):
        _look(cuts(), cuts(), says(200, {"status": "processing"}))


def test_a_lookup_without_an_http_answer_or_without_a_server_says_so() -> None:
    with pytest.raises(LookupFailed, match="ClientResponseError"):
        _look(blurts(b"SSH-2.0-OpenSSH_9.6\r\n"))

    async def run() -> None:
        client = client_of("http://127.0.0.1:1")
        with pytest.raises(LookupFailed, match="ClientConnectorError"):
            await client.look("1")
        await client.aclose()

    asyncio.run(run())


def test_a_lookup_works_again_after_a_failed_one() -> None:
    async def run() -> None:
        async with Service(says(500), cuts_in_body(200), says(200, {"status": "processing"})) as service:
            client = client_of(service.url)
            for _ in range(2):
                with pytest.raises(LookupFailed):
                    await client.look("1")
            assert (await client.look("1")).state is TaskState.RUNNING
            await client.aclose()

    asyncio.run(run())


def test_a_task_can_not_be_called_off() -> None:
    async def run() -> None:
        async with Service(says(200, {})) as service:
            client = client_of(service.url)
            assert await client.cancel("1") is False
            await client.aclose()
            assert service.seen == []

    asyncio.run(run())


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (says(401, {"message": "no"}), OperatorNeeded),
        (says(403, "<html>no</html>"), OperatorNeeded),
        (says(400, {"error_code": "Arrearage"}), OperatorNeeded),
        (says(500, {}), LookupFailed),
        (says(503, "<html>later</html>"), LookupFailed),
    ],
)
def test_the_check_tells_what_is_wrong(step: Step, kind: type[ProviderError]) -> None:
    with pytest.raises(ProviderError) as raised:
        asyncio.run(_check(step))
    assert type(raised.value) is kind


@pytest.mark.parametrize("step", [says(404, {"message": "no such task"}), says(400, {}), says(200, {})])
def test_the_check_is_content_with_any_other_answer_of_the_service(step: Step) -> None:
    asyncio.run(_check(step))


def test_the_check_asks_for_a_task_that_can_not_be() -> None:
    async def run() -> None:
        async with Service(says(404, {})) as service:
            client = client_of(service.url)
            await client.check()
            await client.aclose()
            (seen,) = service.seen
            assert (seen.method, seen.path) == ("GET", "/v1/tasks/00000000-0000-0000-0000-000000000000")

    asyncio.run(run())


@pytest.mark.parametrize(("step", "seconds"), [(cuts(), {}), (hangs(), {"look_seconds": 0.2})])
def test_the_check_tells_trouble_with_the_connection(step: Step, seconds: Timeouts) -> None:
    with pytest.raises(Unreachable):
        asyncio.run(_check(step, **seconds))


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("", TOKEN),
        ("api.example/v1", TOKEN),
        ("ftp://api.example", TOKEN),
        ("http://user:word@api.example", TOKEN),
        ("http://api.example/v1?key=word", TOKEN),
        ("http://api.example/v1#word", TOKEN),
        ("http://127.1/v1", TOKEN),
        ("http://2130706433/v1", TOKEN),
        ("http://api.example/v1", ""),
        ("http://api.example/v1", f"{TOKEN}\n"),
        ("http://api.example/v1", f"{TOKEN}é"),
    ],
)
def test_an_address_or_token_that_can_not_work_is_refused_at_once(url: str, token: str) -> None:
    for dialect in (SinanCode, DashScope):
        with pytest.raises(ValueError, match="the provider's") as raised:
            dialect(url, token)
        assert TOKEN not in str(raised.value)
        assert "word" not in str(raised.value)


def test_an_address_of_the_file_store_that_can_not_work_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="file store"):
        SinanCode("http://api.example/v1", TOKEN, files_url="files.example")


def _check(step: Step, **seconds: Unpack[Timeouts]) -> Coroutine[Any, Any, None]:
    async def run() -> None:
        async with Service(step) as service:
            client = client_of(service.url, **seconds)
            try:
                await client.check()
            finally:
                await client.aclose()

    return run()


def test_both_dialects_are_providers() -> None:
    providers: list[Provider] = [SinanCode("https://api.example/v1/", TOKEN), DashScope(REGIONS["beijing"], TOKEN)]
    assert [provider.name for provider in providers] == ["sinancode", "dashscope"]
    for provider in providers:
        asyncio.run(provider.aclose())
