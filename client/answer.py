"""One answer of the provider's, read to its end, whichever library carried it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
import httpx

from client import answers

_CUT = (httpx.HTTPError, aiohttp.ClientError)
_LONGEST_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer read to its end; `json` is None unless the body is a JSON object."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    json: dict[str, Any] | None = field(repr=False)

    @classmethod
    async def read(cls, status: int, headers: Mapping[str, str], pieces: AsyncIterator[bytes]) -> Self:
        """Read the body. Raises what its pieces raise, unless the answer is a refusal."""
        try:
            body = await _limited(pieces)
        except _CUT:
            # The status line alone makes a refusal a refusal. Of any other answer the body is the point.
            if not 400 <= status < 500:
                raise
            body = b""
        return cls(status, headers, answers.json_object(body))

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return 200 <= self.status < 300

    @property
    def retry_after_seconds(self) -> float | None:
        """How long the provider asks to wait, if it does."""
        return answers.retry_after_seconds(self.headers)


async def _limited(pieces: AsyncIterator[bytes]) -> bytes:
    body = bytearray()
    async for piece in pieces:
        body += piece
        if len(body) > _LONGEST_BYTES:
            return b""
    return bytes(body)
