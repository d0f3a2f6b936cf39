"""The REST calls a bot logs in with, looks people and the server up with, and registers its commands with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.discord import channel_shapes, guild_shapes, shapes
from sandbox.discord.commands import Commands
from sandbox.discord.errors import foreign_application, invalid_form, unknown_guild, unknown_member, unknown_user
from sandbox.discord.rest import Answer, Call, Rest
from sandbox.discord.settings import Settings
from sandbox.discord.world import BOT, GUILD, User, World

JSON = dict[str, Any]


class Account:
    """The bot's account, its server, and its commands."""

    def __init__(
        self,
        world: World,
        settings: Settings,
        commands: Commands,
        gateway_url: Callable[[], str],
        on_commands: Callable[[], None],
    ) -> None:
        self._world = world
        self._settings = settings
        self._commands = commands
        self._gateway_url = gateway_url
        self._on_commands = on_commands

    def routes(self, rest: Rest) -> list[web.RouteDef]:
        reads = {
            "/gateway": self.gateway,
            "/gateway/bot": self.gateway_bot,
            "/users/@me": self.me,
            "/users/{user}": self.user,
            "/oauth2/applications/@me": self.application,
            "/applications/@me": self.application,
            "/guilds/{guild}": self.guild,
            "/guilds/{guild}/channels": self.guild_channels,
            "/guilds/{guild}/roles": self.guild_roles,
            "/guilds/{guild}/members/{user}": self.guild_member,
        }
        routes = [rest.route("GET", path, handler) for path, handler in reads.items()]
        for base in ("/applications/{application}", "/applications/{application}/guilds/{guild}"):
            routes += self._command_routes(rest, f"{base}/commands")
        return routes

    def gateway(self, _: Call) -> Answer:
        return Answer(200, {"url": self._gateway_url()})

    def gateway_bot(self, _: Call) -> Answer:
        starts = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return Answer(200, {"url": self._gateway_url(), "shards": 1, "session_start_limit": starts})

    def me(self, _: Call) -> Answer:
        return Answer(200, shapes.own_user(self._world.bot))

    def user(self, call: Call) -> Answer:
        person = self._world.users.get(call.path["user"])
        if person is None:
            raise unknown_user()
        return Answer(200, shapes.user(person))

    def application(self, _: Call) -> Answer:
        return Answer(200, guild_shapes.application(self._world))

    def guild(self, call: Call) -> Answer:
        self._check_guild(call)
        body = guild_shapes.guild(self._world, self._settings.server_upload_limit)
        if call.query.get("with_counts", "").lower() in ("1", "true"):
            body["approximate_member_count"] = body["approximate_presence_count"] = len(self._world.users)
        return Answer(200, body)

    def guild_channels(self, call: Call) -> Answer:
        self._check_guild(call)
        return Answer(200, [channel_shapes.channel(self._world, one) for one in self._world.guild_channels()])

    def guild_roles(self, call: Call) -> Answer:
        self._check_guild(call)
        return Answer(200, [shapes.role(one) for one in self._world.roles.values()])

    def guild_member(self, call: Call) -> Answer:
        self._check_guild(call)
        person: User | None = self._world.users.get(call.path["user"])
        if person is None:
            raise unknown_member()
        return Answer(200, shapes.member(person))

    def list_commands(self, call: Call) -> Answer:
        return Answer(200, self._commands.registered(self._scope(call)))

    def overwrite_commands(self, call: Call) -> Answer:
        wanted = call.body.payload
        if not isinstance(wanted, list):
            raise invalid_form("_", "Only iterables may be used in a ListType")
        made = self._commands.overwrite(wanted, self._scope(call))
        self._on_commands()
        return Answer(200, made)

    def add_command(self, call: Call) -> Answer:
        made = self._commands.add(call.payload, self._scope(call))
        self._on_commands()
        return Answer(200, made)

    def get_command(self, call: Call) -> Answer:
        return Answer(200, self._commands.get(call.path["command"], self._scope(call)))

    def change_command(self, call: Call) -> Answer:
        changed = self._commands.change(call.path["command"], call.payload, self._scope(call))
        self._on_commands()
        return Answer(200, changed)

    def remove_command(self, call: Call) -> Answer:
        self._commands.remove(call.path["command"], self._scope(call))
        self._on_commands()
        return Answer()

    def _command_routes(self, rest: Rest, path: str) -> list[web.RouteDef]:
        return [
            rest.route("GET", path, self.list_commands),
            rest.route("PUT", path, self.overwrite_commands),
            rest.route("POST", path, self.add_command),
            rest.route("GET", f"{path}/{{command}}", self.get_command),
            rest.route("PATCH", f"{path}/{{command}}", self.change_command),
            rest.route("DELETE", f"{path}/{{command}}", self.remove_command),
        ]

    def _scope(self, call: Call) -> str | None:
        """Give the server whose commands are meant, None for the global ones."""
        if call.path["application"] != BOT:
            raise foreign_application()
        if "guild" not in call.path:
            return None
        self._check_guild(call)
        return GUILD

    def _check_guild(self, call: Call) -> None:
        if call.path["guild"] != GUILD:
            raise unknown_guild()
