"""Trouble is stopped from the message itself: who asked, remove, delete."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import Action, Failure, JobState, Status
from sandbox.discord.world import CLIPS, GUILD, MEMBER, SECOND_MEMBER, USER_MODERATOR
from storage import Account, Job
from tests.cogs.scene import Scene, scene, until

ACCOUNT = Account(int(GUILD), int(MEMBER), home_channel_id=int(CLIPS))


def test_a_moderator_sees_who_asked_for_a_clip_and_for_what(tmp_path: Path) -> None:
    async def said() -> str:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            answer = await at.on_message("Who asked for this?", str(job.clip_message_id))
            assert answer["ephemeral"]
            assert not answer["mentions"]
            return str(answer["content"])

    text = asyncio.run(said())
    assert text.startswith(f"<@{MEMBER}> asked for this ")
    assert "- Clip `job1`: 5 s · 720P" in text
    assert "- Prompt: waves" in text


def test_what_is_told_of_several_takes_is_told_of_all_that_were_made(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            lost, *ready = await at.ready(count=4, at=now)
            await at.books.jobs.end(lost.id, (JobState.POSTING,), Failure.MODERATION, now, actor_id=0)
            made = await at.post(ready, now)
            status_id = await at.stage.show_status(lost, Status(JobState.POSTING))
            await at.books.jobs.set_status_message(lost.id, status_id or 0)
            of_all = "3 takes of 5 s · 720P · with sound · 30 credits"
            for message_id in (made[0].clip_message_id, status_id):
                asked = await at.on_message("Who asked for this?", str(message_id))
                assert f": {of_all}\n- Posted: https://" in asked["content"]
            assert await at.form("Remove clip", str(status_id))
            removed = await _remove(at, made[0], refund="return")
            assert removed.endswith("(before: posted), 30 credits returned.")
            await until(lambda: _gone(at, *made[:1]))
            (status,) = await at.here.messages()
            assert status["content"].splitlines() == ["🗑️ **Removed** by a moderator.", f"-# <@{MEMBER}> · {of_all}"]

    asyncio.run(done())


def test_a_message_that_is_no_clip_gets_one_clear_sentence(tmp_path: Path) -> None:
    async def said() -> set[str]:
        async with scene(tmp_path) as at:
            body = {"as": MEMBER, "content": "hello"}
            message = await at.here.post(f"channels/{CLIPS}/messages", body)
            commands = ("Who asked for this?", "Remove clip")
            return {(await at.on_message(command, message["id"]))["content"] for command in commands}

    assert asyncio.run(said()) == {
        "This message is no clip of mine: choose one in which I posted a clip, or showed how far it is."
    }


def test_a_removed_clip_is_gone_on_record_and_paid_back_where_that_was_chosen(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            kept, returned = await at.posted(1, at=now), await at.posted(2, at=now)
            first = await _remove(at, kept, refund="keep")
            assert first == f"The clip of <@{MEMBER}> is gone for good (before: posted), its 10 credits stay spent."
            assert await at.books.left(now, ACCOUNT) == 980
            second = await _remove(at, returned, refund="return", reason="a **mistake**")
            assert second == f"The clip of <@{MEMBER}> is gone for good (before: posted), 10 credits returned."
            assert await at.books.left(now, ACCOUNT) == 990
            await until(lambda: _gone(at, kept, returned))
            entries = await at.rooms.books.audit_page(int(GUILD), action=Action.CLIP_REMOVED, limit=9)
            assert [(entry.target_id, entry.reason) for entry in entries] == [
                (returned.id, "a **mistake**"),
                ("job1", ""),
            ]

    asyncio.run(done())


def test_a_reason_with_half_of_a_character_removes_a_clip_like_any_other(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            assert "gone for good" in await _remove(at, job, refund="keep", reason=" cut \ud83d off ")
            (entry,) = await at.rooms.books.audit_page(int(GUILD), limit=9)
            assert entry.reason == "cut ? off"

    asyncio.run(done())


def test_a_clip_is_removed_once_and_by_those_who_moderate_when_the_form_is_sent(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            first, second = [await at.form("Remove clip", str(job.clip_message_id)) for _ in range(2)]
            third = await at.form("Remove clip", str(job.clip_message_id))
            await at.submit(first, {})
            again = await at.submit(second, await _choice(at, second, "return"))
            assert again["content"].startswith("Nothing changed: this clip was taken down ")
            await at.here.post(f"members/{USER_MODERATOR}", {"roles": []})
            refused = await at.submit(third, {})
            assert "*Manage Server*" in refused["content"]

    asyncio.run(done())


def test_members_delete_their_own_clips_after_a_question_and_others_do_not(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            clip = next(message for message in await at.here.messages() if message["id"] == str(job.clip_message_id))
            refused = await at.press(clip, "Delete", SECOND_MEMBER)
            assert refused["ephemeral"]
            assert refused["content"] == "Only the member who asked for this clip, or a moderator, can delete it."
            kept = await at.press_for_form(clip, "Delete", MEMBER)
            assert (await at.fields(kept))[""]["content"] == "Delete your clip for good? Its 10 credits stay spent."
            question = await at.press_for_form(clip, "Delete", MEMBER)
            done = await at.fill_in(question, {}, MEMBER)
            assert done["ephemeral"]
            assert done["content"] == "Your clip is gone for good (before: posted), its 10 credits stay spent."
            await until(lambda: _gone(at, job))
            (entry,) = await at.rooms.books.audit_page(int(GUILD), limit=9)
            assert (entry.action, entry.actor_id) == (Action.CLIP_DELETED, int(MEMBER))

    asyncio.run(done())


def test_a_clip_that_is_kept_after_all_stays(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            job = await at.posted(at=datetime.now(UTC))
            clip = next(message for message in await at.here.messages() if message["id"] == str(job.clip_message_id))
            question = await at.press_for_form(clip, "Delete", MEMBER)
            field = (await at.fields(question))["Sure?"]["custom_id"]
            body = {"as": MEMBER, "interaction_id": question, "values": {field: "Keep it"}}
            await at.here.settled(await at.here.post("modals", body))
            row = await at.books.jobs.get(job.id)
            assert row
            assert row.removed_at is None

    asyncio.run(done())


def test_a_button_below_a_clip_of_an_earlier_process_works(tmp_path: Path) -> None:
    async def said() -> tuple[str, str]:
        async with scene(tmp_path) as at:
            button = {"type": 2, "style": 2, "label": "Delete", "custom_id": "firstframe:delete:job1"}
            body = {"content": "an older clip", "components": [{"type": 1, "components": [button]}]}
            _, message = await at.here.rest("POST", f"/channels/{CLIPS}/messages", body)
            unknown = await at.press(message, "Delete")
            await at.posted(at=datetime.now(UTC))
            question = await at.press_for_form(message, "Delete")
            return unknown["content"], (await at.fields(question))[""]["content"]

    unknown, question = asyncio.run(said())
    assert unknown == "I do not know this clip any more."
    assert question.startswith(f"Remove the clip of <@{MEMBER}> for good?")


async def _remove(at: Scene, job: Job, refund: str, reason: str = "") -> str:
    opened = await at.form("Remove clip", str(job.clip_message_id))
    values = await _choice(at, opened, refund)
    fields = await _fields(at, opened)
    return str((await at.submit(opened, {**values, fields["Reason"]: reason}))["content"])


async def _choice(at: Scene, opened: str, refund: str) -> dict[str, Any]:
    return {(await _fields(at, opened))["Credits"]: refund}


async def _fields(at: Scene, opened: str) -> dict[str, str]:
    """The form's fields by their labels."""
    labels = (await at.here.get(f"interactions/{opened}"))["modal"]["components"]
    return {label["label"]: label["component"]["custom_id"] for label in labels}


async def _gone(at: Scene, *jobs: Job) -> bool:
    left = {message["id"] for message in await at.here.messages()}
    rows = [await at.books.jobs.get(job.id) for job in jobs]
    return not left & {str(job.clip_message_id) for job in jobs} and all(row and row.clip_gone for row in rows)
