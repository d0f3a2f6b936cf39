"""Which proxy the provider is reached by, and what a proxy is told."""

import asyncio

import pytest

from client import LookupFailed, ProviderError, TaskState
from client.proxy import proxy_of
from tests.client.service import REQUEST, TOKEN, Service, client_of, says


def test_a_lookup_goes_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with Service(says(200, {"status": "processing"})) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            client = client_of("http://provider.example")
            assert (await client.look("1")).state is TaskState.RUNNING
            await client.aclose()
            (seen,) = proxy.seen
            assert (seen.method, seen.headers["Host"]) == ("GET", "provider.example")
            assert "Proxy-Authorization" not in seen.headers

    asyncio.run(run())


@pytest.mark.parametrize("user", ["", "user:word@"])
def test_a_proxy_that_leads_to_an_encrypted_service_never_sees_the_token(
    user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.close()

    async def run() -> None:
        server = await asyncio.start_server(listen, "127.0.0.1", 0)
        monkeypatch.setenv("HTTPS_PROXY", f"http://{user}127.0.0.1:{server.sockets[0].getsockname()[1]}")
        client = client_of("https://provider.example")
        with pytest.raises(LookupFailed):
            await client.look("1")
        with pytest.raises(ProviderError):
            await client.create(REQUEST)
        await client.aclose()
        server.close()
        await server.wait_closed()

    asyncio.run(run())
    assert len(heads) >= 2
    for head in heads:
        assert head.startswith(b"CONNECT provider.example:443")
        assert TOKEN.encode() not in head
        assert (b"proxy-authorization: basic" in head.lower()) == bool(user)


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTP_PROXY": "http://a.example:1"}, "http://a.example:1"),
        ({"http_proxy": "a.example:1"}, "http://a.example:1"),
        ({"ALL_PROXY": "http://a.example:1"}, "http://a.example:1"),
        ({"HTTPS_PROXY": "http://a.example:1"}, None),
        ({"HTTP_PROXY": "http://a.example:1", "NO_PROXY": "b.example, provider.example"}, None),
        ({"HTTP_PROXY": "http://a.example:1", "NO_PROXY": "*"}, None),
        ({"HTTP_PROXY": "http://a.example:1", "NO_PROXY": "other.example"}, "http://a.example:1"),
    ],
)
def test_the_environment_says_which_proxy(
    environment: dict[str, str], proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_of("http://provider.example:8080/v1") == proxy
