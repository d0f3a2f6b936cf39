"""The REST calls with an interaction's token: the callback, the original answer and the follow-ups."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from sandbox.discord import modals
from sandbox.discord.composing import Composer
from sandbox.discord.conduct import Conduct
from sandbox.discord.errors import invalid_form, unknown_message, unknown_webhook
from sandbox.discord.interaction_shapes import InteractionShapes, answer_type
from sandbox.discord.interactions import Callback, Interaction, Interactions, InteractionType
from sandbox.discord.message_rules import Flag
from sandbox.discord.message_shapes import MessageShapes
from sandbox.discord.messages import Message, Messages, MessageType
from sandbox.discord.rest import Answer, Call, Rest
from sandbox.discord.world import BOT, World

JSON = dict[str, Any]

TO_MESSAGES = frozenset({Callback.MESSAGE, Callback.DEFERRED_MESSAGE})
TO_COMPONENTS = TO_MESSAGES | {Callback.DEFERRED_UPDATE, Callback.UPDATE}
MAX_CHOICES = 25


class Callbacks:
    """A bot's answers to interactions."""

    def __init__(
        self,
        interactions: Interactions,
        shapes: InteractionShapes,
        composer: Composer,
        messages: Messages,
        message_shapes: MessageShapes,
        conduct: Conduct,
        world: World,
    ) -> None:
        self._interactions = interactions
        self._shapes = shapes
        self._composer = composer
        self._messages = messages
        self._message_shapes = message_shapes
        self._conduct = conduct
        self._world = world

    def routes(self, rest: Rest) -> list[web.RouteDef]:
        webhook = "/webhooks/{application}/{token}"
        return [
            rest.route("POST", "/interactions/{interaction}/{token}/callback", self.callback, for_bot=False),
            rest.route("POST", webhook, self.follow_up, for_bot=False),
            rest.route("GET", f"{webhook}/messages/{{message}}", self.get, for_bot=False),
            rest.route("PATCH", f"{webhook}/messages/{{message}}", self.edit, for_bot=False),
            rest.route("DELETE", f"{webhook}/messages/{{message}}", self.delete, for_bot=False),
        ]

    def callback(self, call: Call) -> Answer:
        interaction = self._interactions.awaiting(call.path["interaction"], call.path["token"])
        kind = _allowed(interaction, call.payload.get("type"))
        self._check_open(interaction)
        answer = self._perform(kind, interaction, call)
        self._interactions.acknowledge(interaction, kind, answer)
        if call.query.get("with_response", "").lower() not in ("1", "true"):
            return Answer()
        return Answer(200, self._shapes.callback(interaction, answer))

    def follow_up(self, call: Call) -> Answer:
        interaction = self._interaction(call)
        self._check_open(interaction)
        original = self._original(interaction)
        if original is not None and original.thinking:
            # The first follow-up after a bare deferral becomes the answer, seen by whom the deferral said.
            edited = self._composer.edit(original, call.payload, call.files, interaction.user_id)
            message = self._messages.replace(edited)
            return Answer(200, self._message_shapes.json(message))
        blank = self._blank(interaction, call.payload, follow_up=True)
        filled = self._composer.fill(blank, call.payload, call.files, interaction.user_id)
        self._interactions.count_follow_up(interaction)
        message = self._messages.add(filled)
        interaction.message_ids.add(message.id)
        return Answer(200, self._message_shapes.json(message))

    def get(self, call: Call) -> Answer:
        return Answer(200, self._message_shapes.json(self._message(call)))

    def edit(self, call: Call) -> Answer:
        interaction = self._interaction(call)
        self._check_open(interaction)
        message = self._composer.edit(self._message(call), call.payload, call.files, interaction.user_id)
        return Answer(200, self._message_shapes.json(self._messages.replace(message)))

    def delete(self, call: Call) -> Answer:
        self._messages.remove(self._message(call))
        return Answer()

    def _perform(self, kind: Callback, interaction: Interaction, call: Call) -> Message | None:
        data, who = call.payload.get("data") or {}, interaction.user_id
        match kind:
            case Callback.MESSAGE:
                blank = self._blank(interaction, data)
                return self._messages.add(self._composer.fill(blank, data, call.files, who))
            case Callback.DEFERRED_MESSAGE:
                return self._messages.add(self._blank(interaction, data, flags=Flag.LOADING))
            case Callback.UPDATE:
                return self._messages.replace(self._composer.edit(self._source(interaction), data, call.files, who))
            case Callback.DEFERRED_UPDATE:
                return self._source(interaction)
            case Callback.CHOICES:
                interaction.choices = _choices(data)
            case Callback.MODAL:
                interaction.modal = modals.checked(data)
        return None

    def _blank(self, interaction: Interaction, data: JSON, *, follow_up: bool = False, flags: int = 0) -> Message:
        ephemeral = int(data.get("flags") or 0) & Flag.EPHEMERAL
        replied = interaction.source.id if interaction.source is not None else None
        return self._composer.blank(
            interaction.channel.id,
            BOT,
            type=MessageType.REPLY if follow_up else answer_type(interaction),
            flags=int(flags | ephemeral),
            only_for=interaction.user_id if ephemeral else None,
            reply_to=interaction.original_id if follow_up else replied,
            interaction=self._shapes.note(interaction, follow_up=follow_up),
        )

    def _check_open(self, interaction: Interaction) -> None:
        """A thread may have been archived since."""
        self._conduct.check_open(self._world.channels[interaction.channel.id])

    def _interaction(self, call: Call) -> Interaction:
        if call.path["application"] != BOT:
            raise unknown_webhook()
        return self._interactions.answered(call.path["token"])

    def _message(self, call: Call) -> Message:
        """Give the message a call is about; a token reaches only the messages of its own interaction."""
        interaction = self._interaction(call)
        asked = call.path["message"]
        message_id = interaction.original_id if asked == "@original" else asked
        if message_id is None or message_id not in interaction.message_ids:
            raise unknown_message()
        return self._found(interaction, message_id)

    def _original(self, interaction: Interaction) -> Message | None:
        original_id = interaction.original_id
        return None if original_id is None else self._messages.find(interaction.channel.id, original_id)

    def _source(self, interaction: Interaction) -> Message:
        if interaction.source is None:
            raise unknown_message()
        return self._found(interaction, interaction.source.id)

    def _found(self, interaction: Interaction, message_id: str) -> Message:
        message = self._messages.find(interaction.channel.id, message_id)
        if message is None:
            raise unknown_message()
        return message


def _allowed(interaction: Interaction, asked: Any) -> Callback:
    """Give the kind of answer, where this kind of interaction may have it."""
    allowed = TO_COMPONENTS if interaction.source is not None else TO_MESSAGES
    if interaction.type is InteractionType.AUTOCOMPLETE:
        allowed = frozenset({Callback.CHOICES})
    elif interaction.type is not InteractionType.MODAL:
        allowed = allowed | {Callback.MODAL}
    if asked not in allowed:
        raise invalid_form("type", f"Value must be one of {{{', '.join(str(int(one)) for one in sorted(allowed))}}}.")
    return Callback(asked)


def _choices(data: JSON) -> list[JSON]:
    choices: list[JSON] = data.get("choices") or []
    if len(choices) > MAX_CHOICES:
        raise invalid_form("data.choices", f"Must be {MAX_CHOICES} or fewer in length.")
    for index, choice in enumerate(choices):
        if not 1 <= len(str(choice.get("name", ""))) <= 100:
            raise invalid_form(f"data.choices.{index}.name", "Must be between 1 and 100 in length.")
    return choices
