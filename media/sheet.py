"""What a report's picture shows: values that pass as JSON from the bot to the process that draws."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """A day, a member or a channel. A day's label is best short ("3 Mar"): it stands under its bar."""

    label: str
    credits: int
    clips: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One picture from top to bottom; what is empty is left out.

    `figures` are the headline numbers, label and value. Members and channels come with the most credits first.
    """

    title: str
    subtitle: str
    figures: tuple[tuple[str, str], ...]
    days: tuple[Bar, ...]
    members: tuple[Bar, ...]
    channels: tuple[Bar, ...]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Sheet":
        told = json.loads(data)
        figures = tuple((label, value) for label, value in told["figures"])
        days, members, channels = (_bars(told[name]) for name in ("days", "members", "channels"))
        return cls(told["title"], told["subtitle"], figures, days, members, channels)


def _bars(told: Iterable[dict[str, Any]]) -> tuple[Bar, ...]:
    return tuple(Bar(**bar) for bar in told)
