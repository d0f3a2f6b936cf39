"""A member's own data: handed over, and gone where they confirm it."""

import asyncio
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from cogs.words import privacy
from engine import Forgotten
from sandbox.discord.world import CLIPS, GUILD, MEMBER
from tests.cogs.scene import Scene, scene
from tests.storage.books import new_job

DM = str(int(MEMBER) + 400)


def test_a_member_gets_all_that_is_kept_about_them_in_a_server_and_in_direct_messages(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            await at.posted(at=datetime.now(UTC))
            for where in (CLIPS, DM):
                answer = await at.say("privacy export", MEMBER, where)
                assert answer["ephemeral"]
                assert answer["content"].startswith("Here is what I keep about you")
                (file,) = answer["attachments"]
                names, data = await _opened(file["url"])
                assert "data.json" in names
                assert "waves" in json.dumps(data)

    asyncio.run(done())


def test_a_member_is_asked_before_their_data_goes_and_told_what_went(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            question = await at.say("privacy delete", MEMBER)
            assert question["ephemeral"]
            assert "**What stays:**" in question["content"]
            kept = await at.books.jobs.get(job.id)
            assert kept
            assert kept.options.prompt == "waves"
            answer = await at.press(question, "Delete my data", MEMBER)
            assert answer["id"] == question["id"]
            assert answer["content"].startswith("Done: 1 clip and 1 entry of the ledger no longer name you")
            assert not answer["components"]
            gone = await at.books.jobs.get(job.id)
            assert gone
            assert gone.options.prompt is None

    asyncio.run(done())


def test_a_member_is_told_what_stays_of_their_limits_and_which_clip_still_names_them(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            jobs = [await at.posted(number, at=now - timedelta(hours=3 - number)) for number in (1, 2)]
            await at.say("limits set member", member=MEMBER, credits="5", cooldown="7 d")
            question = (await at.say("privacy delete", MEMBER))["content"]
            goes, stays = question.split("**What stays:**")
            assert "limits of your own that are tighter" not in goes
            assert "Limits of your own that are tighter than the others' stay until a moderator clears them" in stays
            assert "your latest clip" in stays
            told = await at.rooms.privacy.forget(int(MEMBER))
            assert privacy.forgotten(told) == (
                "Done: 1 clip and 2 entries of the ledger no longer name you, and what you sent for them is deleted. "
                "Your latest clip keeps your id, and nothing else of you, until no cooldown counts from it any more."
            )
            kept = [await at.books.jobs.get(job.id) for job in jobs]
            assert [(job.member_id, job.options.prompt) for job in kept if job] == [(0, None), (int(MEMBER), None)]

    asyncio.run(done())


def test_data_stays_while_a_clip_is_under_way(tmp_path: Path) -> None:
    async def said() -> str:
        async with scene(tmp_path) as at:
            question = await at.say("privacy delete", MEMBER)
            await _waiting(at)
            return str((await at.press(question, "Delete my data", MEMBER))["content"])

    assert asyncio.run(said()) == (
        "You have 1 clip that is under way: wait for the end, or cancel what waits in `/jobs`, then ask again. "
        "Nothing was deleted."
    )


def test_nobody_confirms_for_somebody_else(tmp_path: Path) -> None:
    async def said() -> str:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            button = {"type": 2, "style": 4, "label": "Delete my data", "custom_id": f"firstframe:forget:{MEMBER}"}
            body = {"content": "somewhere public", "components": [{"type": 1, "components": [button]}]}
            _, message = await at.here.rest("POST", f"/channels/{CLIPS}/messages", body)
            answer = await at.press(message, "Delete my data")
            kept = await at.books.jobs.get(job.id)
            assert kept
            assert kept.member_id == int(MEMBER)
            return str(answer["content"])

    assert asyncio.run(said()) == privacy.NOT_YOURS


def test_what_is_said_about_it_fits_and_counts_right() -> None:
    assert len(privacy.QUESTION) <= 2000
    assert "2 clips and 1,000 entries" in privacy.forgotten(Forgotten(2, 1000))
    assert "Your latest clips of 2 servers keep your id" in privacy.forgotten(Forgotten(2, 1000, 2))
    assert "did not fit" not in privacy.exported(0, 10)
    assert "1 file did not fit" in privacy.exported(1, 10 * 1024 * 1024)
    assert "2 files did not fit into Discord's limit of 10 MB" in privacy.exported(2, 10 * 1024 * 1024)


async def _waiting(at: Scene) -> None:
    now = datetime.now(UTC)
    await at.books.jobs.accept(new_job(7, member_id=int(MEMBER), guild_id=int(GUILD), channel_id=int(CLIPS), at=now))


async def _opened(url: str) -> tuple[list[str], Any]:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        archive = zipfile.ZipFile(io.BytesIO(await response.read()))
    return archive.namelist(), json.loads(archive.read("data.json"))
