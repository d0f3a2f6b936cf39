"""Addresses that the provider names, where results and files lie: they never get the token, and never lead inward."""

import ssl
from contextlib import AbstractAsyncContextManager, suppress
from io import BytesIO
from socket import inet_aton, inet_ntoa

import aiohttp
import httpx
from yarl import URL

from client.answer import Answer
from client.form import Form
from client.inward import Outward
from client.session import Session

_MOST_REDIRECTS = 5


class Elsewhere:
    """Connections to wherever it is, without proxies: those would resolve names out of our sight."""

    def __init__(
        self, outward: Outward, tls: ssl.SSLContext, *, connect_seconds: float, stalled_seconds: float
    ) -> None:
        """`connect_seconds` is also for the look at a name, `stalled_seconds` for each time that nothing comes."""
        self.stalled_seconds = stalled_seconds

        def connector() -> aiohttp.TCPConnector:
            # Without a cache, so that each connection looks at the name anew.
            return aiohttp.TCPConnector(
                ssl=tls, resolver=outward, socket_factory=outward.open_socket, use_dns_cache=False
            )

        timeout = aiohttp.ClientTimeout(total=None, connect=connect_seconds, sock_read=stalled_seconds)
        self._session = Session(connector, timeout)

    def get(self, url: str) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """An answer whose body is to be read yet. Raises ClientError or TimeoutError."""
        headers = {"Accept-Encoding": "identity"}
        return self._session.request("GET", _as_it_is(url), headers=headers, most_redirects=_MOST_REDIRECTS)

    async def post(self, url: str, form: Form) -> Answer:
        """Send a form, once; no redirect is followed. Raises ClientError or TimeoutError."""
        written = httpx.Request("POST", "http://form.invalid", data=form.fields, files=form.files)
        content, headers = BytesIO(written.read()), {"Content-Type": written.headers["Content-Type"]}
        async with self._session.request("POST", _as_it_is(url), headers=headers, data=content) as answer:
            return await Answer.read(answer.status, answer.headers, answer.content.iter_any())

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.aclose()


def _as_it_is(url: str) -> URL:
    """Its signature is of these very characters. Raises ClientError."""
    try:
        place = URL(url, encoded=True)
        with suppress(OSError):  # short forms of IPv4 addresses, as in 127.1, which systems take and aiohttp does not
            place = place.with_host(inet_ntoa(inet_aton(place.raw_host or "")))
    except ValueError as error:
        raise aiohttp.InvalidURL(url) from error
    return place
