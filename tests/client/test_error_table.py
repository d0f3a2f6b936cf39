"""The table of error codes, row by row: on a create, a stored file, a lookup and in a failed task; in both dialects."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from client import (
    Busy,
    DashScope,
    InputRefused,
    LookupFailed,
    ModerationRefused,
    NotSent,
    OperatorNeeded,
    OutcomeUnknown,
    ProviderBroken,
    ProviderError,
    SinanCode,
    TaskState,
)
from tests.client.dialects import BOTH, Dialect
from tests.client.service import REQUEST, Service, says

WORDS = "the provider's own words"

# status, code, what a create means, what a failed task means
TABLE: list[tuple[int, str, type[ProviderError], type[ProviderError]]] = [
    (400, "InvalidParameter", InputRefused, InputRefused),
    (400, "InvalidURL", InputRefused, InputRefused),
    (400, "InvalidURL.ConnectionRefused", InputRefused, InputRefused),
    (400, "InvalidURL.Timeout", InputRefused, InputRefused),
    (400, "InvalidImage", InputRefused, InputRefused),
    (400, "InvalidImage.FileFormat", InputRefused, InputRefused),
    (400, "InvalidImageResolution", InputRefused, InputRefused),
    (400, "BadRequest.TooLarge", InputRefused, InputRefused),
    (400, "InvalidFile.Duration", InputRefused, InputRefused),
    (400, "DataInspectionFailed", ModerationRefused, ModerationRefused),
    (400, "IPInfringementSuspect", ModerationRefused, ModerationRefused),
    (400, "Arrearage", OperatorNeeded, OperatorNeeded),
    (401, "InvalidApiKey", OperatorNeeded, OperatorNeeded),
    (403, "AccessDenied", OperatorNeeded, OperatorNeeded),
    (403, "AccessDenied.Unpurchased", OperatorNeeded, OperatorNeeded),
    (403, "AllocationQuota.FreeTierOnly", OperatorNeeded, OperatorNeeded),
    (404, "ModelNotFound", OperatorNeeded, OperatorNeeded),
    (429, "Throttling", Busy, ProviderBroken),
    (429, "Throttling.RateQuota", Busy, ProviderBroken),
    (429, "Throttling.BurstRate", Busy, ProviderBroken),
    (429, "Throttling.AllocationQuota", Busy, ProviderBroken),
    (429, "PrepaidBillOverdue", OperatorNeeded, OperatorNeeded),
    (429, "PostpaidBillOverdue", OperatorNeeded, OperatorNeeded),
    (429, "CommodityNotPurchased", OperatorNeeded, OperatorNeeded),
    (500, "InternalError", OutcomeUnknown, ProviderBroken),
    (500, "InternalError.Algo", OutcomeUnknown, ProviderBroken),
    (500, "SystemError", OutcomeUnknown, ProviderBroken),
    (500, "RequestTimeOut", OutcomeUnknown, ProviderBroken),
    (503, "ModelServingError", OutcomeUnknown, ProviderBroken),
    (503, "ModelUnavailable", OutcomeUnknown, ProviderBroken),
]

ROWS = pytest.mark.parametrize(
    ("status", "code", "refusal", "failure"), TABLE, ids=[f"{status}-{code}" for status, code, *_ in TABLE]
)


@BOTH
@ROWS
def test_a_create_that_is_answered_with_it(
    dialect: Dialect, status: int, code: str, refusal: type[ProviderError], failure: type[ProviderError]
) -> None:
    error, posts = _raised(dialect, status, code, lambda client: client.create(REQUEST))
    assert type(error) is refusal
    assert (error.code, error.detail) == (code, WORDS)
    assert posts == 1


@BOTH
@ROWS
def test_a_file_that_is_answered_with_it(
    dialect: Dialect, status: int, code: str, refusal: type[ProviderError], failure: type[ProviderError]
) -> None:
    error, _ = _raised(dialect, status, code, lambda client: client.store_file(b"RIFF", "a.wav", "audio/wav", None))
    # It costs nothing, so what is open about a create is simply to be done again.
    assert type(error) is (NotSent if refusal is OutcomeUnknown else refusal)


@BOTH
@ROWS
def test_a_lookup_that_is_answered_with_it(
    dialect: Dialect, status: int, code: str, refusal: type[ProviderError], failure: type[ProviderError]
) -> None:
    error, _ = _raised(dialect, status, code, lambda client: client.look("1"))
    assert type(error) is LookupFailed
    assert (error.code, error.detail) == (code, WORDS)


@BOTH
@ROWS
def test_a_task_that_failed_with_it(
    dialect: Dialect, status: int, code: str, refusal: type[ProviderError], failure: type[ProviderError]
) -> None:
    error = _task_error(dialect, code, WORDS)
    assert type(error) is failure
    assert (error.code, error.detail) == (code, WORDS)


@BOTH
@pytest.mark.parametrize(
    ("code", "message"), [(None, None), ("", ""), (None, WORDS), ("ANewOne", None), ("ANewOne", WORDS)]
)
def test_a_task_that_failed_for_no_known_reason(dialect: Dialect, code: str | None, message: str | None) -> None:
    error = _task_error(dialect, code, message)
    assert type(error) is ProviderBroken
    assert (error.code, error.detail) == (code or None, message or "")


@BOTH
@pytest.mark.parametrize("code", ["DataInspectionFailed", "Arrearage", "InvalidParameter"])
def test_a_gateway_in_trouble_leaves_a_create_open_whatever_it_quotes(dialect: Dialect, code: str) -> None:
    error, posts = _raised(dialect, 502, code, lambda client: client.create(REQUEST))
    assert type(error) is OutcomeUnknown
    assert posts == 1


def _raised(
    dialect: Dialect, status: int, code: str, call: Callable[[SinanCode | DashScope], Awaitable[object]]
) -> tuple[ProviderError, int]:
    """What a call raises whose answer is this, and how many POSTs the server counted."""

    async def run() -> tuple[ProviderError, int]:
        async with Service(says(status, dialect.refused(code, WORDS))) as service:
            client = dialect.client(service.url)
            with pytest.raises(ProviderError) as raised:
                await call(client)
            await client.aclose()
            return raised.value, service.posts

    return asyncio.run(run())


def _task_error(dialect: Dialect, code: str | None, message: str | None) -> ProviderError:
    async def run() -> ProviderError:
        async with Service(says(200, dialect.failed(code, message))) as service:
            client = dialect.client(service.url)
            report = await client.look("1")
            await client.aclose()
        assert report.state is TaskState.FAILED
        assert report.error is not None
        return report.error

    return asyncio.run(run())
