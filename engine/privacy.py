"""A member's own data: handed over as one file, and forgotten on demand."""

import asyncio
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from engine.clock import Clock
from storage import Forgotten, JobStore, PrivacyStore

_PER_FILE_BYTES = 300
"""More than a file's two entries in the archive take."""


@dataclass(frozen=True, slots=True)
class Export:
    """A ZIP of what is kept about a member; `left_out` first frames had no room in it."""

    data: bytes
    left_out: int


class Privacy:
    """Exports and forgets. `forgotten` is called with the member once their rows no longer name them."""

    def __init__(self, store: PrivacyStore, jobs: JobStore, clock: Clock, forgotten: Callable[[int], None]) -> None:
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._forgotten = forgotten

    async def export(self, member_id: int, most_bytes: int) -> Export:
        """`data.json` and as many first frames, the newest first, as fit into so many bytes."""
        archive, file = BytesIO(), "data.json"
        await asyncio.to_thread(_add_data, archive, file, await self._store.export(member_id))
        left_out = 0
        for sha256, created_at in await self._store.frames_of(member_id):
            jpeg = await self._frame(sha256)
            if jpeg is None:
                continue
            if len(archive.getvalue()) + len(jpeg) + _PER_FILE_BYTES > most_bytes:
                left_out += 1
            else:
                _add_frame(archive, f"frames/{created_at:%Y-%m-%d}-{sha256[:12]}.jpg", jpeg)
        return Export(archive.getvalue(), left_out)

    async def forget(self, member_id: int) -> Forgotten:
        """Forget the member: images, prompts, history. Raises JobsUnderWay while jobs of theirs have not ended."""
        done = await self._store.forget(member_id, self._clock.now())
        self._forgotten(member_id)
        return done

    async def _frame(self, sha256: str) -> bytes | None:
        try:
            return (await self._jobs.first_frame(sha256)).jpeg
        except LookupError:  # its days were over meanwhile
            return None


def _add_data(archive: BytesIO, name: str, data: dict[str, Any]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, json.dumps(data, ensure_ascii=False, indent=2))


def _add_frame(archive: BytesIO, name: str, jpeg: bytes) -> None:
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_STORED) as file:
        file.writestr(name, jpeg)
