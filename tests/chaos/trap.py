"""Where the bot is to die: written by who runs it, read by the bot at each point, in files beside its data."""

import json
import os
import signal
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

ENVIRONMENT = "CHAOS_FOLDER"
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Trap:
    """Dies at the n-th passing of a point, or of any point where none is named."""

    point: str | None
    nth: int = 1


class Traps:
    """The folder of one bot: `trap` is what is armed, `met` has a line for each passing, `killed` for each death."""

    def __init__(self, folder: Path) -> None:
        self._trap, self._met, self._killed = folder / "trap", folder / "met", folder / "killed"

    def arm(self, trap: Trap) -> None:
        """From now on, for the bot that runs and those that come, until one has died there."""
        part = self._trap.with_suffix(".part")
        part.write_text(json.dumps(asdict(trap)), "utf-8")
        part.replace(self._trap)

    def disarm(self) -> None:
        """Nobody dies any more."""
        self._trap.unlink(missing_ok=True)

    @property
    def armed(self) -> bool:
        """Whether nobody has died there yet."""
        return self._trap.exists()

    def met(self) -> Counter[str]:
        """How often each point was passed."""
        return _lines(self._met)

    def killed(self) -> Counter[str]:
        """How often the bot died at each."""
        return _lines(self._killed)

    def read(self) -> tuple[str, Trap] | None:
        """What is armed, with what tells it from the one before."""
        try:
            text = self._trap.read_text("utf-8")
            return f"{self._trap.stat().st_mtime_ns}", Trap(**json.loads(text))
        except FileNotFoundError:
            return None

    def note(self, point: str) -> None:
        """A point is passed."""
        _append(self._met, point)

    def spring(self, point: str) -> None:
        """Die as of kill -9; the one who comes next does not die of the same trap."""
        self._trap.unlink(missing_ok=True)
        _append(self._killed, point)
        os.kill(os.getpid(), signal.SIGKILL)


class Watch:
    """In the bot's process: counts what is passed since a trap was armed, and springs it."""

    def __init__(self, traps: Traps) -> None:
        self._traps = traps
        self._lock = threading.Lock()
        self._armed = ""
        self._passed: Counter[str | None] = Counter()

    def passed(self, point: str) -> None:
        """Called at each point, by whichever thread gets there."""
        with self._lock:
            self._traps.note(point)
            found = self._traps.read()
            if found is None:
                return
            armed, trap = found
            if armed != self._armed:
                self._armed = armed
                self._passed.clear()
            self._passed[point] += 1
            self._passed[None] += 1
            if trap.point in (None, point) and self._passed[trap.point] >= trap.nth:
                self._traps.spring(point)


def _append(file: Path, line: str) -> None:
    with file.open("a", encoding="utf-8") as opened:  # O_APPEND, and a line is one write
        opened.write(f"{line}\n")


def _lines(file: Path) -> Counter[str]:
    return Counter(file.read_text("utf-8").splitlines()) if file.exists() else Counter()
