"""The messages of all channels: kept in order, found again, seen only by those who may."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from sandbox.clock import Clock
from sandbox.discord.cdn import Attachment
from sandbox.discord.errors import unknown_message
from sandbox.discord.message_rules import Flag

JSON = dict[str, Any]
NONCE_LIFE = timedelta(minutes=5)  # "a few minutes", says Discord


class MessageType(IntEnum):
    """The kinds of message there are here."""

    DEFAULT = 0
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    CONTEXT_MENU_COMMAND = 23


class Change(StrEnum):
    """What can happen to a message, named as the gateway's events."""

    CREATE = "MESSAGE_CREATE"
    UPDATE = "MESSAGE_UPDATE"
    DELETE = "MESSAGE_DELETE"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now.

    `only_for` is the one user who sees it, where it is ephemeral; `interaction` are the JSON fields that tell which
    interaction it answers.
    """

    id: str
    channel_id: str
    author_id: str
    created_at: datetime
    content: str = ""
    edited_at: datetime | None = None
    type: MessageType = MessageType.DEFAULT
    flags: int = 0
    attachments: tuple[Attachment, ...] = ()
    embeds: tuple[JSON, ...] = ()
    components: tuple[JSON, ...] = ()
    mentions: tuple[str, ...] = ()
    mention_roles: tuple[str, ...] = ()
    mention_everyone: bool = False
    nonce: str | int | None = None
    reply_to: str | None = None
    interaction: JSON | None = None
    only_for: str | None = None

    @property
    def thinking(self) -> bool:
        """Whether it is the placeholder of a deferred answer."""
        return bool(self.flags & Flag.LOADING)

    @property
    def empty(self) -> bool:
        return not (self.content.strip() or self.attachments or self.embeds or self.components)


Watcher = Callable[[Change, Message], None]


class Messages:
    """All messages by channel, oldest first; a watcher hears of each change."""

    def __init__(self, clock: Clock, watcher: Watcher) -> None:
        self._clock = clock
        self._watcher = watcher
        self._by_channel: dict[str, dict[str, Message]] = {}
        self._nonces: dict[tuple[str, str], tuple[datetime, Message]] = {}

    def add(self, message: Message) -> Message:
        self._by_channel.setdefault(message.channel_id, {})[message.id] = message
        if message.nonce is not None:
            self._nonces[message.author_id, str(message.nonce)] = (self._clock.now(), message)
        self._watcher(Change.CREATE, message)
        return message

    def replace(self, message: Message) -> Message:
        """Put a changed message in the place of the one with its id."""
        self._by_channel[message.channel_id][message.id] = message
        self._watcher(Change.UPDATE, message)
        return message

    def remove(self, message: Message) -> None:
        del self._by_channel[message.channel_id][message.id]
        self._watcher(Change.DELETE, message)

    def find(self, channel_id: str, message_id: str) -> Message | None:
        return self._by_channel.get(channel_id, {}).get(message_id)

    def public(self, channel_id: str, message_id: str) -> Message:
        """Give a message that everybody in the channel sees. Raises ApiError for ephemeral ones as well."""
        message = self.find(channel_id, message_id)
        if message is None or message.only_for is not None:
            raise unknown_message()
        return message

    def seen_by(self, user_id: str | None, channel_id: str) -> list[Message]:
        """Give a channel's messages, oldest first; without a user those that everybody sees."""
        return [one for one in self._by_channel.get(channel_id, {}).values() if one.only_for in (None, user_id)]

    def with_nonce(self, author_id: str, nonce: str | int) -> Message | None:
        """Give the message this author sent with the same nonce in the last minutes."""
        at, message = self._nonces.get((author_id, str(nonce)), (None, None))
        return message if at is not None and self._clock.now() - at < NONCE_LIFE else None


def page(messages: list[Message], query: dict[str, int], limit: int) -> list[Message]:
    """Give a page of the history, newest first, as `before`, `after` or `around` ask for it."""
    if "around" in query:
        return _around(messages, query["around"], limit)
    if "after" in query:
        return [one for one in messages if int(one.id) > query["after"]][:limit][::-1]
    if "before" in query:
        messages = [one for one in messages if int(one.id) < query["before"]]
    return messages[::-1][:limit]


def _around(messages: list[Message], middle: int, limit: int) -> list[Message]:
    half = limit // 2
    older = [one for one in messages if int(one.id) < middle][-half:] if half else []
    newer = [one for one in messages if int(one.id) >= middle][: limit - half]
    return [*older, *newer][::-1]
