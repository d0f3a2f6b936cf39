"""The one door to the network: which connections there are, how long they may take and what comes back."""

import logging
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import aiohttp
import httpx

from client.answer import Answer
from client.elsewhere import Elsewhere
from client.form import Form
from client.inward import Outward, PointsInward, places_of
from client.lookups import Lookups
from client.proxy import proxy_of

NEVER_LEFT = (
    *(httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol),
    *(aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, PointsInward),
)
"""The errors after which it is certain that no byte of a request reached the provider."""

TROUBLE = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, TimeoutError)
"""Everything that the transports may raise, the overall time limit included."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Three of them, because what is right for one kind of call is wrong for the others."""

    creates: httpx.AsyncClient
    lookups: Lookups
    elsewhere: Elsewhere

    async def aclose(self) -> None:
        """Close all connections."""
        for one in (self.creates, self.lookups, self.elsewhere):
            await one.aclose()


def open_clients(
    base_url: str,
    token: str,
    beside: Iterable[str] = (),
    *,
    connect_seconds: float,
    create_seconds: float,
    look_seconds: float,
    stalled_seconds: float,
) -> Clients:
    """Make the clients; nothing connects before it is used. The token is never sent to where the results lie.

    `base_url` and those `beside` are the provider's own, as the operator set them: results may lie there wherever
    that is.
    Raises ValueError for an address, or a proxy of the environment, that is none, without quoting it.
    """
    _keep_addresses_out_of_the_log()
    tls = httpx.create_ssl_context()
    own_urls = (base_url, *beside)
    try:
        creates = _creates(token, own_urls, tls, httpx.Timeout(create_seconds, connect=connect_seconds))
    except (httpx.InvalidURL, ImportError, ValueError):  # which may quote it; ImportError for socks
        raise ValueError("its address, HTTP_PROXY, HTTPS_PROXY or ALL_PROXY is none that can be used") from None
    lookups = Lookups(
        base_url, token, tls, proxy_of(base_url), connect_seconds=connect_seconds, look_seconds=look_seconds
    )
    elsewhere = Elsewhere(
        Outward(places_of(own_urls)), tls, connect_seconds=connect_seconds, stalled_seconds=stalled_seconds
    )
    return Clients(creates, lookups, elsewhere)


def _creates(token: str, urls: Iterable[str], tls: ssl.SSLContext, timeout: httpx.Timeout) -> httpx.AsyncClient:
    # A kept connection may be closed by the server just as the POST goes out, and then nobody knows what became of it:
    # every create gets a connection of its own.
    limits = httpx.Limits(max_keepalive_connections=0)
    ways = {
        f"{place.scheme}://{place.netloc.decode('ascii')}": httpx.AsyncHTTPTransport(
            verify=tls, limits=limits, proxy=proxy_of(str(place))
        )
        for place in map(httpx.URL, urls)
    }
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(verify=tls, headers=headers, timeout=timeout, limits=limits, mounts=ways, trust_env=False)


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
