"""Members in trouble, and words that may not be asked for."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from sandbox.discord.world import CLIPS, GUILD, MEMBER, ROLE_HELPERS, SECOND_MEMBER, USER_MODERATOR
from storage import Deed, JobState
from tests.cogs.scene import Scene, buttons, scene
from tests.storage.books import new_job


def test_a_member_is_blocked_what_waits_is_paid_back_and_lifted_again(tmp_path: Path) -> None:
    async def told() -> list[str]:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            new = new_job(1, member_id=int(MEMBER), guild_id=int(GUILD), channel_id=int(CLIPS), at=now)
            waiting = await at.books.jobs.accept(new)
            answers = [
                await at.say("block add", member=MEMBER, reason="spam in **bold**"),
                await at.say("block add", member=MEMBER, reason="spam in **bold**"),
                await at.say("block list"),
                await at.say("block lift", member=MEMBER, reason="they are sorry"),
                await at.say("block lift", member=MEMBER),
                await at.say("block list"),
            ]
            job = await at.books.jobs.get(waiting.id)
            assert job
            assert job.state is JobState.CANCELLED
            assert all(answer["ephemeral"] for answer in answers)
            return [answer["content"] for answer in answers]

    blocked, again, listed, lifted, not_blocked, nobody = asyncio.run(told())
    assert blocked == (
        f"<@{MEMBER}> is blocked for good, “spam in \\*\\*bold\\*\\*” (before: not blocked). "
        "1 waiting clip was cancelled, and the credits are back."
    )
    assert again.startswith(f"Nothing changed: <@{MEMBER}> was blocked already, for good")
    assert f"- <@{MEMBER}> for good" in listed
    assert lifted.endswith("Reason: they are sorry.")
    assert not_blocked == f"Nothing changed: <@{MEMBER}> is not blocked."
    assert nobody == "Nobody is blocked here."


def test_a_block_for_a_time_says_when_it_ends(tmp_path: Path) -> None:
    async def told() -> tuple[str, str]:
        async with scene(tmp_path) as at:
            answer = await at.say("block add", member=MEMBER, reason="spam", time="2 h")
            (block,) = await at.rooms.discipline.blocks(int(GUILD))
            assert block.until
            return answer["content"], f"<t:{int(block.until.timestamp())}:f>"

    said, moment = asyncio.run(told())
    assert f"blocked until {moment}" in said


def test_refused_words_are_added_completed_listed_and_removed(tmp_path: Path) -> None:
    async def told() -> list[str]:
        async with scene(tmp_path) as at:
            answers = [
                await at.say("words list"),
                await at.say("words add", phrase="some  @everyone `word`"),
                await at.say("words add", phrase="some @everyone `word`"),
                await at.say("words add", phrase="***"),
                await at.say("words list"),
            ]
            assert await at.choices("words remove", "phrase", phrase="EVERY") == ["some @everyone `word`"]
            answers.append(await at.say("words remove", phrase="some @everyone `word`"))
            answers.append(await at.say("words remove", phrase="some @everyone `word`"))
            assert all(answer["ephemeral"] for answer in answers)
            return [answer["content"] for answer in answers]

    none, added, again, empty, listed, removed, gone = asyncio.run(told())
    assert "no refused words" in none
    shown = "`some @everyone ˋwordˋ`"
    assert added == f"||{shown}|| is refused from now on, also in the usual disguises (before: allowed)."
    assert again == f"Nothing changed: ||{shown}|| was refused already."
    assert "at least one letter or digit" in empty
    assert listed == f"- {shown}"
    assert removed == f"||{shown}|| is allowed again (before: refused)."
    assert gone == f"Nothing changed: ||{shown}|| is not on the list."


def test_the_list_of_words_does_not_complete_for_members(tmp_path: Path) -> None:
    async def suggested() -> tuple[list[str], list[str]]:
        async with scene(tmp_path) as at:
            await at.say("words add", phrase="something")
            await at.here.post("commands/permissions", {"command": "words", "role": "@everyone", "allowed": True})
            to_member = await at.choices("words remove", "phrase", MEMBER, phrase="some")
            return to_member, await at.choices("words remove", "phrase", phrase="some")

    assert asyncio.run(suggested()) == ([], ["something"])


def test_long_lists_turn_their_pages_in_place_and_for_moderators_only(tmp_path: Path) -> None:
    async def turned() -> None:
        async with scene(tmp_path) as at:
            await _many_words(at, 40)
            first = await at.say("words list")
            assert _counted(first) == 15
            assert buttons(first)["◀"]["disabled"]
            second = await at.press(first, "▶")
            third = await at.press(second, "▶")
            assert second["id"] == third["id"] == first["id"]
            assert (_counted(second), _counted(third)) == (15, 10)
            assert buttons(third)["▶"]["disabled"]
            assert "`word 00`" not in third["content"]
            back = await at.press(await at.press(third, "◀"), "◀")
            assert back["content"] == first["content"]
            await at.here.post(f"members/{USER_MODERATOR}", {"roles": []})
            refused = await at.press(back, "▶")
            assert "*Manage Server*" in refused["content"]
            assert refused["id"] != first["id"]

    asyncio.run(turned())


def test_a_page_that_is_gone_by_now_is_the_last_one_there_is(tmp_path: Path) -> None:
    async def turned() -> None:
        async with scene(tmp_path) as at:
            await _many_words(at, 46)
            first = await at.say("words list")
            third = await at.press(await at.press(first, "▶"), "▶")
            for number in range(15, 46):
                await at.rooms.discipline.remove_phrase(int(GUILD), f"word {number:02}", Deed(int(USER_MODERATOR)))
            left = await at.press(third, "▶")
            assert _counted(left) == 15
            assert not buttons(left)
            for member_id in range(1, 18):
                await at.rooms.discipline.block(int(GUILD), member_id, None, Deed(int(USER_MODERATOR)))
            blocks = await at.press(await at.say("block list"), "▶")
            await at.rooms.discipline.lift(int(GUILD), 1, Deed(int(USER_MODERATOR)))
            last = await at.press(blocks, "▶")
            assert last["content"].count(" for good") == 8
            assert buttons(last)["▶"]["disabled"]
            back = await at.press(last, "◀")
            assert "<@17> for good" in back["content"]

    asyncio.run(turned())


def test_an_appointed_role_moderates_too(tmp_path: Path) -> None:
    async def said() -> tuple[str, str]:
        async with scene(tmp_path) as at:
            await at.here.post(f"members/{SECOND_MEMBER}", {"roles": [ROLE_HELPERS]})
            await at.here.post("commands/permissions", {"command": "block", "role": ROLE_HELPERS, "allowed": True})
            before = await at.say("block list", SECOND_MEMBER)
            await at.rooms.servers.change(int(GUILD), {"moderator_role_id": int(ROLE_HELPERS)}, Deed(int(MEMBER)))
            after = await at.say("block list", SECOND_MEMBER)
            return before["content"], after["content"]

    before, after = asyncio.run(said())
    assert "*Manage Server*" in before
    assert after == "Nobody is blocked here."


async def _many_words(at: Scene, count: int) -> None:
    for number in range(count):
        await at.rooms.discipline.add_phrase(int(GUILD), f"word {number:02}", Deed(int(USER_MODERATOR)))


def _counted(message: dict[str, str]) -> int:
    return message["content"].count("- `word")
