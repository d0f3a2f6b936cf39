"""Every option of every command, whatever is typed or named: a value, or a refusal in words that do no harm."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import discord
from discord import app_commands
from discord.app_commands.namespace import Namespace

from cogs.app import FirstframeBot
from cogs.refusals import Refusal, sentence_for
from engine import NotHere, NotOffered, UnknownModel, Wish
from engine.phrases import Watchlist
from storage.periods import UnknownZone, zone_named
from tests.cogs.scene import rooms_for
from tests.engine.edges import ScriptedProvider
from tests.fuzz import markup, trees
from tests.fuzz.target import Target
from tests.storage.books import books

_GUILD, _CHANNEL, _USER, _ID = "100000000000000001", "100000000000000002", "100000000000000003", "100000000000000004"
_MOST_TYPED = 6000
"""Discord's own limit for an option."""

_MOST_SECONDS = 2.0

_STRING, _INTEGER, _BOOLEAN, _NUMBER = 3, 4, 5, 10
_TYPES = {_STRING: str, _INTEGER: int, _BOOLEAN: bool, _NUMBER: float}
_MOST_WHOLE = 2**53


def seeds() -> Iterable[bytes]:
    """Every command with something in each of its options; and every text that means no good in each that is typed."""
    usual = {_STRING: "words", _INTEGER: 5, _BOOLEAN: True, _NUMBER: 1.5}
    for name, command in _commands().items():
        said = {option.name: usual.get(option.type.value, "a name") for option in command.parameters}
        yield trees.written({"command": name, "options": said})
        typed = [option.name for option in command.parameters if option.type.value == _STRING]
        for text in trees.NASTY if typed else ():
            yield trees.written({"command": name, "options": {**said, **dict.fromkeys(typed, text)}})


def try_one(data: bytes) -> None:
    """Have discord.py read the options, complete each, and go as far as no book has to be asked."""
    tree = trees.read(data)
    options = tree.get("options") if isinstance(tree, dict) else None
    command = _commands().get(str(tree.get("command"))) if isinstance(options, dict) else None
    if command is not None and isinstance(options, dict):
        asyncio.run(_try(command, options))


async def _try(command: "app_commands.Command[Any, ..., Any]", options: Mapping[str, Any]) -> None:
    began = time.perf_counter()
    said = {option.name: options[option.name] for option in command.parameters if option.name in options}
    for option in command.parameters:
        if option.autocomplete and option.name in said:
            await _complete(command, option, said)
    values = await _read(command, said)
    _settled({name: value for name, value in values.items() if value is not None})
    took = time.perf_counter() - began
    assert took < _MOST_SECONDS, f"{took} s"


async def _read(command: "app_commands.Command[Any, ..., Any]", said: Mapping[str, Any]) -> dict[str, Any]:
    interaction, options, resolved = _interaction(command, said)
    try:
        return await command._transform_arguments(interaction, Namespace(interaction, resolved, options))
    except app_commands.CommandSignatureMismatch:  # an option that has to be there and is not
        return {}
    except app_commands.TransformerError as error:
        # Without a cause it is discord.py that says no: a value out of bounds, which Discord does not send.
        if error.__cause__ is not None:
            _check_refusal(error.__cause__)
        return {}


async def _complete(
    command: "app_commands.Command[Any, ..., Any]", option: app_commands.Parameter, said: Mapping[str, Any]
) -> None:
    interaction, options, resolved = _interaction(command, said)
    interaction._cs_namespace = Namespace(interaction, resolved, options)  # as the tree does
    transformer, typed = command._params[option.name], str(said[option.name])[:_MOST_TYPED]
    complete: Any = transformer.autocomplete
    bound = getattr(complete, "pass_command_binding", False)
    choices = await (complete(command.binding, interaction, typed) if bound else complete(interaction, typed))
    assert len(choices) <= 25
    for choice in choices:
        assert 1 <= len(choice.name.strip()) <= 100, choice.name
        assert 1 <= len(str(choice.value)) <= 100, choice.value


def _settled(values: dict[str, Any]) -> None:
    """What can be said against the values without a database."""
    wish = Wish(**{_WISHES[name]: value for name, value in values.items() if name in _WISHES})
    try:
        _bot().rooms.menu.settle(wish)
    except (UnknownModel, NotOffered, NotHere) as error:
        _check_refusal(error)
    words = Watchlist([str(values.get("phrase", "bad word"))[:100]])
    words.matches(str(values.get("prompt", ""))[:2000])
    try:
        zone_named(str(values.get("time_zone", "UTC")))
    except UnknownZone as error:
        str(error.name)


def _check_refusal(error: BaseException) -> None:
    """It is a refusal in words, and those do no harm."""
    sentence = sentence_for(error) if isinstance(error, Refusal | UnknownModel | NotOffered | NotHere) else None
    assert sentence is not None, repr(error)
    assert 0 < len(sentence) <= 2000, sentence
    assert not markup.unwanted(sentence), sentence


def _interaction(command: "app_commands.Command[Any, ..., Any]", said: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    """An interaction as discord.py makes it, its options, and what Discord tells of those who are named in them."""
    options, resolved = [], {}
    for option in command.parameters:
        kind = option.type.value
        if option.name not in said:
            continue
        if kind in _TYPES and _is_sent(said[option.name], kind):
            options.append({"name": option.name, "type": kind, "value": said[option.name]})
        elif kind in _RESOLVED:
            options.append({"name": option.name, "type": kind, "value": _ID})
            resolved.update(_RESOLVED[kind](str(said[option.name])[:100]))
    payload: Any = {**_ENVELOPE, "data": {"id": "1", "name": command.name, "type": 1}}
    return discord.Interaction(data=payload, state=_bot()._connection), options, resolved


def _is_sent(value: object, kind: int) -> bool:
    """Whether Discord's client lets this through."""
    if type(value) is not _TYPES[kind]:
        return False
    if isinstance(value, str):
        return 0 < len(value) <= _MOST_TYPED
    return kind == _BOOLEAN or abs(value) <= _MOST_WHOLE  # type: ignore[arg-type]  # a number


def _user(name: str) -> dict[str, Any]:
    return {"id": _ID, "username": name, "discriminator": "0", "global_name": name, "avatar": None}


def _member(name: str) -> dict[str, Any]:
    return {"roles": [], "nick": name, "joined_at": None, "deaf": False, "mute": False, "flags": 0, "permissions": "0"}


def _file(name: str) -> dict[str, Any]:
    return {"id": _ID, "filename": name, "size": 1, "url": "http://a.example/", "proxy_url": "http://a.example/"}


def _role(name: str) -> dict[str, Any]:
    return {"id": _ID, "name": name, "permissions": "0", "position": 1, "color": 0, "hoist": False, "managed": False}


def _channel(name: str) -> dict[str, Any]:
    return {"id": _ID, "name": name, "type": 0, "permissions": "0", "position": 0}


_RESOLVED: Mapping[int, Any] = {
    6: lambda name: {"users": {_ID: _user(name)}, "members": {_ID: _member(name)}},
    7: lambda name: {"channels": {_ID: _channel(name)}},
    8: lambda name: {"roles": {_ID: {**_role(name), "mentionable": False, "flags": 0}}},
    11: lambda name: {"attachments": {_ID: _file(name)}},
}
"""What Discord tells of somebody or something that was chosen, by the type of the option."""

_ENVELOPE: Mapping[str, Any] = {
    "id": "1",
    "application_id": "2",
    "type": 2,
    "token": "t",
    "version": 1,
    "attachment_size_limit": 1,
    "guild_id": _GUILD,
    "channel_id": _CHANNEL,
    "channel": {**_channel("here"), "id": _CHANNEL},
    "guild": {"id": _GUILD, "locale": "en-US", "features": []},
    "member": {**_member("somebody"), "user": {**_user("somebody"), "id": _USER}},
}

_AS_TYPED = ("model", "prompt", "resolution", "audio", "negative_prompt", "seed", "shots", "template")
_WISHES = {**dict(zip(_AS_TYPED, _AS_TYPED, strict=True)), "duration": "duration_seconds"}


@cache
def _bot() -> FirstframeBot:
    return asyncio.run(_furnished())


async def _furnished() -> FirstframeBot:
    """The bot with all its commands, which no network and no open book is behind."""
    with TemporaryDirectory() as folder:
        async with books(Path(folder)) as kept:
            bot = FirstframeBot()
            rooms, _ = rooms_for(bot, kept, Path(folder), "http://127.0.0.1", ScriptedProvider())
            await bot.set_up(rooms)
            itself: Any = {**_user("firstframe"), "id": "2"}
            bot._connection.user = discord.ClientUser(state=bot._connection, data=itself)
            return bot


@cache
def _commands() -> "Mapping[str, app_commands.Command[Any, ..., Any]]":
    found = _bot().tree.walk_commands(type=discord.AppCommandType.chat_input)
    return {command.qualified_name: command for command in found if isinstance(command, app_commands.Command)}


TARGET = Target(seeds, try_one, trees.changed, as_bytes=False)
