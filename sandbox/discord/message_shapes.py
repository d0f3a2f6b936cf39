"""A message as Discord's JSON object, for REST, for the gateway and for the page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sandbox.discord import shapes
from sandbox.discord.cdn import Cdn
from sandbox.discord.messages import Message, Messages
from sandbox.discord.world import BOT, GUILD, World

JSON = dict[str, Any]
TOKEN_LIFE = timedelta(minutes=15)


class MessageShapes:
    """Knows what a message's JSON needs besides the message."""

    def __init__(self, world: World, cdn: Cdn, messages: Messages, now: Callable[[], datetime]) -> None:
        self._world = world
        self._cdn = cdn
        self._messages = messages
        self._now = now

    def json(self, message: Message, *, with_nonce: bool = False) -> JSON:
        """Give the message; its nonce is told only to who has just sent it."""
        body = {**self._basic(message), **self._interaction(message)}
        if with_nonce and message.nonce is not None:
            body["nonce"] = message.nonce
        if message.reply_to is not None:
            replied = self._messages.find(message.channel_id, message.reply_to)
            body["message_reference"] = self._reference(message)
            body["referenced_message"] = None if replied is None else self._basic(replied)
        return body

    def event(self, message: Message) -> JSON:
        """Give the message as MESSAGE_CREATE and MESSAGE_UPDATE bring it."""
        body = self.json(message, with_nonce=True)
        if self._world.channels[message.channel_id].guild is None:
            return body
        author = {k: v for k, v in shapes.member(self._world.users[message.author_id]).items() if k != "user"}
        return {**body, "guild_id": GUILD, "member": author}

    def for_page(self, message: Message) -> JSON:
        """Give the message with what a person sees of its state: ephemeral, thinking, or given up on."""
        late = self._now() - message.created_at > TOKEN_LIFE
        states = {
            "ephemeral": message.only_for is not None,
            "deferred": message.thinking and not late,
            "failed": message.thinking and late,
        }
        return {**self.json(message), **states}

    def _basic(self, message: Message) -> JSON:
        edited = message.edited_at
        return {
            "id": message.id,
            "type": int(message.type),
            "channel_id": message.channel_id,
            "author": shapes.user(self._world.users[message.author_id]),
            "content": message.content,
            "mentions": [shapes.user(self._world.users[one]) for one in message.mentions],
            "mention_roles": list(message.mention_roles),
            "mention_everyone": message.mention_everyone,
            "attachments": [self._cdn.json(one) for one in message.attachments],
            "embeds": list(message.embeds),
            "components": list(message.components),
            "timestamp": message.created_at.isoformat(),
            "edited_timestamp": None if edited is None else edited.isoformat(),
            "flags": message.flags,
            "pinned": False,
            "tts": False,
        }

    def _interaction(self, message: Message) -> JSON:
        if message.interaction is None:
            return {}
        return {"application_id": BOT, "webhook_id": BOT, **message.interaction}

    def _reference(self, message: Message) -> JSON:
        reference = {"type": 0, "channel_id": message.channel_id, "message_id": message.reply_to}
        guild = self._world.channels[message.channel_id].guild
        return reference if guild is None else {**reference, "guild_id": guild}
