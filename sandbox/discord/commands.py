"""The commands a bot has registered: Discord's rules for them, their ids, and who may use which."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sandbox.discord.components import without_nulls
from sandbox.discord.errors import invalid_form, unknown_command
from sandbox.discord.installs import FOR_USER, IN_BOT_DM, IN_PRIVATE, context, owners
from sandbox.discord.permissions import Permission, allows
from sandbox.discord.snowflakes import Snowflakes
from sandbox.discord.world import BOT, GUILD, Channel, World

JSON = dict[str, Any]

SLASH_NAME = re.compile(r"^[-_'\w]{1,32}$")
SLASH = 1
MAX_OF_KIND = {1: 100, 2: 5, 3: 5}
MAX_OPTIONS = 25
MAX_CHOICES = 25
GROUPS = (1, 2)  # option types: a subcommand, a group of them


class Commands:
    """Global commands, and those of the one server; a command keeps its id as long as its name and kind."""

    def __init__(self, snowflakes: Snowflakes, world: World) -> None:
        self._snowflakes = snowflakes
        self._world = world
        self._by_scope: dict[str | None, dict[str, JSON]] = {None: {}, GUILD: {}}
        self._for_roles: dict[str, dict[str, bool]] = {}  # by command and role: the server's own say

    def registered(self, guild_id: str | None = None) -> list[JSON]:
        return list(self._by_scope[guild_id].values())

    def everywhere(self) -> list[JSON]:
        return [*self.registered(), *self.registered(GUILD)]

    def get(self, command_id: str, guild_id: str | None = None) -> JSON:
        command = self._by_scope[guild_id].get(command_id)
        if command is None:
            raise unknown_command()
        return command

    def overwrite(self, wanted: Iterable[JSON], guild_id: str | None = None) -> list[JSON]:
        """Put these commands in the place of all. Raises ApiError and changes nothing where one is wrong."""
        commands = list(wanted)
        _check_all(commands)
        made = [self._made(command, guild_id) for command in commands]
        self._by_scope[guild_id] = {command["id"]: command for command in made}
        return made

    def add(self, wanted: JSON, guild_id: str | None = None) -> JSON:
        """Add a command, or put it in the place of the one with its name and kind."""
        others = [one for one in self.registered(guild_id) if _identity(one) != _identity(wanted)]
        _check_all([*others, wanted])
        made = self._made(wanted, guild_id)
        self._by_scope[guild_id][made["id"]] = made
        return made

    def change(self, command_id: str, changes: JSON, guild_id: str | None = None) -> JSON:
        """Change what `changes` names."""
        changed = {**self.get(command_id, guild_id), **changes}
        others = [one for one in self.registered(guild_id) if one["id"] != command_id]
        _check_all([*others, changed])
        made = {**self._described(changed, guild_id), "id": command_id, "version": self._snowflakes.next()}
        self._by_scope[guild_id][command_id] = made
        return made

    def remove(self, command_id: str, guild_id: str | None = None) -> None:
        self.get(command_id, guild_id)
        del self._by_scope[guild_id][command_id]

    def usable(self, user_id: str, channel: Channel | None = None) -> list[JSON]:
        """Give the commands a member may use, in one channel or anywhere."""
        works = [one for one in self.everywhere() if channel is None or self._works_in(one, channel, user_id)]
        return [one for one in works if self.may_use(user_id, one, channel)]

    def may_use(self, user_id: str, command: JSON, channel: Channel | None = None) -> bool:
        """Whether Discord lets somebody use a command, which in direct messages it always does.

        What the server says about their roles counts before the permissions that the command asks for by default.
        """
        guild = GUILD if channel is None else channel.guild
        if guild is None:
            return True
        granted = self._world.guild_permissions(user_id, guild)
        if allows(granted, Permission.ADMINISTRATOR):
            return True
        said = self._said_for(user_id, self.for_roles(command["id"])) if guild == GUILD else None
        if said is not None:
            return said
        needed = command["default_member_permissions"]
        return needed is None or allows(granted, int(needed) or Permission.ADMINISTRATOR)

    def for_roles(self, command_id: str) -> dict[str, bool]:
        """Give which roles the server itself lets use a command (True) or keeps from it (False)."""
        return dict(self._for_roles.get(command_id, {}))

    def say_for_role(self, command_id: str, role_id: str, allowed: bool | None) -> None:
        """Let a role use a command or keep it from it, whatever it asks for by default; None: as by default."""
        said = self._for_roles.setdefault(command_id, {})
        said.pop(role_id, None)
        if allowed is not None:
            said[role_id] = allowed

    def _said_for(self, user_id: str, said: dict[str, bool]) -> bool | None:
        """Allowed for one of their roles is allowed; what is said about @everyone counts last."""
        own = [said[role] for role in self._world.users[user_id].roles if role in said]
        return any(own) if own else said.get(GUILD)

    def _works_in(self, command: JSON, channel: Channel, user_id: str) -> bool:
        if command.get("guild_id") is not None and channel.guild != command["guild_id"]:
            return False
        if command["nsfw"] and channel.guild is not None and not self._world.ruling(channel).nsfw:
            return False
        return _says_it_works(command, context(channel)) and bool(owners(command, self._world.users[user_id], channel))

    def _made(self, wanted: JSON, guild_id: str | None) -> JSON:
        described = self._described(wanted, guild_id)
        before = next((one for one in self.registered(guild_id) if _identity(one) == _identity(described)), None)
        if before is not None and described == {key: before[key] for key in before if key not in ("id", "version")}:
            return before
        made_id = self._snowflakes.next() if before is None else before["id"]
        return {**described, "id": made_id, "version": self._snowflakes.next()}

    def _described(self, wanted: JSON, guild_id: str | None) -> JSON:
        needed = wanted.get("default_member_permissions")
        body = {
            **{key: value for key, value in without_nulls(wanted).items() if key not in ("id", "version")},
            "application_id": BOT,
            "type": wanted.get("type") or SLASH,
            "description": wanted.get("description") or "",
            "default_member_permissions": None if needed is None else str(needed),
            "dm_permission": wanted.get("dm_permission") is not False,
            "contexts": wanted.get("contexts"),
            "integration_types": wanted.get("integration_types") or [0],
            "nsfw": bool(wanted.get("nsfw")),
        }
        return body if guild_id is None else {**body, "guild_id": guild_id}


def _says_it_works(command: JSON, where: int) -> bool:
    """Whether a command works in this kind of place by what the bot said of it, or by Discord's defaults."""
    if command["contexts"] is not None:
        return where in command["contexts"]
    if where == IN_PRIVATE:
        return FOR_USER in command["integration_types"]
    return where != IN_BOT_DM or bool(command["dm_permission"])


def _identity(command: JSON) -> tuple[int, str]:
    return command.get("type") or SLASH, str(command.get("name"))


def _check_all(commands: list[JSON]) -> None:
    for index, command in enumerate(commands):
        _check_command(str(index), command)
    identities = [_identity(command) for command in commands]
    for index, identity in enumerate(identities):
        if identity in identities[:index]:
            raise invalid_form(str(index), "Application command names must be unique")
    for kind, limit in MAX_OF_KIND.items():
        if sum(identity[0] == kind for identity in identities) > limit:
            raise invalid_form("type", f"Maximum number of application commands of this kind reached ({limit}).")


def _check_command(path: str, command: JSON) -> None:
    slash = (command.get("type") or SLASH) == SLASH
    _check_name(path, command.get("name"), slash)
    description = command.get("description") or ""
    if slash and not 1 <= len(description) <= 100:
        raise invalid_form(f"{path}.description", "Must be between 1 and 100 in length.")
    if not slash and (description or command.get("options")):
        raise invalid_form(f"{path}.description", "Context menu commands cannot have description or options")
    _check_options(path, command.get("options") or [])


def _check_name(path: str, name: Any, slash: bool) -> None:
    if not isinstance(name, str) or not 1 <= len(name) <= 32:
        raise invalid_form(f"{path}.name", "Must be between 1 and 32 in length.")
    if slash and (not SLASH_NAME.match(name) or name != name.lower()):
        raise invalid_form(f"{path}.name", "Command name is invalid")


def _check_options(path: str, options: list[JSON]) -> None:
    if len(options) > MAX_OPTIONS:
        raise invalid_form(f"{path}.options", f"Must be {MAX_OPTIONS} or fewer in length.")
    names = [option.get("name") for option in options]
    optional_seen = False
    for index, option in enumerate(options):
        here = f"{path}.options.{index}"
        if option.get("name") in names[:index]:
            raise invalid_form(f"{here}.name", "Option names must be unique")
        if option.get("required") and optional_seen:
            raise invalid_form(here, "Required options must be placed before non-required options")
        optional_seen = optional_seen or not option.get("required")
        _check_option(here, option)


def _check_option(path: str, option: JSON) -> None:
    _check_name(path, option.get("name"), slash=True)
    if not 1 <= len(option.get("description") or "") <= 100:
        raise invalid_form(f"{path}.description", "Must be between 1 and 100 in length.")
    choices = option.get("choices") or []
    if len(choices) > MAX_CHOICES:
        raise invalid_form(f"{path}.choices", f"Must be {MAX_CHOICES} or fewer in length.")
    if choices and option.get("autocomplete"):
        raise invalid_form(f"{path}.choices", "Choices and autocomplete cannot be used together")
    if option.get("type") in GROUPS:
        _check_options(path, option.get("options") or [])
