"""The forms below a clip: what they are filled in with, what they cost, and what is ordered."""

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cogs.app import FirstframeBot
from engine import Job, Relation
from sandbox.discord.world import CLIPS, MEMBER, SECOND_MEMBER, USER_MODERATOR
from storage import Database
from tests.cogs.scene import Message, scene
from tests.cogs.test_clip_buttons import NOT_YOURS, clip_of


def test_a_remix_begins_with_what_the_clip_was_made_of(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            first = await at.posted(at=datetime.now(UTC))
            form = await at.press_for_form(await clip_of(at, first), "Remix", SECOND_MEMBER)
            fields = await at.fields(form)
            assert fields["What should happen"]["value"] == "waves"
            assert _options(fields["Length"]) == {"5": True, "10": False, "15": False}
            assert _options(fields["Quality"]) == {"720P": True, "1080P": False}
            said = {"What should happen": "a storm", "Length": "10"}
            status = await at.fill_in(form, said, SECOND_MEMBER)
            assert not status["ephemeral"]
            (job,) = await at.books.open_jobs(int(SECOND_MEMBER))
            assert (job.parent_id, job.relation, job.frame) == (first.id, Relation.REMIX, first.frame)
            wanted = replace(first.options, prompt="a storm", duration_seconds=10, seed=job.options.seed)
            assert (job.options, job.price) == (wanted, 20)

    asyncio.run(done())


def test_a_final_is_the_same_in_the_best_quality_for_a_price_that_is_said(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            first = await at.posted(at=datetime.now(UTC))
            form = await at.press_for_form(await clip_of(at, first), "Final", MEMBER)
            fields = await at.fields(form)
            assert fields[""]["content"] == "The same picture, words and seed once more, in 1080P."
            labels = [option["label"] for option in fields["Length"]["options"]]
            assert labels == ["5 s · 15 credits", "10 s · 30 credits", "15 s · 45 credits"]
            await at.fill_in(form, {"Length": "10"}, MEMBER)
            (job,) = await at.books.open_jobs(int(MEMBER))
            assert (job.parent_id, job.relation, job.price) == (first.id, Relation.FINAL, 30)
            assert job.options == replace(first.options, resolution="1080P", duration_seconds=10)

    asyncio.run(done())


def test_an_only_length_is_said_and_not_asked_for(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            first = await at.posted(at=datetime.now(UTC))
            await at.say("channel set", channel=CLIPS, longest_duration="5")
            form = await at.press_for_form(await clip_of(at, first), "Final", MEMBER)
            (said,) = (await at.fields(form)).values()
            assert said["content"].endswith("in 1080P. It is 5 s long and costs 15 credits.")
            await at.fill_in(form, {}, MEMBER)
            (job,) = await at.books.open_jobs(int(MEMBER))
            assert (job.options.resolution, job.options.duration_seconds) == ("1080P", 5)

    asyncio.run(done())


def test_an_extension_asks_what_happens_next_and_costs_the_new_seconds(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            first = await at.posted(at=datetime.now(UTC))
            form = await at.press_for_form(await clip_of(at, first), "Extend", MEMBER)
            fields = await at.fields(form)
            assert list(fields) == ["", "What happens next", "Length"]
            assert "Only the new seconds are charged." in fields[""]["content"]
            assert fields["Length"]["options"][0]["label"] == "5 s · 10 credits"
            await at.fill_in(form, {"What happens next": "the tide goes out"}, MEMBER)
            (job,) = await at.books.open_jobs(int(MEMBER))
            assert (job.parent_id, job.relation, job.price) == (first.id, Relation.EXTEND, 10)
            assert job.options.prompt == "the tide goes out"
            assert job.frame != first.frame, "the last picture of the clip is the first of what follows"

    asyncio.run(done())


def test_rights_are_looked_at_again_when_the_form_is_sent(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            first = await at.posted(at=datetime.now(UTC))
            clip = await clip_of(at, first)
            form = await at.press_for_form(clip, "Final")
            await at.here.post(f"members/{USER_MODERATOR}", {"roles": []})
            refused = await at.fill_in(form, {})
            assert (refused["ephemeral"], refused["content"]) == (True, NOT_YOURS)
            late = await at.press_for_form(clip, "Remix", SECOND_MEMBER)
            await at.fill_in(await at.press_for_form(clip, "Delete", MEMBER), {}, MEMBER)
            gone = await at.fill_in(late, {}, SECOND_MEMBER)
            assert gone["ephemeral"]
            assert gone["content"].startswith("This clip cannot be had any more")

    asyncio.run(done())


def test_a_picture_that_is_not_kept_any_more_is_asked_for_again(tmp_path: Path) -> None:
    async def told() -> set[str]:
        async with scene(tmp_path) as at:
            first = await at.posted(at=datetime.now(UTC))
            await _lose_picture(at.books.database, first)
            clip = await clip_of(at, first)
            return {(await at.press(clip, label, MEMBER))["content"] for label in ("Again", "Remix", "Final")}

    (sentence,) = asyncio.run(told())
    assert sentence.startswith("The picture or the soundtrack of this clip is not kept any more: attach it again")


def test_a_form_that_is_not_known_any_more_says_so_once_and_charges_nothing(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            clip = await clip_of(at, await at.posted(at=datetime.now(UTC)))
            for label in ("Remix", "Final", "Delete"):
                form = await at.press_for_form(clip, label, MEMBER)
                _forget_forms(at.bot)
                told = await at.fill_in(form, {}, MEMBER)
                assert told["ephemeral"]
                assert told["content"].startswith("This form was open too long, or while I restarted")
            assert not await at.books.open_jobs(int(MEMBER))

    asyncio.run(done())


def test_a_form_that_is_known_is_answered_by_itself_alone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def answers() -> list[str]:
        async with scene(tmp_path) as at:
            clip = await clip_of(at, await at.posted(at=datetime.now(UTC)))
            await at.fill_in(await at.press_for_form(clip, "Remix", SECOND_MEMBER), {}, SECOND_MEMBER)
            removal = await at.form("Remove clip", clip["id"])
            await at.here.post(f"members/{USER_MODERATOR}", {"roles": []})
            refused = await at.fill_in(removal, {})
            assert "*Manage Server*" in refused["content"]
            return [record.message for record in caplog.records if record.name.startswith("cogs")]

    with caplog.at_level(logging.INFO):
        assert not [line for line in asyncio.run(answers()) if "form" in line or "answer" in line]


def _forget_forms(bot: FirstframeBot) -> None:
    """As after a restart, or once their time is over."""
    for form in list(bot._connection._view_store._modals.values()):
        form.stop()


async def _lose_picture(database: Database, job: Job) -> None:
    await database.execute("UPDATE jobs SET frame = NULL WHERE id = :id", {"id": job.id})


def _options(field: Message) -> dict[str, bool]:
    """The choices of a field, and which one is chosen at first."""
    return {option["value"]: bool(option.get("default")) for option in field["options"]}
