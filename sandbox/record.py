"""What went over the wire between the bot and the two services, without the secrets in it."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sandbox.clock import Clock
from sandbox.events import Hub

MAX_EXCHANGES = 20_000
MAX_PANEL_BYTES = 64 * 1024
LONG_TEXT = 8 * 1024
API_PREFIX = re.compile(r"^/api/v\d+(?=/)")
TOKEN_IN_PATH = re.compile(r"(/(?:webhooks|interactions)/\d+/)(?!@)[^/?]+")
# What Discord's published definitions describe; other frames (RESUMED, GUILD_UPDATE, HEARTBEAT_ACK…) have none.
DEFINED_FRAMES = frozenset(
    {"HELLO", "IDENTIFY", "READY", "GUILD_CREATE", "INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE"}
)
SECRET_KEYS = frozenset({"token", "interaction_token", "authorization"})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request, response or gateway frame; `ms` is how long the answer took in milliseconds."""

    n: int
    at: str
    kind: str
    service: str
    method: str | None
    path: str | None
    status: int | None
    event: str | None
    body: Any
    ms: float | None


def redact(body: Any) -> Any:
    """Copy a body with tokens replaced and long Base64 texts shortened; bytes become a sentence."""
    if isinstance(body, dict):
        return {key: "token" if _secret(key, value) else redact(value) for key, value in body.items()}
    if isinstance(body, list | tuple):
        return [redact(value) for value in body]
    if isinstance(body, bytes | bytearray):
        return f"{len(body)} bytes"
    if isinstance(body, str) and len(body) > LONG_TEXT and body.startswith("data:"):
        return f"{body[:40]}… ({len(body)} characters)"
    return body


def redact_path(path: str) -> str:
    return TOKEN_IN_PATH.sub(r"\1token", path)


def _secret(key: Any, value: Any) -> bool:
    return isinstance(key, str) and key.lower() in SECRET_KEYS and isinstance(value, str)


class Wire:
    """A bounded record of the traffic, numbered from 1."""

    def __init__(self, clock: Clock, hub: Hub) -> None:
        self._clock = clock
        self._hub = hub
        self._exchanges: deque[Exchange] = deque(maxlen=MAX_EXCHANGES)
        self._last = 0

    def exchange(
        self, kind: str, service: str, method: str, path: str, status: int | None, body: Any, ms: float | None = None
    ) -> None:
        """Record a `request`, a `response` or a `fault` (an answer made up) of `discord` or `wan`."""
        path = redact_path(API_PREFIX.sub("", path))
        self._add(kind, service, redact(body), method=method.upper(), path=path, status=status, ms=ms)

    def frame(self, event: str, body: Any) -> None:
        """Record a gateway frame as the bot receives it, named as in Discord's definitions (READY, HELLO…)."""
        self._add("frame", "discord", redact(body), event=event)

    def sent_frame(self, event: str, body: Any) -> None:
        """Record a gateway frame the bot sent (IDENTIFY, HEARTBEAT, RESUME…)."""
        self._add("client_frame", "discord", redact(body), event=event)

    def since(self, n: int) -> tuple[int, list[dict[str, Any]]]:
        """Give the number to ask with next, and what came after number `n`, with large bodies summarised."""
        return self._last, [asdict(_summary(x)) for x in self._exchanges if x.n > n]

    def jsonl(self) -> str:
        """Give Discord's traffic as JSON lines, bodies whole, as far as there are definitions to hold it against."""
        lines = (_line(x) for x in self._exchanges if _defined(x))
        return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)

    def _add(self, kind: str, service: str, body: Any, **facts: Any) -> None:
        self._last += 1
        blank = dict.fromkeys(("method", "path", "status", "event", "ms"))
        at = self._clock.now().isoformat()
        exchange = Exchange(n=self._last, at=at, kind=kind, service=service, body=body, **{**blank, **facts})
        self._exchanges.append(exchange)
        self._hub.publish({**asdict(_summary(exchange)), "kind": "wire", "exchange": kind})


def _summary(exchange: Exchange) -> Exchange:
    size = len(json.dumps(exchange.body, ensure_ascii=False, default=str))
    if size <= MAX_PANEL_BYTES:
        return exchange
    return replace(exchange, body=f"{size} characters of JSON")


def _defined(exchange: Exchange) -> bool:
    if exchange.kind == "frame":
        return exchange.event in DEFINED_FRAMES
    return exchange.service == "discord" and exchange.kind in ("request", "response")


def _line(exchange: Exchange) -> dict[str, Any]:
    wanted: Iterable[str] = ("event",) if exchange.kind == "frame" else ("method", "path")
    line: dict[str, Any] = {"kind": exchange.kind, **{key: getattr(exchange, key) for key in wanted}}
    if exchange.kind == "response":
        line["status"] = exchange.status
    return {**line, "body": exchange.body}
