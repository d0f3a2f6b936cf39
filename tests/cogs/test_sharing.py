"""A clip is copied into the showcase: once, with credit, and notifying nobody."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cogs.showcase import DiscordShowcase
from sandbox.discord.world import ANNOUNCEMENTS, BOT_LOG, CLIPS, GUILD, MEMBER, SECOND_MEMBER, USER_MODERATOR
from tests.cogs.scene import Message, Scene, buttons, scene, until
from tests.cogs.test_clip_buttons import clip_of
from tests.cogs.test_clips_elsewhere import made_clip


def test_a_shared_clip_is_in_the_showcase_once_with_credit(tmp_path: Path) -> None:
    async def shared() -> None:
        async with scene(tmp_path) as at:
            clip = await _clip(at)
            presses = (MEMBER, USER_MODERATOR, MEMBER)
            answers = await asyncio.gather(*(at.press(clip, "Share", who) for who in presses))
            (copy,) = await _copies(at)
            link = f"https://discord.com/channels/{GUILD}/{BOT_LOG}/{copy['id']}"
            texts = sorted(answer["content"] for answer in answers)
            assert texts[0] == f"Shared in <#{BOT_LOG}>: {link}"
            assert set(texts[1:]) == {f"This clip is in <#{BOT_LOG}> already: {link}"}
            assert all(answer["ephemeral"] for answer in answers)
            first, prompt = copy["content"].splitlines()
            assert first.startswith(f"🎞️ By <@{MEMBER}>")
            assert first.endswith(f"https://discord.com/channels/{GUILD}/{CLIPS}/{clip['id']}")
            assert prompt == "> waves"
            assert not copy["mentions"], "nobody is notified"
            (file,), (posted,) = copy["attachments"], clip["attachments"]
            assert (file["filename"], file["size"]) == (posted["filename"], posted["size"])
            assert file["description"] == posted["description"]

    asyncio.run(shared())


def test_a_clip_can_be_shared_from_the_moment_it_is_posted(tmp_path: Path) -> None:
    async def shown() -> set[str]:
        async with scene(tmp_path) as at:
            await at.say("server set", showcase_channel=BOT_LOG)
            return set(buttons(await made_clip(at, CLIPS)))

    assert "Share" in asyncio.run(shown())


def test_a_spoiler_stays_one_and_a_moderator_is_named_who_shares(tmp_path: Path) -> None:
    async def shared() -> None:
        async with scene(tmp_path) as at:
            clip = await _clip(at, spoiler=True)
            await at.press(clip, "Share", USER_MODERATOR)
            (copy,) = await _copies(at)
            assert copy["attachments"][0]["filename"].startswith("SPOILER_")
            assert copy["content"].startswith(f"🎞️ By <@{MEMBER}>, shared by <@{USER_MODERATOR}> · ")

    asyncio.run(shared())


def test_automod_keeps_the_words_out_and_not_the_clip(tmp_path: Path) -> None:
    async def shared() -> None:
        async with scene(tmp_path) as at:
            clip = await _clip(at)
            at.here.service.settings.merge({"automod": ["waves"]})
            answer = await at.press(clip, "Share", MEMBER)
            assert answer["content"].startswith("Shared in ")
            (copy,) = await _copies(at)
            assert "waves" not in copy["content"] + copy["attachments"][0]["description"]

    asyncio.run(shared())


def test_where_the_bot_may_not_post_nothing_is_shared_until_it_may(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            clip = await _clip(at)
            await at.say("server set", showcase_channel=ANNOUNCEMENTS)
            refused = await at.press(clip, "Share", MEMBER)
            assert refused["content"].startswith("I may not post in the showcase channel")
            await at.say("server clear", setting="showcase_channel_id")
            nowhere = await at.press(clip, "Share", MEMBER)
            assert nowhere["content"].startswith("There is no showcase channel here")
            await at.say("server set", showcase_channel=BOT_LOG)
            assert (await at.press(clip, "Share", MEMBER))["content"].startswith("Shared in ")

    asyncio.run(told())


def test_a_clip_whose_message_is_gone_is_not_shared(tmp_path: Path) -> None:
    async def told() -> str:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            await at.say("server set", showcase_channel=BOT_LOG)
            job = await at.posted(at=now)
            clip = await clip_of(at, job)
            stray = await at.posted(2, at=now)
            await at.here.rest("DELETE", f"/channels/{CLIPS}/messages/{job.clip_message_id}")
            button = {"type": 2, "style": 2, "label": "Share", "custom_id": f"firstframe:share:{job.id}"}
            body = {"components": [{"type": 1, "components": [button]}]}
            _, other = await at.here.rest("PATCH", f"/channels/{CLIPS}/messages/{stray.clip_message_id}", body)
            assert clip["id"] != other["id"]
            return str((await at.press(other, "Share", MEMBER))["content"])

    assert asyncio.run(told()).startswith("This clip cannot be had any more")


def test_a_copy_that_was_posted_before_a_crash_is_found_again(tmp_path: Path) -> None:
    async def shared() -> None:
        async with scene(tmp_path) as at:
            clip = await _clip(at)
            job = await at.books.jobs.get("job1")
            assert job
            now = datetime.now(UTC)
            await at.books.jobs.share(job.id, int(MEMBER), int(BOT_LOG), now)
            intended = replace(job, shared_at=now, shared_by=int(MEMBER), share_channel_id=int(BOT_LOG))
            posted = await DiscordShowcase(at.bot).post_copy(intended, spoiler=False)
            answer = await at.press(clip, "Share", MEMBER)
            assert answer["content"].endswith(f"/{posted}")
            assert len(await _copies(at)) == 1

    asyncio.run(shared())


def test_a_removed_clip_takes_its_copy_along(tmp_path: Path) -> None:
    async def gone() -> None:
        async with scene(tmp_path) as at:
            clip = await _clip(at)
            await at.press(clip, "Share", MEMBER)
            await at.fill_in(await at.press_for_form(clip, "Delete", MEMBER), {}, MEMBER)

            async def both_gone() -> bool:
                left = {message["id"] for message in await at.here.messages(SECOND_MEMBER)}
                return clip["id"] not in left and not await _copies(at)

            await until(both_gone)

    asyncio.run(gone())


async def _clip(at: Scene, *, spoiler: bool = False) -> Message:
    """A clip in a server with a showcase."""
    await at.say("server set", showcase_channel=BOT_LOG)
    return await clip_of(at, await at.posted(at=datetime.now(UTC), spoiler=spoiler))


async def _copies(at: Scene) -> list[Message]:
    found = await at.here.messages(USER_MODERATOR, BOT_LOG)
    return [message for message in found if message["attachments"]]
