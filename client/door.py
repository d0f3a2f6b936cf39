"""The one door to the network: which connections there are, how long they may take and what comes back."""

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from client import answers

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""The errors after which it is certain that no byte of a request reached the provider."""

_LONGEST_ANSWER_BYTES = 1024 * 1024
_STALLED_SECONDS = 30.0
_MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Clients:
    """Three of them, because what is right for one kind of call is wrong for the others."""

    creates: httpx.AsyncClient
    lookups: httpx.AsyncClient
    downloads: httpx.AsyncClient

    async def aclose(self) -> None:
        """Close all connections."""
        for client in (self.creates, self.lookups, self.downloads):
            await client.aclose()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer read to its end; `json` is None unless the body is a JSON object."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    json: dict[str, Any] | None = field(repr=False)

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300

    @property
    def retry_after_seconds(self) -> float | None:
        """How long the provider asks to wait, if it does."""
        return answers.retry_after_seconds(self.headers)


def open_clients(token: str, *, connect_seconds: float, create_seconds: float, look_seconds: float) -> Clients:
    """Make the clients; nothing connects before it is used. The token is never sent to where the results lie."""
    _keep_addresses_out_of_the_log()
    tls = httpx.create_ssl_context()
    bearer = {"Authorization": f"Bearer {token}"}
    return Clients(
        # A kept connection may be closed by the server just as the POST goes out, and then nobody knows what
        # became of it: every create gets a connection of its own.
        creates=httpx.AsyncClient(
            verify=tls,
            headers=bearer,
            timeout=httpx.Timeout(create_seconds, connect=connect_seconds),
            limits=httpx.Limits(max_keepalive_connections=0),
        ),
        lookups=httpx.AsyncClient(
            verify=tls, headers=bearer, timeout=httpx.Timeout(look_seconds, connect=connect_seconds)
        ),
        downloads=httpx.AsyncClient(
            verify=tls,
            timeout=httpx.Timeout(_STALLED_SECONDS, connect=connect_seconds),
            follow_redirects=True,
            max_redirects=_MOST_REDIRECTS,
        ),
    )


async def exchange(http: httpx.AsyncClient, method: str, url: str, content: bytes | None = None) -> Answer:
    """One request, one answer, nothing sent twice. Raises httpx's errors."""
    headers = {} if content is None else {"Content-Type": "application/json"}
    async with http.stream(method, url, content=content, headers=headers) as answer:
        body = await _body_of(answer)
    return Answer(answer.status_code, answer.headers, answers.json_object(body))


async def _body_of(answer: httpx.Response) -> bytes:
    try:
        return await _limited(answer.aiter_bytes())
    except httpx.HTTPError:
        # The status line alone makes a refusal a refusal. Of any other answer the body is the point.
        if 400 <= answer.status_code < 500:
            return b""
        raise


async def _limited(pieces: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > _LONGEST_ANSWER_BYTES:
            return b""
    return bytes(body)


def _keep_addresses_out_of_the_log() -> None:
    # At INFO httpx logs every address with its query, which for a result is its signature; at DEBUG httpcore
    # logs the headers of answers.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
