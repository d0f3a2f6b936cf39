"""Who and what is in the sandbox's servers: people, roles, channels, and what each may do where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from sandbox.discord.permissions import ALL, EVERYONE, MODERATOR, NONE, Overwrite, Permission, allows

GUILD = "1000000000000000001"
ELSEWHERE = "1000000000000000002"  # a server that the bot is not in
CLIPS = "1000000000000000011"
GENERAL = "1000000000000000012"
ANNOUNCEMENTS = "1000000000000000013"
PREVIEWS = "1000000000000000014"
AFTER_DARK = "1000000000000000015"
MODERATORS = "1000000000000000016"
BOT_LOG = "1000000000000000017"
IDEAS = "1000000000000000018"  # a forum
THREAD = "1000000000000000021"  # below #clips
POST = "1000000000000000022"  # in the forum
HANGOUT = "1000000000000000031"  # in the server without the bot
GROUP = "1000000000000000041"  # direct messages of several people, without the bot
MEMBER = "1000000000000000101"
SECOND_MEMBER = "1000000000000000102"
USER_MODERATOR = "1000000000000000103"
OPERATOR = "1000000000000000104"  # owns the application and the server
BOT = "1000000000000000201"  # the application's id as well, as with every bot made today
ROLE_MODERATOR = "1000000000000000301"
ROLE_BOT = "1000000000000000302"
ROLE_MAKERS = "1000000000000000303"
ROLE_PATRONS = "1000000000000000304"
ROLE_HELPERS = "1000000000000000305"

GUILD_NAME = "Firstframe Studio"
ELSEWHERE_NAME = "Elsewhere"
BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)


class ChannelType(IntEnum):
    """The kinds of channel there are here."""

    TEXT = 0
    DM = 1
    GROUP_DM = 3
    PUBLIC_THREAD = 11
    FORUM = 15


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account.

    `roles` are those they have in the bot's server besides @everyone; `installed` is whether they have added the bot
    to their own account.
    """

    id: str
    username: str
    global_name: str | None
    bot: bool = False
    roles: tuple[str, ...] = ()
    installed: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the server."""

    id: str
    name: str
    permissions: Permission
    position: int
    bot_id: str | None = None
    colour: int = 0

    @property
    def ordinary(self) -> bool:
        """Whether it can be given and taken away; nobody lacks @everyone, and a bot's own role is its alone."""
        return self.id != GUILD and self.bot_id is None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of a server, below a `parent` a thread or a forum's post.

    Without a `guild`: with a `recipient` their direct messages with the bot, with `people` those of a group without it.
    """

    id: str
    name: str
    type: ChannelType = ChannelType.TEXT
    position: int = 0
    topic: str | None = None
    guild: str | None = GUILD
    recipient: str | None = None
    people: tuple[str, ...] = ()
    parent: str | None = None
    nsfw: bool = False
    overwrites: tuple[Overwrite, ...] = ()
    slowmode_seconds: int = 0
    archived: bool = False
    locked: bool = False
    archive_changed_at: datetime = BEGINNING

    @property
    def direct(self) -> bool:
        """Whether it is somebody's direct messages with the bot."""
        return self.recipient is not None

    @property
    def thread(self) -> bool:
        return self.type is ChannelType.PUBLIC_THREAD

    @property
    def with_bot(self) -> bool:
        """Whether the bot itself is there, not only its commands."""
        return self.direct or self.guild == GUILD


USERS = (
    User(MEMBER, "member", "Member"),
    User(SECOND_MEMBER, "second.member", "Second Member"),
    User(USER_MODERATOR, "moderator", "Moderator", roles=(ROLE_MODERATOR,)),
    User(OPERATOR, "operator", "Operator"),
    User(BOT, "Firstframe", None, bot=True, roles=(ROLE_BOT,)),
)
ROLES = (
    Role(GUILD, "@everyone", EVERYONE, 0),
    Role(ROLE_BOT, "Firstframe", EVERYONE | Permission.BYPASS_SLOWMODE, 1, bot_id=BOT),
    Role(ROLE_MAKERS, "Makers", EVERYONE, 2, colour=0x2ECC71),
    Role(ROLE_PATRONS, "Patrons", EVERYONE, 3, colour=0x9B59B6),
    Role(ROLE_HELPERS, "Helpers", EVERYONE, 4, colour=0x3498DB),
    Role(ROLE_MODERATOR, "Moderators", EVERYONE | MODERATOR, 5, colour=0xE67E22),
)
PRIVATE = (
    Overwrite(GUILD, deny=Permission.VIEW_CHANNEL),
    Overwrite(ROLE_MODERATOR, allow=Permission.VIEW_CHANNEL),
    Overwrite(BOT, of_member=True, allow=Permission.VIEW_CHANNEL),
)
CHANNELS = (
    Channel(CLIPS, "clips", position=0, topic="Attach a picture, say what should move."),
    Channel(GENERAL, "general", position=1),
    Channel(ANNOUNCEMENTS, "announcements", position=2, topic="The bot can read here, but not write."),
    Channel(PREVIEWS, "previews", position=3, topic="For quick, small tries."),
    Channel(AFTER_DARK, "after-dark", position=4, topic="Age-restricted.", nsfw=True),
    Channel(MODERATORS, "moderators", position=5, topic="For moderators and the bot.", overwrites=PRIVATE),
    Channel(BOT_LOG, "bot-log", position=6, topic="What moderators changed, told by the bot.", overwrites=PRIVATE),
    Channel(IDEAS, "ideas", ChannelType.FORUM, position=7, topic="One post for each idea."),
    Channel(THREAD, "lake series", ChannelType.PUBLIC_THREAD, parent=CLIPS),
    Channel(POST, "Rain on a window", ChannelType.PUBLIC_THREAD, parent=IDEAS),
    Channel(HANGOUT, "hangout", topic="The bot is not in this server.", guild=ELSEWHERE),
)
PEOPLE = (MEMBER, SECOND_MEMBER, USER_MODERATOR, OPERATOR)
OWNERS = {GUILD: OPERATOR, ELSEWHERE: SECOND_MEMBER}
GROUP_CHANNEL = Channel(
    GROUP, "Weekend film", ChannelType.GROUP_DM, guild=None, people=(MEMBER, SECOND_MEMBER, USER_MODERATOR)
)


class World:
    """The servers with everybody in them; `bot_switched` is what the sandbox's settings give and deny the bot."""

    def __init__(self) -> None:
        self.users = {user.id: user for user in USERS}
        self.roles = {role.id: role for role in ROLES}
        direct = [Channel(direct_id(user), "", ChannelType.DM, guild=None, recipient=user) for user in PEOPLE]
        self.channels = {channel.id: channel for channel in (*CHANNELS, *direct, GROUP_CHANNEL)}
        self.bot_switched: dict[str, Overwrite] = {}

    @property
    def bot(self) -> User:
        return self.users[BOT]

    def give_roles(self, user_id: str, role_ids: Iterable[str]) -> None:
        """Put these in the place of all roles somebody has."""
        wanted = set(role_ids)
        self.users[user_id] = replace(self.users[user_id], roles=tuple(one for one in self.roles if one in wanted))

    def install(self, user_id: str, installed: bool) -> None:
        self.users[user_id] = replace(self.users[user_id], installed=installed)

    def change_channel(self, channel_id: str, **changes: Any) -> Channel:
        self.channels[channel_id] = replace(self.channels[channel_id], **changes)
        return self.channels[channel_id]

    def direct_channel(self, user_id: str) -> Channel | None:
        return self.channels.get(direct_id(user_id))

    def guild_channels(self) -> list[Channel]:
        """Give the channels of the bot's server, without threads."""
        return [one for one in self.channels.values() if one.guild == GUILD and not one.thread]

    def active_threads(self) -> list[Channel]:
        return [one for one in self.channels.values() if one.thread and not one.archived]

    def ruling(self, channel: Channel) -> Channel:
        """Give the channel whose overwrites and age restriction count: a thread has its parent's."""
        return channel if channel.parent is None else self.channels[channel.parent]

    def overwrites(self, channel: Channel) -> list[Overwrite]:
        """Give a channel's overwrites, with what is switched for the bot taken into its own."""
        switched = self._switched(channel)
        own = next((one for one in channel.overwrites if one.id == BOT), Overwrite(BOT, of_member=True))
        merged = replace(own, allow=(own.allow | switched.allow) & ~switched.deny, deny=own.deny | switched.deny)
        others = [one for one in channel.overwrites if one.id != BOT]
        return [*others, merged] if merged.allow or merged.deny else others

    def roles_in(self, user_id: str, guild: str | None) -> tuple[str, ...]:
        """Give somebody's roles in a server besides @everyone; only the bot's server has any."""
        return self.users[user_id].roles if guild == GUILD else ()

    def is_in(self, user_id: str, guild: str | None) -> bool:
        return guild == GUILD or (guild is not None and user_id in PEOPLE)

    def guild_permissions(self, user_id: str, guild: str = GUILD) -> Permission:
        if user_id == OWNERS[guild]:
            return ALL
        if guild != GUILD:
            return EVERYONE if self.is_in(user_id, guild) else NONE
        granted = self.roles[GUILD].permissions
        for role in self.users[user_id].roles:
            granted |= self.roles[role].permissions
        return granted

    def permissions(self, user_id: str, channel: Channel) -> Permission:
        """What a user has in a channel: overwrites of @everyone, then of their roles together, then of themselves."""
        if user_id == BOT and not channel.with_bot:
            return NONE
        if channel.guild is None:
            return self._switched(channel).on(EVERYONE) if user_id == BOT else EVERYONE
        granted = self.guild_permissions(user_id, channel.guild)
        if allows(granted, Permission.ADMINISTRATOR):
            return ALL
        overwrites = self.overwrites(self.ruling(channel))
        for ids in ({channel.guild}, set(self.roles_in(user_id, channel.guild)), {user_id}):
            granted = _together([one for one in overwrites if one.id in ids]).on(granted)
        return granted

    def may_send(self, user_id: str, channel: Channel) -> bool:
        needed = Permission.SEND_MESSAGES_IN_THREADS if channel.thread else Permission.SEND_MESSAGES
        return allows(self.permissions(user_id, channel), needed)

    def moderates(self, user_id: str) -> bool:
        return allows(self.guild_permissions(user_id), Permission.MANAGE_GUILD)

    def sees(self, user_id: str, channel: Channel) -> bool:
        """Whether a person (not the bot) has this channel in their list."""
        if channel.guild is None:
            return user_id in (channel.recipient, *channel.people)
        return allows(self.permissions(user_id, channel), Permission.VIEW_CHANNEL)

    def _switched(self, channel: Channel) -> Overwrite:
        return self.bot_switched.get(channel.id, Overwrite(BOT, of_member=True))


def _together(overwrites: list[Overwrite]) -> Overwrite:
    """Give several as one: what any of them allows is allowed, whatever another denies."""
    allow = deny = NONE
    for one in overwrites:
        allow, deny = allow | one.allow, deny | one.deny
    return Overwrite("", allow=allow, deny=deny)


def direct_id(user_id: str) -> str:
    """Give the id of somebody's direct messages with the bot."""
    return str(int(user_id) + 400)
