"""Connections that never lead inward: each address is looked at as it is about to be connected to, and by no name."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host."""

# Beside what the standard library calls not global: the relays to 6to4, and the block of protocol assignments, of
# which it calls some global.
_INWARD_V4 = (IPv4Network("192.88.99.0/24"), IPv4Network("192.0.0.0/24"))
_UNICAST_V6 = IPv6Network("2000::/3")
_DOCUMENTATION_V6 = IPv6Network("3fff::/20")
_NAT64 = IPv6Network("64:ff9b::/96")

_PORTS = {"http": 80, "https": 443}


class PointsInward(aiohttp.ClientConnectionError):
    """The address is none of the internet's, so that nothing was connected."""


def is_inward(address: str) -> bool:
    """Whether an address is anything but one of the internet's own: loopback, private, link-local, multicast…"""
    ip = ip_address(address)
    inner = _inner(ip) if isinstance(ip, IPv6Address) else ip
    if inner is not None:
        return not inner.is_global or inner.is_multicast or any(inner in network for network in _INWARD_V4)
    return ip not in _UNICAST_V6 or ip in _DOCUMENTATION_V6 or not ip.is_global


class Outward(AbstractResolver):
    """Resolves names to addresses of the internet alone, and opens sockets to such; but for the places that are exempt.

    aiohttp asks for the first where a host has a name, and for the second always, with the address that it is going to
    connect to: between the look at it and the connection nothing is resolved again.
    """

    def __init__(self, exempt: Collection[tuple[str, int]] = (), resolve: Resolve | None = None) -> None:
        """Exempt a host at a port, as the addresses in use name them."""
        self._exempt = frozenset(exempt)
        self._exempt_addresses = set(exempt)
        self._resolve = resolve or addresses_of

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 - aiohttp's; here both kinds are wanted
    ) -> list[ResolveResult]:
        """Raises PointsInward where none of the host's addresses is the internet's, OSError where there are none."""
        addresses = await self._resolve(host, port)
        if (host.lower(), port) in self._exempt:
            self._exempt_addresses |= {(address, port) for address in addresses}
        else:
            addresses = [address for address in addresses if not is_inward(address)]
            if not addresses:
                raise PointsInward(f"{host} points inward")
        return [_resolved(host, address, port) for address in addresses]

    def open_socket(self, there: aiohttp.AddrInfoType) -> socket.socket:
        """Raises PointsInward, also for an address that was given as one and never resolved."""
        family, kind, protocol, _, (address, port, *_) = there
        if is_inward(address) and (address, port) not in self._exempt_addresses:
            raise PointsInward(f"{address} points inward")
        return socket.socket(family, kind, protocol)

    async def close(self) -> None:
        """Nothing is kept."""


async def addresses_of(host: str, port: int) -> list[str]:
    """What the system's resolver says; raises OSError."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"the host's name cannot be one: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def places_of(urls: Iterable[str]) -> set[tuple[str, int]]:
    """The hosts and ports of addresses."""
    parts = [urlsplit(url) for url in urls]
    return {(part.hostname or "", part.port or _PORTS.get(part.scheme, 0)) for part in parts}


def _resolved(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(
        hostname=host, host=address, port=port, family=family, proto=socket.IPPROTO_TCP, flags=socket.AI_NUMERICHOST
    )


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one only carries, if it does; with Teredo the whole of it is refused."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour
