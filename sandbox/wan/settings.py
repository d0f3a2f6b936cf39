"""How the Wan service behaves while nothing is made to fail; all of it can be changed while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class ResultShape(StrEnum):
    """The two documented shapes of a finished task's result."""

    STRINGS = "strings"
    OBJECTS = "objects"


@dataclass(slots=True)
class WanSettings:
    """Times in sandbox seconds. While `hold` is on, running tasks end only when told to.

    `result_bytes` is how large clips are at least, None for whatever they come to. The three above it are DashScope's:
    how old a task must be to be told of, how old it may be, and the hours its clock is ahead of UTC (not documented;
    Beijing's here). With `one_clip` all tasks ordered from now on end in the same small clip: it costs nothing.
    """

    pending_seconds: float = 1
    task_seconds: float = 8
    result_shape: ResultShape = ResultShape.STRINGS
    hold: bool = False
    max_running: int = 5
    result_seconds: float = 86_400
    hidden_seconds: float = 0
    kept_seconds: float = 86_400
    zone_hours: float = 8
    result_bytes: int | None = None
    one_clip: bool = False

    def merge(self, changes: Mapping[str, Any]) -> None:
        """Take over the named settings, all or none. Raises ValueError with one sentence."""
        known = {item.name for item in fields(self)}
        checked: dict[str, Any] = {}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"wan has no setting {name}")
            checked[name] = _checked(name, value)
        for name, value in checked.items():
            setattr(self, name, value)


def _checked(name: str, value: Any) -> Any:
    if name == "result_shape":
        if value not in set(ResultShape):
            raise ValueError("result_shape must be strings or objects")
        return ResultShape(value)
    if name in ("hold", "one_clip"):
        if not isinstance(value, bool):
            raise ValueError(f"{name} must be true or false")
        return value
    if name == "result_bytes" and value is None:
        return None
    whole = name in ("max_running", "result_bytes")
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or value < 0:
        raise ValueError(f"{name} must be a {'whole ' if whole else ''}number from 0 up")
    return value
