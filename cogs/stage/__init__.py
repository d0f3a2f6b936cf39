"""The engine's stage, on Discord: where clips and status messages appear, are found again and are taken down."""

from cogs.stage.errors import NO_ANSWER, told_as_posting_errors
from cogs.stage.looking import Looking
from cogs.stage.names import clip_filename, clip_filenames
from cogs.stage.posting import Posting
from cogs.stage.showing import Showing

__all__ = ["NO_ANSWER", "DiscordStage", "clip_filename", "clip_filenames", "told_as_posting_errors"]


class DiscordStage(Looking, Posting, Showing):
    """Reaches channels by their ids, so that it needs no cache and works before the gateway does."""
