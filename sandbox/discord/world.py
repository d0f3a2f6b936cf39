"""Who and what is in the sandbox's server: people, roles, channels, and what each may do where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from sandbox.discord.permissions import ALL, EVERYONE, MODERATOR, Permission, allows

GUILD = "1000000000000000001"
CLIPS = "1000000000000000011"
GENERAL = "1000000000000000012"
ANNOUNCEMENTS = "1000000000000000013"
MEMBER = "1000000000000000101"
SECOND_MEMBER = "1000000000000000102"
USER_MODERATOR = "1000000000000000103"
OPERATOR = "1000000000000000104"
BOT = "1000000000000000201"  # the application's id as well, as with every bot made today
ROLE_MODERATOR = "1000000000000000301"
ROLE_BOT = "1000000000000000302"

GUILD_NAME = "Firstframe Studio"
BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)


class ChannelType(IntEnum):
    """The kinds of channel there are here."""

    TEXT = 0
    DM = 1


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account; `roles` are those they have in the server besides @everyone."""

    id: str
    username: str
    global_name: str | None
    bot: bool = False
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the server."""

    id: str
    name: str
    permissions: Permission
    position: int
    bot_id: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of the server, or with a `recipient` that user's direct messages with the bot."""

    id: str
    name: str
    type: ChannelType = ChannelType.TEXT
    position: int = 0
    topic: str | None = None
    recipient: str | None = None

    @property
    def direct(self) -> bool:
        return self.recipient is not None


USERS = (
    User(MEMBER, "member", "Member"),
    User(SECOND_MEMBER, "second.member", "Second Member"),
    User(USER_MODERATOR, "moderator", "Moderator", roles=(ROLE_MODERATOR,)),
    User(OPERATOR, "operator", "Operator"),
    User(BOT, "Firstframe", None, bot=True, roles=(ROLE_BOT,)),
)
ROLES = (
    Role(GUILD, "@everyone", EVERYONE, 0),
    Role(ROLE_BOT, "Firstframe", EVERYONE, 1, bot_id=BOT),
    Role(ROLE_MODERATOR, "Moderators", EVERYONE | MODERATOR, 2),
)
CHANNELS = (
    Channel(CLIPS, "clips", position=0, topic="Attach a picture, say what should move."),
    Channel(GENERAL, "general", position=1),
    Channel(ANNOUNCEMENTS, "announcements", position=2, topic="The bot can read here, but not write."),
)
PLAYERS = (MEMBER, SECOND_MEMBER, USER_MODERATOR)
# The operator owns the application and the server. The page does not offer to be them; the driver calls do, so that
# what the bot tells them can be read.
PEOPLE = (*PLAYERS, OPERATOR)


class World:
    """The server with everybody in it."""

    def __init__(self) -> None:
        self.users = {user.id: user for user in USERS}
        self.roles = {role.id: role for role in ROLES}
        direct = [Channel(_direct_id(user), "", ChannelType.DM, recipient=user) for user in PEOPLE]
        self.channels = {channel.id: channel for channel in (*CHANNELS, *direct)}
        self.bot_denied: dict[str, Permission] = {}

    @property
    def bot(self) -> User:
        return self.users[BOT]

    def direct_channel(self, user_id: str) -> Channel | None:
        return self.channels.get(_direct_id(user_id))

    def guild_channels(self) -> list[Channel]:
        return [channel for channel in self.channels.values() if not channel.direct]

    def guild_permissions(self, user_id: str) -> Permission:
        if user_id == OPERATOR:
            return ALL
        granted = self.roles[GUILD].permissions
        for role in self.users[user_id].roles:
            granted |= self.roles[role].permissions
        return granted

    def permissions(self, user_id: str, channel: Channel) -> Permission:
        """What a user has in a channel, after what is denied the bot there."""
        granted = EVERYONE if channel.direct else self.guild_permissions(user_id)
        return granted & ~self.bot_denied.get(channel.id, Permission(0)) if user_id == BOT else granted

    def moderates(self, user_id: str) -> bool:
        return allows(self.guild_permissions(user_id), Permission.MANAGE_GUILD)

    def sees(self, user_id: str, channel: Channel) -> bool:
        """Whether a person (not the bot) has this channel in their list."""
        return channel.recipient in (None, user_id)


def _direct_id(user_id: str) -> str:
    return str(int(user_id) + 400)
