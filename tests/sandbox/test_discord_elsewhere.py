"""A bot that people added to their own account: in a server and a group where the bot itself is not."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
import pytest

from sandbox.discord.world import (
    ELSEWHERE,
    GROUP,
    GUILD,
    HANGOUT,
    MEMBER,
    OPERATOR,
    ROLE_MAKERS,
    SECOND_MEMBER,
    USER_MODERATOR,
)
from tests.sandbox.discord_place import JSON, Place, place, place_with_bot
from tests.sandbox.roaming_bot import ROAMING


async def names(here: Place, who: str, channel: str) -> set[str]:
    world = await here.get("world", **{"as": who, "channel": channel})
    return {one["name"] for one in world["commands"]}


async def last(here: Place, who: str, channel: str) -> JSON:
    return (await here.messages(who, channel))[-1]


def test_commands_for_accounts_are_there_for_those_alone_who_added_the_bot() -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, _):
            absent = {"error": "The bot is not here, and you have not added it to your account."}
            run = {"as": MEMBER, "channel": HANGOUT, "command": "roam"}
            assert await here.post("commands", run) == absent
            assert await names(here, MEMBER, HANGOUT) == set()
            told = await here.post(f"members/{MEMBER}", {"installed": True})
            assert told == {"id": MEMBER, "roles": [], "installed": True, "direct_messages": True}
            for place_id in (HANGOUT, GROUP):
                assert await names(here, MEMBER, place_id) == {"roam", "takes", "remix"}
                assert await names(here, SECOND_MEMBER, place_id) == set()
            only_in_server = {**run, "command": "say", "options": {"text": "x"}}
            assert await here.post("commands", only_in_server) == {"error": "say cannot be used in this channel."}

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("channel", "kind"),
    [(HANGOUT, discord.InteractionType.application_command), (GROUP, None)],
    ids=["server", "group"],
)
def test_an_answer_with_a_clip_comes_by_the_token_where_the_bot_is_not(channel: str, kind: Any) -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, bot):
            ran = await here.run("roam", {"private": False}, channel=channel, install="user")
            await here.until("answered", ran)
            asked = bot.seen.pop()
            assert asked.is_user_integration()
            assert not asked.is_guild_integration()
            assert asked.guild_id == (int(ELSEWHERE) if kind else None)
            assert asked.context.guild == bool(kind)
            assert asked.context.private_channel != bool(kind)
            message = await last(here, SECOND_MEMBER, channel)
            assert message["attachments"][0]["content_type"] == "video/mp4"
            owners = message["interaction_metadata"]["authorizing_integration_owners"]
            assert owners == {"1": MEMBER}
            assert (await here.rest("GET", f"/channels/{channel}"))[1]["code"] == 50001
            assert (await here.rest("POST", f"/channels/{channel}/messages", {"content": "x"}))[1]["code"] == 50001
            assert await here.rest("GET", f"/guilds/{ELSEWHERE}") == (404, {"message": "Unknown Guild", "code": 10004})

    asyncio.run(scene())


def test_a_button_there_says_who_added_the_bot_whoever_presses_it() -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, bot):
            await here.until("answered", await here.run("roam", channel=HANGOUT, install="user"))
            await here.press(await last(here, MEMBER, HANGOUT), "roam-again", who=SECOND_MEMBER)
            pressed = bot.seen.pop()
            assert pressed.user.id == int(SECOND_MEMBER)
            assert pressed._integration_owners == {1: int(MEMBER)}
            assert (await last(here, SECOND_MEMBER, HANGOUT))["content"] == "Again."
            assert (await last(here, MEMBER, HANGOUT))["content"] == "Here it is."

    asyncio.run(scene())


def test_in_the_bots_own_server_both_installations_are_named_and_in_its_messages_too() -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, bot):
            await here.until("answered", await here.run("roam"))
            assert bot.seen.pop()._integration_owners == {0: int(GUILD)}
            await here.post(f"members/{MEMBER}", {"installed": True})
            await here.until("answered", await here.run("roam"))
            assert bot.seen.pop()._integration_owners == {0: int(GUILD), 1: int(MEMBER)}
            direct = str(int(MEMBER) + 400)
            await here.until("answered", await here.run("roam", channel=direct))
            assert bot.seen.pop()._integration_owners == {0: 0, 1: int(MEMBER)}

    asyncio.run(scene())


def test_five_follow_ups_are_all_there_are_where_the_bot_is_not() -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, bot):
            for channel, sent in ((HANGOUT, 5), (GROUP, 5)):
                await here.until("answered", await here.run("roam", channel=channel, install="user"))
                asked = bot.seen.pop()
                for number in range(sent):
                    await asked.followup.send(f"more {number}", ephemeral=True)
                with pytest.raises(discord.HTTPException) as refused:
                    await asked.followup.send("one too many")
                assert refused.value.code == 40094
                await asked.edit_original_response(content="changed")  # edits are not counted
            await here.until("answered", await here.run("roam"))
            asked = bot.seen.pop()
            for number in range(7):
                await asked.followup.send(f"more {number}")

    asyncio.run(scene())


def test_a_private_answer_is_edited_to_hold_a_clip_that_its_member_alone_sees() -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, _):
            ran = await here.run("roam", {"private": True}, channel=HANGOUT, install="user")
            await here.until("answered", ran)
            message = await last(here, MEMBER, HANGOUT)
            assert message["ephemeral"]
            assert message["attachments"][0]["ephemeral"]
            assert await here.messages(SECOND_MEMBER, HANGOUT) == []
            async with here.session.get(message["attachments"][0]["url"]) as file:
                assert file.status == 200
                assert len(await file.read()) == message["attachments"][0]["size"]

    asyncio.run(scene())


def test_a_members_roles_stay_in_the_bots_server() -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, bot):
            await here.post(f"members/{MEMBER}", {"roles": [ROLE_MAKERS], "installed": True})
            await here.until("answered", await here.run("roam", channel=HANGOUT))
            asked = bot.seen.pop()
            assert [role for role in asked.user.roles if role is not None and role.id == int(ROLE_MAKERS)] == []
            assert not asked.permissions.manage_guild

    asyncio.run(scene())


def test_only_who_owns_the_other_server_deletes_the_messages_of_others_in_it() -> None:
    async def scene() -> None:
        async with place() as here:
            said = await here.post(f"channels/{HANGOUT}/messages", {"as": MEMBER, "content": "hello"})
            path = f"messages/{HANGOUT}/{said['id']}/delete"
            for who in (USER_MODERATOR, OPERATOR):
                refused = await here.post(path, {"as": who})
                assert refused == {"error": "Only its author or a moderator can delete this message."}
            assert await here.post(path, {"as": SECOND_MEMBER}) == {}
            assert await here.messages(MEMBER, HANGOUT) == []

    asyncio.run(scene())


def test_a_group_is_there_for_its_people_alone() -> None:
    async def scene() -> None:
        async with place() as here:
            for who, there in ((USER_MODERATOR, True), (OPERATOR, False)):
                channels = (await here.get("world", **{"as": who}))["channels"]
                assert (GROUP in {one["id"] for one in channels}) is there

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"installed": 1}, "installed is true or false."),
        ({"direct_messages": "no"}, "direct_messages is true or false."),
        ({"colour": "red"}, "A member has no colour; there are roles, installed, direct_messages."),
    ],
)
def test_what_is_no_setting_of_a_member_is_refused(said: JSON, sentence: str) -> None:
    async def scene() -> None:
        async with place() as here:
            assert await here.post(f"members/{MEMBER}", said) == {"error": sentence}
            run = {"as": MEMBER, "channel": HANGOUT, "command": "roam", "install": "server"}
            refused = await here.post("commands", run)
            assert refused == {"error": "install is user, for a member who adds the bot to their own account."}

    asyncio.run(scene())
