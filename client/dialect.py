"""What every dialect of the Wan API has in common: one paid POST, lookups that may fail, downloads, and words told."""

import asyncio
import json
import logging
import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypedDict, Unpack
from urllib.parse import quote, urlsplit
from uuid import UUID

from client import answers, codes, download
from client.answer import Answer
from client.catalogue import Model
from client.door import NEVER_LEFT, TROUBLE, exchange, open_clients
from client.errors import (
    DownloadFailed,
    LookupFailed,
    NotSent,
    OperatorNeeded,
    OutcomeUnknown,
    ProviderError,
    Unreachable,
)
from client.protocol import TaskReport, VideoRequest

_log = logging.getLogger(__name__)

_NO_TASK = str(UUID(int=0))


class Timeouts(TypedDict, total=False):
    """How long things may take; all but the first and the last are for a whole call, body and all."""

    connect_seconds: float
    create_seconds: float
    """Also for a file that is stored."""
    look_seconds: float
    download_seconds: float
    stalled_seconds: float
    """Of a download, each time that nothing comes."""


_TIMEOUTS = Timeouts(connect_seconds=10, create_seconds=60, look_seconds=30, download_seconds=300, stalled_seconds=30)


@dataclass(frozen=True, slots=True)
class Order:
    """A create in a dialect's own words; the `body` becomes JSON without the fields that are None."""

    path: str
    body: Mapping[str, Any] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


class Dialect(ABC):
    """The common half of a Provider."""

    name: ClassVar[str]
    models: ClassVar[tuple[Model, ...]]
    cancels: ClassVar[bool]

    def __init__(self, base_url: str, token: str, *, beside: Iterable[str] = (), **timeouts: Unpack[Timeouts]) -> None:
        """Connect to nothing yet; `beside` are further addresses of the provider's own.

        Raises ValueError for an unusable address, token or proxy, without quoting it.
        """
        if not answers.is_web_url(base_url):
            raise ValueError("the provider's address is not an http(s) address")
        if not answers.is_plain(base_url):
            raise ValueError("the provider's address has a user, a query or the short form of an IP address in it")
        if not re.fullmatch(r"[\x21-\x7e]+", token):
            raise ValueError("the provider's token is empty or has characters that no token has")
        self._base_url = base_url.rstrip("/")
        self._token = token
        self._timeouts: Timeouts = {**_TIMEOUTS, **timeouts}
        self._http = open_clients(
            self._base_url,
            token,
            beside,
            connect_seconds=self._timeouts["connect_seconds"],
            create_seconds=self._timeouts["create_seconds"],
            look_seconds=self._timeouts["look_seconds"],
            stalled_seconds=self._timeouts["stalled_seconds"],
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({urlsplit(self._base_url).hostname})"

    async def create(self, request: VideoRequest) -> str:
        """Send the paid POST, exactly once, and give the task's id. Raises Refused, NotSent or OutcomeUnknown."""
        # Up to 13 MB of Base64: not on the event loop.
        order, content = await asyncio.to_thread(self._written, request)
        answer = await self._pay(order, content)
        task_id = self._task_id(answer.json) if answer.is_success else ""
        if not task_id:
            code, detail = self._words(answer.json)
            error = codes.create_error(answer.status, code, detail, answer.retry_after_seconds)
            raise told("create", error, answer.status)
        _log.info("create: task %s", task_id)
        return task_id

    async def look(self, task_id: str) -> TaskReport:
        """Ask how a task is doing. Raises LookupFailed, which says nothing about the task."""
        return self._report(await self._look_up("look", self._task_path(task_id)))

    async def download(self, url: str, to: Path, max_bytes: int) -> int:
        """Stream a result into a file, there whole or not at all, and give its bytes. Raises DownloadFailed."""
        if not answers.is_web_url(url):
            raise told("download", DownloadFailed("The result's address is not an http(s) address."))
        try:
            async with asyncio.timeout(self._timeouts["download_seconds"]):
                return await download.fetch(self._http.elsewhere, url, to, max_bytes)
        except DownloadFailed as error:
            raise told("download", error) from None
        except (*TROUBLE, OSError) as error:
            raise told("download", DownloadFailed(type(error).__name__)) from error

    async def check(self) -> None:
        """Ask for a task that can't exist, which costs nothing. Raises OperatorNeeded, Unreachable or LookupFailed."""
        try:
            answer = await self._http.lookups.ask("GET", self._task_path(_NO_TASK))
        except TROUBLE as error:
            raise told("check", Unreachable(type(error).__name__)) from error
        code, detail = self._words(answer.json)
        if answer.status in (401, 403) or codes.meaning_of_code(code) is codes.Meaning.OPERATOR:
            raise told("check", OperatorNeeded(detail, code=code), answer.status)
        if answer.status >= 500 or answer.status == 429:
            raise told("check", self._lookup_failed(answer), answer.status)
        if answer.json is None or 300 <= answer.status < 400:
            raise told("check", LookupFailed("What answers at this address is not the video service."), answer.status)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    @abstractmethod
    def _order(self, request: VideoRequest) -> Order:
        """The create that this request means."""

    @abstractmethod
    def _task_id(self, body: dict[str, Any] | None) -> str:
        """The id in the answer to a create; empty if there is none."""

    @abstractmethod
    def _report(self, answer: Answer) -> TaskReport:
        """What the answer to a query tells. Raises LookupFailed."""

    async def _look_up(
        self, what: str, path: str, *, method: str = "GET", query: Mapping[str, str | int] | None = None
    ) -> Answer:
        try:
            answer = await self._http.lookups.ask(method, path, query)
        except TROUBLE as error:
            raise told(what, LookupFailed(type(error).__name__)) from error
        if not answer.is_success:
            raise told(what, self._lookup_failed(answer), answer.status)
        return answer

    async def _store(self, sending: Awaitable[Answer]) -> Answer:
        """One step of putting a file away. Raises Refused or NotSent."""
        try:
            async with asyncio.timeout(self._timeouts["create_seconds"]):
                answer = await sending
        except NEVER_LEFT as error:
            raise told("store", Unreachable(type(error).__name__)) from error
        except TROUBLE as error:
            raise told("store", NotSent(type(error).__name__)) from error
        if not answer.is_success:
            code, detail = self._words(answer.json)
            refusal = codes.store_error(answer.status, code, detail, answer.retry_after_seconds)
            raise told("store", refusal, answer.status)
        return answer

    async def _pay(self, order: Order, content: bytes) -> Answer:
        try:
            async with asyncio.timeout(self._timeouts["create_seconds"]):
                return await exchange(
                    self._http.creates, "POST", self._base_url + order.path, content=content, headers=order.headers
                )
        except NEVER_LEFT as error:
            raise told("create", Unreachable(type(error).__name__)) from error
        except TROUBLE as error:
            raise told("create", OutcomeUnknown(type(error).__name__)) from error

    def _written(self, request: VideoRequest) -> tuple[Order, bytes]:
        order = self._order(request)
        # ASCII, because half a character pair in a prompt has no UTF-8 but still has its JSON escape.
        return order, json.dumps(_without_none(order.body)).encode("ascii")

    def _task_path(self, task_id: str) -> str:
        return f"/tasks/{quote(task_id, safe='')}"

    def _lookup_failed(self, answer: Answer) -> LookupFailed:
        code, detail = self._words(answer.json)
        return LookupFailed(detail, code=code, retry_after_seconds=answer.retry_after_seconds)

    def _words(self, body: Mapping[str, Any] | None) -> tuple[str | None, str]:
        """Code and friendly text of an answer. Some services quote the token that they did not like."""
        code, detail = answers.error_of(body)
        return code and code.replace(self._token, "[token]"), detail.replace(self._token, "[token]")


def told(what: str, error: ProviderError, status: int | None = None) -> ProviderError:
    """The same error, once it is in the log."""
    _log.warning("%s: %s%s: %s", what, type(error).__name__, f" (HTTP {status})" if status else "", error)
    return error


def _without_none(body: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _without_none(value) if isinstance(value, Mapping) else value
        for name, value in body.items()
        if value is not None
    }
