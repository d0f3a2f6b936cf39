"""Registering commands, and what Discord's client lets a person put into them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.discord.world import BOT, CLIPS, GENERAL, GUILD, MEMBER, ROLE_MODERATOR, SECOND_MEMBER, USER_MODERATOR
from tests.sandbox.discord_place import Place, place

COMMANDS = f"/applications/{BOT}/commands"
JSON = dict[str, Any]
Scene = Callable[[Place], Awaitable[None]]


def play(scene: Scene) -> None:
    async def run() -> None:
        async with place() as here:
            await scene(here)

    asyncio.run(run())


def option(name: str, kind: int, **facts: Any) -> JSON:
    return {"name": name, "description": "x", "type": kind, **facts}


def command(name: str = "make", *options: JSON, **facts: Any) -> JSON:
    return {"name": name, "description": "x", "type": 1, "options": list(options), **facts}


CHOICES = [{"name": "short", "value": 5}, {"name": "long", "value": 10}]
PEOPLE = ["member", "second.member", "moderator", "operator"]
EVERY_KIND = command(
    "make",
    option("what", 3, required=True, min_length=2, max_length=5),
    option("length", 4, choices=CHOICES),
    option("seed", 4, min_value=0, max_value=9),
    option("loud", 5),
    option("who", 6),
    option("where", 7, channel_types=[0]),
    option("rank", 8),
    option("any", 9),
    option("speed", 10, max_value=1.5),
    option("image", 11),
)


def test_a_command_keeps_its_id_and_its_version_as_long_as_it_is_the_same() -> None:
    async def scene(here: Place) -> None:
        _, first = await here.rest("PUT", COMMANDS, [command(), command("other")])
        _, same = await here.rest("PUT", COMMANDS, [command()])
        assert same == first[:1]
        _, changed = await here.rest("PUT", COMMANDS, [command(description="new")])
        assert changed[0]["id"] == first[0]["id"]
        assert changed[0]["version"] != first[0]["version"]
        assert (await here.rest("GET", COMMANDS))[1] == changed
        assert (await here.rest("GET", f"{COMMANDS}/{first[1]['id']}"))[1]["code"] == 10063

    play(scene)


def test_commands_are_added_changed_and_removed_one_by_one_also_in_the_server() -> None:
    async def scene(here: Place) -> None:
        for path in (COMMANDS, f"/applications/{BOT}/guilds/{GUILD}/commands"):
            _, made = await here.rest("POST", path, command(default_member_permissions=32))
            assert made["default_member_permissions"] == "32"
            _, changed = await here.rest("PATCH", f"{path}/{made['id']}", {"description": "new"})
            assert (changed["description"], changed["name"]) == ("new", "make")
            assert (await here.rest("DELETE", f"{path}/{made['id']}")) == (204, None)
            assert (await here.rest("GET", path)) == (200, [])

    play(scene)


@pytest.mark.parametrize(
    ("commands", "sentence"),
    [
        ([command("Make")], "Command name is invalid"),
        ([command("a b")], "Command name is invalid"),
        ([command("x" * 33)], "Must be between 1 and 32 in length."),
        ([command(description="")], "Must be between 1 and 100 in length."),
        ([command(), command()], "Application command names must be unique"),
        ([command("make", option("a", 3), option("a", 3))], "Option names must be unique"),
        ([command("make", option("a", 3), option("b", 3, required=True))], "Required options must be placed before"),
        ([command("make", option("a", 3, choices=CHOICES * 13))], "Must be 25 or fewer in length."),
        ([command("make", option("a", 3, choices=CHOICES, autocomplete=True))], "cannot be used together"),
        ([{"name": f"Menu {n}", "type": 3} for n in range(6)], "Maximum number of application commands"),
        ([{"name": "Menu", "type": 2, "description": "x"}], "cannot have description or options"),
    ],
)
def test_commands_keep_discords_rules_or_nothing_is_registered(commands: list[JSON], sentence: str) -> None:
    async def scene(here: Place) -> None:
        status, error = await here.rest("PUT", COMMANDS, commands)
        assert (status, error["code"]) == (400, 50035)
        assert sentence in json.dumps(error)
        assert await here.rest("GET", COMMANDS) == (200, [])

    play(scene)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "what is required."),
        ({"what": "x"}, "what takes 2 to 5 characters, not 1."),
        ({"what": "xxxxxx"}, "what takes 2 to 5 characters, not 6."),
        ({"what": 7}, "what is a text."),
        ({"what": "abc", "length": 7}, "length is one of short, long."),
        ({"what": "abc", "seed": 10}, "seed is at most 9."),
        ({"what": "abc", "seed": -1}, "seed is at least 0."),
        ({"what": "abc", "seed": "x"}, "seed is a whole number."),
        ({"what": "abc", "loud": "maybe"}, "loud is true or false."),
        ({"what": "abc", "who": "1"}, "who is nobody here."),
        ({"what": "abc", "where": "1"}, "where is no channel that can be chosen."),
        ({"what": "abc", "rank": "1"}, "rank is no role here."),
        ({"what": "abc", "speed": 2}, "speed is at most 1.5."),
        ({"what": "abc", "image": "a.png"}, "image is a file."),
        ({"what": "abc", "colour": "red"}, "There is no option colour."),
    ],
)
def test_options_are_checked_before_anything_is_sent(options: JSON, sentence: str) -> None:
    async def scene(here: Place) -> None:
        await here.rest("PUT", COMMANDS, [EVERY_KIND])
        body = {"as": MEMBER, "channel": CLIPS, "command": "make", "options": options}
        assert await here.post("commands", body) == {"error": sentence}

    play(scene)


def test_an_interaction_carries_every_kind_of_option_with_what_it_names() -> None:
    async def scene(here: Place) -> None:
        await here.rest("PUT", COMMANDS, [EVERY_KIND])
        options = {
            "what": "abc", "length": 5, "seed": "3", "loud": True, "who": SECOND_MEMBER, "where": GENERAL,
            "rank": ROLE_MODERATOR, "any": USER_MODERATOR, "speed": 0.5,
        }  # fmt: skip
        body = {"as": MEMBER, "channel": CLIPS, "command": "make", "options": options}
        async with here.session.ws_connect(here.service.gateway.url) as socket:
            properties = {"os": "linux", "browser": "test", "device": "test"}
            await socket.send_json(
                {"op": 2, "d": {"token": "a.token.for-tests", "intents": 1, "properties": properties}}
            )
            await here.service.ready.wait()
            await here.post("commands", body, {"image": ("a.txt", b"text")})
            while (frame := await socket.receive_json())["t"] != "INTERACTION_CREATE":
                continue
        data = frame["d"]["data"]
        values = {one["name"]: one["value"] for one in data["options"]}
        (attachment,) = data["resolved"]["attachments"].values()
        assert values == {**options, "seed": 3, "image": attachment["id"]}
        assert attachment["ephemeral"]
        assert set(data["resolved"]["users"]) == set(data["resolved"]["members"]) == {SECOND_MEMBER, USER_MODERATOR}
        assert set(data["resolved"]["roles"]) == {ROLE_MODERATOR}
        assert data["resolved"]["channels"][GENERAL]["name"] == "general"
        assert frame["d"]["attachment_size_limit"] == 10 * 1024 * 1024

    play(scene)


@pytest.mark.parametrize(
    ("registered", "path", "sentence"),
    [
        ([], "make", "There is no command make."),
        ([command("limits", option("set", 1))], "limits", "/limits needs one of its subcommands: set."),
        ([command("limits", option("set", 1))], "limits get", "There is no command limits get."),
        ([command(default_member_permissions=0)], "make", "You do not have permission to use make."),
        ([command(contexts=[1])], "make", "make cannot be used in this channel."),
        ([{"name": "Greet", "type": 2}], "Greet", "target is the id of a user."),
    ],
)
def test_what_cannot_be_run_is_refused_in_one_sentence(registered: list[JSON], path: str, sentence: str) -> None:
    async def scene(here: Place) -> None:
        assert (await here.rest("PUT", COMMANDS, registered))[0] == 200
        body = {"as": MEMBER, "channel": CLIPS, "command": path}
        assert await here.post("commands", body) == {"error": sentence}

    play(scene)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"channel": CLIPS, "command": "make"}, "as is missing."),
        ({"as": BOT, "channel": CLIPS, "command": "make"}, f"There is nobody {BOT} one can be here."),
        ({"as": MEMBER, "channel": "1", "command": "make"}, "There is no channel 1."),
    ],
)
def test_a_call_without_its_facts_is_refused(body: JSON, sentence: str) -> None:
    async def scene(here: Place) -> None:
        assert await here.post("commands", body) == {"error": sentence}

    play(scene)


def test_the_world_has_the_server_its_people_and_the_channels_of_who_asks() -> None:
    async def scene(here: Place) -> None:
        world = await here.get("world", **{"as": MEMBER})
        assert world["guild"]["name"] == "Firstframe Studio"
        assert [one["username"] for one in world["users"]] == [*PEOPLE, "Firstframe"]
        assert [one["moderator"] for one in world["users"]] == [False, False, True, True, False]
        assert [one["username"] for one in world["users"] if one["operator"]] == ["operator"]
        servers = ["clips", "general", "announcements", "previews", "after-dark", "ideas", "lake series"]
        open_to_all = [*servers, "Rain on a window", "hangout", "Firstframe", "Weekend film"]
        assert [one["name"] for one in world["channels"]] == open_to_all
        assert [one["name"] for one in world["channels"] if one["nsfw"]] == ["after-dark"]
        assert world["bot"]["user_id"] == BOT

    play(scene)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"upload_limit_bytes": 0}, "upload_limit_bytes is a whole number above 0."),
        ({"permissions": []}, "permissions is an object with channel ids as keys."),
        ({"permissions": {"1": {"send": False}}}, "There is no channel 1."),
        ({"permissions": {CLIPS: {"send": "no"}}}, "A channel's permissions are an object of true and false."),
        (
            {"permissions": {CLIPS: {"fly": True}}},
            "Unknown permission fly; there are view, send, attach, history, manage.",
        ),
    ],
)
def test_settings_that_make_no_sense_change_nothing(changes: JSON, sentence: str) -> None:
    async def scene(here: Place) -> None:
        before = here.service.settings.view()
        with pytest.raises(ValueError, match=sentence):
            here.service.settings.merge(changes)
        assert here.service.settings.view() == before

    play(scene)
