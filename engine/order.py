"""An order: what somebody asks for and where, before it is checked, charged and stored."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from engine.wish import Wish
from media.first_frame import MAX_INPUT_BYTES, MAX_SIDE, MIN_SIDE
from media.soundtrack import MAX_INPUT_BYTES as MAX_SOUND_BYTES
from storage import Account, Installed, Relation

__all__ = [
    "MAX_INPUT_BYTES",
    "MAX_SIDE",
    "MAX_SOUND_BYTES",
    "MIN_SIDE",
    "MOST_TAKES",
    "Asking",
    "ChannelOff",
    "NeedsAgeRestriction",
    "NotAccepting",
    "Order",
    "Source",
]

MOST_TAKES: Final = 4
"""Of one order: they are seen side by side in one message, each with its button."""


class NotAccepting(Exception):
    """The bot is stopping and takes no new orders; nothing was charged."""


class ChannelOff(Exception):
    """The bot may not be used in this channel; nothing was charged. It may in `allowed_channels`, if any are named."""

    def __init__(self, allowed_channels: tuple[int, ...]) -> None:
        self.allowed_channels = allowed_channels
        super().__init__("not in this channel")


class NeedsAgeRestriction(Exception):
    """Clips are made in this channel only if it is age-restricted on Discord, which it is not; nothing was charged."""


Source = Callable[[], Awaitable[bytes]]
"""Fetches a file. Called once its turn has come, so that the files of a burst do not lie in memory all at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks for something, where, and by which interaction.

    `home_channel_id` is a thread's parent, 0 where the channel is its own; `age_restricted` is what Discord says of it.
    `moderates` is whether they are a moderator of that guild. The token is there only where nothing else reaches them.
    """

    interaction_id: int
    guild_id: int
    channel_id: int
    member_id: int
    upload_limit_bytes: int
    role_ids: frozenset[int] = frozenset()
    home_channel_id: int = 0
    age_restricted: bool = False
    moderates: bool = False
    private: bool = False
    installed: Installed = Installed.SERVER
    token: str | None = field(default=None, repr=False)
    token_until: datetime | None = None

    @property
    def account(self) -> Account:
        """Whose credits and limits it goes by."""
        return Account(self.guild_id, self.member_id, self.role_ids, self.home_channel_id or self.channel_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Asking):
    """A clip that is asked for, or several takes of it.

    Its first frame is an `image` to fetch or a `frame` that is kept, by its hash; so is its sound, if it has any: a
    `sound` or a `soundtrack`.
    """

    wish: Wish
    image: Source | None = None
    frame: str | None = None
    sound: Source | None = None
    soundtrack: str | None = None
    spoiler: bool = False
    takes: int = 1
    parent_id: str | None = None
    relation: Relation | None = None

    def __post_init__(self) -> None:
        """Refuse what no way to ask brings forth."""
        if (self.image is None) == (self.frame is None) or (self.sound and self.soundtrack):
            raise ValueError("a clip has one first frame, and one sound at most")
        if not 1 <= self.takes <= MOST_TAKES:
            raise ValueError(f"{self.takes} takes")
