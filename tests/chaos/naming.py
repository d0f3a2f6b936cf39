"""What a point is called: by the request, and by the function of ours on whose behalf it is made."""

import re
import sys
from collections.abc import Container, Iterator
from pathlib import Path
from types import FrameType

_PLUMBING = frozenset(
    {
        "JobSteps._change",
        "exchange",
        "Session.request",
        "_send",
        "own_message",
        "unless_gone",
        "_edit",
        "Ways._direct",
        "Ways._in_open_thread",
        "Answer.edit",
        "Answer.fetch",
        "Answer.delete",
    }
)
"""Functions that serve several ends: who called them says more."""
_WHICH = ("to", "number")
"""The variables that say which state a commit moves jobs to, or which migration it is."""

_CARRIERS = frozenset({"storage/database.py", "storage/writer.py"})
"""What carries out any change."""

_ID = re.compile(r"/[0-9a-f-]{32,36}(?=[/.]|$)")


class Names:
    """Knows the bot's own files by the folder they lie in."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root}/"

    def commit(self) -> str:
        """Of the transaction that ends here: the method that began it, and the state that it moves to."""
        frame = self._first("storage", passing=_CARRIERS) or self._first("storage")
        if frame is None:
            return "commit"
        name, which = _told(frame), next((frame.f_locals[one] for one in _WHICH if one in frame.f_locals), "")
        if name == "Meta.set":
            return f"commit {name}{self._behalf('engine') or self._behalf('cogs')}"
        return f"commit {name} {which}".rstrip()

    def committed_together(self) -> int:
        """How many changes share the transaction under way; 0 where it is none of the writer's."""
        frame = next((frame for frame in self._ours() if _qualified(frame) == "Writer._commit"), None)
        return len(frame.f_locals["together"]) if frame else 0

    def discord(self, method: str, template: str) -> str:
        """Of a request to Discord."""
        return f"discord {method} {template}{self._behalf('cogs')}"

    def asks_provider(self) -> bool:
        """Whether what goes out now does so on the video service's account."""
        return self._first("client") is not None

    def provider(self, method: str, path: str) -> str:
        """Of a request to the video service."""
        return f"wan {method} {_ID.sub('/{id}', path)}{self._behalf('client')}"

    def file(self) -> str:
        """Of a file that gets its name."""
        frame = next(self._ours(), None)
        return f"file {_told(frame)}" if frame else "file"

    def _behalf(self, room: str) -> str:
        frame = self._first(room)
        return f" for {_told(frame)}" if frame else ""

    def _first(self, room: str, passing: Container[str] = ()) -> FrameType | None:
        frames = [frame for frame in self._ours() if self._file(frame).startswith(f"{room}/")]
        frames = [frame for frame in frames if self._file(frame) not in passing]
        return next((frame for frame in frames if _qualified(frame) not in _PLUMBING), next(iter(frames), None))

    def _file(self, frame: FrameType) -> str:
        return frame.f_code.co_filename.removeprefix(self._root)

    def _ours(self) -> Iterator[FrameType]:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(self._root) and "/.venv/" not in name and "/tests/" not in name:
                yield frame
            frame = frame.f_back


def _qualified(frame: FrameType) -> str:
    """With the class, where there is one."""
    return frame.f_code.co_qualname.removesuffix(".<lambda>").replace(".<locals>", "")


def _told(frame: FrameType) -> str:
    """With the class or else the file, since functions of several files have the same name."""
    name = _qualified(frame)
    return name if "." in name else f"{Path(frame.f_code.co_filename).stem}.{name}"
