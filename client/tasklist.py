"""DashScope's list of tasks: how to ask for a window of time, and which rows lie in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from client import answers
from client.protocol import ListedTask

PAGE_ROWS = 10
MOST_PAGES = 500
"""A list that never ends is no list."""

_STAMP = "%Y%m%d%H%M%S"
_EASTERNMOST = timedelta(hours=8)
_LONGEST = timedelta(hours=24)
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Window:
    """The tasks of one model that were made between two moments."""

    model: str
    since: datetime
    until: datetime

    def query(self, page: int) -> dict[str, str | int]:
        """The query for one page of the list, the first being 1."""
        since = self.since.astimezone(UTC)
        # In which zone the service reads these stamps is not documented. This covers every one from UTC to Beijing's;
        # the rows themselves carry milliseconds since 1970, which settle it.
        until = min(self.until.astimezone(UTC) + timedelta(seconds=1) + _EASTERNMOST, since + _LONGEST)
        return {
            "start_time": since.strftime(_STAMP),
            "end_time": until.strftime(_STAMP),
            "model_name": self.model,
            "page_no": page,
            "page_size": PAGE_ROWS,
        }

    def holds(self, row: Mapping[str, Any]) -> bool:
        """Whether a row of the list is of this model and of this time; one that does not tell is not."""
        made = answers.text(row, "gmt_create")
        if not _is_count(made) or answers.text(row, "model_name") != self.model:
            return False
        return _milliseconds(self.since) <= int(made) <= _milliseconds(self.until)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list."""

    rows: tuple[Mapping[str, Any], ...]
    pages: int | None
    """How many pages there are, if it is told."""

    @classmethod
    def read(cls, body: Mapping[str, Any] | None) -> Self | None:
        """The page in an answer; None if there is none."""
        rows = (body or {}).get("data")
        if not isinstance(rows, list):
            return None
        pages = answers.text(body or {}, "total_page")
        return cls(tuple(row for row in rows if isinstance(row, dict)), int(pages) if _is_count(pages) else None)

    def within(self, window: Window) -> list[ListedTask]:
        """The tasks that the window holds."""
        held = ((answers.task_id(row), _created_at(row)) for row in self.rows if window.holds(row))
        return [ListedTask(task_id, created_at) for task_id, created_at in held if task_id]

    def is_last(self, page: int) -> bool:
        """Whether no page follows this one; where their number is not told, an empty page is the last."""
        return not self.rows or (self.pages is not None and page >= self.pages)


def _created_at(row: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(int(answers.text(row, "gmt_create")) / 1000, UTC)


def _is_count(text: str) -> bool:
    return text.isdecimal() and len(text) <= _MOST_DIGITS


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
