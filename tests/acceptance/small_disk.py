"""A sandbox whose bot keeps its data on a small disk of its own, which a test can fill and empty."""

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.bare_sandbox import bare_sandbox
from tests.acceptance.street import Street

_IN_A_NAMESPACE = ("unshare", "-Urm", "sh", "-c")
_MOUNT = 'mount -t tmpfs -o size="$0" tmpfs "$1" && shift && exec "$@"'
_PIECE = 4096


@dataclass(frozen=True)
class SmallDisk:
    """The disk as it is seen from outside of the namespace that it is mounted in."""

    street: Street
    folder: Path

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def fill(self, leave_bytes: int = 0) -> None:
        """Fill it up to its last page, or so far that this much is left."""
        room = os.statvfs(self.folder)
        left = room.f_bavail * room.f_frsize - leave_bytes
        with self._ballast.open("ab", buffering=0) as file:
            try:
                for _ in range(max(0, left) // _PIECE + (leave_bytes == 0)):
                    file.write(bytes(_PIECE))
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017 - what it is filled for

    def empty(self) -> None:
        """Make room again."""
        self._ballast.unlink(missing_ok=True)


def can_mount() -> bool:
    """Whether this machine lets us mount a disk in a namespace of ours."""
    with contextlib.suppress(OSError):
        mount = subprocess.run([*_IN_A_NAMESPACE, "mount -t tmpfs tmpfs /mnt"], capture_output=True, check=False)
        return mount.returncode == 0
    return False


@contextmanager
def sandbox_on_a_small_disk(data: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Run the sandbox with the bot's data on a disk of this size, until the block is left."""
    folder = data / "bot"
    folder.mkdir(parents=True)
    with bare_sandbox(data, (*_IN_A_NAMESPACE, _MOUNT, f"{megabytes}m", str(folder))) as running:
        yield SmallDisk(running.street, Path(f"/proc/{running.process.pid}/root{folder}"))
