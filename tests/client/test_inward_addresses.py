"""What a provider names is connected to only where it is the internet's, whatever it is called."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import pytest

from client import DownloadFailed, ResultGone, ResultInward, Unreachable
from client.elsewhere import Elsewhere
from client.inward import Outward, Resolve, is_inward, places_of
from tests.client.service import Service, client_of, dashscope_of, says

MP4 = {"Content-Type": "video/mp4"}
CLIP = b"a clip" * 100
PUBLIC, OTHER_PUBLIC, PUBLIC_V6 = "93.184.215.14", "1.1.1.1", "2606:4700::1111"

INWARD = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3"),  # noqa: S104 - to be refused
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.255"),
    *("192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1", "fe80::1", "fe80::1%1"),
    *("fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "100::1", "2001:db8::1", "3fff::1", "4000::1", "5f00::1"),
    *("64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "64:ff9b:1::808:808", "2002:7f00:1::", "2002:a00:1::1"),
    *("2001:0:4136:e378:8000:63bf:80ff:fffe",),  # Teredo, from 127.0.0.1
]
OUTWARD = [PUBLIC, OTHER_PUBLIC, PUBLIC_V6, "::ffff:1.1.1.1", "64:ff9b::101:101", "2002:101:101::1", "2a00:1450::1"]


@pytest.mark.parametrize("address", INWARD)
def test_an_address_that_is_not_the_internets_is_inward(address: str) -> None:
    assert is_inward(address)


@pytest.mark.parametrize("address", OUTWARD)
def test_an_address_of_the_internet_is_not_inward(address: str) -> None:
    assert not is_inward(address)


class Listener:
    """Listens on loopback and counts who connects."""

    def __init__(self) -> None:
        self.connections = 0
        self.port = 0

    async def greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.close()


@asynccontextmanager
async def listening() -> AsyncIterator[Listener]:
    """A listener on both of loopback's addresses, where the machine has both."""
    listener = Listener()
    server = await asyncio.start_server(listener.greet, "127.0.0.1", 0)
    listener.port = server.sockets[0].getsockname()[1]
    servers = [server]
    with suppress(OSError):
        servers.append(await asyncio.start_server(listener.greet, "::1", listener.port))
    try:
        yield listener
    finally:
        for one in servers:
            one.close()
            await one.wait_closed()


NAMES = ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "127.1", "2130706433"]  # noqa: S104
NAMES += ["0x7f000001", "user:password@127.0.0.1"]


@pytest.mark.parametrize("name", NAMES)
def test_a_result_that_lies_inward_is_refused_and_nothing_connects(tmp_path: Path, name: str) -> None:
    async def scenario() -> None:
        async with Service(says(200, CLIP, MP4)) as service, listening() as listener:
            client = client_of(service.url)
            with pytest.raises(ResultGone) as raised:
                await client.download(f"http://{name}:{listener.port}/1.mp4?Signature=abc", tmp_path / "1.mp4", 1000)
            assert type(raised.value) is ResultInward
            assert "points inward" in str(raised.value)
            await client.aclose()
            assert listener.connections == 0
            assert service.seen == []

    asyncio.run(scenario())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_way_that_leads_inward_is_refused_at_its_end(tmp_path: Path, status: int) -> None:
    async def scenario() -> None:
        async with listening() as listener:
            there = {"Location": f"http://localhost:{listener.port}/1.mp4"}
            async with Service(says(status, b"", there)) as service:
                client = client_of(service.url)
                with pytest.raises(ResultInward):
                    await client.download(f"{service.url}/1.mp4", tmp_path / "1.mp4", 1000)
                await client.aclose()
                assert len(service.seen) == 1
            assert listener.connections == 0

    asyncio.run(scenario())


def test_the_operators_own_address_is_let_through_at_its_port_alone(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with Service(says(200, CLIP, MP4)) as service, Service(says(200, CLIP, MP4)) as other:
            client = client_of(service.url)
            assert await client.download(f"{service.url}/1.mp4", tmp_path / "1.mp4", 1000) == len(CLIP)
            with pytest.raises(ResultInward):
                await client.download(f"{other.url}/1.mp4", tmp_path / "2.mp4", 1000)
            with pytest.raises(ResultInward):
                await client.download(
                    service.url.replace("127.0.0.1", "localhost") + "/1.mp4", tmp_path / "3.mp4", 1000
                )
            await client.aclose()
            assert (len(service.seen), other.seen) == (1, [])

    asyncio.run(scenario())


def test_an_upload_host_that_lies_inward_gets_no_file() -> None:
    async def scenario() -> None:
        async with listening() as listener:
            keys = ("oss_access_key_id", "policy", "signature")
            host = {"upload_host": f"http://127.0.0.1:{listener.port}/", "upload_dir": "d"}
            async with Service(says(200, {"data": {**host, **dict.fromkeys(keys, "k")}})) as service:
                client = dashscope_of(service.url)
                with pytest.raises(Unreachable):
                    await client.store_file(b"sound", "a.mp3", "audio/mpeg", None)
                await client.aclose()
                assert len(service.seen) == 1
            assert listener.connections == 0

    asyncio.run(scenario())


class _ByLoopback(socket.socket):
    """Is told one address and connects to a server on loopback instead; or to nothing, as where nobody answers."""

    port: int | None

    def connect(self, address: object) -> None:
        if self.port is None:
            raise TimeoutError
        super().connect(("127.0.0.1", self.port))


class Recording(Outward):
    """Writes down which addresses are connected to, and leads those that answer to a server on loopback."""

    def __init__(self, port: int, resolve: Resolve, silent: Sequence[str] = ()) -> None:
        super().__init__(places_of(["http://own.example:8600/v1"]), resolve)
        self.port, self.silent = port, silent
        self.asked: list[str] = []

    def open_socket(self, there: aiohttp.AddrInfoType) -> socket.socket:
        super().open_socket(there).close()
        address = there[4][0]
        self.asked.append(address)
        led = _ByLoopback(socket.AF_INET, socket.SOCK_STREAM)
        led.port = None if address in self.silent else self.port
        return led


class Names:
    """A resolver with made-up answers, each given once; the last is repeated."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def _fetched(
    names: Names, *, url: str = "http://results.example/1.mp4", times: int = 1, silent: Sequence[str] = ()
) -> tuple[list[str], list[str]]:
    """Ask a host with these addresses: what it answered each time, and which addresses were connected to."""

    async def scenario() -> tuple[list[str], list[str]]:
        async with Service(says(200, CLIP, {**MP4, "Connection": "close"})) as service:
            outward = Recording(int(service.url.rpartition(":")[2]), names, silent)
            elsewhere = Elsewhere(outward, ssl.create_default_context(), connect_seconds=5, stalled_seconds=5)
            answers = []
            for _ in range(times):
                try:
                    async with elsewhere.get(url) as answer:
                        answers.append(str(answer.status))
                except aiohttp.ClientError as error:
                    answers.append(str(error))
            await elsewhere.aclose()
            return answers, outward.asked

    return asyncio.run(scenario())


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["10.0.0.1", "::1"], ["::ffff:192.168.0.1"], ["64:ff9b::7f00:1"]])
def test_a_name_whose_addresses_are_inward_is_refused_and_nothing_connects(addresses: list[str]) -> None:
    assert _fetched(Names(addresses)) == (["results.example points inward"], [])


def test_of_several_addresses_only_the_internets_are_connected_to() -> None:
    assert _fetched(Names(["127.0.0.1", PUBLIC, "fd00::1"])) == (["200"], [PUBLIC])


def test_what_is_connected_to_is_the_address_that_was_looked_at() -> None:
    names = Names([PUBLIC], ["127.0.0.1"])
    assert _fetched(names, times=2) == (["200", "results.example points inward"], [PUBLIC])
    assert names.asked == ["results.example"] * 2  # once for each connection


def test_an_address_that_does_not_answer_leaves_time_for_the_next() -> None:
    names = Names([PUBLIC_V6, PUBLIC])
    assert _fetched(names, silent=[PUBLIC_V6]) == (["200"], [PUBLIC_V6, PUBLIC])


def test_an_address_that_nobody_looked_up_is_looked_at_too() -> None:
    names = Names([PUBLIC])
    assert _fetched(names, url=f"http://{OTHER_PUBLIC}/1.mp4") == (["200"], [OTHER_PUBLIC])
    assert _fetched(names, url="http://10.0.0.1/1.mp4") == (["10.0.0.1 points inward"], [])
    assert names.asked == []


def test_where_the_operators_own_host_lies_is_known_once_it_was_looked_up() -> None:
    names = Names(["10.0.0.1"])
    assert _fetched(names, url="http://own.example:8600/1.mp4") == (["200"], ["10.0.0.1"])
    assert _fetched(names, url="http://own.example:8601/1.mp4") == (["own.example points inward"], [])


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a" * 64 + ".example"])
def test_a_name_that_nobody_knows_is_no_connection(name: str, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed, match="ClientConnectorDNSError"):
        asyncio.run(_download_from(f"http://{name}/1.mp4", tmp_path / "1.mp4"))


async def _download_from(url: str, to: Path) -> None:
    client = client_of("http://127.0.0.1:1")
    try:
        await client.download(url, to, 1000)
    finally:
        await client.aclose()


def test_a_name_that_takes_too_long_is_given_up() -> None:
    async def never(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    async def scenario() -> None:
        elsewhere = Elsewhere(
            Outward(resolve=never), ssl.create_default_context(), connect_seconds=0.05, stalled_seconds=5
        )
        with pytest.raises(aiohttp.ConnectionTimeoutError):
            async with elsewhere.get("http://results.example/1.mp4"):
                pass
        await elsewhere.aclose()

    asyncio.run(scenario())


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"])
def test_a_proxy_of_the_environment_is_no_way_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async def scenario() -> None:
        async with listening() as proxy, Service(says(200, CLIP, MP4)) as service, listening() as listener:
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            client = client_of(service.url)
            with pytest.raises(ResultInward):
                await client.download(f"http://127.0.0.1:{listener.port}/1.mp4", tmp_path / "1.mp4", 1000)
            await client.download(f"{service.url}/1.mp4", tmp_path / "1.mp4", 1000)
            await client.aclose()
            assert (proxy.connections, listener.connections) == (0, 0)

    asyncio.run(scenario())


def test_the_hosts_and_ports_of_the_operators_addresses() -> None:
    urls = ["https://API.example/v1", "http://127.0.0.1:8600/v1", "http://[::1]/files"]
    assert places_of(urls) == {("api.example", 443), ("127.0.0.1", 8600), ("::1", 80)}
