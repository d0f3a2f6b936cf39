"""Free calls about tasks, by aiohttp alone: they are most of what the bot sends, and cost half of what httpx takes."""

import ssl
from collections.abc import Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from client.answer import Answer


class Lookups:
    """Connections to one host, made as they are needed and kept.

    Nothing that is paid may go this way: a GET whose connection is closed without an answer goes out a second time.
    """

    def __init__(
        self, base_url: str, token: str, tls: ssl.SSLContext, *, connect_seconds: float, look_seconds: float
    ) -> None:
        """`look_seconds` is for a whole call, body and all."""
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._tls = tls
        self._proxy = proxy_of(base_url)
        self._timeout = aiohttp.ClientTimeout(total=look_seconds, sock_connect=connect_seconds)
        self._opened: aiohttp.ClientSession | None = None

    async def ask(self, method: str, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
        """One answer, no redirect followed; the path is below the base address. Raises ClientError or TimeoutError."""
        # As it is: a task's id that looks like a way up stays a task's id.
        url = URL(self._base_url + path, encoded=True).with_query(query)
        async with self._session().request(method, url, allow_redirects=False) as answer:
            return await Answer.read(answer.status, answer.headers, answer.content.iter_any())

    async def aclose(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.close()

    def _session(self) -> aiohttp.ClientSession:
        # Not before there is a loop, to which a session belongs.
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=self._tls),
                headers=self._headers,
                timeout=self._timeout,
                proxy=self._proxy,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._opened


def proxy_of(url: str) -> str | None:
    """The proxy for an address by the environment, as httpx and most programs read it; None without one."""
    place, proxies = urlsplit(url), getproxies()
    proxy = proxies.get(place.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(place.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"
