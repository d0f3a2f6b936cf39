"""Messages through the bot's token: permissions, limits, nonces, history."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from sandbox.discord.world import (
    ANNOUNCEMENTS,
    BOT,
    CLIPS,
    GENERAL,
    GUILD,
    MEMBER,
    ROLE_MAKERS,
    ROLE_PATRONS,
    SECOND_MEMBER,
    USER_MODERATOR,
)
from tests.sandbox.discord_place import Place, place

MESSAGES = f"/channels/{CLIPS}/messages"
Scene = Callable[[Place], Awaitable[None]]


def play(scene: Scene) -> None:
    async def run() -> None:
        async with place() as here:
            await scene(here)

    asyncio.run(run())


def upload(payload: dict[str, Any], *files: tuple[str, bytes]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps(payload), content_type="application/json")
    for number, (name, data) in enumerate(files):
        form.add_field(f"files[{number}]", data, filename=name)
    return form


@pytest.mark.parametrize(
    ("switches", "path", "code"),
    [
        ({"view": False}, MESSAGES, 50001),
        ({"send": False}, MESSAGES, 50013),
        ({}, f"/channels/{ANNOUNCEMENTS}/messages", 50013),
        ({}, "/channels/1/messages", 10003),
    ],
)
def test_where_the_bot_may_not_write_discord_says_why(switches: dict[str, bool], path: str, code: int) -> None:
    async def scene(here: Place) -> None:
        here.service.settings.merge({"permissions": {CLIPS: switches}})
        _, error = await here.rest("POST", path, {"content": "x"})
        assert error["code"] == code

    play(scene)


def test_files_need_their_own_permission() -> None:
    async def scene(here: Place) -> None:
        here.service.settings.merge({"permissions": {CLIPS: {"attach": False}}})
        assert (await here.rest("POST", MESSAGES, {"content": "x"}))[0] == 200
        status, error = await here.rest("POST", MESSAGES, form=upload({}, ("a.txt", b"x")))
        assert (status, error["code"]) == (403, 50013)

    play(scene)


def test_without_history_no_messages_are_returned() -> None:
    async def scene(here: Place) -> None:
        _, message = await here.rest("POST", MESSAGES, {"content": "x"})
        here.service.settings.merge({"permissions": {CLIPS: {"history": False}}})
        assert await here.rest("GET", MESSAGES) == (200, [])
        status, error = await here.rest("GET", f"{MESSAGES}/{message['id']}")
        assert (status, error["code"]) == (403, 50013)

    play(scene)


@pytest.mark.parametrize(
    ("payload", "code", "sentence"),
    [
        ({}, 50006, "Cannot send an empty message"),
        ({"content": "   "}, 50006, "Cannot send an empty message"),
        ({"content": "x" * 2001}, 50035, "Must be 2000 or fewer in length."),
        ({"content": "x", "nonce": "n" * 26}, 50035, "Must be 25 or fewer in length."),
        ({"embeds": [{"title": "x" * 257}]}, 50035, "Must be 256 or fewer in length."),
        ({"embeds": [{"description": "x" * 4096}] * 2}, 50035, "Embed size exceeds maximum size of 6000"),
        ({"embeds": [{"fields": [{"name": "x"}]}]}, 50035, "This field is required"),
        ({"content": "x", "message_reference": {"message_id": "1"}}, 50035, "Unknown message"),
        ({"components": [{"content": "x"}]}, 50035, "There is no such component."),
        ({"content": "x", "embeds": [1]}, 50035, "Only lists of objects may be used here."),
        ({"components": [{"type": 10, "content": "x"}]}, 50035, "This component needs the flag IS_COMPONENTS_V2."),
    ],
)
def test_what_discord_does_not_take_is_refused(payload: dict[str, Any], code: int, sentence: str) -> None:
    async def scene(here: Place) -> None:
        status, error = await here.rest("POST", MESSAGES, payload)
        assert (status, error["code"]) == (400, code)
        assert sentence in json.dumps(error)
        assert await here.messages() == []

    play(scene)


def button(custom_id: str, **facts: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": custom_id, **facts}


@pytest.mark.parametrize(
    ("buttons", "sentence"),
    [
        ([button("a"), button("a")], "Component custom id cannot be duplicated."),
        ([button(str(number)) for number in range(6)], "A row holds one select or between 1 and 5 buttons."),
        ([button("a", label=None)], "A button must have a label or an emoji."),
        ([button("a", label="x" * 81)], "Must be 80 or fewer in length."),
        ([button("a", style=5)], "A button has a url and the link style"),
        ([button("x" * 101)], "Must be between 1 and 100 in length."),
    ],
)
def test_buttons_keep_discords_rules(buttons: list[dict[str, Any]], sentence: str) -> None:
    async def scene(here: Place) -> None:
        rows = [{"type": 1, "components": buttons}]
        status, error = await here.rest("POST", MESSAGES, {"content": "x", "components": rows})
        assert (status, error["code"]) == (400, 50035)
        assert sentence in json.dumps(error)

    play(scene)


def test_layout_components_come_back_whole() -> None:
    async def scene(here: Place) -> None:
        gallery = {"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}
        text = {"type": 10, "content": "hello"}
        container = {"type": 17, "components": [text, gallery, {"type": 14}]}
        payload = {"flags": 1 << 15, "components": [container, {"type": 1, "components": [button("a")]}]}
        status, message = await here.rest("POST", MESSAGES, form=upload(payload, ("a.png", b"not really")))
        assert status == 200
        assert message["components"][0]["components"][0] == {**text, "id": 2}
        assert message["components"][0]["components"][1]["items"][0]["media"]["url"].startswith(here.url)
        assert message["components"][1]["components"][0]["custom_id"] == "a"

    play(scene)


def test_a_picture_in_an_embed_is_not_shown_below_it_again() -> None:
    async def scene(here: Place) -> None:
        payload = {"embeds": [{"title": "t", "image": {"url": "attachment://a.png"}}]}
        _, message = await here.rest("POST", MESSAGES, form=upload(payload, ("a.png", b"x"), ("b.png", b"x")))
        assert "/a.png?" in message["embeds"][0]["image"]["url"]
        assert [one["filename"] for one in message["attachments"]] == ["b.png"]

    play(scene)


def test_a_file_over_the_upload_limit_is_refused_with_40005() -> None:
    async def scene(here: Place) -> None:
        here.service.settings.merge({"upload_limit_bytes": 10})
        status, error = await here.rest("POST", MESSAGES, form=upload({}, ("a.bin", b"x" * 11)))
        assert (status, error["code"]) == (413, 40005)
        status, _ = await here.rest("POST", MESSAGES, form=upload({}, ("a.bin", b"x" * 10)))
        assert status == 200

    play(scene)


def test_an_enforced_nonce_gives_the_earlier_message_for_five_minutes() -> None:
    async def scene(here: Place) -> None:
        payload = {"content": "once", "nonce": "job-1", "enforce_nonce": True}
        sent = [(await here.rest("POST", MESSAGES, payload))[1] for _ in range(2)]
        assert sent[0]["id"] == sent[1]["id"]
        assert sent[0]["nonce"] == "job-1"
        here.clock.advance(5 * 60)
        assert (await here.rest("POST", MESSAGES, payload))[1]["id"] != sent[0]["id"]
        unenforced = (await here.rest("POST", MESSAGES, {**payload, "enforce_nonce": False}))[1]
        assert len({one["id"] for one in await here.messages()} | {unenforced["id"]}) == 3

    play(scene)


def test_history_is_paged_newest_first() -> None:
    async def scene(here: Place) -> None:
        for number in range(6):
            await here.rest("POST", MESSAGES, {"content": str(number)})
        ids = [one["id"] for one in await here.messages()]

        async def contents(query: str) -> str:
            return "".join(one["content"] for one in (await here.rest("GET", f"{MESSAGES}?{query}"))[1])

        assert await contents("limit=3") == "543"
        assert await contents(f"before={ids[2]}") == "10"
        assert await contents(f"after={ids[2]}&limit=2") == "43"
        assert await contents(f"around={ids[2]}&limit=3") == "321"
        assert (await here.rest("GET", f"{MESSAGES}?limit=101"))[1]["code"] == 50035
        assert (await here.rest("GET", f"{MESSAGES}?before=x"))[1]["code"] == 50035

    play(scene)


def test_a_bot_edits_only_its_own_messages_and_deletes_others_only_with_permission() -> None:
    async def scene(here: Place) -> None:
        theirs = await here.post(f"channels/{CLIPS}/messages", {"as": MEMBER, "content": "mine"})
        status, error = await here.rest("PATCH", f"{MESSAGES}/{theirs['id']}", {"content": "x"})
        assert (status, error["code"]) == (403, 50005)
        assert (await here.rest("DELETE", f"{MESSAGES}/{theirs['id']}"))[1]["code"] == 50013
        _, own = await here.rest("POST", MESSAGES, form=upload({"content": "a"}, ("a.txt", b"x")))
        _, edited = await here.rest("PATCH", f"{MESSAGES}/{own['id']}", {"content": "b"})
        assert (edited["content"], len(edited["attachments"])) == ("b", 1)
        _, edited = await here.rest("PATCH", f"{MESSAGES}/{own['id']}", {"attachments": []})
        assert edited["attachments"] == []
        assert (await here.rest("PATCH", f"{MESSAGES}/{own['id']}", {"content": ""}))[1]["code"] == 50006
        assert (await here.rest("DELETE", f"{MESSAGES}/{own['id']}")) == (204, None)
        assert (await here.rest("GET", f"{MESSAGES}/{own['id']}"))[1]["code"] == 10008

    play(scene)


def test_mentions_are_those_that_are_allowed() -> None:
    async def scene(here: Place) -> None:
        content = f"<@{MEMBER}> <@{SECOND_MEMBER}> @everyone"
        _, free = await here.rest("POST", MESSAGES, {"content": content})
        assert ([one["id"] for one in free["mentions"]], free["mention_everyone"]) == ([MEMBER, SECOND_MEMBER], False)
        allowed = {"parse": [], "users": [MEMBER]}
        _, bound = await here.rest("POST", MESSAGES, {"content": content, "allowed_mentions": allowed})
        assert [one["id"] for one in bound["mentions"]] == [MEMBER]

    play(scene)


def test_roles_are_mentioned_where_that_is_allowed_and_nobody_is_from_an_embed() -> None:
    async def scene(here: Place) -> None:
        content = f"<@&{ROLE_MAKERS}> <@&{ROLE_PATRONS}> <@&1>"
        _, free = await here.rest("POST", MESSAGES, {"content": content})
        assert free["mention_roles"] == [ROLE_MAKERS, ROLE_PATRONS]
        for allowed, roles in (({"parse": []}, []), ({"parse": [], "roles": [ROLE_PATRONS]}, [ROLE_PATRONS])):
            _, bound = await here.rest("POST", MESSAGES, {"content": content, "allowed_mentions": allowed})
            assert bound["mention_roles"] == roles
        _, embedded = await here.rest("POST", MESSAGES, {"embeds": [{"description": f"{content} <@{MEMBER}>"}]})
        assert (embedded["mentions"], embedded["mention_roles"]) == ([], [])
        text = {"type": 10, "content": f"<@{MEMBER}>"}
        _, laid_out = await here.rest("POST", MESSAGES, {"flags": 1 << 15, "components": [text]})
        assert [one["id"] for one in laid_out["mentions"]] == [MEMBER]

    play(scene)


def test_replies_name_what_they_reply_to() -> None:
    async def scene(here: Place) -> None:
        theirs = await here.post(f"channels/{CLIPS}/messages", {"as": MEMBER, "content": "hello"})
        reference = {"message_id": theirs["id"], "channel_id": CLIPS}
        _, reply = await here.rest("POST", MESSAGES, {"content": "hi", "message_reference": reference})
        assert (reply["type"], reply["referenced_message"]["content"]) == (19, "hello")
        gentle = {"message_id": "1", "fail_if_not_exists": False}
        status, _ = await here.rest("POST", MESSAGES, {"content": "hi", "message_reference": gentle})
        assert status == 200

    play(scene)


def test_a_direct_channel_is_opened_by_user_and_can_be_closed_to_the_bot() -> None:
    async def scene(here: Place) -> None:
        status, channel = await here.rest("POST", "/users/@me/channels", {"recipient_id": MEMBER})
        assert (status, channel["type"], channel["recipients"][0]["id"]) == (200, 1, MEMBER)
        path = f"/channels/{channel['id']}/messages"
        assert (await here.rest("POST", path, {"content": "x"}))[0] == 200
        assert len(await here.messages(MEMBER, channel["id"])) == 1
        here.service.settings.merge({"permissions": {channel["id"]: {"send": False}}})
        assert (await here.rest("POST", path, {"content": "x"}))[1]["code"] == 50007
        assert (await here.rest("POST", "/users/@me/channels", {"recipient_id": BOT}))[1]["code"] == 50033

    play(scene)


def test_people_delete_their_own_messages_and_moderators_anybodys() -> None:
    async def scene(here: Place) -> None:
        written = {"as": MEMBER, "content": "x"}
        first, second = [await here.post(f"channels/{GENERAL}/messages", written) for _ in range(2)]
        refused = await here.post(f"messages/{GENERAL}/{first['id']}/delete", {"as": SECOND_MEMBER})
        assert refused == {"error": "Only its author or a moderator can delete this message."}
        assert await here.post(f"messages/{GENERAL}/{first['id']}/delete", {"as": MEMBER}) == {}
        assert await here.post(f"messages/{GENERAL}/{second['id']}/delete", {"as": USER_MODERATOR}) == {}
        assert await here.messages(MEMBER, GENERAL) == []

    play(scene)


def test_a_wrong_token_and_an_unknown_path_are_answered_as_discord_does() -> None:
    async def scene(here: Place) -> None:
        assert await here.rest("GET", "/users/@me", token="wrong") == (401, {"message": "401: Unauthorized", "code": 0})
        assert await here.rest("GET", "/voice/regions") == (404, {"message": "404: Not Found", "code": 0})
        assert (await here.rest("GET", "/applications/1/commands"))[1]["code"] == 20012
        assert (await here.rest("GET", "/users/1"))[1]["code"] == 10013
        assert (await here.rest("GET", f"/guilds/{GUILD}/members/{MEMBER}"))[1]["user"]["username"] == "member"
        assert (await here.rest("GET", f"/guilds/{GUILD}/members/1"))[1]["code"] == 10007
        assert (await here.rest("GET", f"/channels/{CLIPS}"))[1]["name"] == "clips"
        headers = {"Authorization": "Bot a.token.for-tests", "Content-Type": "application/json"}
        async with here.session.post(f"{here.url}/api/v10{MESSAGES}", data=b"{", headers=headers) as response:
            assert (response.status, (await response.json())["code"]) == (400, 50109)

    play(scene)
