"""What moderators use: long commands with roles and channels, rights by role, forms from messages, private pages."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from sandbox.discord.world import (
    AFTER_DARK,
    BOT,
    BOT_LOG,
    CLIPS,
    MEMBER,
    ROLE_HELPERS,
    ROLE_MAKERS,
    SECOND_MEMBER,
    THREAD,
    USER_MODERATOR,
)
from tests.sandbox.discord_place import Place, place, place_with_bot
from tests.sandbox.moderating_bot import MODERATING

AS_MODERATOR: dict[str, Any] = {"as": USER_MODERATOR}


async def names(here: Place, who: str) -> set[str]:
    return {one["name"] for one in (await here.get("world", **{"as": who, "channel": CLIPS}))["commands"]}


def test_three_words_with_a_role_a_channel_or_anybody_reach_the_bot() -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, bot):
            await here.run("rules set role", {"role": ROLE_MAKERS, "credits_a_day": 50}, **AS_MODERATOR)
            await here.run("rules set channel", {"channel": AFTER_DARK}, **AS_MODERATOR)
            await here.run("rules set anybody", {"who": ROLE_HELPERS}, **AS_MODERATOR)
            await here.post(f"members/{MEMBER}", {"roles": ["Makers"]})
            await here.run("rules set anybody", {"who": MEMBER}, **AS_MODERATOR)
            assert bot.seen == [
                ("Makers", 0x2ECC71, 50),
                ("after-dark", True, ""),
                (discord.Role, ["Helpers"]),
                (discord.Member, ["@everyone", "Makers"]),
            ]
            told = await here.messages(USER_MODERATOR)
            assert told[0]["interaction"]["name"] == "rules set role"

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("rules set", {}, "/rules set needs one of its subcommands: role, channel, anybody."),
        ("rules set king", {}, "There is no command rules set king."),
        ("rules set role", {"role": "1", "credits_a_day": 5}, "role is no role here."),
        ("rules set role", {"role": ROLE_MAKERS, "credits_a_day": "many"}, "credits_a_day is a whole number."),
        ("rules set channel", {"channel": THREAD}, "channel is no channel that can be chosen."),
        ("rules set anybody", {"who": "1"}, "who is nobody here."),
    ],
)
def test_what_does_not_fit_a_long_command_is_refused(command: str, options: dict[str, Any], sentence: str) -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, bot):
            body = {**AS_MODERATOR, "channel": CLIPS, "command": command, "options": options}
            assert await here.post("commands", body) == {"error": sentence}
            assert bot.seen == []

    asyncio.run(scene())


def test_a_channel_one_does_not_see_cannot_be_chosen() -> None:
    async def scene() -> None:
        async with place() as here:
            where = {"name": "where", "description": "x", "type": 7}
            goto = {"name": "goto", "description": "x", "options": [where]}
            await here.rest("POST", f"/applications/{BOT}/commands", goto)
            body = {"as": MEMBER, "channel": CLIPS, "command": "goto", "options": {"where": BOT_LOG}}
            assert await here.post("commands", body) == {"error": "where is no channel that can be chosen."}
            assert "interaction_id" in await here.post("commands", {**body, **AS_MODERATOR})

    asyncio.run(scene())


def test_a_number_is_completed_while_one_types_and_nothing_is_resolved_yet() -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, bot):
            options = {"role": ROLE_MAKERS, "credits_a_day": "5"}
            body = {"channel": CLIPS, "command": "rules set role", "options": options, "focused": "credits_a_day"}
            suggested = await here.post("autocomplete", {**AS_MODERATOR, **body})
            assert [one["value"] for one in suggested["choices"]] == [5, 50, 500]
            assert bot.seen == [(discord.Object, "5")]

    asyncio.run(scene())


def test_a_role_without_manage_server_gets_a_command_that_the_server_lets_it_use() -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, bot):
            options = {"role": ROLE_MAKERS, "credits_a_day": 50}
            run = {"as": MEMBER, "channel": CLIPS, "command": "rules set role", "options": options}
            refused = {"error": "You do not have permission to use rules set role."}
            await here.post(f"members/{MEMBER}", {"roles": ["Helpers"]})
            assert await here.post("commands", run) == refused
            said = await here.post("commands/permissions", {"command": "rules", "role": "Helpers", "allowed": True})
            assert said["roles"] == {ROLE_HELPERS: True}
            assert ("rules" in await names(here, MEMBER), "rules" in await names(here, SECOND_MEMBER)) == (True, False)
            await here.run("rules set role", options, **{"as": MEMBER})
            assert bot.seen == [("Makers", 0x2ECC71, 50)]
            await here.post("commands/permissions", {"command": "rules", "role": ROLE_HELPERS, "allowed": None})
            assert await here.post("commands", run) == refused
            listed = (await here.get("commands/permissions"))["commands"]
            assert {one["command"]: one["roles"] for one in listed}["rules"] == {}

    asyncio.run(scene())


def test_a_command_can_be_kept_from_a_role_and_from_everyone() -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, _):
            await here.post("commands/permissions", {"command": "whereami", "role": "@everyone", "allowed": False})
            assert "whereami" not in await names(here, MEMBER)
            await here.post("commands/permissions", {"command": "whereami", "role": "Makers", "allowed": True})
            await here.post("commands/permissions", {"command": "whereami", "role": "Helpers", "allowed": False})
            await here.post(f"members/{MEMBER}", {"roles": ["Helpers"]})
            assert "whereami" not in await names(here, MEMBER)
            await here.post(f"members/{MEMBER}", {"roles": ["Helpers", "Makers"]})
            assert "whereami" in await names(here, MEMBER)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"command": "rules set", "role": "Makers", "allowed": True}, "There is no command rules set; subcommands"),
        ({"command": "say", "role": "Kings", "allowed": True}, "There is no role Kings."),
        ({"command": "say", "role": "Makers", "allowed": "yes"}, "allowed is true, false, or null"),
        ({"role": "Makers", "allowed": True}, "command is missing."),
    ],
)
def test_a_permission_that_makes_no_sense_is_refused(body: dict[str, Any], sentence: str) -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, _):
            assert (await here.post("commands/permissions", body))["error"].startswith(sentence)

    asyncio.run(scene())


def test_a_form_opens_from_the_bots_own_message_and_comes_back_with_a_role() -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, _):
            await here.run("say", {"text": "a clip"})
            (clip,) = await here.messages()
            opened = await here.run("Remove it", target=clip["id"], **AS_MODERATOR)
            assert opened["state"] == "modal"
            values = {"reason": "off topic", "role": [ROLE_MAKERS]}
            form = {**AS_MODERATOR, "interaction_id": opened["id"], "values": values}
            assert (await here.settled(await here.post("modals", form)))["state"] == "answered"
            (told,) = await here.messages(USER_MODERATOR)
            assert (told["content"], told["ephemeral"]) == ("Removed: off topic Makers", True)
            assert await here.messages(MEMBER) == []

    asyncio.run(scene())


@pytest.mark.parametrize("hidden", [True, False])
def test_pages_are_turned_in_place_with_their_files_and_closed(hidden: bool) -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, _):
            await here.run("pages", {"hidden": hidden})
            (first,) = await here.messages()
            assert [one["filename"] for one in first["attachments"]] == ["page-1.csv"]
            for pressed, content, file in (("next", "page 2", "page-2.csv"), ("last", "page 9", "page-9.csv")):
                await here.press(first, pressed)
                turned = await shows(here, content)
                assert [one["filename"] for one in turned["attachments"]] == [file]
                assert (turned["id"], turned["ephemeral"]) == (first["id"], hidden)
            with here.hub.subscribe(MEMBER) as events:
                await here.press(first, "close")
                while (await here.messages()) != []:
                    await events.get()

    asyncio.run(scene())


async def shows(here: Place, content: str) -> dict[str, Any]:
    """Give the one message once it says this."""
    with here.hub.subscribe(MEMBER) as events:
        while (message := (await here.messages())[0])["content"] != content:
            await events.get()
    return dict(message)


def test_a_bot_deletes_others_messages_only_where_it_may_manage_them() -> None:
    async def scene() -> None:
        async with place() as here:
            written = await here.post(f"channels/{CLIPS}/messages", {"as": MEMBER, "content": "mine"})
            path = f"/channels/{CLIPS}/messages/{written['id']}"
            assert (await here.rest("DELETE", path))[1]["code"] == 50013
            here.service.settings.merge({"permissions": {CLIPS: {"manage": True}}})
            assert await here.rest("DELETE", path) == (204, None)

    asyncio.run(scene())
