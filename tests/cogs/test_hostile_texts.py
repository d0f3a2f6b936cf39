"""Texts that mean no good, in every option of every command and in every name, come out harmless wherever they show."""

import asyncio
import csv
import io
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands

from engine import ClipOptions
from sandbox.discord.world import CLIPS, MEMBER, OPERATOR, ROLE_MAKERS, SECOND_MEMBER, USER_MODERATOR, direct_id
from tests.cogs.scene import Message, Scene, scene
from tests.fuzz import markup
from tests.media.pictures import photo, saved
from tests.media.sounds import tone

HOSTILE = (
    f"=1+1 @everyone <@{SECOND_MEMBER}> <@&{ROLE_MAKERS}> [free](http://x.example) **b** `c` ||s|| \u202etxet\u2066"
    f"\u200b\0\r\n2026-01-01 00:00:00,000 INFO    bot: forged\n# big\n-# small\n>>> all e{chr(0x301) * 30} שלום 12"
    " \ud83d discord.gg/abc <#1> <t:0:R> </a:1> ```\nx"
)

_IDS = {
    discord.AppCommandOptionType.user: SECOND_MEMBER,
    discord.AppCommandOptionType.channel: CLIPS,
    discord.AppCommandOptionType.role: ROLE_MAKERS,
    discord.AppCommandOptionType.boolean: True,
}
_FILES = {
    "image": ("@everyone \u202egpj.png", saved(photo(), "JPEG")),
    "soundtrack": ("**x** \u202e3pm.wav", tone("wav", 3.5)),
}
_OWN_LINKS = "https://discord.com/channels/"


def _value(option: app_commands.Parameter) -> Any:
    """What a hostile person would put there, as far as Discord's client lets them."""
    if option.choices:
        return option.choices[0].value
    if option.type is discord.AppCommandOptionType.string:
        return HOSTILE[: int(option.max_value or 6000)]
    if option.type is discord.AppCommandOptionType.integer:
        return int(option.min_value or 1)
    return _IDS.get(option.type)


def _options(command: "app_commands.Command[Any, ..., Any]", only: str | None = None) -> dict[str, Any]:
    """Every option, or with what has to be there just one of them."""
    asked = [option for option in command.parameters if option.required or only in (None, option.name)]
    return {option.name: _value(option) for option in asked if option.type.name != "attachment"}


def _ways(command: "app_commands.Command[Any, ..., Any]") -> list[dict[str, Any]]:
    """With all options, and with each text alone: where one is refused, the others are not looked at."""
    typed = [option.name for option in command.parameters if isinstance(_value(option), str) and not option.choices]
    ways = [_options(command), *(_options(command, name) for name in typed)]
    return [way for number, way in enumerate(ways) if way not in ways[:number]]


async def _said(at: Scene, command: "app_commands.Command[Any, ..., Any]", options: dict[str, Any]) -> None:
    """Run it, as somebody who may, where it can be."""
    operators = command.qualified_name.startswith("operator")
    who, where = (OPERATOR, direct_id(OPERATOR)) if operators else (USER_MODERATOR, CLIPS)
    files = {name: file for name, file in _FILES.items() if any(one.name == name for one in command.parameters)}
    body = {"as": who, "channel": where, "command": command.qualified_name, "options": options}
    opened = await at.here.post("commands", body, files or None)
    assert "interaction_id" in opened, (command.qualified_name, opened)
    if not (await at.here.settled(opened))["modal"]:
        await at.answer(opened, who, where)


def _commands(at: Scene) -> "list[app_commands.Command[Any, ..., Any]]":
    found = at.bot.tree.walk_commands(type=discord.AppCommandType.chat_input)
    return [command for command in found if isinstance(command, app_commands.Command)]


def _check(message: Message) -> None:
    """Nobody is called but by us, nothing of theirs is a mark, and it fits."""
    said = message["content"]
    assert message["mention_everyone"] is False, said
    assert message["mention_roles"] == [], said
    assert not markup.unwanted(said), (markup.unwanted(said), said)
    assert not markup.reordering(said), said
    marks = markup.marks(said)
    assert "@everyone" not in marks, said
    assert "]" not in marks, said
    assert marks.count("address") == said.count(_OWN_LINKS), said
    for text in (*_labels(message), *(file.get("description") or "" for file in message["attachments"])):
        assert not markup.unwanted(text), text
        assert "forged" not in text or "\n" not in text


def _labels(message: Message) -> list[str]:
    return [part.get("label") or "" for row in message["components"] for part in row.get("components", [])]


async def _all_messages(at: Scene) -> list[Message]:
    places = [(USER_MODERATOR, CLIPS), (MEMBER, CLIPS), (OPERATOR, direct_id(OPERATOR)), (MEMBER, direct_id(MEMBER))]
    return [message for who, where in places for message in await at.here.messages(who, where)]


def _name_everything(at: Scene) -> None:
    """Everybody and every channel by a name that Discord would let through, and worse."""
    world = at.here.service.world
    for user_id in (MEMBER, SECOND_MEMBER):
        world.users[user_id] = replace(world.users[user_id], global_name=HOSTILE[:200].replace("\ud83d", ""))


def test_every_option_of_every_command_with_a_hostile_text(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> list[Message]:
        async with scene(tmp_path) as at:
            _name_everything(at)
            for command in _commands(at):
                for options in _ways(command):
                    await _said(at, command, options)
            return [message for message in await _all_messages(at) if message["author"].get("bot")]

    caplog.set_level(logging.INFO)
    messages = asyncio.run(run())
    assert len(messages) > 60
    for message in messages:
        _check(message)
    broke = [record.getMessage() for record in caplog.records if record.exc_info]
    assert not broke, broke


def test_what_is_asked_of_a_clip_with_hostile_words_comes_out_harmless(tmp_path: Path) -> None:
    async def run() -> list[Message]:
        async with scene(tmp_path) as at:
            words = HOSTILE.replace("\ud83d", "")
            options = ClipOptions(5, "720P", 1, prompt=words, negative_prompt=words[:500], template=words[:100])
            job = await at.posted(at=datetime.now(UTC), options=options)
            batch = await at.post(await at.ready(2, count=2, at=datetime.now(UTC), options=options), datetime.now(UTC))
            clips = [message for message in await at.here.messages() if message["attachments"]]
            assert {str(one.clip_message_id) for one in (job, *batch)} == {clip["id"] for clip in clips}
            answers = [await at.press(clips[0], "Details"), await at.say("jobs", MEMBER)]
            answers += [await at.on_message("Who asked for this?", clip["id"]) for clip in clips]
            return [*clips, *answers]

    for message in asyncio.run(run()):
        _check(message)


def test_tables_hold_no_formula_and_no_line_that_somebody_else_wrote(tmp_path: Path) -> None:
    async def run() -> str:
        async with scene(tmp_path) as at:
            for text in ("=1+1", "+1", "-1", "@x", "\t=1", 'x";=1+1', "x\n=1+1"):
                await at.say("block add", member=MEMBER, reason=text)
                await at.say("words add", phrase=f"{text} word")
            record = await at.say("audit")
            pressed = await at.press(record, "Export CSV")
            async with at.here.session.get(pressed["attachments"][0]["url"]) as answer:
                return (await answer.read()).decode("utf-8-sig")

    table = list(csv.reader(io.StringIO(asyncio.run(run()))))
    assert len(table) == 15
    assert {len(row) for row in table} == {len(table[0])}
    cells = [cell for row in table[1:] for cell in row]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
