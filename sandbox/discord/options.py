"""The options of a slash command: checked as Discord's client does, and put in the form an interaction has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from sandbox.discord import channel_shapes, shapes
from sandbox.discord.cdn import Attachment, Cdn
from sandbox.discord.refusal import Refusal
from sandbox.discord.world import GUILD, Channel, World

JSON = dict[str, Any]


class OptionType(IntEnum):
    """Kinds of option by Discord's numbers."""

    SUBCOMMAND = 1
    GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


NESTED = (OptionType.SUBCOMMAND, OptionType.GROUP)
MAX_TEXT = 6000
MAX_WHOLE = 2**53


@dataclass(slots=True)
class Resolved:
    """The people, channels, roles and files that the values name, as an interaction carries them."""

    world: World
    cdn: Cdn
    channel: Channel
    tables: dict[str, dict[str, JSON]] = field(default_factory=dict)

    def user(self, user_id: str) -> None:
        person = self.world.users[user_id]
        self.tables.setdefault("users", {})[user_id] = shapes.user(person)
        guild = self.channel.guild
        if self.world.is_in(user_id, guild):
            permissions, roles = self.world.permissions(user_id, self.channel), self.world.roles_in(user_id, guild)
            self.tables.setdefault("members", {})[user_id] = shapes.resolved_member(person, permissions, roles)

    def role(self, role_id: str) -> None:
        self.tables.setdefault("roles", {})[role_id] = shapes.role(self.world.roles[role_id])

    def attachment(self, attachment: Attachment) -> None:
        self.tables.setdefault("attachments", {})[attachment.id] = self.cdn.json(attachment)

    def channel_of(self, channel_id: str, user_id: str) -> None:
        one = channel_shapes.resolved(self.world, self.world.channels[channel_id], user_id)
        self.tables.setdefault("channels", {})[channel_id] = one


@dataclass(frozen=True, slots=True)
class Filled:
    """What a person typed: values by option name, and the stored files."""

    user_id: str
    values: Mapping[str, Any]
    files: Mapping[str, Attachment]
    focused: str | None = None  # the option being typed, for autocomplete


def find_command(commands: list[JSON], path: str) -> tuple[JSON, list[JSON]]:
    """Give a command and the subcommands on the way, by a path such as `limits set`. Raises Refusal."""
    name, *rest = path.strip().removeprefix("/").split(" ") if path.strip() else [""]
    whole = next((one for one in commands if path in (one["name"], f"/{one['name']}")), None)
    command = whole or next((one for one in commands if one["name"] == name), None)
    if command is None:
        raise Refusal(f"There is no command {path}.", 404)
    steps: list[JSON] = []
    options = command.get("options") or []
    for step in [] if whole else rest:
        found = next((one for one in options if one["name"] == step and one["type"] in NESTED), None)
        if found is None:
            raise Refusal(f"There is no command {path}.", 404)
        steps.append(found)
        options = found.get("options") or []
    if any(one["type"] in NESTED for one in options):
        raise Refusal(f"/{path} needs one of its subcommands: {', '.join(one['name'] for one in options)}.")
    return command, steps


def interaction_options(command: JSON, steps: list[JSON], filled: Filled, resolved: Resolved) -> list[JSON]:
    """Give the options as an interaction has them, inside their subcommands. Raises Refusal."""
    innermost = steps[-1] if steps else command
    described = {one["name"]: one for one in innermost.get("options") or []}
    if unknown := set(filled.values).union(filled.files) - set(described):
        raise Refusal(f"There is no option {min(unknown)}.")
    made = [_option(one, filled, resolved) for one in described.values()]
    options = [one for one in made if one is not None]
    for step in reversed(steps):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    return options


def _option(described: JSON, filled: Filled, resolved: Resolved) -> JSON | None:
    name = described["name"]
    value = filled.files.get(name) or filled.values.get(name)
    focused = name == filled.focused
    here = {"name": name, "type": described["type"]}
    if focused:
        return {**here, "value": "" if value is None else str(value), "focused": True}
    if value is None or value == "":
        if described.get("required") and filled.focused is None:
            raise Refusal(f"{name} is required.")
        return None
    return {**here, "value": READERS[OptionType(described["type"])](described, value, resolved, filled.user_id)}


def _text(described: JSON, value: Any, _resolved: Resolved, _user: str) -> str:
    if not isinstance(value, str):
        raise Refusal(f"{described['name']} is a text.")
    _check_choice(described, value)
    least, most = described.get("min_length") or 0, described.get("max_length") or MAX_TEXT
    if not least <= len(value) <= most:
        raise Refusal(f"{described['name']} takes {least} to {most} characters, not {len(value)}.")
    return value


def _whole(described: JSON, value: Any, _resolved: Resolved, _user: str) -> int:
    try:
        number = int(str(value))
    except ValueError:
        raise Refusal(f"{described['name']} is a whole number.") from None
    _check_bounds(described, number)
    return number


def _number(described: JSON, value: Any, _resolved: Resolved, _user: str) -> float:
    try:
        number = float(str(value))
    except ValueError:
        raise Refusal(f"{described['name']} is a number.") from None
    _check_bounds(described, number)
    return number


def _truth(described: JSON, value: Any, _resolved: Resolved, _user: str) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise Refusal(f"{described['name']} is true or false.")
    return str(value).lower() == "true"


def _user(described: JSON, value: Any, resolved: Resolved, _who: str) -> str:
    if str(value) not in resolved.world.users:
        raise Refusal(f"{described['name']} is nobody here.")
    resolved.user(str(value))
    return str(value)


def _role(described: JSON, value: Any, resolved: Resolved, _who: str) -> str:
    if resolved.channel.guild != GUILD or str(value) not in resolved.world.roles:
        raise Refusal(f"{described['name']} is no role here.")
    resolved.role(str(value))
    return str(value)


def _mentionable(described: JSON, value: Any, resolved: Resolved, who: str) -> str:
    reader = _role if str(value) in resolved.world.roles else _user
    return reader(described, value, resolved, who)


def _channel(described: JSON, value: Any, resolved: Resolved, who: str) -> str:
    channel = resolved.world.channels.get(str(value))
    types = described.get("channel_types")
    home = resolved.channel.guild
    wrong = channel is None or home is None or channel.guild != home or not resolved.world.sees(who, channel)
    if channel is None or wrong or (types and channel.type not in types):
        raise Refusal(f"{described['name']} is no channel that can be chosen.")
    resolved.channel_of(channel.id, who)
    return channel.id


def _attachment(described: JSON, value: Any, resolved: Resolved, _who: str) -> str:
    if not isinstance(value, Attachment):
        raise Refusal(f"{described['name']} is a file.")
    resolved.attachment(value)
    return value.id


READERS: dict[OptionType, Callable[[JSON, Any, Resolved, str], Any]] = {
    OptionType.STRING: _text,
    OptionType.INTEGER: _whole,
    OptionType.BOOLEAN: _truth,
    OptionType.USER: _user,
    OptionType.CHANNEL: _channel,
    OptionType.ROLE: _role,
    OptionType.MENTIONABLE: _mentionable,
    OptionType.NUMBER: _number,
    OptionType.ATTACHMENT: _attachment,
}


def _check_choice(described: JSON, value: str | float) -> None:
    choices = described.get("choices")
    if choices and value not in [choice["value"] for choice in choices]:
        raise Refusal(f"{described['name']} is one of {', '.join(choice['name'] for choice in choices)}.")


def _check_bounds(described: JSON, number: float) -> None:
    _check_choice(described, number)
    least, most = described.get("min_value"), described.get("max_value")
    if number < (-MAX_WHOLE if least is None else least):
        raise Refusal(f"{described['name']} is at least {-MAX_WHOLE if least is None else least}.")
    if number > (MAX_WHOLE if most is None else most):
        raise Refusal(f"{described['name']} is at most {MAX_WHOLE if most is None else most}.")
