"""An aiohttp session that is opened where it is first used, and raises nothing but ClientError and TimeoutError."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import BinaryIO

import aiohttp
from yarl import URL


class Session:
    """Has no headers of its own: aiohttp would give these to a proxy as well, the token among them."""

    def __init__(
        self, connector: Callable[[], aiohttp.TCPConnector], timeout: aiohttp.ClientTimeout, proxy: str | None = None
    ) -> None:
        """`connector` makes the connections, once there is a loop that they can belong to."""
        self._connector = connector
        self._timeout = timeout
        self._proxy = proxy
        self._opened: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: URL,
        *,
        headers: Mapping[str, str],
        data: BinaryIO | None = None,
        most_redirects: int = 0,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer whose body is to be read yet. Raises ClientError or TimeoutError."""
        try:
            answer = await self._session().request(
                method,
                url,
                headers=headers,
                data=data,
                allow_redirects=most_redirects > 0,
                max_redirects=most_redirects + 1,  # aiohttp counts up to the one that is too many
            )
        except aiohttp.ClientError:
            raise
        except ValueError as error:  # for what can be no host, port, user or proxy, as yarl and the codecs say it
            raise aiohttp.ClientError(type(error).__name__) from error
        async with answer:
            yield answer

    async def aclose(self) -> None:
        """Close all connections."""
        if self._opened is not None:
            await self._opened.close()

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=self._connector(),
                timeout=self._timeout,
                proxy=self._proxy,
                cookie_jar=aiohttp.DummyCookieJar(),
                requote_redirect_url=False,
            )
        return self._opened
