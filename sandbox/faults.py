"""Misbehaviour on demand: answers, waits, cut connections and silence, laid over either service."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware


class Moment(StrEnum):
    """Whether the call has had its effect when the connection breaks or falls silent."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour: which calls it meets and what they meet.

    `path` is a regular expression searched in the path; `times` None means until cleared. With `status` the call is
    answered without having its effect, unless `take_effect`. Without status, cut or hang it is only delayed.
    """

    service: str
    method: str | None = None
    path: str = ""
    times: int | None = 1
    skip: int = 0
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    text: str | None = None
    delay_seconds: float = 0
    cut: Moment | None = None
    hang: Moment | None = None
    take_effect: bool = False

    def meets(self, service: str, method: str, path: str) -> bool:
        if self.service != service or (self.method or method).upper() != method.upper():
            return False
        return re.search(self.path, path) is not None


class _Armed:
    """A fault that was set, with what is left of it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.hits = 0
        self.seen = 0
        self.released = asyncio.Event()

    def take(self) -> bool:
        """Count a call that meets the fault; True where the fault strikes it."""
        self.seen += 1
        spent = self.fault.times is not None and self.hits >= self.fault.times
        if self.seen <= self.fault.skip or spent:
            return False
        self.hits += 1
        return True


class Struck(web.Response):
    """An answer made up by a fault."""


class Cut(Struck):
    """Stands for an answer that never goes out, because the connection was cut under it."""


class Faults:
    """The faults that are set; the oldest that meets a call strikes it."""

    def __init__(self) -> None:
        self._armed: dict[str, _Armed] = {}
        self._last = 0

    def add(self, fault: Fault) -> str:
        """Set a fault; its id. Raises ValueError for a path that is no regular expression."""
        try:
            re.compile(fault.path)
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from error
        self._last += 1
        self._armed[str(self._last)] = _Armed(fault)
        return str(self._last)

    def clear(self) -> None:
        """Forget all faults, and cut the calls that hang."""
        for armed in self._armed.values():
            armed.released.set()
        self._armed.clear()

    def list(self) -> list[dict[str, Any]]:
        return [{"id": key, "hits": armed.hits, **asdict(armed.fault)} for key, armed in self._armed.items()]

    def middleware(self, service: str, prefixes: tuple[str, ...] = ("/",)) -> Middleware:
        """Make an aiohttp middleware that lays the faults over the paths beginning with one of `prefixes`."""

        @web.middleware
        async def misbehave(request: web.Request, handler: Handler) -> web.StreamResponse:
            if not request.path.startswith(prefixes):
                return await handler(request)
            armed = self._strike(service, request)
            return await handler(request) if armed is None else await _play(armed, request, handler)

        return misbehave

    def _strike(self, service: str, request: web.Request) -> _Armed | None:
        for armed in self._armed.values():
            if armed.fault.meets(service, request.method, request.path) and armed.take():
                return armed
        return None


async def _play(armed: _Armed, request: web.Request, handler: Handler) -> web.StreamResponse:
    fault = armed.fault
    if fault.delay_seconds:
        await asyncio.sleep(fault.delay_seconds)
    broken = fault.cut or fault.hang
    if broken is None and fault.status is None:
        return await handler(request)
    if broken is Moment.AFTER or fault.take_effect:
        await handler(request)
    else:
        await request.read()  # a real service has the request before it fails; unread bytes would reset the sender
    if fault.hang:
        await armed.released.wait()
    return _cut(request) if broken else _answer(fault)


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return Cut(status=500)


def _answer(fault: Fault) -> Struck:
    status = fault.status or 500
    if fault.text is not None:
        return Struck(status=status, text=fault.text, headers=dict(fault.headers))
    body = b"" if fault.body is None else json.dumps(fault.body, ensure_ascii=False).encode()
    # Set by hand: aiohttp's own helper adds a charset, and discord.py takes only the bare type for JSON.
    headers = {"Content-Type": "application/json", **fault.headers}
    return Struck(status=status, body=body, headers=headers)
