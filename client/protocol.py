"""What the engine asks of a provider, whichever dialect it speaks."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from client.catalogue import Model
from client.errors import ProviderError


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """One video to make. `image_type` is a media type, as in image/jpeg; None leaves the choice to the provider.

    `soundtrack_url` is an address that `Provider.store_file` gave.
    """

    image: bytes = field(repr=False)
    image_type: str
    duration_seconds: int
    resolution: str
    seed: int
    prompt: str | None = None
    negative_prompt: str | None = None
    audio: bool = True
    shots: str = "single"
    rewrite: bool = True
    template: str | None = None
    watermark: bool = False
    model: str | None = None
    soundtrack_url: str | None = field(default=None, repr=False)


class TaskState(StrEnum):
    """Where a task stands at the provider; a word never seen before counts as RUNNING."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TaskReport:
    """What a query told: SUCCEEDED always has `video_url`, FAILED always has `error`.

    `took_seconds` is from submission to end by the provider's own clock, of a task that succeeded, where it tells that.
    """

    state: TaskState
    video_url: str | None = field(default=None, repr=False)
    error: ProviderError | None = None
    took_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ListedTask:
    """A task as the provider lists it; `created_at` is by the provider's clock."""

    id: str
    created_at: datetime


Turn = Callable[[], Awaitable[None]]
"""Waits until one more query may go out."""


class Provider(Protocol):
    """A service that makes videos out of first frames. Every method raises only from client.errors."""

    @property
    def name(self) -> str:
        """The dialect, for the ledger and the logs."""
        ...

    @property
    def models(self) -> tuple[Model, ...]:
        """What it offers, the newest first; the first is what a blank model means."""
        ...

    @property
    def cancels(self) -> bool:
        """Whether a task can be called off while it is pending."""
        ...

    async def create(self, request: VideoRequest) -> str:
        """Order a video, once and for money, and give the task's id. Raises Refused, NotSent or OutcomeUnknown."""
        ...

    async def look(self, task_id: str) -> TaskReport:
        """Ask how a task is doing. Raises LookupFailed, which says nothing about the task."""
        ...

    async def cancel(self, task_id: str) -> bool:
        """Call a task off; False where that is not possible. Raises LookupFailed."""
        ...

    async def store_file(self, data: bytes, filename: str, media_type: str, model: str | None) -> str:
        """Put a file where the provider can read it and give its address, for `soundtrack_url`.

        Not paid, and may be repeated. Raises Refused or NotSent.
        """
        ...

    async def list_created(self, model: str, since: datetime, until: datetime, turn: Turn) -> list[ListedTask] | None:
        """The tasks of a model that were created between two moments; None where that can't be asked.

        Each request waits for its turn. Raises LookupFailed.
        """
        ...

    async def prompt_of(self, task_id: str) -> str | None:
        """The prompt that a task was ordered with; None while it does not tell. Raises LookupFailed."""
        ...

    async def download(self, url: str, to: Path, max_bytes: int) -> int:
        """Stream a result into a file, there whole or not at all, and give its bytes. Raises DownloadFailed."""
        ...

    async def check(self) -> None:
        """Ask, free of charge, if key and service are good. Raises OperatorNeeded, Unreachable or LookupFailed."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
