"""The one door to the network: which connections there are, how long they may take and what comes back."""

import logging
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
from httpx_aiohttp import HttpxAiohttpClient

from client import answers
from client.inward import OutwardBackend, OutwardTransport, places_of

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""The errors after which it is certain that no byte of a request reached the provider."""

TROUBLE = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, TimeoutError)
"""Everything that the transports may raise, the overall time limit included."""

_LONGEST_ANSWER_BYTES = 1024 * 1024
_STALLED_SECONDS = 30.0
_MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Clients:
    """Three of them, because what is right for one kind of call is wrong for the others."""

    creates: httpx.AsyncClient
    lookups: httpx.AsyncClient
    elsewhere: httpx.AsyncClient
    """For addresses that the provider names, where results and files lie: they never get the token, and never lead
    inward."""

    async def aclose(self) -> None:
        """Close all connections."""
        for client in (self.creates, self.lookups, self.elsewhere):
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


@dataclass(frozen=True, slots=True)
class Form:
    """A multipart form with one file, which comes last as some stores demand."""

    filename: str
    data: bytes = field(repr=False)
    media_type: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def files(self) -> dict[str, tuple[str, bytes, str]]:
        """The file as httpx takes it."""
        return {"file": (self.filename, self.data, self.media_type)}


def name_of(error: Exception) -> str:
    """What went wrong, in the words of whoever carried the request: httpx's own may be coarser."""
    cause = error.__cause__ if isinstance(error, httpx.HTTPError) else None
    return type(cause or error).__name__


def safe_filename(name: str) -> str:
    """The end of a name, in characters that no form, path or address minds."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[-64:].strip("._-") or "file"


def open_clients(
    token: str, own_urls: Iterable[str], *, connect_seconds: float, create_seconds: float, look_seconds: float
) -> Clients:
    """Make the clients; nothing connects before it is used. The token is never sent to where the results lie.

    `own_urls` are the provider's own, as the operator set them: results may lie there wherever that is.
    Raises ValueError for a proxy of the environment that is none, without quoting it.
    """
    _keep_addresses_out_of_the_log()
    tls = httpx.create_ssl_context()
    bearer = {"Authorization": f"Bearer {token}"}
    try:
        return Clients(
            # A kept connection may be closed by the server just as the POST goes out, and then nobody knows what
            # became of it: every create gets a connection of its own.
            creates=httpx.AsyncClient(
                verify=tls,
                headers=bearer,
                timeout=httpx.Timeout(create_seconds, connect=connect_seconds),
                limits=httpx.Limits(max_keepalive_connections=0),
            ),
            # By aiohttp, since looks are most of what the bot does: its parser is in C, and a look takes half the time.
            # Nothing that is paid may go this way: a connection that was cut is a ConnectTimeout here, too.
            lookups=HttpxAiohttpClient(
                verify=tls, headers=bearer, timeout=httpx.Timeout(look_seconds, connect=connect_seconds)
            ),
            elsewhere=httpx.AsyncClient(
                transport=OutwardTransport(tls, OutwardBackend(places_of(own_urls))),
                trust_env=False,  # nor the user and password that .netrc may have for such a host
                timeout=httpx.Timeout(_STALLED_SECONDS, connect=connect_seconds),
                follow_redirects=True,
                max_redirects=_MOST_REDIRECTS,
            ),
        )
    except (httpx.InvalidURL, ImportError):  # the latter for socks
        raise ValueError("HTTP_PROXY, HTTPS_PROXY, ALL_PROXY or NO_PROXY is none that can be used") from None


async def exchange(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    content: bytes | None = None,
    form: Form | None = None,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str | int] | None = None,
) -> Answer:
    """One request, one answer, no redirect followed; `content` is JSON. Raises TROUBLE.

    Nothing is sent twice, but for a GET of the lookups whose connection was closed without an answer.
    """
    sent = {**(headers or {}), **({} if content is None else {"Content-Type": "application/json"})}
    async with http.stream(
        method,
        url,
        content=content,
        data=form.fields if form else None,
        files=form.files if form else None,
        headers=sent,
        params=query,
        follow_redirects=False,
    ) as answer:
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
