"""The gateway: identifying, resuming with what was missed, sessions that are over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from sandbox.discord.world import CLIPS, GUILD, MEMBER
from tests.sandbox.discord_place import PATIENCE_SECONDS, TOKEN, Place, place, place_with_bot

GUILDS = 1
GUILD_MESSAGES = 1 << 9
MESSAGE_CONTENT = 1 << 15
PROPERTIES = {"os": "linux", "browser": "test", "device": "test"}


@asynccontextmanager
async def connected(here: Place) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Connect to the gateway, past HELLO."""
    async with here.session.ws_connect(here.service.gateway.url) as socket:
        hello = await socket.receive_json(timeout=PATIENCE_SECONDS)
        assert hello["op"] == 10
        assert hello["d"]["heartbeat_interval"] > 0
        yield socket


async def identify(socket: aiohttp.ClientWebSocketResponse, intents: int = GUILDS, token: str = TOKEN) -> None:
    await socket.send_json({"op": 2, "d": {"token": token, "intents": intents, "properties": PROPERTIES}})


async def resume(socket: aiohttp.ClientWebSocketResponse, session_id: str, seq: int) -> None:
    await socket.send_json({"op": 6, "d": {"token": TOKEN, "session_id": session_id, "seq": seq}})


async def events(socket: aiohttp.ClientWebSocketResponse, number: int) -> list[dict[str, Any]]:
    return [await socket.receive_json(timeout=PATIENCE_SECONDS) for _ in range(number)]


async def close_code(socket: aiohttp.ClientWebSocketResponse) -> int | None:
    await socket.receive(timeout=PATIENCE_SECONDS)
    return socket.close_code


def test_identifying_brings_ready_and_the_server() -> None:
    async def scene() -> None:
        async with place() as here, connected(here) as socket:
            await socket.send_json({"op": 1, "d": None})
            assert (await socket.receive_json())["op"] == 11
            await identify(socket)
            ready, server = await events(socket, 2)
            assert (ready["t"], ready["s"], ready["d"]["guilds"][0]["id"]) == ("READY", 1, GUILD)
            assert (server["t"], server["d"]["id"]) == ("GUILD_CREATE", GUILD)
            assert here.service.ready.is_set()

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 1, "properties": PROPERTIES}}, 4004),
        ({"op": 2, "d": {"token": TOKEN, "intents": 1 << 40, "properties": PROPERTIES}}, 4013),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
        ({"op": 3, "d": {}}, 4003),
        ({"op": 99}, 4001),
    ],
)
def test_a_wrong_first_frame_closes_the_connection(frame: dict[str, Any], code: int) -> None:
    async def scene() -> None:
        async with place() as here, connected(here) as socket:
            await socket.send_json(frame)
            assert await close_code(socket) == code
            assert not here.service.ready.is_set()

    asyncio.run(scene())


def test_what_is_no_json_and_a_second_identify_close_the_connection() -> None:
    async def scene() -> None:
        async with place() as here:
            async with connected(here) as socket:
                await socket.send_str("{")
                assert await close_code(socket) == 4002
            async with connected(here) as socket:
                await identify(socket)
                await events(socket, 2)
                await identify(socket)
                assert await close_code(socket) == 4005

    asyncio.run(scene())


def test_a_session_that_was_cut_is_resumed_with_the_events_it_missed() -> None:
    async def scene() -> None:
        async with place() as here:
            async with connected(here) as socket:
                await identify(socket, GUILDS | GUILD_MESSAGES | MESSAGE_CONTENT)
                ready, _ = await events(socket, 2)
                await here.post("gateway", {"do": "drop"})
                await close_code(socket)
            for content in ("one", "two"):
                await here.post(f"channels/{CLIPS}/messages", {"as": MEMBER, "content": content})
            async with connected(here) as socket:
                await resume(socket, ready["d"]["session_id"], 2)
                missed = await events(socket, 3)
                assert [one["t"] for one in missed] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
                assert [one["d"]["content"] for one in missed[:2]] == ["one", "two"]
                assert [one["s"] for one in missed] == [3, 4, 5]

    asyncio.run(scene())


def test_a_session_can_be_resumed_for_a_while_only() -> None:
    async def scene() -> None:
        async with place() as here:
            async with connected(here) as socket:
                await identify(socket)
                ready, _ = await events(socket, 2)
                await here.post("gateway", {"do": "drop"})
                await close_code(socket)
            here.clock.advance(300)
            async with connected(here) as socket:
                await resume(socket, ready["d"]["session_id"], 2)
                (answer,) = await events(socket, 1)
                assert (answer["op"], answer["d"]) == (9, False)

    asyncio.run(scene())


def test_events_come_only_with_their_intent_and_content_only_with_its_own() -> None:
    async def scene() -> None:
        async with place() as here, connected(here) as socket:
            await identify(socket, GUILDS | GUILD_MESSAGES)
            await events(socket, 2)
            await here.post(f"channels/{CLIPS}/messages", {"as": MEMBER, "content": "secret"})
            (message,) = await events(socket, 1)
            assert (message["t"], message["d"]["content"]) == ("MESSAGE_CREATE", "")
            await here.post(f"messages/{CLIPS}/{message['d']['id']}/delete", {"as": MEMBER})
            (gone,) = await events(socket, 1)
            assert gone["t"] == "MESSAGE_DELETE"
        async with place() as here, connected(here) as socket:
            await identify(socket)
            await events(socket, 2)
            await here.post(f"channels/{CLIPS}/messages", {"as": MEMBER, "content": "secret"})
            here.service.settings.merge({"permissions": {CLIPS: {"send": False}}})
            told = await events(socket, 2)
            assert [one["t"] for one in told] == ["GUILD_UPDATE", "CHANNEL_UPDATE"]

    asyncio.run(scene())


def test_a_command_while_the_bot_is_away_is_lost() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            await bot.close()
            opened = await here.post("commands", {"as": MEMBER, "channel": CLIPS, "command": "forget"})
            here.clock.advance(3)
            assert (await here.settled(opened))["state"] == "failed"
            assert not (await here.get("world"))["bot"]["ready"]

    asyncio.run(scene())


@pytest.mark.parametrize("way", ["drop", "reconnect"])
def test_an_unmodified_bot_resumes(way: str) -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            await here.post("gateway", {"do": way})
            async with asyncio.timeout(PATIENCE_SECONDS):
                await bot.resumed.wait()
            assert (await here.run("say", {"text": "back"}))["state"] == "answered"

    asyncio.run(scene())


def test_an_unmodified_bot_starts_over_after_an_invalid_session() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            bot.is_up.clear()
            await here.post("gateway", {"do": "invalid_session"})
            async with asyncio.timeout(PATIENCE_SECONDS):
                await bot.is_up.wait()
            assert (await here.run("say", {"text": "back"}))["state"] == "answered"
            assert await here.post("gateway", {"do": "dance"}) == {
                "error": "do is one of drop, invalid_session, reconnect, repeat, close."
            }

    asyncio.run(scene())


def test_the_bots_own_view_of_a_channel_follows_the_settings() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            guild = bot.get_guild(int(GUILD))
            assert guild is not None
            channel = guild.get_channel(int(CLIPS))
            assert channel is not None
            assert channel.permissions_for(guild.me).send_messages
            here.service.settings.merge({"permissions": {CLIPS: {"send": False}}, "upload_limit_bytes": 100 * 2**20})
            async with asyncio.timeout(PATIENCE_SECONDS):
                await bot.channel_changed.wait()
            assert not channel.permissions_for(guild.me).send_messages
            assert guild.filesize_limit == 100 * 2**20

    asyncio.run(scene())
