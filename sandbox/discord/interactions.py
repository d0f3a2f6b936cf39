"""Interactions: what members do with the bot, how it answered, and Discord's two deadlines for that."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from sandbox.clock import Clock
from sandbox.discord.errors import (
    already_acknowledged,
    follow_ups_spent,
    invalid_webhook_token,
    unknown_interaction,
    unknown_webhook,
)
from sandbox.discord.messages import Message
from sandbox.discord.snowflakes import Snowflakes
from sandbox.discord.world import Channel

JSON = dict[str, Any]

ACKNOWLEDGE_WITHIN = timedelta(seconds=3)
TOKEN_LIFE = timedelta(minutes=15)
MAX_FOLLOW_UPS = 5


class InteractionType(IntEnum):
    """What the member did, by Discord's numbers."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Callback(IntEnum):
    """How a bot may answer, by Discord's numbers."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


class State(StrEnum):
    """How an interaction looks to the member."""

    WAITING = "waiting"
    DEFERRED = "deferred"
    ANSWERED = "answered"
    MODAL = "modal"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Interaction:
    """One interaction with what has become of it.

    `source` is the message with the component that was used, `parent` the interaction that opened a submitted modal;
    `owners` says who let the bot in, by kind of installation.
    """

    id: str
    type: InteractionType
    user_id: str
    channel: Channel
    data: JSON
    created_at: datetime
    owners: JSON
    source: Message | None = None
    parent: Interaction | None = None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(96), repr=False)
    callback: Callback | None = None
    acknowledged_at: datetime | None = None
    original_id: str | None = None
    message_ids: set[str] = field(default_factory=set)
    follow_ups: int = 0
    modal: JSON | None = None
    choices: list[JSON] | None = None
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def acknowledged_after_ms(self) -> float | None:
        """Milliseconds, to the microsecond."""
        if self.acknowledged_at is None:
            return None
        return round((self.acknowledged_at - self.created_at).total_seconds() * 1000, 3)


class Interactions:
    """All interactions by id and by token. `on_change` hears of each change that a member would see."""

    def __init__(self, clock: Clock, snowflakes: Snowflakes, on_change: Callable[[Interaction], None]) -> None:
        self._clock = clock
        self._snowflakes = snowflakes
        self._on_change = on_change
        self._by_id: dict[str, Interaction] = {}
        self._by_token: dict[str, Interaction] = {}
        self._by_placeholder: dict[str, Interaction] = {}
        self._deadlines: set[asyncio.Task[None]] = set()

    def new(
        self, kind: InteractionType, user_id: str, channel: Channel, data: JSON, owners: JSON, **facts: Any
    ) -> Interaction:
        made_id, now = self._snowflakes.next(), self._clock.now()
        interaction = Interaction(made_id, kind, user_id, channel, data, now, owners, **facts)
        self._by_id[interaction.id] = self._by_token[interaction.token] = interaction
        task = asyncio.create_task(self._tell_when_late(interaction), name=f"deadline of {interaction.id}")
        self._deadlines.add(task)
        task.add_done_callback(self._deadlines.discard)
        return interaction

    def find(self, interaction_id: str) -> Interaction | None:
        return self._by_id.get(interaction_id)

    def awaiting(self, interaction_id: str, token: str) -> Interaction:
        """Give the interaction a bot wants to answer. Raises ApiError: 10062 unknown or too late, 40060 twice."""
        interaction = self._by_id.get(interaction_id)
        if interaction is None or interaction.token != token:
            raise unknown_interaction()
        if interaction.acknowledged_at is not None:
            raise already_acknowledged()
        if self._late(interaction):
            raise unknown_interaction()
        return interaction

    def answered(self, token: str) -> Interaction:
        """Give the interaction behind a webhook token. Raises ApiError: 50027 too late, 10015 not acknowledged."""
        interaction = self._by_token.get(token)
        if interaction is None or self._clock.now() - interaction.created_at > TOKEN_LIFE:
            raise invalid_webhook_token()
        if interaction.acknowledged_at is None:
            raise unknown_webhook()
        return interaction

    def count_follow_up(self, interaction: Interaction) -> None:
        """Count a new message. Raises ApiError (40094): without the bot in the place there are few of them."""
        if interaction.follow_ups >= MAX_FOLLOW_UPS and not interaction.channel.with_bot:
            raise follow_ups_spent()
        interaction.follow_ups += 1

    def acknowledge(self, interaction: Interaction, callback: Callback, original: Message | None) -> None:
        interaction.callback = callback
        interaction.acknowledged_at = self._clock.now()
        if original is not None:
            interaction.original_id = original.id
            interaction.message_ids.add(original.id)
            if original.thinking:
                self._by_placeholder[original.id] = interaction
        interaction.acknowledged.set()
        self._on_change(interaction)

    def changed(self, message: Message) -> None:
        """Tell of the interaction that this message was the deferred answer of, if there is one."""
        if not message.thinking and message.id in self._by_placeholder:
            self._on_change(self._by_placeholder.pop(message.id))

    def state(self, interaction: Interaction, original: Message | None) -> State:
        """Say how it looks to the member now; `original` is the answer as it stands."""
        if interaction.callback is None:
            return State.FAILED if self._late(interaction) else State.WAITING
        if interaction.callback is Callback.MODAL:
            return State.MODAL
        if original is None or not original.thinking:
            return State.ANSWERED
        expired = self._clock.now() - interaction.created_at > TOKEN_LIFE
        return State.FAILED if expired else State.DEFERRED

    async def wait(self, interaction: Interaction, seconds: float) -> None:
        """Wait until it is acknowledged or too late for that, at most so many seconds of real time."""
        late = asyncio.create_task(self._until_late(interaction))
        seen = asyncio.create_task(interaction.acknowledged.wait())
        try:
            await asyncio.wait({late, seen}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            late.cancel()
            seen.cancel()

    async def close(self) -> None:
        for task in self._deadlines:
            task.cancel()
        await asyncio.gather(*self._deadlines, return_exceptions=True)

    def _late(self, interaction: Interaction) -> bool:
        return self._clock.now() - interaction.created_at >= ACKNOWLEDGE_WITHIN

    async def _until_late(self, interaction: Interaction) -> None:
        while not self._late(interaction):
            await self._sleep_until(interaction.created_at + ACKNOWLEDGE_WITHIN)

    async def _tell_when_late(self, interaction: Interaction) -> None:
        await self._until_late(interaction)
        if interaction.callback is None:
            self._on_change(interaction)
        if interaction.callback is Callback.DEFERRED_MESSAGE:
            await self._sleep_until(interaction.created_at + TOKEN_LIFE)
            if interaction.original_id in self._by_placeholder:
                self._on_change(interaction)

    async def _sleep_until(self, moment: datetime) -> None:
        # A moment later than asked for, so that "after" is true then.
        await self._clock.sleep(max((moment - self._clock.now()).total_seconds(), 0) + 0.001)
