"""Reads a provider's answers: JSON or not, both shapes of a result, error bodies, Retry-After."""

import json
import math
import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

LONGEST_WAIT_SECONDS = 3600.0
"""No Retry-After is believed beyond this; the job has a deadline of its own."""

LONGEST_TASK_SECONDS = 86400.0
"""A task lives for a day."""

_TASK_ID = re.compile(r"[\w.:-]{1,128}", re.ASCII)
_ADDRESS = re.compile(r"[!-~]{1,8000}")


def json_object(body: bytes) -> dict[str, Any] | None:
    """The body as a JSON object; None if it is anything else."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def text(body: Mapping[str, Any], *names: str) -> str:
    """The first of these fields that says something, as text; empty if none does."""
    for name in names:
        value = body.get(name)
        if isinstance(value, str) and value.strip():
            # Half a character pair, as a text that was cut has at its end, could neither be kept nor sent on.
            return value.encode("utf-8", "replace").decode().strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
    return ""


def part(body: Mapping[str, Any] | None, name: str) -> dict[str, Any]:
    """The object in this field; empty if there is none."""
    value = (body or {}).get(name)
    return value if isinstance(value, dict) else {}


def task_id(body: Mapping[str, Any] | None) -> str:
    """The id of the task that was made; empty if there is none that looks like an id."""
    word = text(body or {}, "task_id")
    return word if _TASK_ID.fullmatch(word) else ""


def error_of(body: Mapping[str, Any] | None) -> tuple[str | None, str]:
    """Code and friendly text of an error body; where the text is missing, the code has to serve."""
    if body is None:
        return None, ""
    return text(body, "error_code", "code") or None, text(body, "message", "error_msg")


def result_url(result: object) -> str | None:
    """The video's address out of `["https://…"]` or `[{"type": "…", "url": "https://…"}]`; None if there is none."""
    if not isinstance(result, list):
        return None
    return next(_urls(_videos_first(result)), None)


def data_uri(data: bytes, media_type: str) -> str:
    """The bytes as an address that carries them."""
    return f"data:{media_type};base64,{b64encode(data).decode('ascii')}"


def is_web_url(url: str) -> bool:
    """Whether this is an http(s) address with a host."""
    try:
        parts = urlsplit(url if _ADDRESS.fullmatch(url) else "")
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def is_plain(url: str) -> bool:
    """Whether a web address is one that every library takes alike: host, port and path alone, an IPv4 one in full."""
    parts = urlsplit(url)
    number = re.fullmatch(r"[\d.]+", parts.hostname or "")
    whole = not number or len(number[0].split(".")) == 4
    return whole and not (parts.query or parts.fragment or "@" in parts.netloc)


def retry_after_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Retry-After as seconds or as an HTTP date (RFC 9110, 10.2.3); None if missing or unreadable.

    A date is counted from the answer's own Date, so that a clock that is off does not matter; without one, from `now`.
    """
    value = headers.get("retry-after", "").strip()
    seconds = _number(value)
    if seconds is None:
        until = _date(value)
        if until is None:
            return None
        since = _date(headers.get("date", "")) or now or datetime.now(UTC)
        seconds = (until - since).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)


def seconds_between(begin: str, end: str) -> float | None:
    """The time between two moments of one clock, in ISO 8601 or nearly; None if they tell none that can be right."""
    try:
        seconds = (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds()
    except (ValueError, TypeError):  # one with a time zone and one without are no pair
        return None
    return seconds if 0 < seconds <= LONGEST_TASK_SECONDS else None


def _videos_first(items: list[Any]) -> list[Any]:
    return sorted(items, key=lambda item: not (isinstance(item, dict) and "video" in str(item.get("type", "")).lower()))


def _urls(items: list[Any]) -> Iterator[str]:
    for item in items:
        url = item.get("url") if isinstance(item, dict) else item
        if isinstance(url, str) and is_web_url(url.strip()):
            yield url.strip()


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (OverflowError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
