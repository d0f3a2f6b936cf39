"""What an administrator sets in Discord itself: who has which role, and which role may use which command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.discord import shapes
from sandbox.discord.calls import plain, read, text
from sandbox.discord.commands import Commands
from sandbox.discord.gateway import Gateway
from sandbox.discord.gateway_codes import Intent
from sandbox.discord.refusal import Refusal
from sandbox.discord.world import BOT, GUILD, PEOPLE, Role, World

JSON = dict[str, Any]

ROLE_KIND = 1  # of a permission for a command


@dataclass(frozen=True, slots=True)
class Administration:
    """The driver calls for both; `changed` is called after each change."""

    world: World
    commands: Commands
    gateway: Gateway
    changed: Callable[[], None]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/members/{user}", plain(self.change_member)),
            web.get("/sandbox/commands/permissions", plain(self.list_permissions)),
            web.post("/sandbox/commands/permissions", plain(self.change_permission)),
        ]

    async def change_member(self, request: web.Request) -> JSON:
        user_id = request.match_info["user"]
        if user_id not in PEOPLE:
            raise Refusal(f"There is nobody {user_id} whose roles can be changed.", 404)
        wanted = (await read(request)).payload.get("roles")
        if not isinstance(wanted, list):
            raise Refusal("roles is a list of roles, by id or name.")
        self.world.give_roles(user_id, [self._ordinary(str(one)).id for one in wanted])
        member = shapes.member(self.world.users[user_id])
        self.gateway.dispatch("GUILD_MEMBER_UPDATE", {**member, "guild_id": GUILD}, Intent.GUILD_MEMBERS)
        self.changed()
        return {"id": user_id, "roles": member["roles"]}

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
