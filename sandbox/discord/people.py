"""What the people in the sandbox do: write, run commands, press buttons, fill in forms, as Discord lets them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sandbox.discord import components, modals
from sandbox.discord.cdn import Attachment, Cdn
from sandbox.discord.commands import Commands
from sandbox.discord.components import SELECTS, Kind
from sandbox.discord.composing import Composer
from sandbox.discord.conduct import Conduct
from sandbox.discord.errors import ApiError
from sandbox.discord.gateway import Gateway
from sandbox.discord.installs import owners, owners_of
from sandbox.discord.interaction_shapes import MESSAGE_COMMAND, SLASH, USER_COMMAND, InteractionShapes
from sandbox.discord.interactions import Interaction, Interactions, InteractionType
from sandbox.discord.message_rules import MAX_CONTENT
from sandbox.discord.message_shapes import MessageShapes
from sandbox.discord.messages import Message, Messages
from sandbox.discord.options import Filled, Resolved, find_command, interaction_options
from sandbox.discord.permissions import Permission, allows
from sandbox.discord.refusal import Refusal
from sandbox.discord.uploads import Upload
from sandbox.discord.world import PEOPLE, Channel, ChannelType, User, World

JSON = dict[str, Any]
Uploads = Mapping[str, Sequence[Upload]]


@dataclass(frozen=True, slots=True)
class People:
    """Acts for a person. Everything raises Refusal for what Discord's client would not let them do."""

    world: World
    cdn: Cdn
    commands: Commands
    composer: Composer
    conduct: Conduct
    messages: Messages
    message_shapes: MessageShapes
    interactions: Interactions
    interaction_shapes: InteractionShapes
    gateway: Gateway

    def person(self, user_id: str) -> User:
        if user_id not in PEOPLE:
            raise Refusal(f"There is nobody {user_id} one can be here.", 404)
        return self.world.users[user_id]

    def channel(self, user_id: str, channel_id: str) -> Channel:
        """Give a channel this person has in their list."""
        person = self.person(user_id)
        channel = self.world.channels.get(channel_id)
        if channel is None or not self.world.sees(person.id, channel):
            raise Refusal(f"There is no channel {channel_id}.", 404)
        return channel

    def message(self, user_id: str, channel_id: str, message_id: str) -> Message:
        """Give a message this person sees."""
        channel = self.channel(user_id, channel_id)
        message = self.messages.find(channel.id, message_id)
        if message is None or message.only_for not in (None, user_id):
            raise Refusal(f"There is no message {message_id}.", 404)
        return message

    def write(
        self, user_id: str, channel_id: str, content: str, uploads: Sequence[Upload], embeds: Sequence[JSON] = ()
    ) -> Message:
        """Post a message as a person; `embeds` are what Discord would have made of the links in it."""
        channel = self.channel(user_id, channel_id)
        if len(content) > MAX_CONTENT:
            raise Refusal(f"A message has at most {MAX_CONTENT} characters.")
        # A member's own upload limit depends on their subscription, so files are kept whatever their size.
        attachments = tuple(self.cdn.store(upload, channel.id) for upload in uploads)
        blank = replace(self.composer.blank(channel.id, user_id), attachments=attachments)
        try:
            self.conduct.check_writing(user_id, channel)
            written = {"content": content, "embeds": list(embeds)}
            filled = blank if not content and not embeds and attachments else self.composer.fill(blank, written, {})
        except ApiError as error:
            raise Refusal(error.message) from error
        self.conduct.wrote(user_id, channel)
        return self.messages.add(filled)

    def delete(self, user_id: str, channel_id: str, message_id: str) -> None:
        """Delete one's own message, as a moderator anybody's, or dismiss what only oneself sees."""
        channel, message = self.channel(user_id, channel_id), self.message(user_id, channel_id, message_id)
        granted = self.world.permissions(user_id, channel)
        own = user_id in (message.author_id, message.only_for)
        if not own and not allows(granted, Permission.MANAGE_MESSAGES):
            raise Refusal("Only its author or a moderator can delete this message.", 403)
        self.messages.remove(message)

    def run(
        self, user_id: str, channel_id: str, path: str, values: JSON, uploads: Uploads, target: str | None
    ) -> Interaction:
        """Run a slash command, or a command on a user or message (`target`)."""
        channel = self._open_channel(user_id, channel_id)
        command, steps = find_command(self._usable(user_id, channel, path), path)
        who_let_in = owners(command, self.person(user_id), channel)
        if command["type"] != SLASH:
            data = self._on_target(command, channel, target, user_id)
            return self._open(InteractionType.COMMAND, user_id, channel, data, who_let_in)
        resolved = Resolved(self.world, self.cdn, channel)
        filled = Filled(user_id, values, self._stored(channel, uploads))
        data = _command_data(command, interaction_options(command, steps, filled, resolved), resolved)
        return self._open(InteractionType.COMMAND, user_id, channel, data, who_let_in)

    def complete(self, user_id: str, channel_id: str, path: str, values: JSON, focused: str) -> Interaction:
        """Ask the bot for suggestions for the option being typed."""
        channel = self.channel(user_id, channel_id)
        command, steps = find_command(self._usable(user_id, channel, path), path)
        options = (steps[-1] if steps else command).get("options") or []
        if not any(one["name"] == focused and one.get("autocomplete") for one in options):
            raise Refusal(f"{focused} has no suggestions.")
        resolved = Resolved(self.world, self.cdn, channel)
        typed = {name: value for name, value in values.items() if value not in (None, "") or name == focused}
        made = interaction_options(command, steps, Filled(user_id, typed, {}, focused), resolved)
        # Discord resolves nothing while one types: what the other options name comes as ids alone.
        data = _command_data(command, made, Resolved(self.world, self.cdn, channel))
        who_let_in = owners(command, self.person(user_id), channel)
        return self._open(InteractionType.AUTOCOMPLETE, user_id, channel, data, who_let_in)

    def press(self, user_id: str, channel_id: str, message_id: str, custom_id: str, values: list[str]) -> Interaction:
        """Press a button or choose from a select."""
        channel = self._open_channel(user_id, channel_id)
        source = self.message(user_id, channel_id, message_id)
        component = components.find(list(source.components), custom_id)
        if component is None:
            raise Refusal(f"The message has no component {custom_id}.", 404)
        if component.get("disabled"):
            raise Refusal("It is disabled.")
        data: JSON = {"custom_id": custom_id, "component_type": component["type"], "id": component["id"]}
        if component["type"] in SELECTS:
            data |= self._selection(component, values, channel, user_id)
        who_let_in = owners_of(source, channel)
        return self._open(InteractionType.COMPONENT, user_id, channel, data, who_let_in, source=source)

    def submit(self, user_id: str, interaction_id: str, values: JSON, uploads: Uploads) -> Interaction:
        """Send the form with which the bot answered an interaction."""
        parent = self.interactions.find(interaction_id)
        if parent is None or parent.user_id != user_id or parent.modal is None:
            raise Refusal("There is no form open.", 404)
        stored = {
            name: [self.cdn.store(one, parent.channel.id, ephemeral=True) for one in several]
            for name, several in uploads.items()
        }
        data = modals.submitted(parent.modal, values, stored)
        resolved = Resolved(self.world, self.cdn, parent.channel)
        for attachment in (one for several in stored.values() for one in several):
            resolved.attachment(attachment)
        for kind, value in modals.named(data["components"]):
            _resolve(kind, value, resolved, user_id)
        if resolved.tables:
            data["resolved"] = resolved.tables
        came_from = {"source": self._still(parent), "parent": parent}
        return self._open(InteractionType.MODAL, user_id, parent.channel, data, parent.owners, **came_from)

    def _open_channel(self, user_id: str, channel_id: str) -> Channel:
        """Give a channel in which commands and buttons work for somebody."""
        channel = self.channel(user_id, channel_id)
        if channel.type is ChannelType.FORUM:
            raise Refusal("In a forum one goes into a post first.")
        if channel.archived:
            raise Refusal("The thread is archived. A message in it opens it again.")
        return channel

    def _open(
        self, kind: InteractionType, user_id: str, channel: Channel, data: JSON, owners: JSON, **facts: Any
    ) -> Interaction:
        interaction = self.interactions.new(kind, user_id, channel, data, owners, **facts)
        self.gateway.dispatch("INTERACTION_CREATE", self.interaction_shapes.event(interaction))
        return interaction

    def _usable(self, user_id: str, channel: Channel, path: str) -> list[JSON]:
        if not channel.with_bot and not self.person(user_id).installed:
            raise Refusal("The bot is not here, and you have not added it to your account.", 403)
        usable = self.commands.usable(user_id, channel)
        everything = self.commands.everywhere()
        wanted = path.strip().removeprefix("/")
        hidden = next((one for one in everything if wanted.split(" ")[0] == one["name"] and one not in usable), None)
        if hidden is not None and not self.commands.may_use(user_id, hidden, channel):
            raise Refusal(f"You do not have permission to use {path}.", 403)
        if hidden is not None:
            raise Refusal(f"{path} cannot be used in this channel.")
        return usable

    def _on_target(self, command: JSON, channel: Channel, target: str | None, user_id: str) -> JSON:
        resolved = Resolved(self.world, self.cdn, channel)
        if command["type"] == USER_COMMAND:
            if target not in self.world.users:
                raise Refusal("target is the id of a user.")
            resolved.user(target)
        if command["type"] == MESSAGE_COMMAND:
            message = self.message(user_id, channel.id, str(target))
            resolved.tables["messages"] = {message.id: self.message_shapes.json(message)}
        return {**_command_data(command, [], resolved), "target_id": target}

    def _stored(self, channel: Channel, uploads: Uploads) -> dict[str, Attachment]:
        return {name: self.cdn.store(several[0], channel.id, ephemeral=True) for name, several in uploads.items()}

    def _selection(self, component: JSON, values: list[str], channel: Channel, user_id: str) -> JSON:
        least, most = component["min_values"], component["max_values"]
        if not least <= len(values) <= most:
            raise Refusal(f"It takes {least} to {most} values, not {len(values)}.")
        if component["type"] == Kind.STRING_SELECT:
            if strange := set(values) - {option["value"] for option in component["options"]}:
                raise Refusal(f"There is no choice {min(strange)}.")
            return {"values": values}
        resolved = Resolved(self.world, self.cdn, channel)
        for value in values:
            _resolve(component["type"], value, resolved, user_id)
        return {"values": values, "resolved": resolved.tables}

    def _still(self, parent: Interaction) -> Message | None:
        if parent.source is None:
            return None
        return self.messages.find(parent.channel.id, parent.source.id) or parent.source


def _command_data(command: JSON, options: list[JSON], resolved: Resolved) -> JSON:
    data: JSON = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    if options:
        data["options"] = options
    return {**data, "resolved": resolved.tables} if resolved.tables else data


def _is_in_server_of(channel: Channel, channel_id: str, world: World) -> bool:
    found = world.channels.get(channel_id)
    return found is not None and channel.guild is not None and found.guild == channel.guild


def _resolve(kind: int, value: str, resolved: Resolved, user_id: str) -> None:
    world = resolved.world
    if kind in (Kind.USER_SELECT, Kind.MENTIONABLE_SELECT) and value in world.users:
        resolved.user(value)
    elif kind in (Kind.ROLE_SELECT, Kind.MENTIONABLE_SELECT) and value in world.roles:
        resolved.role(value)
    elif kind == Kind.CHANNEL_SELECT and _is_in_server_of(resolved.channel, value, world):
        resolved.channel_of(value, user_id)
    else:
        raise Refusal(f"There is no choice {value}.")
