"""What Discord keeps everybody from in a channel they may write in: closed threads, slowmode, edits of old messages."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.discord.errors import archived_thread, locked_thread, not_a_text_channel, old_edits_spent, slowed_down
from sandbox.discord.messages import Message
from sandbox.discord.permissions import Permission, allows
from sandbox.discord.settings import Settings
from sandbox.discord.world import Channel, ChannelType, World

OLD = timedelta(hours=1)

Reopen = Callable[[Channel], None]


class Conduct:
    """Everything raises ApiError. `reopen` is called for an archived thread that is written in."""

    def __init__(self, clock: Clock, world: World, settings: Settings, reopen: Reopen) -> None:
        self._clock = clock
        self._world = world
        self._settings = settings
        self._reopen = reopen
        self._wrote_at: dict[tuple[str, str], datetime] = {}
        self._old_edits: dict[str, deque[datetime]] = {}

    def check_writing(self, user_id: str, channel: Channel) -> None:
        """Hold a new message to the channel's state; archived threads open by themselves unless they are locked."""
        if channel.type is ChannelType.FORUM:
            raise not_a_text_channel()
        if channel.locked and (channel.archived or not self._may(user_id, channel, Permission.MANAGE_THREADS)):
            raise locked_thread()
        left = self._slowed_for(user_id, channel)
        if left > 0:
            raise slowed_down(left)

    def wrote(self, user_id: str, channel: Channel) -> None:
        """Note that a message was written, for what it changes about the channel."""
        self._wrote_at[user_id, channel.id] = self._clock.now()
        if channel.archived:
            self._reopen(channel)

    def check_open(self, channel: Channel) -> None:
        """Hold everything but new messages to this: in an archived thread nothing can be changed."""
        if channel.archived:
            raise archived_thread()

    def check_editing(self, channel: Channel, message: Message) -> None:
        """Hold an edit with the bot's token to the rules, and count it where the message is old."""
        self.check_open(channel)
        now, most = self._clock.now(), self._settings.old_edits
        if most is None or now - message.created_at <= OLD:
            return
        edits = self._old_edits.setdefault(message.id, deque())
        while edits and now - edits[0] > OLD:
            edits.popleft()
        if len(edits) >= most:
            raise old_edits_spent()
        edits.append(now)

    def _slowed_for(self, user_id: str, channel: Channel) -> float:
        """Give the seconds until somebody may write again."""
        before = self._wrote_at.get((user_id, channel.id))
        if before is None or self._may(user_id, channel, Permission.BYPASS_SLOWMODE):
            return 0
        return channel.slowmode_seconds - (self._clock.now() - before).total_seconds()

    def _may(self, user_id: str, channel: Channel, needed: Permission) -> bool:
        return allows(self._world.permissions(user_id, channel), needed)
