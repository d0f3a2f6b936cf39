"""Roles, private and age-restricted channels, threads: who sees what there, and what the bot is told of them."""

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
    GUILD,
    MEMBER,
    MODERATORS,
    OPERATOR,
    ROLE_BOT,
    ROLE_HELPERS,
    ROLE_MAKERS,
    ROLE_MODERATOR,
    ROLE_PATRONS,
    SECOND_MEMBER,
    THREAD,
    USER_MODERATOR,
)
from tests.sandbox.discord_place import Place, place, place_with_bot
from tests.sandbox.moderating_bot import MODERATING


async def channel_names(here: Place, who: str) -> set[str]:
    return {one["name"] for one in (await here.get("world", **{"as": who}))["channels"]}


def test_roles_given_and_taken_reach_the_bot_with_what_they_permit() -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, bot):
            await here.post(f"members/{MEMBER}", {"roles": ["Patrons", ROLE_MAKERS]})
            await here.run("whereami")
            given = bot.seen.pop()
            assert [role.name for role in given.user.roles] == ["@everyone", "Makers", "Patrons"]
            assert not given.permissions.manage_guild
            await here.post(f"members/{MEMBER}", {"roles": [ROLE_MODERATOR]})
            await here.run("whereami")
            assert [role.name for role in bot.seen[-1].user.roles] == ["@everyone", "Moderators"]
            assert bot.seen.pop().permissions.manage_guild
            guild = bot.get_guild(int(GUILD))
            assert guild is not None
            fetched = await guild.fetch_member(int(MEMBER))
            assert [role.id for role in fetched.roles[1:]] == [int(ROLE_MODERATOR)]
            await here.post(f"members/{MEMBER}", {"roles": []})
            assert len((await guild.fetch_member(int(MEMBER))).roles) == 1

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("user", "roles", "sentence"),
    [
        (MEMBER, ["Kings"], "There is no role Kings."),
        (MEMBER, [GUILD], "@everyone can neither be given nor taken away."),
        (MEMBER, [ROLE_BOT], "Firstframe can neither be given nor taken away."),
        (MEMBER, "Makers", "roles is a list of roles, by id or name."),
        (BOT, ["Makers"], f"There is nobody {BOT} whose roles can be changed."),
    ],
)
def test_roles_that_cannot_be_given_are_refused(user: str, roles: Any, sentence: str) -> None:
    async def scene() -> None:
        async with place() as here:
            assert await here.post(f"members/{user}", {"roles": roles}) == {"error": sentence}
            assert (await here.rest("GET", f"/guilds/{GUILD}/members/{MEMBER}"))[1]["roles"] == []

    asyncio.run(scene())


def test_the_world_shows_roles_and_who_has_them() -> None:
    async def scene() -> None:
        async with place() as here:
            await here.post(f"members/{SECOND_MEMBER}", {"roles": ["Helpers", "Makers"]})
            world = await here.get("world", **{"as": MEMBER})
            names = [one["name"] for one in world["roles"] if one["ordinary"]]
            assert names == ["Moderators", "Helpers", "Patrons", "Makers"]
            roles = {one["username"]: one["roles"] for one in world["users"]}
            assert roles["second.member"] == [ROLE_MAKERS, ROLE_HELPERS]
            assert roles["moderator"] == [ROLE_MODERATOR]

    asyncio.run(scene())


def test_private_channels_are_there_for_moderators_and_the_operator_alone() -> None:
    async def scene() -> None:
        async with place() as here:
            private = {"moderators", "bot-log"}
            for who in (USER_MODERATOR, OPERATOR):
                assert private <= await channel_names(here, who)
            assert not private & await channel_names(here, MEMBER)
            hidden = {"error": f"There is no channel {BOT_LOG}."}
            assert await here.get(f"channels/{BOT_LOG}/messages", **{"as": MEMBER}) == hidden
            run = {"as": MEMBER, "channel": MODERATORS, "command": "say"}
            assert await here.post("commands", run) == {"error": f"There is no channel {MODERATORS}."}
            await here.post(f"members/{MEMBER}", {"roles": ["Moderators"]})
            assert private <= await channel_names(here, MEMBER)

    asyncio.run(scene())


def test_what_is_said_in_a_private_channel_is_told_live_to_those_who_see_it() -> None:
    async def scene() -> None:
        async with place() as here:
            with here.hub.subscribe(MEMBER) as outside, here.hub.subscribe(USER_MODERATOR) as inside:
                await here.rest("POST", f"/channels/{BOT_LOG}/messages", {"content": "A limit was set."})
                kinds = {
                    name: [one["kind"] for one in drain(events)]
                    for name, events in (("outside", outside), ("inside", inside))
                }
            assert "message" in kinds["inside"]
            assert "message" not in kinds["outside"]

    asyncio.run(scene())


def drain(events: asyncio.Queue[dict[str, Any]]) -> list[dict[str, Any]]:
    return [events.get_nowait() for _ in range(events.qsize())]


def test_an_unmodified_bot_knows_the_private_the_age_restricted_and_the_thread() -> None:
    async def scene() -> None:
        async with place_with_bot() as (_, bot):
            guild = bot.get_guild(int(GUILD))
            assert guild is not None
            log, after_dark = guild.get_channel(int(BOT_LOG)), guild.get_channel(int(AFTER_DARK))
            assert isinstance(log, discord.TextChannel)
            assert isinstance(after_dark, discord.TextChannel)
            assert not log.permissions_for(guild.default_role).view_channel
            assert log.permissions_for(guild.me).send_messages
            moderators = guild.get_role(int(ROLE_MODERATOR))
            assert moderators is not None
            assert log.permissions_for(moderators).view_channel
            assert (after_dark.is_nsfw(), log.is_nsfw()) == (True, False)
            thread = guild.get_thread(int(THREAD))
            assert thread is not None
            assert (thread.parent_id, thread.archived) == (int(CLIPS), False)
            assert thread.permissions_for(guild.me).send_messages_in_threads
            ordinary = {guild.get_role(int(one)) for one in (ROLE_MAKERS, ROLE_PATRONS, ROLE_HELPERS)}
            assert {role.name for role in ordinary if role is not None} == {"Makers", "Patrons", "Helpers"}

    asyncio.run(scene())


def test_commands_work_in_a_thread_and_name_its_parent() -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, bot):
            assert (await here.run("whereami", channel=THREAD))["state"] == "answered"
            channel = bot.seen[-1].channel
            assert isinstance(channel, discord.Thread)
            assert (channel.id, channel.parent_id) == (int(THREAD), int(CLIPS))
            assert channel.parent is not None
            assert channel.parent.name == "clips"
            await channel.send("in the thread")
            assert [one["content"] for one in await here.messages(MEMBER, THREAD)][-1] == "in the thread"
            assert await here.messages(MEMBER, CLIPS) == []

    asyncio.run(scene())


def test_a_thread_is_closed_with_its_channel() -> None:
    async def scene() -> None:
        async with place() as here:
            path = f"/channels/{THREAD}/messages"
            here.service.settings.merge({"permissions": {CLIPS: {"send": False}}})
            assert (await here.rest("POST", path, {"content": "x"}))[1]["code"] == 50013
            here.service.settings.merge({"permissions": {CLIPS: {"view": False}}})
            assert (await here.rest("POST", path, {"content": "x"}))[1]["code"] == 50001
            with pytest.raises(ValueError, match="There is no channel"):
                here.service.settings.merge({"permissions": {THREAD: {"send": False}}})

    asyncio.run(scene())


def test_the_operator_is_one_of_the_people_with_direct_messages_of_their_own() -> None:
    async def scene() -> None:
        async with place_with_bot(*MODERATING) as (here, _):
            for who, answer in ((OPERATOR, "yes"), (MEMBER, "no")):
                channels = (await here.get("world", **{"as": who}))["channels"]
                (direct,) = [one["id"] for one in channels if one["dm"]]
                facts = {"as": who, "channel": direct}
                assert (await here.run("operate", **facts))["state"] == "answered"
                assert [one["content"] for one in await here.messages(who, direct)] == [answer]
                offered = {one["name"] for one in (await here.get("world", **facts))["commands"]}
                assert {"operate", "whereami"} <= offered
                assert "rules" not in offered
            elsewhere = {one["name"] for one in (await here.get("world", **{**facts, "channel": CLIPS}))["commands"]}
            assert "operate" not in elsewhere
            refused = await here.post("commands", {"as": OPERATOR, "channel": CLIPS, "command": "operate"})
            assert refused == {"error": "operate cannot be used in this channel."}

    asyncio.run(scene())
