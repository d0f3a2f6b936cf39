"""The buttons where the bot itself is not, or where one member alone sees the clip."""

import asyncio
from pathlib import Path

import pytest

from engine import Installed, JobState, Relation, Route
from sandbox.discord.world import CLIPS, HANGOUT, MEMBER, SECOND_MEMBER, USER_MODERATOR
from tests.cogs.scene import Message, Scene, buttons, scene, until
from tests.cogs.test_clip_buttons import NOT_YOURS
from tests.engine.edges import picture


def test_a_clip_where_the_bot_is_not_has_buttons_that_work(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            clip = await made_clip(at, HANGOUT, install="user")
            assert list(buttons(clip)) == ["Again", "Remix", "Final", "Extend", "Details", "Delete"]
            assert "**Clip `" in (await at.press(clip, "Details", MEMBER))["content"]
            status = await at.press(clip, "Again", SECOND_MEMBER)
            assert not status["ephemeral"]
            (again,) = await at.books.open_jobs(int(SECOND_MEMBER))
            assert (again.guild_id, again.installed, again.relation) == (0, Installed.USER, Relation.AGAIN)
            assert again.token

    asyncio.run(done())


def test_who_manages_a_server_without_the_bot_moderates_nothing(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            clip = await made_clip(at, HANGOUT, install="user")
            for label in ("Details", "Final"):
                refused = await at.press(clip, label, USER_MODERATOR)
                assert (refused["ephemeral"], refused["content"]) == (True, NOT_YOURS)
            refused = await at.press(clip, "Delete", USER_MODERATOR)
            assert refused["content"].startswith("Only the member who asked for this clip")

    asyncio.run(told())


@pytest.mark.parametrize(("where", "install"), [(HANGOUT, "user"), (CLIPS, None)])
def test_a_clip_that_only_its_button_reaches_is_deleted_by_it(tmp_path: Path, where: str, install: str | None) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            clip = await made_clip(at, where, install=install, private=True)
            (job,) = await at.books.jobs.of_member(int(MEMBER), None, 1)
            assert (job.route, job.token) == (Route.REPLY, None), "nothing else reaches it any more"
            said = await at.fill_in(await at.press_for_form(clip, "Delete", MEMBER), {}, MEMBER, where)
            assert said["content"].startswith("Your clip is gone for good")
            await until(lambda: _is_gone(at, clip))

    asyncio.run(done())


def test_takes_that_one_member_sees_show_the_votes_as_well(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            takes = await made_clip(at, CLIPS, command="preview", private=True, takes=2)
            state = await at.here.press(takes, buttons(takes)["2 · 0 votes"]["custom_id"])
            assert state["state"] == "answered"

            async def counted() -> bool:
                return "2 · 1 vote" in buttons(await _as_it_is(at, takes))

            await until(counted)

    asyncio.run(done())


async def made_clip(
    at: Scene, where: str, *, command: str = "animate", install: str | None = None, **options: object
) -> Message:
    """A clip that was asked for there, once all is over with it."""
    at.provider.finish()
    body = {"as": MEMBER, "channel": where, "command": command, "options": {"prompt": "waves", **options}}
    files = {"image": ("picture.jpg", picture())}
    opened = await at.here.post("commands", {**body, "install": install} if install else body, files)
    assert "interaction_id" in opened, opened

    async def posted() -> Message | None:
        jobs = await at.books.jobs.of_member(int(MEMBER), None, 1)
        if not jobs or jobs[0].state is not JobState.DONE or jobs[0].token:
            return None
        found = await at.here.messages(MEMBER, where)
        return next((message for message in found if message["attachments"]), None)

    return await until(posted)


async def _as_it_is(at: Scene, message: Message) -> Message:
    listed = await at.here.messages(MEMBER, message["channel_id"])
    return next(found for found in listed if found["id"] == message["id"])


async def _is_gone(at: Scene, message: Message) -> bool:
    return message["id"] not in {found["id"] for found in await at.here.messages(MEMBER, message["channel_id"])}
