"""Streams a result into a file that is there whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

import aiohttp

from client.elsewhere import Elsewhere
from client.errors import DownloadFailed, ResultGone, ResultInward, ResultTooLarge
from client.inward import PointsInward

_GONE = frozenset({403, 404, 410})
_BATCH_BYTES = 1024 * 1024
"""So much is gathered for a turn in a thread, which takes longer than writing. With much more, the sender stalls."""


async def fetch(elsewhere: Elsewhere, url: str, to: Path, max_bytes: int) -> int:
    """Fetch `url` to `to` by way of a `.part` file beside it. Raises DownloadFailed, and aiohttp's errors."""
    part = to.with_name(to.name + ".part")
    try:
        async with elsewhere.get(url) as answer:
            _check(answer, max_bytes)
            size = await _store(_pieces(answer.content, elsewhere.stalled_seconds), part, to, max_bytes)
    except PointsInward as error:
        raise ResultInward(f"The result's address is refused: {error}.") from error
    finally:
        # Gone already if all went well; a cancelled download must not leave it behind either.
        _discard(part)
    return size


def _check(answer: aiohttp.ClientResponse, max_bytes: int) -> None:
    if answer.status in _GONE:
        raise ResultGone(f"HTTP {answer.status}")
    if answer.status != HTTPStatus.OK:
        raise DownloadFailed(f"HTTP {answer.status}")
    if answer.headers.get("content-type", "").lower().startswith(("text/", "application/json", "application/xml")):
        raise DownloadFailed("The answer is a text, not a video.")
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length) > max_bytes:
        raise ResultTooLarge(max_bytes)


async def _store(pieces: AsyncIterator[bytes], part: Path, to: Path, max_bytes: int) -> int:
    file = _create(part)
    try:
        size, last = await _copy(pieces, file, max_bytes)
        if size == 0:
            raise DownloadFailed("The answer is empty.")
        await asyncio.to_thread(_publish, file, last, part, to)
        return size
    finally:
        file.close()


async def _copy(pieces: AsyncIterator[bytes], file: BinaryIO, max_bytes: int) -> tuple[int, list[bytes]]:
    """How much came, and what of it is not written yet."""
    size, gathered_bytes = 0, 0
    batch: list[bytes] = []
    async for piece in pieces:
        size += len(piece)
        if size > max_bytes:
            raise ResultTooLarge(max_bytes)
        batch.append(piece)
        gathered_bytes += len(piece)
        if gathered_bytes >= _BATCH_BYTES:
            await asyncio.to_thread(file.writelines, batch)
            batch, gathered_bytes = [], 0
    return size, batch


async def _pieces(content: aiohttp.StreamReader, stalled_seconds: float) -> AsyncIterator[bytes]:
    """What comes, as it comes. Raises TimeoutError where nothing does."""
    while True:
        # aiohttp has a limit of its own, but forgets it where a body is broken, and whoever reads that waits on.
        async with asyncio.timeout(stalled_seconds):
            piece = await content.readany()
        if not piece:
            return
        yield piece


def _create(part: Path) -> BinaryIO:
    # On the event loop: a thread that outlived a cancelled download would leave the file behind.
    return part.open("wb")


def _discard(part: Path) -> None:
    part.unlink(missing_ok=True)


def _publish(file: BinaryIO, last: list[bytes], part: Path, to: Path) -> None:
    file.writelines(last)
    file.flush()
    if file.closed:  # given up meanwhile: what has this name now may be the next download's
        return
    # Nobody waits for the disk: the provider gives the result for a day, and who opens one that a power failure has cut
    # short finds that out.
    part.replace(to)
