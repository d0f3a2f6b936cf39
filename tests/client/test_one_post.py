"""However a create goes wrong, in either dialect: the server counts one POST, and the error says what is known."""

import asyncio
import socket

import pytest

from client import Busy, InputRefused, NotSent, OperatorNeeded, OutcomeUnknown, ProviderError, Unreachable
from client.dialect import Timeouts
from tests.client.dialects import BOTH, TASK_ID, Dialect
from tests.client.service import REQUEST, Service, Step, cuts, cuts_in_body, drips, hangs, says, says_and_closes


@BOTH
@pytest.mark.parametrize(
    ("step", "seconds", "kind"),
    [
        (cuts(), {}, OutcomeUnknown),
        (cuts_in_body(200), {}, OutcomeUnknown),
        (cuts_in_body(500), {}, OutcomeUnknown),
        (cuts_in_body(400), {}, InputRefused),
        (cuts_in_body(429), {}, Busy),
        (hangs(), {"create_seconds": 0.2}, OutcomeUnknown),
        (drips(200), {"create_seconds": 0.2}, OutcomeUnknown),
    ],
)
def test_a_connection_that_fails_after_the_post(
    dialect: Dialect, step: Step, seconds: Timeouts, kind: type[ProviderError]
) -> None:
    error, posts = _failure(dialect, step, seconds)
    assert type(error) is kind
    assert posts == 1


@BOTH
@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_refused_and_left_to_the_operator(dialect: Dialect, status: int) -> None:
    error, posts = _failure(dialect, says(status, b"", {"Location": "/elsewhere"}))
    assert type(error) is OperatorNeeded
    assert posts == 1


@BOTH
@pytest.mark.parametrize("body", [b"", b"\xff{", b"[" * 100_000, "<html>Welcome</html>", [], {}, {"task_id": ""}])
def test_a_success_without_a_task_leaves_the_outcome_open(dialect: Dialect, body: object) -> None:
    error, posts = _failure(dialect, says(200, body))
    assert type(error) is OutcomeUnknown
    assert posts == 1


@BOTH
def test_nobody_listening_means_that_nothing_went_out(dialect: Dialect) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        error = _failure_at(dialect, f"http://127.0.0.1:{taken.getsockname()[1]}", {})
    assert isinstance(error, Unreachable)
    assert isinstance(error, NotSent)


@BOTH
def test_a_connection_that_never_comes_about_means_that_nothing_went_out(dialect: Dialect) -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # The queue has room for one; the rest waits for ever.
        for early in (first, second):
            early.setblocking(False)
            early.connect_ex(full.getsockname())
        error = _failure_at(dialect, f"http://127.0.0.1:{full.getsockname()[1]}", {"connect_seconds": 0.2})
    assert isinstance(error, Unreachable)


@BOTH
def test_a_failed_handshake_means_that_nothing_went_out(dialect: Dialect) -> None:
    async def run() -> None:
        async with Service(says(200, dialect.created)) as service:
            client = dialect.client(service.url.replace("http:", "https:"))
            with pytest.raises(Unreachable):
                await client.create(REQUEST)
            await client.aclose()
            assert service.seen == []

    asyncio.run(run())


@BOTH
def test_every_create_has_a_connection_of_its_own(dialect: Dialect) -> None:
    async def run() -> None:
        async with Service(says(200, dialect.created)) as service:
            client = dialect.client(service.url)
            for _ in range(4):
                assert await client.create(REQUEST) == TASK_ID
            await client.aclose()
            assert len({seen.connection for seen in service.seen if seen.method == "POST"}) == 4

    asyncio.run(run())


@BOTH
def test_a_kept_connection_that_the_server_closed_does_not_touch_a_create(dialect: Dialect) -> None:
    async def run() -> None:
        steps = (says_and_closes(200, dialect.pending), says_and_closes(200, dialect.created))
        async with Service(*steps, says(200, dialect.pending)) as service:
            client = dialect.client(service.url)
            await client.look("1")
            assert await client.create(REQUEST) == TASK_ID
            await client.look("1")
            await client.aclose()
            assert service.posts == 1

    asyncio.run(run())


@BOTH
def test_calling_it_off_does_not_send_it_again(dialect: Dialect) -> None:
    async def run() -> None:
        async with Service(hangs()) as service:
            client = dialect.client(service.url)
            task = asyncio.create_task(client.create(REQUEST))
            await service.arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await client.aclose()
            assert service.posts == 1

    asyncio.run(run())


def _failure(dialect: Dialect, step: Step, seconds: Timeouts | None = None) -> tuple[ProviderError, int]:
    """The error that a create ends in, and how many POSTs the server counted."""

    async def run() -> tuple[ProviderError, int]:
        async with Service(step) as service:
            error = await _raised(dialect, service.url, seconds or {})
            return error, service.posts

    return asyncio.run(run())


def _failure_at(dialect: Dialect, url: str, seconds: Timeouts) -> ProviderError:
    return asyncio.run(_raised(dialect, url, seconds))


async def _raised(dialect: Dialect, url: str, seconds: Timeouts) -> ProviderError:
    client = dialect.client(url, **seconds)
    with pytest.raises(ProviderError) as raised:
        await client.create(REQUEST)
    await client.aclose()
    return raised.value
