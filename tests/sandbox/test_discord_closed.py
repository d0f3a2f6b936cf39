"""Places that do not take a message: archived and locked threads, slowmode, closed direct messages, AutoMod, size."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
import pytest

from sandbox.discord.world import CLIPS, GROUP, GUILD, HANGOUT, IDEAS, MEMBER, POST, THREAD, USER_MODERATOR
from tests.sandbox.discord_place import JSON, Place, place, place_with_bot
from tests.sandbox.roaming_bot import ROAMING

DIRECT = str(int(MEMBER) + 400)
MIB = 1024 * 1024


async def post(here: Place, channel: str, content: str = "hello") -> tuple[int, Any]:
    status, body = await here.rest("POST", f"/channels/{channel}/messages", {"content": content})
    return status, body


async def sent(here: Place, channel: str, content: str = "hello") -> str:
    status, body = await post(here, channel, content)
    assert status == 200, body
    return str(body["id"])


async def send_file(bot: Any, channel: str, size: int) -> int | None:
    """Send a file as the bot; the code of the error, if there is one."""
    file = discord.File(io.BytesIO(bytes(size)), "clip.bin")
    try:
        await bot.get_partial_messageable(int(channel)).send(file=file)
    except discord.HTTPException as refused:
        return refused.code
    return None


def test_a_message_opens_an_archived_thread_and_nothing_else_changes_in_it() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            old = await sent(here, THREAD)
            archived = await here.post(f"channels/{THREAD}", {"as": USER_MODERATOR, "archived": True})
            assert archived == {"id": THREAD, "archived": True, "locked": False, "slowmode_seconds": 0}
            path = f"/channels/{THREAD}/messages/{old}"
            for method, body in (("PATCH", {"content": "changed"}), ("DELETE", None)):
                assert await here.rest(method, path, body) == (400, {"message": "Thread is archived", "code": 50083})
            run = {"as": MEMBER, "channel": THREAD, "command": "say", "options": {"text": "x"}}
            closed = {"error": "The thread is archived. A message in it opens it again."}
            assert await here.post("commands", run) == closed
            await sent(here, THREAD, "open again")
            thread = await bot.fetch_channel(int(THREAD))
            assert isinstance(thread, discord.Thread)
            assert not thread.archived
            await here.run("say", {"text": "x"}, channel=THREAD)

    asyncio.run(scene())


def test_a_thread_archived_meanwhile_takes_no_answer_by_the_token() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            await here.run("think", channel=THREAD)
            asked = bot.seen.pop()
            await here.post(f"channels/{THREAD}", {"archived": True})
            for answer in (asked.edit_original_response, asked.followup.send):
                with pytest.raises(discord.HTTPException) as refused:
                    await answer(content="late")
                assert refused.value.code == 50083
            thread = await bot.fetch_channel(int(THREAD))
            assert isinstance(thread, discord.Thread)
            await thread.edit(archived=False)
            await asked.edit_original_response(content="late")

    asyncio.run(scene())


def test_a_locked_thread_is_opened_by_those_who_manage_threads_alone() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            await here.post(f"channels/{THREAD}", {"as": USER_MODERATOR, "archived": True, "locked": True})
            locked = (403, {"message": "This thread is locked", "code": 160005})
            assert await post(here, THREAD) == locked
            opening = {"archived": False, "locked": False}
            assert (await here.rest("PATCH", f"/channels/{THREAD}", opening))[1]["code"] == 50013
            assert (await here.rest("PATCH", f"/channels/{THREAD}", {"archived": False}))[1]["code"] == 50013
            here.service.settings.merge({"permissions": {CLIPS: {"threads": True}}})
            assert await post(here, THREAD) == locked
            status, opened = await here.rest("PATCH", f"/channels/{THREAD}", opening)
            assert status == 200
            assert not opened["thread_metadata"]["locked"]
            await sent(here, THREAD)
            thread = await bot.fetch_channel(int(THREAD))
            assert isinstance(thread, discord.Thread)
            assert not thread.locked

    asyncio.run(scene())


def test_people_are_held_to_a_threads_state_too() -> None:
    async def scene() -> None:
        async with place() as here:
            missing = {"error": "Missing Permissions"}
            assert await here.post(f"channels/{THREAD}", {"as": MEMBER, "locked": True}) == missing
            await here.post(f"channels/{THREAD}", {"as": USER_MODERATOR, "locked": True})
            say = {"as": MEMBER, "content": "hello"}
            assert await here.post(f"channels/{THREAD}/messages", say) == {"error": "This thread is locked"}
            assert "id" in await here.post(f"channels/{THREAD}/messages", {**say, "as": USER_MODERATOR})
            unknown = {"error": "There is no such channel that can be changed."}
            assert await here.post(f"channels/{GROUP}", {"archived": True}) == unknown
            no_thread = {"error": "Invalid Form Body"}
            assert await here.post(f"channels/{CLIPS}", {"archived": True}) == no_thread

    asyncio.run(scene())


def test_a_forum_holds_posts_and_a_post_is_a_thread() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            forum = bot.get_channel(int(IDEAS))
            assert isinstance(forum, discord.ForumChannel)
            assert [thread.id for thread in forum.threads] == [int(POST)]
            assert (await post(here, IDEAS))[1]["code"] == 50008
            await sent(here, POST)
            first, second = await here.messages(MEMBER, POST)
            assert first["id"] == POST
            assert second["content"] == "hello"
            ran = await here.run("say", {"text": "x"}, channel=POST)
            assert ran["state"] == "answered"
            refused = await here.post("commands", {"as": MEMBER, "channel": IDEAS, "command": "say"})
            assert refused == {"error": "In a forum one goes into a post first."}

    asyncio.run(scene())


def test_slowmode_holds_people_and_a_bot_that_may_not_pass_it() -> None:
    async def scene() -> None:
        async with place() as here:
            await here.post(f"channels/{CLIPS}", {"as": USER_MODERATOR, "slowmode_seconds": 30})
            await sent(here, CLIPS)
            await sent(here, CLIPS)
            here.service.settings.merge({"permissions": {CLIPS: {"bypass": False}}})
            status, body = await post(here, CLIPS)
            assert (status, body["code"]) == (429, 20016)
            assert 25 < body["retry_after"] <= 30
            say = {"as": MEMBER, "content": "hello"}
            assert "id" in await here.post(f"channels/{CLIPS}/messages", say)
            slow = {"error": "This action cannot be performed due to slowmode rate limit."}
            assert await here.post(f"channels/{CLIPS}/messages", say) == slow
            here.clock.advance(31)
            await sent(here, CLIPS)

    asyncio.run(scene())


def test_a_library_waits_for_slowmode_by_itself() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            await here.post(f"channels/{CLIPS}", {"slowmode_seconds": 1})
            here.service.settings.merge({"permissions": {CLIPS: {"bypass": False}}})
            channel = bot.get_partial_messageable(int(CLIPS))
            await channel.send("one")
            await channel.send("two")
            one, two = [message["timestamp"] for message in await here.messages()]
            assert two > one
            faults = [line for line in here.wire.jsonl().splitlines() if '"status": 429' in line]
            assert len(faults) == 1

    asyncio.run(scene())


def test_who_closes_their_direct_messages_is_not_reached_until_they_open_them() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            user = await bot.fetch_user(int(MEMBER))
            first = await user.send("hello")
            assert (await here.post(f"members/{MEMBER}", {"direct_messages": False}))["direct_messages"] is False
            with pytest.raises(discord.Forbidden) as refused:
                await user.send("hello again")
            assert refused.value.code == 50007
            await first.edit(content="what is there already can be changed")
            shown = {one["id"]: one["direct_messages"] for one in (await here.get("world"))["users"]}
            assert not shown[MEMBER]
            assert shown[USER_MODERATOR]
            await here.post(f"members/{MEMBER}", {"direct_messages": True})
            await user.send("hello again")

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("content", "blocked"),
    [
        ("a Sunset over the lake", True),
        ("sunsets", False),
        ("the lakeside", True),
        ("a flake", False),
        ("**sunset**", True),
    ],
)
def test_automod_keeps_whole_words_out_of_the_servers_messages(content: str, blocked: bool) -> None:
    async def scene() -> None:
        async with place() as here:
            here.service.settings.merge({"automod": ["sunset", "lake*"]})
            status, body = await post(here, CLIPS, content)
            assert (status, body.get("code")) == ((400, 200000) if blocked else (200, None))
            assert (await post(here, DIRECT, content))[0] == 200
            written = await here.post(f"channels/{CLIPS}/messages", {"as": MEMBER, "content": content})
            assert ("error" in written) is blocked
            managing = {"as": USER_MODERATOR, "content": content}
            assert "id" in await here.post(f"channels/{CLIPS}/messages", managing)

    asyncio.run(scene())


def test_automod_holds_edits_embeds_and_answers_by_the_token_too() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            here.service.settings.merge({"automod": ["sunset"]})
            message = await bot.get_partial_messageable(int(CLIPS)).send("fine")
            await here.run("think")
            asked = bot.seen.pop()
            embed = discord.Embed(description="the sunset")
            for said in (
                message.edit(content="a sunset"),
                message.edit(embed=embed),
                asked.edit_original_response(content="sunset"),
                asked.followup.send("sunset"),
            ):
                with pytest.raises(discord.HTTPException) as refused:
                    await said
                assert refused.value.code == 200000

    asyncio.run(scene())


def test_a_message_older_than_an_hour_can_be_edited_a_few_times_an_hour() -> None:
    async def scene() -> None:
        async with place() as here:
            here.service.settings.merge({"old_edits": 2})
            path = f"/channels/{CLIPS}/messages/{await sent(here, CLIPS)}"

            async def edit() -> int:
                status, body = await here.rest("PATCH", path, {"content": "changed"})
                return 0 if status == 200 else int(body["code"])

            assert [await edit() for _ in range(4)] == [0, 0, 0, 0]
            here.clock.advance(3601)
            assert [await edit() for _ in range(4)] == [0, 0, 30046, 30046]
            here.clock.advance(3601)
            assert await edit() == 0
            here.service.settings.merge({"old_edits": None})
            assert [await edit() for _ in range(4)] == [0, 0, 0, 0]

    asyncio.run(scene())


def test_how_much_may_be_uploaded_depends_on_the_place_and_can_change() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            settings = here.service.settings
            settings.merge({"upload_limit_bytes": 50 * MIB})
            assert await send_file(bot, CLIPS, 11 * MIB) is None
            assert await send_file(bot, DIRECT, 11 * MIB) == 40005
            settings.merge({"upload_limits": {CLIPS: 1 * MIB, DIRECT: 12 * MIB}})
            assert await send_file(bot, CLIPS, 2 * MIB) == 40005
            assert await send_file(bot, THREAD, 2 * MIB) == 40005
            assert await send_file(bot, POST, 2 * MIB) is None
            assert await send_file(bot, DIRECT, 11 * MIB) is None
            settings.merge({"upload_limits": {CLIPS: None, GUILD: 100 * MIB}})
            assert await send_file(bot, CLIPS, 11 * MIB) is None
            guild = await bot.fetch_guild(int(GUILD))
            assert guild.filesize_limit == 100 * MIB
            settings.merge({"max_request_bytes": 1000})
            assert await send_file(bot, CLIPS, 2000) == 40005

    asyncio.run(scene())


def test_a_members_subscription_counts_for_answers_to_them() -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, bot):
            here.service.settings.merge({"upload_limit_bytes": 1000, "upload_limits": {MEMBER: 25 * MIB}})
            await here.until("answered", await here.run("roam", channel=HANGOUT, install="user"))
            assert bot.seen.pop().filesize_limit == 25 * MIB
            assert await send_file(bot, CLIPS, 2000) == 40005
            who: JSON = {"as": USER_MODERATOR}
            ran = await here.run("roam", None, **who)
            assert ran["state"] == "deferred"
            assert bot.seen.pop().filesize_limit == 1000

    asyncio.run(scene())


def test_a_form_left_alone_brings_what_was_filled_in_before() -> None:
    async def scene() -> None:
        async with place_with_bot(*ROAMING) as (here, bot):
            opened = await here.run("remix")
            await here.settled(await here.post("modals", {"as": MEMBER, "interaction_id": opened["id"], "values": {}}))
            assert bot.seen.pop() == ("slower", ["10"], [int(CLIPS)])
            opened = await here.run("remix", channel=POST)
            await here.settled(await here.post("modals", {"as": MEMBER, "interaction_id": opened["id"], "values": {}}))
            assert bot.seen.pop() == ("slower", ["10"], [int(POST)])
            opened = await here.run("remix")
            values: JSON = {"length": ["5"], "channel": [], "prompt": "faster"}
            await here.settled(
                await here.post("modals", {"as": MEMBER, "interaction_id": opened["id"], "values": values})
            )
            assert bot.seen.pop() == ("faster", ["5"], [])

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"upload_limits": {"1": 5}}, "There is no server, channel or member 1."),
        ({"upload_limits": {CLIPS: 0}}, "An upload limit is a whole number above 0, or null for none of its own."),
        ({"old_edits": -1}, "old_edits is a whole number from 0 up, or null for any."),
        ({"max_request_bytes": 0}, "max_request_bytes is a whole number from 1 up, or null for any."),
        ({"automod": ["*"]}, "automod is a list of phrases."),
    ],
)
def test_settings_of_places_that_make_no_sense_change_nothing(changes: JSON, sentence: str) -> None:
    async def scene() -> None:
        async with place() as here:
            before = here.service.settings.view()
            with pytest.raises(ValueError, match=sentence.split(";")[0].replace("*", r"\*")):
                here.service.settings.merge({**changes, "upload_limit_bytes": 5})
            assert here.service.settings.view() == before

    asyncio.run(scene())
