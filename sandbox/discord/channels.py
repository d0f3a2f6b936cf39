"""The REST calls on channels and messages with the bot's token, and what the bot may do where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.discord import channel_shapes
from sandbox.discord.channel_changes import ChannelChanges
from sandbox.discord.composing import Composer
from sandbox.discord.conduct import Conduct
from sandbox.discord.errors import (
    closed_direct_messages,
    foreign_message,
    invalid_form,
    invalid_recipient,
    missing_access,
    missing_permissions,
    unknown_channel,
)
from sandbox.discord.message_rules import unknown_reference
from sandbox.discord.message_shapes import MessageShapes
from sandbox.discord.messages import Message, Messages, MessageType, page
from sandbox.discord.permissions import Permission
from sandbox.discord.rest import Answer, Call, Rest
from sandbox.discord.world import BOT, Channel, World

JSON = dict[str, Any]

MAX_PAGE = 100
DEFAULT_PAGE = 50


class Channels:
    """Channels and their messages, as the bot reaches them."""

    def __init__(
        self,
        world: World,
        messages: Messages,
        shapes_: MessageShapes,
        composer: Composer,
        conduct: Conduct,
        changes: ChannelChanges,
    ) -> None:
        self._world = world
        self._messages = messages
        self._shapes = shapes_
        self._composer = composer
        self._conduct = conduct
        self._changes = changes

    def routes(self, rest: Rest) -> list[web.RouteDef]:
        messages = "/channels/{channel}/messages"
        return [
            rest.route("POST", "/users/@me/channels", self.open_direct),
            rest.route("GET", "/channels/{channel}", self.get_channel),
            rest.route("PATCH", "/channels/{channel}", self.change_channel),
            rest.route("POST", "/channels/{channel}/typing", self.type),
            rest.route("GET", messages, self.history),
            rest.route("POST", messages, self.create),
            rest.route("GET", f"{messages}/{{message}}", self.get),
            rest.route("PATCH", f"{messages}/{{message}}", self.edit),
            rest.route("DELETE", f"{messages}/{{message}}", self.delete),
        ]

    def open_direct(self, call: Call) -> Answer:
        channel = self._world.direct_channel(str(call.payload.get("recipient_id")))
        if channel is None:
            raise invalid_recipient()
        return Answer(200, channel_shapes.channel(self._world, channel))

    def get_channel(self, call: Call) -> Answer:
        return Answer(200, channel_shapes.channel(self._world, self._channel(call)))

    def change_channel(self, call: Call) -> Answer:
        changed = self._changes.change(BOT, self._channel(call), call.payload)
        return Answer(200, channel_shapes.channel(self._world, changed))

    def type(self, call: Call) -> Answer:
        self._channel(call, Permission.SEND_MESSAGES)
        return Answer()

    def history(self, call: Call) -> Answer:
        channel = self._channel(call)
        query, limit = _page_query(call.query)
        if not self._has(channel, Permission.READ_MESSAGE_HISTORY):
            return Answer(200, [])  # Discord says "no messages will be returned", not an error
        found = page(self._messages.seen_by(None, channel.id), query, limit)
        return Answer(200, [self._shapes.json(one) for one in found])

    def create(self, call: Call) -> Answer:
        channel = self._channel(call, Permission.SEND_MESSAGES)
        if call.files and not self._has(channel, Permission.ATTACH_FILES):
            raise missing_permissions()
        nonce = call.payload.get("nonce")
        if call.payload.get("enforce_nonce") and nonce is not None:
            earlier = self._messages.with_nonce(BOT, nonce)
            if earlier is not None:
                return Answer(200, self._shapes.json(earlier, with_nonce=True))
        self._conduct.check_writing(BOT, channel)
        blank = self._composer.blank(channel.id, BOT, nonce=nonce, **self._reply(channel, call.payload))
        filled = self._composer.fill(blank, call.payload, call.files)
        self._conduct.wrote(BOT, channel)
        message = self._messages.add(filled)
        return Answer(200, self._shapes.json(message, with_nonce=True))

    def get(self, call: Call) -> Answer:
        channel = self._channel(call, Permission.READ_MESSAGE_HISTORY)
        return Answer(200, self._shapes.json(self._message(channel, call)))

    def edit(self, call: Call) -> Answer:
        channel = self._channel(call)
        message = self._message(channel, call)
        if message.author_id != BOT:
            raise foreign_message()
        if call.files and not self._has(channel, Permission.ATTACH_FILES):
            raise missing_permissions()
        edited = self._composer.edit(message, call.payload, call.files)
        self._conduct.check_editing(channel, message)
        return Answer(200, self._shapes.json(self._messages.replace(edited)))

    def delete(self, call: Call) -> Answer:
        channel = self._channel(call)
        message = self._message(channel, call)
        if message.author_id != BOT and not self._has(channel, Permission.MANAGE_MESSAGES):
            raise missing_permissions()
        self._conduct.check_open(channel)
        self._messages.remove(message)
        return Answer()

    def _channel(self, call: Call, needed: Permission = Permission.VIEW_CHANNEL) -> Channel:
        """Give the channel of a call. Raises ApiError where the bot can't see it or may not do that there."""
        channel = self._world.channels.get(call.path["channel"])
        if channel is None:
            raise unknown_channel()
        if not self._has(channel, Permission.VIEW_CHANNEL):
            raise missing_access()
        sending = needed is Permission.SEND_MESSAGES
        if not (self._world.may_send(BOT, channel) if sending else self._has(channel, needed)):
            raise closed_direct_messages() if channel.direct else missing_permissions()
        return channel

    def _has(self, channel: Channel, needed: Permission) -> bool:
        return bool(self._world.permissions(BOT, channel) & needed)

    def _message(self, channel: Channel, call: Call) -> Message:
        return self._messages.public(channel.id, call.path["message"])

    def _reply(self, channel: Channel, payload: JSON) -> JSON:
        reference = payload.get("message_reference") or {}
        message_id = reference.get("message_id")
        if message_id is None:
            return {}
        replied = self._messages.find(channel.id, str(message_id))
        if replied is not None and replied.only_for is None:
            return {"type": MessageType.REPLY, "reply_to": replied.id}
        if reference.get("fail_if_not_exists", True):
            raise unknown_reference()
        return {}


def _page_query(query: Mapping[str, str]) -> tuple[dict[str, int], int]:
    """Read `before`, `after`, `around` and `limit`. Raises ApiError where they are no numbers or out of bounds."""
    numbers: dict[str, int] = {}
    for name in ("before", "after", "around", "limit"):
        if name in query:
            if not query[name].isdecimal():
                raise invalid_form(name, f'Value "{query[name]}" is not snowflake.')
            numbers[name] = int(query[name])
    limit = numbers.pop("limit", DEFAULT_PAGE)
    if not 1 <= limit <= MAX_PAGE:
        raise invalid_form("limit", f"int value should be between 1 and {MAX_PAGE}.")
    return numbers, limit
