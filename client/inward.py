"""Connections that never lead inward: each address is looked at as it is about to be connected to, and by no name."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import SOCK_STREAM
from urllib.parse import urlsplit

import httpcore
import httpx

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host."""

# Beside what the standard library calls not global: the relays to 6to4, and the block of protocol assignments, of
# which it calls some global.
_INWARD_V4 = (IPv4Network("192.88.99.0/24"), IPv4Network("192.0.0.0/24"))
_UNICAST_V6 = IPv6Network("2000::/3")
_DOCUMENTATION_V6 = IPv6Network("3fff::/20")
_NAT64 = IPv6Network("64:ff9b::/96")

_PORTS = {"http": 80, "https": 443}


class PointsInward(httpx.ConnectError):
    """The address is none of the internet's, so that nothing was connected."""


def is_inward(address: str) -> bool:
    """Whether an address is anything but one of the internet's own: loopback, private, link-local, multicast…"""
    ip = ip_address(address)
    inner = _inner(ip) if isinstance(ip, IPv6Address) else ip
    if inner is not None:
        return not inner.is_global or inner.is_multicast or any(inner in network for network in _INWARD_V4)
    return ip not in _UNICAST_V6 or ip in _DOCUMENTATION_V6 or not ip.is_global


class OutwardBackend(httpcore.AsyncNetworkBackend):
    """httpcore's own, for addresses of the internet alone, and for the places that are exempt."""

    def __init__(
        self,
        exempt: Collection[tuple[str, int]] = (),
        resolve: Resolve | None = None,
        inner: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        """Exempt a host at a port, as the addresses in use name them."""
        self._exempt = frozenset(exempt)
        self._resolve = resolve or addresses_of
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that answers; raises PointsInward where none is the internet's."""
        if (host.lower(), port) in self._exempt:
            return await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        outward = await self._outward(host, port, timeout)
        share = None if timeout is None else timeout / len(outward)
        failures: list[Exception] = []
        for address in outward:
            try:
                # An address, and no name: between the look at it and the connection nothing is resolved again.
                return await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failures.append(error)
        raise failures[-1]

    async def _outward(self, host: str, port: int, timeout_seconds: float | None) -> list[str]:
        """The host's addresses that are the internet's; raises PointsInward where there is none."""
        try:
            async with asyncio.timeout(timeout_seconds):
                addresses = await self._resolve(host, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout("the host's name was not resolved in time") from error
        outward = [address for address in addresses if not is_inward(address)]
        if not outward:
            raise PointsInward(f"{host} points inward")
        return outward


class OutwardTransport(httpx.AsyncHTTPTransport):
    """httpx's own over such connections. Without proxies: those would resolve names out of our sight."""

    def __init__(self, tls: ssl.SSLContext, backend: OutwardBackend) -> None:
        super().__init__(verify=tls, trust_env=False)
        # httpx has no public way to say what connects.
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls, max_connections=100, max_keepalive_connections=20, network_backend=backend
        )


async def addresses_of(host: str, port: int) -> list[str]:
    """What the system's resolver says; raises httpcore.ConnectError."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the host's name is not known: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def places_of(urls: Iterable[str]) -> set[tuple[str, int]]:
    """The hosts and ports of addresses."""
    parts = [urlsplit(url) for url in urls]
    return {(part.hostname or "", part.port or _PORTS.get(part.scheme, 0)) for part in parts}


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one only carries, if it does; with Teredo the whole of it is refused."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
