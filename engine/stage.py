"""What the engine needs of Discord, as it sees it: a stage on which clips and their status appear."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from engine.routes import Route, Why
from engine.status import Status
from storage import AuditEntry, Job

PART_ALONE: Final = "part_alone"
"""Among a job's notes: the clip it continues could not be had any more, so that the new part is posted alone."""


class PostingError(Exception):
    """The clip could not be posted, or nobody knows whether it was; look before trying again."""


class ChannelClosed(PostingError):
    """The bot may not post there, or there is no such place any more.

    A channel that is gone or forbidden, closed direct messages, or the dead token of an interaction.
    """


class ClipTooLarge(PostingError):
    """Discord refused the files for their size."""


class PostRefused(PostingError):
    """Discord does not take this message, and will not take it later either."""


class StageDown(PostingError):
    """Discord could not be asked; nothing is known.

    With `retry_after_seconds` it is known: Discord took nothing, and said when to come back.
    """

    def __init__(self, reason: str = "", retry_after_seconds: float | None = None) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(reason)


class EditsSpent(PostingError):
    """A message is too old to be edited as often as this: what it shows now, it will show for good."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The message that carries clips, and the channel that it is in."""

    message_id: int
    channel_id: int


class Stage(Protocol):
    """Where clips are posted. The clips of one message are the takes of a batch, or a single one."""

    async def find_clip(self, job: Job, route: Route) -> Posted | None:
        """The message that carries the job's clip already, or None where there is surely none.

        Raises ChannelClosed where nobody can look any more, and another PostingError where a later look may succeed.
        """
        ...

    async def post_clips(self, jobs: Sequence[Job], files: Sequence[Path], route: Route, *, why: Why | None) -> Posted:
        """Post the clips as one message; the same jobs posted twice within minutes are one message.

        `jobs` say with `fitted` whether their file is smaller than what was made, and with PART_ALONE among their
        notes that a part is missing. `why` is what a message says first that comes another way than it was asked for.
        Raises PostingError or one of its kinds.
        """
        ...

    async def fetch_clip(self, job: Job, to: Path) -> None:
        """Fetch the posted file of a job's clip.

        Raises ChannelClosed where it is out of reach for good, and another PostingError where a later try may succeed.
        """
        ...

    async def show_status(self, job: Job, status: Status) -> int | None:
        """Show where the job stands; the id of the message that shows it, or None where that is impossible for good.

        A job without `status_message_id` gets a new message. Raises EditsSpent where the message takes no more edits,
        and another PostingError where a later try may succeed.
        """
        ...

    async def take_down(self, job: Job, takes: Sequence[Job] = ()) -> None:
        """Delete the message with the job's clip, if it is still there, and have the status message say so.

        `takes` are all of the order, where the job is one of several.
        Raises PostingError or one of its kinds; ChannelClosed where nobody can reach it now, PostRefused where nobody
        ever will.
        """
        ...


class Noticeboard(Protocol):
    """Where moderators read what was done."""

    async def post_entries(self, channel_id: int, entries: Sequence[AuditEntry], *, nonce: str) -> None:
        """Post a few entries as one message; the same nonce twice within minutes is one message.

        Raises PostingError or one of its kinds.
        """
        ...
