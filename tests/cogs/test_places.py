"""From the command to the clip wherever it is asked for: in private, without the bot in the server, directly."""

import asyncio
from pathlib import Path
from typing import Any

from engine import Installed, Job, JobState
from sandbox.discord.world import CLIPS, GROUP, HANGOUT, MEMBER, SECOND_MEMBER, THREAD, direct_id
from tests.cogs.scene import Scene, buttons, scene, until
from tests.engine.edges import picture

Message = dict[str, Any]


async def _ask(at: Scene, where: str, command: str = "animate", *, install: str | None = None, **options: Any) -> str:
    """Ask for a clip; the interaction."""
    body = {"as": MEMBER, "channel": where, "command": command, "options": {"prompt": "waves", **options}}
    files = {"image": ("picture.jpg", picture())}
    opened = await at.here.post("commands", {**body, "install": install} if install else body, files)
    assert "interaction_id" in opened, opened
    return str(opened["interaction_id"])


async def _answer(at: Scene, where: str, interaction_id: str, who: str = MEMBER) -> Message | None:
    """What answers it now, if that is more than that the bot is thinking."""
    for message in await at.here.messages(who, where):
        caused = (message.get("interaction_metadata") or {}).get("id")
        if caused == interaction_id and message["content"] and not message["content"].startswith("Looking"):
            return message
    return None


async def _refusal(at: Scene, where: str, **options: Any) -> str:
    interaction_id = await _ask(at, where, **options)
    message = await until(lambda: _answer(at, where, interaction_id))
    assert message["ephemeral"]
    return str(message["content"])


async def _with_clip(at: Scene, where: str, who: str = MEMBER) -> Message:
    """The message with a clip, as soon as it is there."""

    async def look() -> Message | None:
        messages = await at.here.messages(who, where)
        return next((message for message in messages if message["attachments"]), None)

    return await until(look)


async def _latest(at: Scene) -> Job | None:
    return next(iter(await at.books.jobs.of_member(int(MEMBER), None, 1)), None)


async def _until_state(at: Scene, state: JobState) -> Job:
    async def look() -> Job | None:
        job = await _latest(at)
        return job if job and job.state is state else None

    return await until(look)


def test_a_private_clip_is_seen_by_its_member_alone(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            interaction_id = await _ask(at, CLIPS, private=True, spoiler=True)
            status = await until(lambda: _answer(at, CLIPS, interaction_id))
            assert status["ephemeral"]
            at.provider.finish()
            clip = await _with_clip(at, CLIPS)
            assert (clip["id"], clip["ephemeral"]) == (status["id"], True)
            assert clip["attachments"][0]["filename"].startswith("SPOILER_firstframe-")
            assert "Again" in buttons(clip)
            assert "Share" not in buttons(clip)
            job = await _until_state(at, JobState.DONE)
            assert job.private
            assert await at.here.messages(SECOND_MEMBER) == []
            listed = await at.say("jobs", MEMBER)
            assert "https://" not in listed["content"], "what only one member sees has no address"
            await at.say("limits set everyone", credits="12")
            assert "you have 12 a day" in await _refusal(at, CLIPS, private=True, resolution="1080P", duration=15)

    asyncio.run(done())


def test_where_the_bot_is_not_the_answer_becomes_the_clip(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            interaction_id = await _ask(at, HANGOUT, install="user", resolution="720P", duration=5)
            status = await until(lambda: _answer(at, HANGOUT, interaction_id))
            assert not status["ephemeral"]
            at.provider.finish()
            clip = await _with_clip(at, HANGOUT, SECOND_MEMBER)
            assert clip["id"] == status["id"]
            job = await _until_state(at, JobState.DONE)
            assert (job.guild_id, job.installed) == (0, Installed.USER)
            quota = await at.say("quota", MEMBER, HANGOUT)
            assert f"**{30 - job.price} credits left**" in quota["content"]
            assert "**1,000 credits left**" in (await at.say("quota", MEMBER))["content"]
            too_much = await _refusal(at, HANGOUT, resolution="1080P", duration=15)
            assert "you have 30 a day outside of servers that have me" in too_much

            async def forgotten() -> bool | None:
                job = await _latest(at)
                return (job is not None and job.token is None) or None

            assert await until(forgotten)

    asyncio.run(done())


def test_a_group_of_friends_can_make_clips_too(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            at.provider.finish()
            await _ask(at, GROUP, install="user", resolution="720P", duration=5)
            clip = await _with_clip(at, GROUP, SECOND_MEMBER)
            assert clip["content"].startswith(f"<@{MEMBER}> your clip is ready.")

    asyncio.run(done())


def test_an_operator_can_offer_nothing_outside_of_servers(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path, outside=0) as at:
            for where, install in ((HANGOUT, "user"), (direct_id(MEMBER), None)):
                said = await _refusal(at, where, install=install)
                assert said.startswith("Here I make no clips: use `/animate` in a server that has me")

    asyncio.run(done())


def test_direct_messages_with_the_bot_are_a_place_like_others(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            where = direct_id(MEMBER)
            interaction_id = await _ask(at, where, resolution="720P", duration=5, private=True)
            status = await until(lambda: _answer(at, where, interaction_id))
            assert not status["ephemeral"], "nobody else reads along here"
            at.provider.finish()
            clip = await _with_clip(at, where)
            assert clip["id"] != status["id"], "a message that notifies"

            async def one_line() -> Message | None:
                now = await _answer(at, where, interaction_id)
                return now if now and now["content"].startswith("✅") else None

            done = await until(one_line)
            assert f"https://discord.com/channels/@me/{where}/{clip['id']}" in done["content"]
            assert "\n" not in done["content"]

    asyncio.run(done())


def test_a_channel_that_closes_sends_the_clip_to_its_member(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            await _ask(at, THREAD)
            await _until_state(at, JobState.RUNNING)
            await at.here.post(f"channels/{THREAD}", {"archived": True, "locked": True})
            at.provider.finish()
            clip = await _with_clip(at, direct_id(MEMBER))
            assert clip["content"].startswith(f"I may not post in <#{THREAD}> any more")
            assert "Again" in buttons(clip)

    asyncio.run(done())


def test_a_clip_that_can_go_nowhere_waits_and_is_handed_over(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            interaction_id = await _ask(at, CLIPS)
            await until(lambda: _answer(at, CLIPS, interaction_id))
            at.here.service.settings.merge({"permissions": {CLIPS: {"attach": False}}})
            await at.here.post(f"members/{MEMBER}", {"direct_messages": False})
            at.provider.finish()

            async def waits() -> Message | None:
                now = await _answer(at, CLIPS, interaction_id)
                return now if now and "Get it with `/jobs`" in now["content"] else None

            assert await until(waits)
            listed = await at.say("jobs", MEMBER)
            assert "kept for you until" in listed["content"]
            given = await at.press(listed, "Get: waves", MEMBER)
            assert given["ephemeral"]
            assert given["attachments"][0]["filename"].startswith("firstframe-")
            assert "save the clip now" in given["content"]
            await _until_state(at, JobState.DONE)
            again = await at.press(listed, "Get: waves", MEMBER)
            assert again["content"].startswith("This clip does not wait any more")

    asyncio.run(done())


def test_previews_are_cheap_takes_in_one_message(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            interaction_id = await _ask(at, CLIPS, "preview", takes=3)
            status = await until(lambda: _answer(at, CLIPS, interaction_id))
            assert "3 takes of 5 s · 720P" in status["content"]
            takes = await at.books.open_jobs(int(MEMBER))
            assert len({job.options.seed for job in takes}) == 3
            at.provider.finish()
            clip = await _with_clip(at, CLIPS)
            assert len(clip["attachments"]) == 3
            assert {"1 · 0 votes", "Final 3", "Again"} <= set(buttons(clip))

            async def one_line() -> Message | None:
                now = await _answer(at, CLIPS, interaction_id)
                return now if now and now["content"].startswith("✅") else None

            assert str(clip["id"]) in (await until(one_line))["content"]
            await at.say("limits set everyone", credits="unlimited", at_once="2")
            refused = await _refusal(at, CLIPS, command="preview", takes=3)
            assert "and ask for 3 more, and 2 at once is your limit: ask for fewer takes" in refused

    asyncio.run(done())


def test_a_form_can_be_private_too(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            opened = await at.here.run("animate-form", {"private": True, "spoiler": True})
            fields = await at.fields(opened["id"])
            values = {fields["What should happen"]["custom_id"]: "waves"}
            body = {"as": MEMBER, "interaction_id": opened["id"], "values": values}
            sent = await at.here.post("modals", body, {fields["Picture"]["custom_id"]: ("p.jpg", picture())})
            status = await until(lambda: _answer(at, CLIPS, sent["interaction_id"]))
            assert status["ephemeral"]
            job = await _latest(at)
            assert job
            assert (job.private, job.spoiler) == (True, True)

    asyncio.run(done())


def test_a_locked_channel_refuses_what_all_would_see_and_takes_what_is_private(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            at.here.service.settings.merge({"permissions": {CLIPS: {"attach": False}}})
            assert "I may not post clips in this channel" in await _refusal(at, CLIPS)
            interaction_id = await _ask(at, CLIPS, private=True)
            status = await until(lambda: _answer(at, CLIPS, interaction_id))
            assert status["content"].startswith(("⏳", "🎬"))

    asyncio.run(done())
