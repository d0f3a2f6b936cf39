"""What people set in Discord itself: roles, commands' permissions, their own settings, and a channel's state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.discord import shapes
from sandbox.discord.calls import plain, read, text
from sandbox.discord.channel_changes import ChannelChanges
from sandbox.discord.commands import Commands
from sandbox.discord.gateway import Gateway
from sandbox.discord.gateway_codes import Intent
from sandbox.discord.refusal import Refusal
from sandbox.discord.settings import Settings
from sandbox.discord.world import BOT, GUILD, OWNERS, PEOPLE, Role, World, direct_id

JSON = dict[str, Any]

ROLE_KIND = 1  # of a permission for a command
OF_MEMBERS = ("roles", "installed", "direct_messages")


@dataclass(frozen=True, slots=True)
class Administration:
    """The driver calls for that; `changed` is called after each change."""

    world: World
    commands: Commands
    gateway: Gateway
    settings: Settings
    channels: ChannelChanges
    changed: Callable[[], None]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/members/{user}", plain(self.change_member)),
            web.post("/sandbox/channels/{channel}", plain(self.change_channel)),
            web.get("/sandbox/commands/permissions", plain(self.list_permissions)),
            web.post("/sandbox/commands/permissions", plain(self.change_permission)),
        ]

    async def change_member(self, request: web.Request) -> JSON:
        user_id = request.match_info["user"]
        if user_id not in PEOPLE:
            raise Refusal(f"There is nobody {user_id} whose roles can be changed.", 404)
        said = (await read(request)).payload
        if unknown := set(said) - set(OF_MEMBERS):
            raise Refusal(f"A member has no {min(unknown)}; there are {', '.join(OF_MEMBERS)}.")
        installed, direct = (_truth(said, name) for name in ("installed", "direct_messages"))
        if "roles" in said or not said:
            self._give_roles(user_id, said.get("roles"))
        if installed is not None:
            self.world.install(user_id, installed)
        if direct is not None:
            self.settings.allow(direct_id(user_id), "send", direct)
        self.changed()
        return self._member(user_id)

    async def change_channel(self, request: web.Request) -> JSON:
        said = (await read(request)).payload
        channel = self.world.channels.get(request.match_info["channel"])
        if channel is None or channel.guild is None:
            raise Refusal("There is no such channel that can be changed.", 404)
        asked = {**said, "rate_limit_per_user": said.get("slowmode_seconds")}
        who = said.get("as") or OWNERS[channel.guild]
        if who not in PEOPLE:
            raise Refusal(f"There is nobody {who} one can be here.", 404)
        changed = self.channels.change(who, channel, asked)
        states = {name: getattr(changed, name) for name in ("archived", "locked", "slowmode_seconds")}
        return {"id": changed.id, **states}

    def _give_roles(self, user_id: str, wanted: Any) -> None:
        if not isinstance(wanted, list):
            raise Refusal("roles is a list of roles, by id or name.")
        self.world.give_roles(user_id, [self._ordinary(str(one)).id for one in wanted])
        member = shapes.member(self.world.users[user_id])
        self.gateway.dispatch("GUILD_MEMBER_UPDATE", {**member, "guild_id": GUILD}, Intent.GUILD_MEMBERS)

    def _member(self, user_id: str) -> JSON:
        person = self.world.users[user_id]
        direct = self.settings.permissions[direct_id(user_id)]["send"]
        return {"id": user_id, "roles": list(person.roles), "installed": person.installed, "direct_messages": direct}

    async def list_permissions(self, _: web.Request) -> JSON:
        return {"commands": [self._described(one) for one in self.commands.everywhere()]}

    async def change_permission(self, request: web.Request) -> JSON:
        said = (await read(request)).payload
        name, allowed = text(said, "command").removeprefix("/"), said.get("allowed")
        if not isinstance(allowed, bool | None):
            raise Refusal("allowed is true, false, or null for the command's own default.")
        command = next((one for one in self.commands.everywhere() if one["name"] == name), None)
        if command is None:
            raise Refusal(f"There is no command {name}; subcommands go with theirs.", 404)
        self.commands.say_for_role(command["id"], self._role(text(said, "role")).id, allowed)
        self._tell(command["id"])
        self.changed()
        return self._described(command)

    def _tell(self, command_id: str) -> None:
        said = self.commands.for_roles(command_id).items()
        permissions = [{"id": role, "type": ROLE_KIND, "permission": allowed} for role, allowed in said]
        facts = {"id": command_id, "application_id": BOT, "guild_id": GUILD, "permissions": permissions}
        self.gateway.dispatch("APPLICATION_COMMAND_PERMISSIONS_UPDATE", facts)

    def _described(self, command: JSON) -> JSON:
        facts = {"command": command["name"], "type": command["type"]}
        needed = command["default_member_permissions"]
        return {**facts, "default_member_permissions": needed, "roles": self.commands.for_roles(command["id"])}

    def _ordinary(self, wanted: str) -> Role:
        role = self._role(wanted)
        if not role.ordinary:
            raise Refusal(f"{role.name} can neither be given nor taken away.")
        return role

    def _role(self, wanted: str) -> Role:
        found = next((one for one in self.world.roles.values() if wanted in (one.id, one.name)), None)
        if found is None:
            raise Refusal(f"There is no role {wanted}.")
        return found


def _truth(said: JSON, name: str) -> bool | None:
    value = said.get(name)
    if not isinstance(value, bool | None):
        raise Refusal(f"{name} is true or false.")
    return value
