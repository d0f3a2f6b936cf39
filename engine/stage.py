"""What the engine needs of Discord, as it sees it: a stage on which clips and their status appear."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from engine.status import Status
from storage import AuditEntry, Job


class PostingError(Exception):
    """The clip could not be posted, or nobody knows whether it was; look before trying again."""


class ChannelClosed(PostingError):
    """The bot may not post in the channel any more, or the channel is gone."""


class ClipTooLarge(PostingError):
    """Discord refused the file for its size."""


class PostRefused(PostingError):
    """Discord does not take this message, and will not take it later either."""


class StageDown(PostingError):
    """Discord could not be asked; nothing is known."""


class Stage(Protocol):
    """Where clips are posted."""

    async def find_clip(self, job: Job) -> int | None:
        """The id of the message that already carries the job's clip, or None; raises PostingError if unable to look."""
        ...

    async def post_clip(self, job: Job, clip: Path) -> int:
        """Post the clip and return its message's id; the same job posted twice within minutes is one message.

        Raises PostingError or one of its kinds.
        """
        ...

    async def show_status(self, job: Job, status: Status) -> int | None:
        """Show where the job stands; the id of the message that shows it, or None where that is impossible for good.

        Raises PostingError where a later try may succeed.
        """
        ...

    async def take_down(self, job: Job) -> None:
        """Delete the message with the job's clip, if it is still there, and have the status message say so.

        Raises PostingError or one of its kinds; ChannelClosed where nobody can reach it any more.
        """
        ...


class Noticeboard(Protocol):
    """Where moderators read what was done."""

    async def post_entries(self, channel_id: int, entries: Sequence[AuditEntry], *, nonce: str) -> None:
        """Post a few entries as one message; the same nonce twice within minutes is one message.

        Raises PostingError or one of its kinds.
        """
        ...
