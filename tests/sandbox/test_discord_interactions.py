"""An unmodified discord.py bot answers commands, buttons and forms in the stand-in."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import discord
import pytest
from PIL import Image

from sandbox.discord.world import BOT, CLIPS, MEMBER, SECOND_MEMBER, USER_MODERATOR
from tests.sandbox import definitions
from tests.sandbox.discord_place import PATIENCE_SECONDS, Place, place_with_bot


def picture(width: int = 400, height: int = 300) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 60)).save(stream, "PNG")
    return stream.getvalue()


async def shown(here: Place, **options: Any) -> dict[str, Any]:
    """Give the message with the buttons."""
    await here.run("show", options)
    return (await here.messages())[-1]


def test_a_command_with_a_file_is_deferred_and_its_first_follow_up_becomes_the_answer() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            files = {"image": ("holiday photo.png", picture())}
            interaction = await here.run("animate", {"prompt": "waves", "duration": 10}, files=files)
            interaction = await here.until("answered", interaction)
            assert bot.seen == [("image/png", 400, 300, len(picture()), "waves", 10, 0)]
            (message,) = await here.messages(SECOND_MEMBER)
            assert message["id"] == interaction["message_id"]
            assert message["content"] == "10 s"
            assert message["interaction"]["name"] == "animate"
            (attachment,) = message["attachments"]
            assert attachment["filename"] == "holiday_photo.png"
            assert (attachment["width"], attachment["height"]) == (400, 300)

    asyncio.run(scene())


def test_an_ephemeral_answer_is_seen_by_its_member_alone_and_not_by_the_bot_token() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, _):
            interaction = await here.run("say", {"text": "psst", "hidden": True})
            (message,) = await here.messages(MEMBER)
            assert (message["content"], message["ephemeral"]) == ("psst", True)
            assert await here.messages(SECOND_MEMBER) == []
            assert await here.messages(USER_MODERATOR) == []
            path = f"/channels/{CLIPS}/messages"
            assert await here.rest("GET", path) == (200, [])
            for method in ("GET", "PATCH", "DELETE"):
                body = {"content": "x"} if method == "PATCH" else None
                status, error = await here.rest(method, f"{path}/{interaction['message_id']}", body)
                assert (status, error["code"]) == (404, 10008)

    asyncio.run(scene())


def test_a_follow_up_after_a_bare_deferral_inherits_who_sees_it_and_later_ones_do_not() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            interaction = await here.run("think", {"hidden": True})
            assert interaction["state"] == "deferred"
            (thinking,) = await here.messages(MEMBER)
            assert thinking["deferred"]
            (given,) = bot.seen
            await given.followup.send("for you", ephemeral=False)
            await given.followup.send("for all")
            mine = await here.messages(MEMBER)
            assert [(one["content"], one["ephemeral"]) for one in mine] == [("for you", True), ("for all", False)]
            assert mine[0]["id"] == thinking["id"]
            assert [one["content"] for one in await here.messages(SECOND_MEMBER)] == ["for all"]

    asyncio.run(scene())


def test_the_original_answer_can_be_read_changed_and_deleted_with_the_token() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            await here.run("think")
            (given,) = bot.seen
            assert (await given.original_response()).flags.loading
            await given.edit_original_response(content="done", attachments=[discord.File(io.BytesIO(b"x"), "a.txt")])
            (message,) = await here.messages()
            assert (message["content"], message["deferred"], message["edited_timestamp"]) == ("done", False, None)
            assert message["attachments"][0]["content_type"] == "text/plain; charset=utf-8"
            await given.edit_original_response(content="done again")
            (message,) = await here.messages()
            assert message["edited_timestamp"] is not None
            assert len(message["attachments"]) == 1
            await given.delete_original_response()
            assert await here.messages() == []
            with pytest.raises(discord.NotFound) as caught:
                await given.edit_original_response(content="too late")
            assert caught.value.code == 10008

    asyncio.run(scene())


def test_an_interaction_nobody_answers_has_failed_after_three_seconds() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            opened = await here.post("commands", {"as": MEMBER, "channel": CLIPS, "command": "forget"})
            waiting = await here.get(f"interactions/{opened['interaction_id']}")
            assert waiting["state"] == "waiting"
            here.clock.advance(3)
            assert (await here.settled(opened))["state"] == "failed"
            await bot.was_asked.wait()
            with pytest.raises(discord.NotFound) as caught:
                await bot.seen[0].response.send_message("too late")
            assert caught.value.code == 10062
            assert await here.messages() == []

    asyncio.run(scene())


def test_an_interaction_is_acknowledged_once() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            await here.run("think")
            (given,) = bot.seen
            given.response._response_type = None  # the library's own guard would not let the second one out
            with pytest.raises(discord.HTTPException) as caught:
                await given.response.send_message("again")
            assert (caught.value.status, caught.value.code) == (400, 40060)

    asyncio.run(scene())


def test_an_answer_that_is_refused_leaves_the_interaction_open() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            opened = await here.post("commands", {"as": MEMBER, "channel": CLIPS, "command": "forget"})
            await bot.was_asked.wait()
            token = bot.seen[0].token
            callback = f"/interactions/{opened['interaction_id']}/{token}/callback"
            webhook = f"/webhooks/{BOT}/{token}"
            assert (await here.rest("POST", webhook, {"content": "x"}))[1]["code"] == 10015
            assert (await here.rest("POST", callback, {"type": 4, "data": {}}))[1]["code"] == 50006
            assert (await here.rest("POST", callback, {"type": 7, "data": {"content": "x"}}))[1]["code"] == 50035
            assert await here.rest("POST", callback, {"type": 5}) == (204, None)
            assert (await here.rest("POST", callback, {"type": 5}))[1]["code"] == 40060
            other = await here.rest("GET", f"{webhook}/messages/1")
            assert (other[0], other[1]["code"]) == (404, 10008)
            assert (await here.rest("POST", f"/interactions/1/{token}/callback", {"type": 5}))[1]["code"] == 10062
            assert (await here.rest("POST", f"/webhooks/{BOT}/wrong", {"content": "x"}))[1]["code"] == 50027

    asyncio.run(scene())


def test_a_token_dies_after_fifteen_minutes() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            interaction = await here.run("think")
            (given,) = bot.seen
            with here.hub.subscribe(MEMBER) as events:
                here.clock.advance(15 * 60 + 1)
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while (told := await events.get())["kind"] != "message":
                        continue
            assert told["message"]["failed"]
            with pytest.raises(discord.HTTPException) as caught:
                await given.followup.send("too late")
            assert (caught.value.status, caught.value.code) == (401, 50027)
            assert (await here.get(f"interactions/{interaction['id']}"))["state"] == "failed"
            (message,) = await here.messages()
            assert (message["deferred"], message["failed"]) == (False, True)

    asyncio.run(scene())


def test_a_form_comes_back_with_text_file_choice_and_tick() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            interaction = await here.run("ask")
            assert interaction["state"] == "modal"
            assert interaction["modal"]["title"] == "Questions"
            values = {"what": "waves", "length": "10", "sound": True}
            body = {"as": MEMBER, "interaction_id": interaction["id"], "values": values}
            sent = await here.post("modals", body, {"picture": ("p.png", picture())})
            assert (await here.settled(sent))["state"] == "answered"
            assert bot.seen == [("waves", "10", True, [("p.png", len(picture()))])]
            (message,) = await here.messages()
            assert (message["content"], message["ephemeral"]) == ("Thank you.", True)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"length": "5"}, "What has to be filled in."),
        ({"what": "far too long a text", "length": "5"}, "What takes at most 10 characters."),
        ({"what": "waves"}, "Length has to be chosen."),
        ({"what": "waves", "length": "7"}, "Length has no choice 7."),
        ({"what": "waves", "length": "5", "colour": "red"}, "The form has no field colour."),
    ],
)
def test_a_form_is_checked_before_it_is_sent(values: dict[str, str], sentence: str) -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            interaction = await here.run("ask")
            refused = await here.post("modals", {"as": MEMBER, "interaction_id": interaction["id"], "values": values})
            assert refused == {"error": sentence}
            assert bot.seen == []

    asyncio.run(scene())


def test_buttons_and_selects_reach_the_bot_and_change_their_message() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, _):
            message = await shown(here)
            assert (await here.press(message, "again:7", who=SECOND_MEMBER))["state"] == "answered"
            assert [one["content"] for one in await here.messages()] == ["again 7"]
            interaction = await here.press(message, "size", ["1080P"])
            while (await here.messages())[0]["content"] != "size 1080P":
                assert interaction["state"] == "answered"
            assert (await here.press(message, "ask"))["state"] == "modal"

    asyncio.run(scene())


def test_a_button_below_an_ephemeral_message_works_for_its_member() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, _):
            message = await shown(here, hidden=True)
            assert (await here.press(message, "again:7"))["state"] == "answered"
            (changed,) = await here.messages()
            assert (changed["content"], changed["ephemeral"]) == ("again 7", True)
            body = {"as": SECOND_MEMBER, "channel": CLIPS, "message": message["id"], "custom_id": "again:7"}
            assert await here.post("components", body) == {"error": f"There is no message {message['id']}."}

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("custom_id", "values", "sentence"),
    [
        ("off", [], "It is disabled."),
        ("nothing", [], "The message has no component nothing."),
        ("size", [], "It takes 1 to 1 values, not 0."),
        ("size", ["4K"], "There is no choice 4K."),
    ],
)
def test_what_cannot_be_pressed_is_refused(custom_id: str, values: list[str], sentence: str) -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, _):
            message = await shown(here)
            body = {"as": MEMBER, "channel": CLIPS, "message": message["id"], "custom_id": custom_id}
            assert await here.post("components", {**body, "values": values}) == {"error": sentence}

    asyncio.run(scene())


def test_suggestions_come_while_an_option_is_typed() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, _):
            body = {"as": MEMBER, "channel": CLIPS, "command": "pick", "focused": "colour"}
            suggested = await here.post("autocomplete", {**body, "options": {"colour": "gr"}})
            assert [one["value"] for one in suggested["choices"]] == ["green", "grey"]
            assert (await here.run("pick", {"colour": "green"}))["state"] == "answered"

    asyncio.run(scene())


def test_commands_on_messages_and_on_users_get_their_target() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, _):
            written = {"as": SECOND_MEMBER, "content": "look"}
            files = {"files[0]": ("a.png", picture())}
            message = await here.post(f"channels/{CLIPS}/messages", written, files)
            await here.run("Use as first frame", target=message["id"])
            await here.run("Greet", target=SECOND_MEMBER)
            listed = await here.messages()
            assert [one["content"] for one in listed] == ["look", "1 files in it", f"Hello <@{SECOND_MEMBER}>"]
            assert listed[-1]["mentions"] == []

    asyncio.run(scene())


def test_moderator_commands_are_hidden_from_members_and_refused_to_them() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, bot):
            options = {"member": SECOND_MEMBER, "credits_a_day": 5}
            body = {"as": MEMBER, "channel": CLIPS, "command": "limits set", "options": options}
            refused = await here.post("commands", body)
            assert refused == {"error": "You do not have permission to use limits set."}
            names = {who: await command_names(here, who) for who in (MEMBER, USER_MODERATOR)}
            assert names[USER_MODERATOR] - names[MEMBER] == {"limits"}
            await here.run("limits set", options, **{"as": USER_MODERATOR})
            assert bot.seen == [("Second Member", 5)]

    asyncio.run(scene())


async def command_names(here: Place, who: str) -> set[str]:
    return {one["name"] for one in (await here.get("world", **{"as": who}))["commands"]}


def test_a_command_works_in_direct_messages() -> None:
    async def scene() -> None:
        async with place_with_bot() as (here, _):
            channels = (await here.get("world", **{"as": MEMBER}))["channels"]
            (direct,) = [one["id"] for one in channels if one["dm"]]
            assert (await here.run("say", {"text": "hello"}, channel=direct))["state"] == "answered"
            assert [one["content"] for one in await here.messages(MEMBER, direct)] == ["hello"]
            theirs = await here.get(f"channels/{direct}/messages", **{"as": SECOND_MEMBER})
            assert theirs == {"error": f"There is no channel {direct}."}

    asyncio.run(scene())


@pytest.mark.skipif(not definitions.present(), reason="Discord's definitions lie beside the project, not in it")
def test_the_definitions_would_complain() -> None:
    wrong = '{"kind": "response", "method": "GET", "path": "/users/@me", "status": 200, "body": {"id": 1}}'
    assert definitions.complaints(wrong)
