"""The stand-in as a whole: its parts put together, and the routes it is reached by."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.clock import Clock
from sandbox.discord import channel_shapes, guild_shapes
from sandbox.discord.account import Account
from sandbox.discord.administration import Administration
from sandbox.discord.callbacks import Callbacks
from sandbox.discord.cdn import Cdn
from sandbox.discord.channel_changes import ChannelChanges
from sandbox.discord.channels import Channels
from sandbox.discord.commands import Commands
from sandbox.discord.composing import Composer
from sandbox.discord.conduct import Conduct
from sandbox.discord.drive import Drive
from sandbox.discord.gateway import Gateway
from sandbox.discord.gateway_codes import Intent
from sandbox.discord.interaction_shapes import InteractionShapes
from sandbox.discord.interactions import Interaction, Interactions, State
from sandbox.discord.message_shapes import MessageShapes
from sandbox.discord.messages import Change, Message, Messages
from sandbox.discord.people import People
from sandbox.discord.rest import Rest
from sandbox.discord.settings import Settings
from sandbox.discord.snowflakes import Snowflakes
from sandbox.discord.world import BEGINNING, BOT, GUILD, PEOPLE, POST, SECOND_MEMBER, World
from sandbox.events import Hub
from sandbox.record import Wire

JSON = dict[str, Any]


class Discord:
    """A Discord with one server and one bot. `base_url` is its own address, once the port is known."""

    def __init__(self, *, clock: Clock, hub: Hub, wire: Wire, bot_token: str, base_url: str = "") -> None:
        self._hub = hub
        self._rest = Rest(wire, bot_token, lambda: self.settings.max_request_bytes)
        snowflakes = Snowflakes(clock)
        self.world = World()
        self.settings = Settings(self.world)
        self.settings.on_change = self._settings_changed
        self.commands = Commands(snowflakes, self.world)
        self.cdn = Cdn(clock, snowflakes)
        self.gateway = Gateway(clock, wire, self.world, self.settings, bot_token)
        self.messages = Messages(clock, self._message_changed)
        self.message_shapes = MessageShapes(self.world, self.cdn, self.messages, clock.now)
        self.interactions = Interactions(clock, snowflakes, self._interaction_changed)
        self.interaction_shapes = InteractionShapes(self.world, self.settings, self.message_shapes)
        self._composer = Composer(clock, snowflakes, self.world, self.cdn, self.settings)
        self._changes = ChannelChanges(clock, self.world, self.gateway, self._world_changed)
        self._conduct = Conduct(clock, self.world, self.settings, self._changes.reopen)
        self.people = People(
            world=self.world,
            cdn=self.cdn,
            commands=self.commands,
            composer=self._composer,
            conduct=self._conduct,
            messages=self.messages,
            message_shapes=self.message_shapes,
            interactions=self.interactions,
            interaction_shapes=self.interaction_shapes,
            gateway=self.gateway,
        )
        self.bot_status: Callable[[], JSON] = self._gateway_status
        self.base_url = base_url
        self.messages.add(Message(POST, POST, SECOND_MEMBER, BEGINNING, "Rain running down a window, at night?"))

    @property
    def base_url(self) -> str:
        return self.cdn.base_url

    @base_url.setter
    def base_url(self, url: str) -> None:
        self.cdn.base_url = self.gateway.base_url = url

    @property
    def ready(self) -> asyncio.Event:
        """Set while a session of the bot is READY."""
        return self.gateway.ready

    @property
    def on_ready(self) -> list[Callable[[], None]]:
        return self.gateway.on_ready

    @property
    def on_disconnect(self) -> list[Callable[[], None]]:
        return self.gateway.on_gone

    def routes(self) -> list[web.RouteDef]:
        """Give what the bot reaches: REST, gateway, CDN."""
        account = Account(self.world, self.settings, self.commands, lambda: self.gateway.url, self._world_changed)
        channels = Channels(
            self.world, self.messages, self.message_shapes, self._composer, self._conduct, self._changes
        )
        callbacks = Callbacks(
            self.interactions,
            self.interaction_shapes,
            self._composer,
            self.messages,
            self.message_shapes,
            self._conduct,
            self.world,
        )
        return [
            *account.routes(self._rest),
            *channels.routes(self._rest),
            *callbacks.routes(self._rest),
            self._rest.anything_else(),
            web.get("/gateway", self.gateway.serve),
            web.get("/cdn/{folder}/{owner}/{id}/{filename}", self.cdn.serve),
        ]

    def drive_routes(self) -> list[web.RouteDef]:
        """Give the calls with which one is a person in this Discord."""
        drive = Drive(
            self.people,
            self.message_shapes,
            self.interaction_json,
            lambda: self.bot_status(),
            self.settings,
            self._world_changed,
        )
        administration = Administration(
            self.world, self.commands, self.gateway, self.settings, self._changes, self._world_changed
        )
        return [*drive.routes(), *administration.routes()]

    async def close(self) -> None:
        await self.interactions.close()
        await self.gateway.close()

    def interaction_json(self, interaction: Interaction) -> JSON:
        """Give an interaction as the page sees it."""
        channel_id, original_id = interaction.channel.id, interaction.original_id
        original = self.messages.find(channel_id, original_id) if original_id is not None else None
        return {
            "id": interaction.id,
            "state": str(self.interactions.state(interaction, original)),
            "acknowledged_after_ms": interaction.acknowledged_after_ms,
            "message_id": original_id,
            "modal": interaction.modal,
            "channel": channel_id,
            "custom_id": interaction.data.get("custom_id"),
            "source_message_id": interaction.source.id if interaction.source is not None else None,
        }

    def _message_changed(self, change: Change, message: Message) -> None:
        self._hub.publish(self._page_event(change, message), only=self._audience(message))
        if message.only_for is None:
            self._dispatch_message(change, message)
        self.interactions.changed(message)

    def _page_event(self, change: Change, message: Message) -> JSON:
        if change is Change.DELETE:
            return {"kind": "delete", "channel": message.channel_id, "message_id": message.id}
        body = self.message_shapes.for_page(message)
        return {"kind": "message", "channel": message.channel_id, "message": body}

    def _audience(self, message: Message) -> list[str]:
        """Give the people who see a message."""
        channel = self.world.channels[message.channel_id]
        return [one for one in PEOPLE if self.world.sees(one, channel) and message.only_for in (None, one)]

    def _dispatch_message(self, change: Change, message: Message) -> None:
        channel = self.world.channels[message.channel_id]
        direct = channel.direct
        if not channel.with_bot:
            return
        intent = Intent.DIRECT_MESSAGES if direct else Intent.GUILD_MESSAGES
        if not self.gateway.sessions_want(intent):
            return
        if change is Change.DELETE:
            gone = {"id": message.id, "channel_id": message.channel_id}
            self.gateway.dispatch(change, gone if direct else {**gone, "guild_id": GUILD}, intent)
            return
        body = self.message_shapes.event(message)
        readable = direct or message.author_id == BOT or BOT in message.mentions
        if not readable and not self.gateway.sessions_want(Intent.MESSAGE_CONTENT):
            body.update(content="", embeds=[], attachments=[], components=[])
        self.gateway.dispatch(change, body, intent)

    def _interaction_changed(self, interaction: Interaction) -> None:
        body = self.interaction_json(interaction)
        self._hub.publish({"kind": "interaction", "interaction": body}, only=[interaction.user_id])
        abandoned = self.messages.find(body["channel"], body["message_id"]) if body["message_id"] else None
        if body["state"] == State.FAILED and abandoned is not None:
            self._hub.publish(self._page_event(Change.UPDATE, abandoned), only=self._audience(abandoned))

    def _world_changed(self) -> None:
        self._hub.publish({"kind": "world"})

    def _settings_changed(self) -> None:
        guild = guild_shapes.guild(self.world, self.settings.server_upload_limit)
        self.gateway.dispatch("GUILD_UPDATE", guild, Intent.GUILDS)
        for channel in self.world.guild_channels():
            self.gateway.dispatch("CHANNEL_UPDATE", channel_shapes.channel(self.world, channel), Intent.GUILDS)
        self._world_changed()

    def _gateway_status(self) -> JSON:
        running = self.ready.is_set()
        return {"running": running, "pid": None, "ready": running, "returncode": None}
