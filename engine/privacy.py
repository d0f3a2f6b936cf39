"""A member's own data: handed over as one file, and forgotten on demand."""

import asyncio
import json
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from engine.clock import Clock
from storage import Forgotten, JobStore, PrivacyStore

_SOUND_ENDINGS = {"audio/mpeg": "mp3", "audio/wav": "wav"}

_PER_FILE_BYTES = 300
"""More than a file's two entries in the archive take."""


@dataclass(frozen=True, slots=True)
class Export:
    """A ZIP of what is kept about a member; `left_out` first frames and soundtracks had no room in it."""

    data: bytes
    left_out: int


@dataclass(frozen=True, slots=True)
class _File:
    """A kept file, and where it goes in the archive."""

    folder: str
    ending: str
    data: bytes


_Read = Callable[[str], Awaitable[_File | None]]


class Privacy:
    """Exports and forgets. `forgotten` is called with the member once their rows no longer name them."""

    def __init__(self, store: PrivacyStore, jobs: JobStore, clock: Clock, forgotten: Callable[[int], None]) -> None:
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._forgotten = forgotten

    async def export(self, member_id: int, most_bytes: int) -> Export:
        """`data.json` and as many first frames and soundtracks, the newest first, as fit into so many bytes."""
        archive, file = BytesIO(), "data.json"
        await asyncio.to_thread(_add_data, archive, file, await self._store.export(member_id))
        left_out = 0
        for used_at, sha256, read in await self._files_of(member_id):
            found = await read(sha256)
            if found is None:
                continue
            if len(archive.getvalue()) + len(found.data) + _PER_FILE_BYTES > most_bytes:
                left_out += 1
            else:
                name = f"{found.folder}/{used_at:%Y-%m-%d}-{sha256[:12]}.{found.ending}"
                await asyncio.to_thread(_add_file, archive, name, found.data)
        return Export(archive.getvalue(), left_out)

    async def forget(self, member_id: int) -> Forgotten:
        """Forget the member: images, prompts, history. Raises JobsUnderWay while jobs of theirs have not ended."""
        done = await self._store.forget(member_id, self._clock.now())
        self._forgotten(member_id)
        return done

    async def _files_of(self, member_id: int) -> list[tuple[datetime, str, _Read]]:
        """When each file was last used, its name in the store, and what reads it; the newest first."""
        frames = [(used_at, sha256, self._frame) for sha256, used_at in await self._store.frames_of(member_id)]
        sounds = [(used_at, sha256, self._sound) for sha256, used_at in await self._store.soundtracks_of(member_id)]
        return sorted([*frames, *sounds], key=lambda file: file[0], reverse=True)

    async def _frame(self, sha256: str) -> _File | None:
        try:
            return _File("frames", "jpg", (await self._jobs.first_frame(sha256)).jpeg)
        except LookupError:  # its days were over meanwhile
            return None

    async def _sound(self, sha256: str) -> _File | None:
        try:
            sound = await self._jobs.soundtrack(sha256)
        except LookupError:
            return None
        return _File("soundtracks", _SOUND_ENDINGS.get(sound.media_type, "bin"), sound.data)


def _add_data(archive: BytesIO, name: str, data: dict[str, Any]) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, json.dumps(data, ensure_ascii=False, indent=2))


def _add_file(archive: BytesIO, name: str, data: bytes) -> None:
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_STORED) as file:
        file.writestr(name, data)
