"""Addresses that the provider names, where results and files lie: they never get the token, and never lead inward."""

import ssl
from contextlib import suppress
from io import BytesIO
from socket import inet_aton, inet_ntoa

import aiohttp
import httpx
from yarl import URL

from client.answer import Answer
from client.form import Form
from client.inward import Outward

_STALLED_SECONDS = 30.0
_MOST_REDIRECTS = 5


class Elsewhere:
    """Connections to wherever it is, without proxies: those would resolve names out of our sight."""

    def __init__(self, outward: Outward, tls: ssl.SSLContext, *, connect_seconds: float) -> None:
        """`connect_seconds` is also for the look at a name."""
        self._outward = outward
        self._tls = tls
        self._timeout = aiohttp.ClientTimeout(total=None, connect=connect_seconds, sock_read=_STALLED_SECONDS)
        self._opened: aiohttp.ClientSession | None = None

    async def get(self, url: str) -> aiohttp.ClientResponse:
        """An answer whose body is to be read yet, and which has to be released. Raises aiohttp.ClientError."""
        return await self._session().get(
            _as_it_is(url), headers={"Accept-Encoding": "identity"}, max_redirects=_MOST_REDIRECTS
        )

    async def post(self, url: str, form: Form) -> Answer:
        """Send a form, once; no redirect is followed. Raises aiohttp.ClientError, or httpx.InvalidURL."""
        written = httpx.Request("POST", url, data=form.fields, files=form.files)
        content, headers = BytesIO(written.read()), {"Content-Type": written.headers["Content-Type"]}
        async with self._session().post(_as_it_is(url), data=content, headers=headers, allow_redirects=False) as answer:
            return await Answer.read(answer.status, answer.headers, answer.content.iter_any())

    async def aclose(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.close()

    def _session(self) -> aiohttp.ClientSession:
        # Not before there is a loop, to which a session belongs.
        if self._opened is None:
            # Each connection looks at the name anew.
            connector = aiohttp.TCPConnector(
                ssl=self._tls, resolver=self._outward, socket_factory=self._outward.open_socket, use_dns_cache=False
            )
            self._opened = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                cookie_jar=aiohttp.DummyCookieJar(),
                requote_redirect_url=False,
            )
        return self._opened


def _as_it_is(url: str) -> URL:
    """Its signature is of these very characters."""
    try:
        place = URL(url, encoded=True)
    except ValueError as error:
        raise aiohttp.InvalidURL(url) from error
    with suppress(OSError):  # the short forms of IPv4 addresses, as in 127.1, which systems take and aiohttp does not
        place = place.with_host(inet_ntoa(inet_aton(place.raw_host or "")))
    return place
