"""One bot a folder: a second one would take the first one's jobs for its own."""

import fcntl
import os
from pathlib import Path


class FolderInUse(Exception):
    """Another process holds the folder."""


class FolderLock:
    """Held from `take` until `release`, or until the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "firstframe.lock"
        self._file: int | None = None

    def take(self) -> None:
        """Take the folder, making it where it is missing; raises FolderInUse, or OSError where it cannot be used."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(file)
            raise FolderInUse from error
        self._file = file

    def release(self) -> None:
        """Let others have it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
