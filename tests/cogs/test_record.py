"""The record: page by page, as a table, and in the log channel."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from engine import Action, ChannelClosed, Deed
from sandbox.discord.world import GENERAL, GUILD, MEMBER, SECOND_MEMBER, USER_MODERATOR
from tests.cogs.scene import Scene, buttons, scene, until

MODERATOR = int(USER_MODERATOR)


def test_the_record_is_paged_through_and_narrowed_down(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            assert (await at.say("audit"))["content"] == "Nothing of that kind is on record here."
            await _blocks(at, 10)
            first = await at.say("audit")
            assert first["ephemeral"]
            assert first["content"].endswith("-# Page 1 of 2 · 10 entries, newest first")
            assert "“number 9”" in first["content"]
            second = await at.press(first, "▶")
            assert second["id"] == first["id"]
            assert "“number 0”" in second["content"]
            assert "“number 9”" not in second["content"]
            about = await at.say("audit", member=SECOND_MEMBER, action=str(Action.BLOCK_LIFTED))
            assert about["content"] == "Nothing of that kind is on record here."
            about = await at.say("audit", member=SECOND_MEMBER, action=str(Action.MEMBER_BLOCKED))
            assert "10 entries" in about["content"]

    asyncio.run(done())


def test_the_whole_choice_is_exported_as_a_table_that_spreadsheets_read(tmp_path: Path) -> None:
    async def table() -> str:
        async with scene(tmp_path) as at:
            await _blocks(at, 10)
            await at.rooms.discipline.add_phrase(int(GUILD), "=1+1", Deed(MODERATOR))
            page = await at.say("audit", action=str(Action.MEMBER_BLOCKED))
            assert {"◀", "▶", "Export CSV"} == set(buttons(page))
            answer = await at.press(page, "Export CSV")
            assert answer["ephemeral"]
            (file,) = answer["attachments"]
            assert file["filename"] == "audit.csv"
            async with aiohttp.ClientSession() as session, session.get(file["url"]) as response:
                data = await response.read()
            assert data.startswith(b"\xef\xbb\xbf")
            return data.decode("utf-8-sig")

    heading, *rows = asyncio.run(table()).splitlines()
    assert heading.startswith("id,time,action,by")
    assert len(rows) == 10
    assert all("member_blocked" in row for row in rows)


def test_every_change_goes_to_the_log_channel_with_before_and_after(tmp_path: Path) -> None:
    async def posted() -> str:
        async with scene(tmp_path) as at:
            await at.rooms.servers.change(int(GUILD), {"log_channel_id": int(GENERAL)}, Deed(MODERATOR))
            await at.say("block add", member=MEMBER, reason="spam @everyone")
            await at.say("words add", phrase="something")

            async def told() -> str | None:
                messages = await at.here.messages(USER_MODERATOR, GENERAL)
                assert not any(message["mentions"] or message["mention_everyone"] for message in messages)
                text = "\n".join(message["content"] for message in messages)
                return text if "Words refused" in text else None

            return await until(told)

    text = asyncio.run(posted())
    assert f"**Member blocked** <@{MEMBER}>: not blocked → for good · by <@{MODERATOR}>" in text
    assert "@everyone" not in text
    assert f"**Words refused**: ||`something`|| · by <@{MODERATOR}>" in text


def test_the_same_entries_posted_again_are_one_message(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            await _blocks(at, 10)
            entries = (await at.rooms.books.audit_page(int(GUILD), limit=10))[::-1]
            for _ in range(2):
                await at.board.post_entries(int(GENERAL), entries, nonce="log-10")
            (message,) = await at.here.messages(USER_MODERATOR, GENERAL)
            assert [f"“number {number}”" in message["content"] for number in range(10)] == [True] * 10
            with pytest.raises(ChannelClosed):
                await at.board.post_entries(99, entries, nonce="log-11")

    asyncio.run(done())


async def _blocks(at: Scene, count: int) -> None:
    for number in range(count):
        await at.rooms.discipline.block(int(GUILD), int(SECOND_MEMBER), None, Deed(MODERATOR, f"number {number}"))
