"""Permission bits as Discord numbers them, and the ones that matter here by name."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag


class Permission(IntFlag):
    """Bits of a permission set; Discord sends the set as a decimal string."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    BYPASS_SLOWMODE = 1 << 52


EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
MODERATOR = (
    Permission.KICK_MEMBERS
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_GUILD
    | Permission.MANAGE_MESSAGES
    | Permission.MENTION_EVERYONE
    | Permission.MODERATE_MEMBERS
    | Permission.MANAGE_THREADS
    | Permission.BYPASS_SLOWMODE
)
ALL = Permission((1 << 53) - 1)
NONE = Permission(0)

# What the sandbox's settings may switch for the bot in a channel, by the names used there. All are on but
# `manage` and `threads`; `bypass` is what keeps slowmode from a bot.
SWITCHES = {
    "view": Permission.VIEW_CHANNEL,
    "send": Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS,
    "attach": Permission.ATTACH_FILES,
    "history": Permission.READ_MESSAGE_HISTORY,
    "manage": Permission.MANAGE_MESSAGES,
    "threads": Permission.MANAGE_THREADS,
    "bypass": Permission.BYPASS_SLOWMODE,
}
OFF_AT_FIRST = frozenset({"manage", "threads"})


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What one role or one member has more or less in a channel than in the server."""

    id: str
    of_member: bool = False
    allow: Permission = NONE
    deny: Permission = NONE

    def on(self, granted: Permission) -> Permission:
        return (granted & ~self.deny) | self.allow


def allows(granted: int, asked: int) -> bool:
    """Whether all bits asked for are in the set; an administrator has them all."""
    return bool(granted & Permission.ADMINISTRATOR) or granted & asked == asked
