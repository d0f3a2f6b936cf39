"""Keeps messages up to date that many people change at once: few edits, and never without the last one."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import aiohttp
import discord

log = logging.getLogger(__name__)

_REST_SECONDS = 2.0
_MOST_TRIES = 5

Edit = Callable[[], Awaitable[object]]
"""Shows how things stand when it is called."""


class Tally:
    """At most one edit every two seconds a message; what changes in between is in the next."""

    def __init__(self, rest_seconds: float = _REST_SECONDS) -> None:
        self._rest_seconds = rest_seconds
        self._wanted: dict[str, Edit] = {}
        self._editing: dict[str, asyncio.Task[None]] = {}

    def show(self, key: str, edit: Edit) -> None:
        """Edit now, or as soon as the last edit under this key is long enough ago."""
        self._wanted[key] = edit
        if key not in self._editing:
            self._editing[key] = asyncio.create_task(self._work(key), name=f"tally of {key}")

    async def close(self) -> None:
        """Make the edits that are still wanted, and end."""
        for task in list(self._editing.values()):
            task.cancel()
        await asyncio.gather(*self._editing.values(), return_exceptions=True)
        wanted, self._wanted = self._wanted, {}
        await asyncio.gather(*(_made(key, edit) for key, edit in wanted.items()))

    async def _work(self, key: str) -> None:
        tries = 0
        try:
            while edit := self._wanted.get(key):
                made = await _made(key, edit)
                tries = 0 if made else tries + 1
                # Not before it is made: an end of the process in the middle leaves it wanted.
                if (made or tries >= _MOST_TRIES) and self._wanted.get(key) is edit:
                    del self._wanted[key]
                await asyncio.sleep(self._rest_seconds * (1 + tries))
        finally:
            self._editing.pop(key, None)


async def _made(key: str, edit: Edit) -> bool:
    """Edit; whether that is over, be it because there is nothing to edit any more."""
    try:
        await edit()
    except (discord.NotFound, discord.Forbidden) as error:
        log.info("the votes of %s cannot be shown any more: code %s", key, error.code)
    except Exception as error:  # whatever it is must not keep later edits from being made
        expected = isinstance(error, discord.HTTPException | aiohttp.ClientError | OSError)
        log.warning("the votes of %s could not be shown: %s", key, type(error).__name__, exc_info=not expected)
        return False
    return True
