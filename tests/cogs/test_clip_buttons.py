"""The buttons below a clip: which there are, who may press them, and what they do."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cogs.clip_buttons import BUTTONS
from engine import Failure, Job, JobState, Relation
from sandbox.discord.world import BOT_LOG, CLIPS, GUILD, MEMBER, OPERATOR, SECOND_MEMBER
from storage import Account
from tests.cogs.scene import Message, Scene, buttons, scene, until

NOT_YOURS = "Only the member who asked for this clip, or a moderator, can do this."
TO_ITS_MEMBER = ("Final", "Extend", "Details", "Full quality", "Share")


def test_a_clip_has_the_buttons_that_it_can_use(tmp_path: Path) -> None:
    async def shown() -> list[list[list[str]]]:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            plain = await at.posted(1, at=now)
            await at.say("server set", showcase_channel=BOT_LOG)
            (job,) = await at.ready(2, at=now)
            best = replace(job.options, resolution="1080P", duration_seconds=15)
            smaller = await at.post([replace(job, fitted=True, options=best)], now)
            private = await at.posted(3, at=now, private=True)
            clips = [await clip_of(at, one) for one in (plain, *smaller, private)]
            return [[[button["label"] for button in row["components"]] for row in clip["components"]] for clip in clips]

    plain, smaller, private = asyncio.run(shown())
    assert plain == [["Again", "Remix", "Final", "Extend"], ["Details", "Delete"]]
    assert smaller == [["Again", "Remix", "Extend"], ["Details", "Full quality", "Share", "Delete"]]
    assert private == plain, "what one member sees is not shared"


def test_details_name_the_button_for_the_full_quality_only_where_there_is_one(tmp_path: Path) -> None:
    async def told() -> list[tuple[bool, bool]]:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            told = []
            for number, count in ((1, 1), (2, 2)):
                jobs = [replace(job, fitted=True) for job in await at.ready(number, count=count, at=now)]
                for job in jobs:
                    await at.books.jobs.advance(job.id, JobState.POSTING, JobState.POSTING, now, fitted=True)
                clip = await clip_of(at, (await at.post(jobs, now))[0])
                details = (await at.press(clip, "Details", MEMBER))["content"]
                told.append(("Full quality" in buttons(clip), "*Full quality*" in details))
            return told

    assert asyncio.run(told()) == [(True, True), (False, False)]


def test_again_is_for_everybody_at_their_own_cost(tmp_path: Path) -> None:
    async def ordered() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            first = await at.posted(at=now)
            status = await at.press(await clip_of(at, first), "Again", SECOND_MEMBER)
            assert not status["ephemeral"]
            assert f"<@{SECOND_MEMBER}>" in status["content"]
            (job,) = await at.books.open_jobs(int(SECOND_MEMBER))
            assert (job.parent_id, job.relation, job.frame) == (first.id, Relation.AGAIN, first.frame)
            assert job.options == replace(first.options, seed=job.options.seed)
            assert job.options.seed != first.options.seed
            assert await at.books.left(now, _account(SECOND_MEMBER)) == 990
            assert await at.books.left(now, _account(MEMBER)) == 990, "the first clip, and nothing else"

    asyncio.run(ordered())


def test_two_members_press_at_once_and_each_has_their_own(tmp_path: Path) -> None:
    async def ordered() -> None:
        async with scene(tmp_path) as at:
            clip = await clip_of(at, await at.posted(at=datetime.now(UTC)))
            who = (MEMBER, SECOND_MEMBER, OPERATOR)
            answers = await asyncio.gather(*(at.press(clip, "Again", one) for one in who))
            assert len({answer["id"] for answer in answers}) == len(who)
            for one in who:
                (job,) = await at.books.open_jobs(int(one))
                assert job.relation is Relation.AGAIN

    asyncio.run(ordered())


def test_who_has_no_credits_is_told_so_alone(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            clip = await clip_of(at, await at.posted(at=datetime.now(UTC)))
            await at.say("limits set everyone", credits="0")
            refused = await at.press(clip, "Again", SECOND_MEMBER)
            assert refused["ephemeral"]
            assert refused["content"].startswith("This costs 10 credits and you have 0 a day")
            assert await at.books.open_jobs(int(SECOND_MEMBER)) == []

    asyncio.run(told())


def test_what_is_its_members_is_nobody_elses_but_moderators(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("server set", showcase_channel=BOT_LOG)
            now = datetime.now(UTC)
            (job,) = await at.ready(at=now)
            (job,) = await at.post([replace(job, fitted=True)], now)
            clip = await clip_of(at, job)
            for label in TO_ITS_MEMBER:
                refused = await at.press(clip, label, SECOND_MEMBER)
                assert (refused["ephemeral"], refused["content"]) == (True, NOT_YOURS), label
            for label in ("Final", "Extend"):
                assert await at.press_for_form(clip, label)
            assert "**Clip `job1`** of" in (await at.press(clip, "Details"))["content"]

    asyncio.run(told())


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("unknown", "I do not know this clip any more."),
        ("waiting", "This clip is not finished yet"),
        ("failed", "No clip came of this, and its credits were returned."),
        ("removed", "This clip was taken down <t:"),
        ("forgotten", "The member who asked for this clip had their data deleted"),
    ],
)
def test_every_button_says_in_one_sentence_that_its_clip_is_not_there(tmp_path: Path, what: str, sentence: str) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await _without_clip(at, what)
            message = await _every_button(at)
            for button in buttons(message):
                answer = await at.press(message, button, MEMBER)
                assert answer["ephemeral"], button
                if button != "delete":  # which has sentences of its own
                    assert answer["content"].startswith(sentence), button
                assert "Something went wrong" not in answer["content"]

    asyncio.run(told())


def test_a_private_clip_stays_between_its_member_and_the_bot(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC), private=True)
            clip = await clip_of(at, job)
            refused = await at.press(clip, "Again", SECOND_MEMBER)
            assert (refused["ephemeral"], refused["content"]) == (True, NOT_YOURS)
            status = await at.press(clip, "Again", MEMBER)
            assert status["ephemeral"]
            (again,) = await at.books.open_jobs(int(MEMBER))
            assert again.private
            assert again.token

    asyncio.run(told())


def test_full_quality_is_a_link_for_a_day(tmp_path: Path) -> None:
    async def said() -> tuple[str, str]:
        async with scene(tmp_path) as at:
            texts = []
            for number, made in ((1, datetime.now(UTC)), (2, datetime(2026, 1, 1, tzinfo=UTC))):
                (job,) = await at.ready(number, at=made)
                facts = {"result_url": "https://clips.example/1.mp4?a=(b)", "fitted": True}
                await at.books.jobs.advance(job.id, JobState.POSTING, JobState.POSTING, made, **facts)
                (job,) = await at.post([replace(job, fitted=True)], made)
                texts.append((await at.press(await clip_of(at, job), "Full quality", MEMBER))["content"])
            return texts[0], texts[1]

    fresh, old = asyncio.run(said())
    assert fresh.startswith("[This clip as it was made](<https://clips.example/1.mp4?a=%28b%29>)")
    assert "\n-# Works until <t:" in fresh
    assert old.startswith("The video service kept this clip as it was made until <t:")


async def clip_of(at: Scene, job: Job) -> Message:
    """The message with a job's clip."""
    return next(one for one in await at.here.messages() if one["id"] == str(job.clip_message_id))


async def _every_button(at: Scene) -> Message:
    """A message with every button there is, each named after what it is for."""
    kinds = [button.kind for button in BUTTONS]
    made = [{"type": 2, "style": 2, "label": kind, "custom_id": f"firstframe:{kind}:job1"} for kind in kinds]
    rows = [{"type": 1, "components": made[start : start + 5]} for start in range(0, len(made), 5)]
    body = {"content": "an older clip", "components": rows}
    _, message = await at.here.rest("POST", f"/channels/{CLIPS}/messages", body)
    return dict(message)


async def _without_clip(at: Scene, what: str) -> None:
    now = datetime.now(UTC)
    match what:
        case "waiting" | "failed":
            (job,) = await at.ready(at=now)
            if what == "failed":
                await at.books.jobs.end(job.id, [JobState.POSTING], Failure.NOT_POSTED, now, actor_id=0)
        case "removed":
            job = await at.posted(at=now)
            clip = await clip_of(at, job)
            await at.fill_in(await at.press_for_form(clip, "Delete", MEMBER), {}, MEMBER)
            await until(lambda: _is_gone(at, job))
        case "forgotten":
            await at.posted(at=now)
            await at.rooms.privacy.forget(int(MEMBER))


async def _is_gone(at: Scene, job: Job) -> bool:
    row: Any = await at.books.jobs.get(job.id)
    return bool(row.clip_gone)


def _account(member: str) -> Account:
    return Account(int(GUILD), int(member), home_channel_id=int(CLIPS))
