"""The stand-in's CDN: names, types, ranges, addresses that expire."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from sandbox.discord.cdn import LINK_SECONDS, content_type, safe_name
from sandbox.discord.world import CLIPS, MEMBER
from tests.sandbox.discord_place import Place, place

DATA = bytes(range(100))


async def stored(here: Place, name: str = "a b.mp4", data: bytes = DATA) -> dict[str, Any]:
    written = {"as": MEMBER, "content": ""}
    message = await here.post(f"channels/{CLIPS}/messages", written, {"files[0]": (name, data)})
    attachment: dict[str, Any] = message["attachments"][0]
    return attachment


@pytest.mark.parametrize(
    ("wanted", "status", "data", "content_range"),
    [
        (None, 200, DATA, None),
        ("bytes=0-", 206, DATA, "bytes 0-99/100"),
        ("bytes=10-19", 206, DATA[10:20], "bytes 10-19/100"),
        ("bytes=90-500", 206, DATA[90:], "bytes 90-99/100"),
        ("bytes=-5", 206, DATA[-5:], "bytes 95-99/100"),
        ("bytes=100-", 416, None, "bytes */100"),
        ("bytes=x", 416, None, "bytes */100"),
    ],
)
def test_a_range_gives_a_part(wanted: str | None, status: int, data: bytes | None, content_range: str | None) -> None:
    async def scene() -> None:
        async with place() as here:
            attachment = await stored(here)
            headers = {} if wanted is None else {"Range": wanted}
            async with here.session.get(attachment["url"], headers=headers) as response:
                assert response.status == status
                assert response.headers.get("Content-Range") == content_range
                if data is not None:
                    assert await response.read() == data
                    assert response.headers["Content-Type"] == "video/mp4"

    asyncio.run(scene())


def test_a_spoiler_is_known_by_its_name_or_because_the_bot_said_so_and_carries_the_flag() -> None:
    async def scene() -> None:
        async with place() as here:
            named = await stored(here, "SPOILER_lake.png")
            assert (named["filename"], named["flags"]) == ("SPOILER_lake.png", 8)
            assert "flags" not in await stored(here, "lake.png")
            facts = [{"id": "0", "filename": "lake.png", "is_spoiler": True, "description": "A lake."}]
            form = aiohttp.FormData()
            form.add_field("payload_json", json.dumps({"attachments": facts}), content_type="application/json")
            form.add_field("files[0]", b"x", filename="lake.png")
            _, message = await here.rest("POST", f"/channels/{CLIPS}/messages", form=form)
            (said,) = message["attachments"]
            assert (said["filename"], said["flags"], said["description"]) == ("lake.png", 8, "A lake.")

    asyncio.run(scene())


def test_an_address_expires_after_a_day_and_the_message_then_gives_a_new_one() -> None:
    async def scene() -> None:
        async with place() as here:
            old = (await stored(here))["url"]
            here.clock.advance(LINK_SECONDS + 1)
            (message,) = await here.messages()
            statuses = []
            for address in (old, message["attachments"][0]["url"], old.replace("ex=", "ex=f")):
                async with here.session.get(address) as response:
                    statuses.append(response.status)
            assert statuses == [404, 200, 404]

    asyncio.run(scene())


def test_a_file_that_is_no_picture_has_no_size_whatever_its_name_says() -> None:
    async def scene() -> None:
        async with place() as here:
            attachment = await stored(here, "photo.jpg", b"plain text")
            assert attachment["content_type"] == "image/jpeg"
            assert "width" not in attachment

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("name", "kept"),
    [("holiday photo (1).png", "holiday_photo_1_.png"), ("видео.mp4", "unknown.mp4"), ("/..", "unknown")],
)
def test_names_are_kept_to_plain_characters(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@pytest.mark.parametrize(
    ("name", "kind"), [("a.txt", "text/plain; charset=utf-8"), ("a.mp4", "video/mp4"), ("a", None)]
)
def test_the_type_goes_by_the_name(name: str, kind: str | None) -> None:
    assert content_type(name) == kind
