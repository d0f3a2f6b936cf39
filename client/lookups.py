"""Free calls about tasks, by aiohttp alone: they are most of what the bot sends, and cost half of what httpx takes."""

import ssl
from collections.abc import Mapping

import aiohttp
from yarl import URL

from client.answer import Answer
from client.session import Session


class Lookups:
    """Connections to one host, kept from one call to the next.

    Nothing that is paid may go this way: a GET whose connection is closed without an answer goes out a second time.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        tls: ssl.SSLContext,
        proxy: str | None,
        *,
        connect_seconds: float,
        look_seconds: float,
    ) -> None:
        """`look_seconds` is for a whole call, body and all."""
        timeout = aiohttp.ClientTimeout(total=look_seconds, connect=connect_seconds)
        self._base_url = base_url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._session = Session(lambda: aiohttp.TCPConnector(ssl=tls), timeout, proxy)

    async def ask(self, method: str, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
        """One answer, no redirect followed; the path is below the base address. Raises ClientError or TimeoutError."""
        # As it is: a task's id that looks like a way up stays a task's id.
        url = URL(self._base_url + path, encoded=True).with_query(query)
        async with self._session.request(method, url, headers=self._headers) as answer:
            return await Answer.read(answer.status, answer.headers, answer.content.iter_any())

    async def aclose(self) -> None:
        """Close all connections."""
        await self._session.aclose()
