"""What was uploaded to either file store, by the address that a create may name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.wan.refusal import InvalidRequestError

OSS = "oss://"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One upload; `model` is the only one that may use it, None: any."""

    data: bytes
    content_type: str
    expires_at: datetime
    model: str | None = None


class Files:
    """Both stores' files in memory; a file is gone once its time is over."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: dict[str, StoredFile] = {}

    def put(
        self, *addresses: str, data: bytes, content_type: str, kept_seconds: float, model: str | None = None
    ) -> StoredFile:
        """Keep a file under each of its addresses. Raises ValueError where there is one already."""
        if any(self.get(address) for address in addresses):
            raise ValueError("there is a file already")
        file = StoredFile(data, content_type, self._clock.now() + timedelta(seconds=kept_seconds), model)
        self._files.update(dict.fromkeys(addresses, file))
        return file

    def get(self, address: str) -> StoredFile | None:
        file = self._files.get(address)
        return file if file is not None and file.expires_at > self._clock.now() else None

    def fetch(self, address: str, model: str) -> bytes:
        """What a create of this model finds at an http address. Raises InvalidRequestError."""
        # The stand-in never leaves loopback; the real service cannot reach Discord's CDN from where it runs either.
        return self._fetch(address, model, resolves_oss=False)

    def fetch_oss(self, address: str, model: str) -> bytes:
        """The same where the request asked for `oss://` addresses to be resolved."""
        return self._fetch(address, model, resolves_oss=True)

    def _fetch(self, address: str, model: str, *, resolves_oss: bool) -> bytes:
        if address.startswith(OSS) and not resolves_oss:
            raise InvalidRequestError("an oss:// address needs X-DashScope-OssResourceResolve: enable", "InvalidURL")
        file = self.get(address)
        if file is None:
            raise InvalidRequestError("the file could not be downloaded", "InvalidURL")
        if file.model not in (None, model):
            raise InvalidRequestError(f"the file was uploaded for {file.model}, not for {model}", "InvalidURL")
        return file.data
