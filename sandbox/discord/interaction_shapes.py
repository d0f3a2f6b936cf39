"""An interaction as Discord's JSON objects: the gateway's event, the answer to a callback, a message's note of it."""

from __future__ import annotations

from typing import Any

from sandbox.discord import channel_shapes, shapes
from sandbox.discord.installs import context
from sandbox.discord.interactions import Callback, Interaction, InteractionType
from sandbox.discord.message_rules import Flag
from sandbox.discord.message_shapes import MessageShapes
from sandbox.discord.messages import Message, MessageType
from sandbox.discord.settings import Settings
from sandbox.discord.world import BOT, World

JSON = dict[str, Any]

SLASH = 1
USER_COMMAND = 2
MESSAGE_COMMAND = 3


class InteractionShapes:
    """Knows what an interaction's JSON needs besides the interaction."""

    def __init__(self, world: World, settings: Settings, messages: MessageShapes) -> None:
        self._world = world
        self._settings = settings
        self._messages = messages

    def event(self, interaction: Interaction) -> JSON:
        """Give it as INTERACTION_CREATE brings it to the bot."""
        channel = interaction.channel
        # Where the bot itself is not, it may what the member may.
        acting = BOT if channel.with_bot else interaction.user_id
        body = {
            "id": interaction.id,
            "application_id": BOT,
            "type": int(interaction.type),
            "data": interaction.data,
            "channel_id": channel.id,
            "channel": channel_shapes.in_interaction(self._world, channel, interaction.user_id),
            "token": interaction.token,
            "version": 1,
            "app_permissions": str(int(self._world.permissions(acting, channel))),
            "locale": shapes.LOCALE,
            "entitlements": [],
            "authorizing_integration_owners": interaction.owners,
            "context": context(channel),
            "attachment_size_limit": self._settings.upload_limit(channel, interaction.user_id),
            **self._who(interaction),
        }
        source = interaction.source
        return body if source is None else {**body, "message": self._messages.json(source)}

    def callback(self, interaction: Interaction, answer: Message | None) -> JSON:
        """Give what a callback with `with_response` is answered with."""
        body: JSON = {"id": interaction.id, "type": int(interaction.type), "channel_id": interaction.channel.id}
        if interaction.channel.guild is not None:
            body["guild_id"] = interaction.channel.guild
        if answer is None:
            return {"interaction": body}
        body["response_message_id"] = answer.id
        body["response_message_loading"] = answer.thinking
        body["response_message_ephemeral"] = bool(answer.flags & Flag.EPHEMERAL)
        if interaction.callback not in (Callback.MESSAGE, Callback.UPDATE):
            return {"interaction": body}
        resource = {"type": int(interaction.callback), "message": self._messages.json(answer)}
        return {"interaction": body, "resource": resource}

    def note(self, interaction: Interaction, *, follow_up: bool = False) -> JSON:
        """Give the fields of a message that tell which interaction it answers."""
        metadata = self._metadata(interaction)
        if follow_up and interaction.original_id is not None:
            metadata["original_response_message_id"] = interaction.original_id
        if interaction.type is not InteractionType.COMMAND:
            return {"interaction_metadata": metadata}
        named = {"id": interaction.id, "type": 2, "name": command_path(interaction.data)}
        user = shapes.user(self._world.users[interaction.user_id])
        return {"interaction_metadata": metadata, "interaction": {**named, "user": user}}

    def _metadata(self, interaction: Interaction) -> JSON:
        body: JSON = {
            "id": interaction.id,
            "type": int(interaction.type),
            "user": shapes.user(self._world.users[interaction.user_id]),
            "authorizing_integration_owners": interaction.owners,
        }
        if interaction.source is not None and interaction.type is InteractionType.COMPONENT:
            body["interacted_message_id"] = interaction.source.id
        if interaction.parent is not None:
            body["triggering_interaction_metadata"] = self._metadata(interaction.parent)
        return {**body, **self._target(interaction)}

    def _target(self, interaction: Interaction) -> JSON:
        target = interaction.data.get("target_id")
        if target is None:
            return {}
        if interaction.data["type"] == USER_COMMAND:
            return {"target_user": shapes.user(self._world.users[target])}
        return {"target_message_id": target}

    def _who(self, interaction: Interaction) -> JSON:
        person = self._world.users[interaction.user_id]
        guild = interaction.channel.guild
        if guild is None:
            return {"user": shapes.user(person)}
        member = shapes.member(person, self._world.roles_in(person.id, guild))
        permissions = str(int(self._world.permissions(person.id, interaction.channel)))
        return {
            "member": {**member, "permissions": permissions},
            "guild_id": guild,
            "guild": {"id": guild, "locale": shapes.LOCALE, "features": []},
            "guild_locale": shapes.LOCALE,
        }


def command_path(data: JSON) -> str:
    """Give a command's whole name, `limits set` for a subcommand."""
    names = [data["name"]]
    options = data.get("options") or []
    while options and options[0]["type"] in (1, 2):
        names.append(options[0]["name"])
        options = options[0].get("options") or []
    return " ".join(names)


def answer_type(interaction: Interaction) -> MessageType:
    """Give the type of a new message that answers: a reply where there is a message to reply to."""
    if interaction.source is not None:
        return MessageType.REPLY
    data = interaction.data if interaction.parent is None else interaction.parent.data
    return MessageType.CHAT_INPUT_COMMAND if data.get("type") == SLASH else MessageType.CONTEXT_MENU_COMMAND
