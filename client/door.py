"""The one door to the network: which connections there are, how long they may take and what comes back."""

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import aiohttp
import httpx

from client.answer import Answer
from client.inward import OutwardBackend, OutwardTransport, places_of
from client.lookups import Lookups

NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
"""The errors after which it is certain that no byte of a request reached the provider."""

TROUBLE = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, TimeoutError)
"""Everything that the transports may raise, the overall time limit included."""

_STALLED_SECONDS = 30.0
_MOST_REDIRECTS = 5


@dataclass(frozen=True, slots=True)
class Clients:
    """Three of them, because what is right for one kind of call is wrong for the others."""

    creates: httpx.AsyncClient
    lookups: Lookups
    elsewhere: httpx.AsyncClient
    """For addresses that the provider names, where results and files lie: they never get the token, and never lead
    inward."""

    async def aclose(self) -> None:
        """Close all connections."""
        for one in (self.creates, self.lookups, self.elsewhere):
            await one.aclose()


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


def safe_filename(name: str) -> str:
    """The end of a name, in characters that no form, path or address minds."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name)[-64:].strip("._-") or "file"


def open_clients(
    base_url: str,
    token: str,
    beside: Iterable[str] = (),
    *,
    connect_seconds: float,
    create_seconds: float,
    look_seconds: float,
) -> Clients:
    """Make the clients; nothing connects before it is used. The token is never sent to where the results lie.

    `base_url` and those `beside` are the provider's own, as the operator set them: results may lie there wherever
    that is.
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
            lookups=Lookups(base_url, token, tls, connect_seconds=connect_seconds, look_seconds=look_seconds),
            elsewhere=httpx.AsyncClient(
                transport=OutwardTransport(tls, OutwardBackend(places_of((base_url, *beside)))),
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
    """One request, sent once, and its answer, no redirect followed; `content` is JSON. Raises TROUBLE."""
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
        return await Answer.read(answer.status_code, answer.headers, answer.aiter_bytes())


def _keep_addresses_out_of_the_log() -> None:
    # At INFO httpx logs every address with its query, which for a result is its signature; at DEBUG httpcore
    # logs the headers of answers.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
