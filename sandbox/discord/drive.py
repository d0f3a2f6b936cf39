"""The HTTP calls with which one is a person in the stand-in: see, write, run commands, press, fill in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.discord import shapes
from sandbox.discord.calls import number, plain, read, text
from sandbox.discord.interactions import Interaction, State
from sandbox.discord.message_shapes import MessageShapes
from sandbox.discord.people import People
from sandbox.discord.refusal import Refusal
from sandbox.discord.settings import Settings
from sandbox.discord.world import (
    BOT,
    ELSEWHERE,
    ELSEWHERE_NAME,
    GUILD,
    GUILD_NAME,
    OPERATOR,
    PEOPLE,
    Channel,
    ChannelType,
    Role,
    direct_id,
)

JSON = dict[str, Any]

DEFAULT_MESSAGES = 100
SUGGESTIONS_WITHIN_SECONDS = 3.5
MAX_WAIT_SECONDS = 60.0
UNKNOWN_ERROR = 4000
"""The close code after which a session can be resumed."""


@dataclass(frozen=True, slots=True)
class Drive:
    """The calls under `/sandbox` that belong to Discord."""

    people: People
    message_shapes: MessageShapes
    interaction_json: Callable[[Interaction], JSON]
    bot_status: Callable[[], JSON]
    settings: Settings
    changed: Callable[[], None]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/sandbox/world", plain(self.see_world)),
            web.get("/sandbox/channels/{channel}/messages", plain(self.list_messages)),
            web.post("/sandbox/channels/{channel}/messages", plain(self.write)),
            web.post("/sandbox/messages/{channel}/{message}/delete", plain(self.delete)),
            web.post("/sandbox/commands", plain(self.run)),
            web.post("/sandbox/autocomplete", plain(self.complete)),
            web.post("/sandbox/components", plain(self.press)),
            web.post("/sandbox/modals", plain(self.submit)),
            web.get("/sandbox/interactions/{interaction}", plain(self.see_interaction)),
            web.post("/sandbox/gateway", plain(self.disturb_gateway)),
        ]

    async def see_world(self, request: web.Request) -> JSON:
        me = request.query.get("as", PEOPLE[0])
        channel_id = request.query.get("channel")
        channel = None if channel_id is None else self.people.channel(me, channel_id)
        users = [self._user(user_id) for user_id in (*PEOPLE, BOT)]
        self.people.person(me)
        return {
            "guild": {"id": GUILD, "name": GUILD_NAME},
            "guilds": [
                {"id": GUILD, "name": GUILD_NAME, "bot": True},
                {"id": ELSEWHERE, "name": ELSEWHERE_NAME, "bot": False},
            ],
            "roles": [self._role(one) for one in reversed(self.people.world.roles.values())],
            "users": users,
            "me": self._user(me),
            "channels": [self._channel(one, me) for one in self._channels(me)],
            "commands": self.people.commands.usable(me, channel),
            "bot": {"user_id": BOT, **self.bot_status()},
        }

    async def list_messages(self, request: web.Request) -> list[JSON]:
        me = request.query.get("as", "")
        channel = self.people.channel(me, request.match_info["channel"])
        limit = int(number(request.query.get("limit", DEFAULT_MESSAGES), "limit"))
        seen = self.people.messages.seen_by(me, channel.id)
        return [self.message_shapes.for_page(one) for one in seen[-limit:]] if limit > 0 else []

    async def write(self, request: web.Request) -> JSON:
        body = await read(request)
        uploads = [upload for several in body.files.values() for upload in several]
        said = body.payload
        channel_id = request.match_info["channel"]
        content, embeds = said.get("content") or "", said.get("embeds") or []
        message = self.people.write(text(said, "as"), channel_id, content, uploads, embeds)
        return self.message_shapes.for_page(message)

    async def delete(self, request: web.Request) -> JSON:
        said = (await read(request)).payload
        self.people.delete(text(said, "as"), request.match_info["channel"], request.match_info["message"])
        return {}

    async def run(self, request: web.Request) -> JSON:
        body = await read(request)
        said = body.payload
        who, where, what = (text(said, key) for key in ("as", "channel", "command"))
        self._install(who, said.get("install"))
        interaction = self.people.run(who, where, what, said.get("options") or {}, body.files, said.get("target"))
        return {"interaction_id": interaction.id}

    async def complete(self, request: web.Request) -> JSON:
        said = (await read(request)).payload
        who, where, what, focused = (text(said, key) for key in ("as", "channel", "command", "focused"))
        interaction = self.people.complete(who, where, what, said.get("options") or {}, focused)
        await self.people.interactions.wait(interaction, SUGGESTIONS_WITHIN_SECONDS)
        if interaction.choices is None:
            raise Refusal("The bot gave no suggestions in time.", 408)
        return {"choices": interaction.choices}

    async def press(self, request: web.Request) -> JSON:
        said = (await read(request)).payload
        who, where, what, custom_id = (text(said, key) for key in ("as", "channel", "message", "custom_id"))
        values = [str(value) for value in said.get("values") or []]
        return {"interaction_id": self.people.press(who, where, what, custom_id, values).id}

    async def submit(self, request: web.Request) -> JSON:
        body = await read(request)
        said = body.payload
        who, parent = text(said, "as"), text(said, "interaction_id")
        return {"interaction_id": self.people.submit(who, parent, said.get("values") or {}, body.files).id}

    async def see_interaction(self, request: web.Request) -> JSON:
        interaction = self.people.interactions.find(request.match_info["interaction"])
        if interaction is None:
            raise Refusal("There is no such interaction.", 404)
        seconds = min(number(request.query.get("wait_seconds", 0), "wait_seconds"), MAX_WAIT_SECONDS)
        if seconds > 0 and self.interaction_json(interaction)["state"] == State.WAITING:
            await self.people.interactions.wait(interaction, seconds)
        return self.interaction_json(interaction)

    async def disturb_gateway(self, request: web.Request) -> JSON:
        gateway, said = self.people.gateway, (await read(request)).payload
        ways: dict[str, Callable[[], Awaitable[None]]] = {
            "drop": gateway.drop,
            "invalid_session": gateway.invalidate,
            "reconnect": gateway.reconnect,
            "repeat": gateway.repeat,
            "close": lambda: gateway.hang_up(int(number(said.get("code", UNKNOWN_ERROR), "code"))),
        }
        way = ways.get(text(said, "do"))
        if way is None:
            raise Refusal(f"do is one of {', '.join(ways)}.")
        await way()
        return {}

    def _install(self, who: str, install: Any) -> None:
        """Add the bot to somebody's account first, if that is asked for."""
        if install not in (None, "user"):
            raise Refusal("install is user, for a member who adds the bot to their own account.")
        if install == "user" and not self.people.person(who).installed:
            self.people.world.install(who, True)
            self.changed()

    def _channels(self, me: str) -> list[Channel]:
        return [one for one in self.people.world.channels.values() if self.people.world.sees(me, one)]

    def _role(self, role: Role) -> JSON:
        facts = {"id": role.id, "name": role.name, "colour": role.colour}
        return {**facts, "permissions": str(int(role.permissions)), "ordinary": role.ordinary}

    def _user(self, user_id: str) -> JSON:
        person = self.people.person(user_id) if user_id != BOT else self.people.world.bot
        standing = {"moderator": self.people.world.moderates(user_id), "operator": user_id == OPERATOR}
        own = {"installed": person.installed, "direct_messages": self._reachable(user_id)}
        return {**shapes.user(person), "bot": person.bot, "roles": list(person.roles), **standing, **own}

    def _reachable(self, user_id: str) -> bool:
        """Whether the bot may write to somebody directly."""
        return user_id != BOT and self.settings.permissions[direct_id(user_id)]["send"]

    def _channel(self, channel: Channel, me: str) -> JSON:
        world = self.people.world
        ruling = world.ruling(channel)
        return {
            "id": channel.id,
            "name": world.bot.username if channel.direct else channel.name,
            "type": int(channel.type),
            "topic": channel.topic,
            "dm": channel.direct,
            "guild_id": channel.guild,
            "people": list(channel.people),
            "parent_id": channel.parent,
            "archived": channel.archived,
            "locked": channel.locked,
            "slowmode_seconds": channel.slowmode_seconds,
            "nsfw": ruling.nsfw,
            "private": bool(ruling.overwrites),
            "can_post": channel.type is not ChannelType.FORUM and world.may_send(me, channel),
        }
