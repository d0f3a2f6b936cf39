"""Asking for a clip where moderators have said something about it, from the command to the answer."""

import asyncio
from pathlib import Path
from typing import Any

from engine import JobState
from sandbox.discord.world import (
    AFTER_DARK,
    CLIPS,
    GENERAL,
    GUILD,
    MEMBER,
    ROLE_MAKERS,
    THREAD,
    USER_MODERATOR,
)
from tests.cogs.scene import Scene, scene, until
from tests.engine.edges import picture

PRIVATE = "the refusal is for the member alone"


async def _asked(at: Scene, where: str = CLIPS, **options: Any) -> dict[str, Any]:
    """What a member is answered who asks for a clip with an ordinary picture."""
    files = {"image": ("picture.jpg", picture())}
    body = {"as": MEMBER, "channel": where, "command": "animate", "options": {"prompt": "waves", **options}}
    opened = await at.here.post("commands", body, files)
    assert "interaction_id" in opened, opened

    async def answered() -> dict[str, Any] | None:
        caused = [
            message
            for message in await at.here.messages(MEMBER, where)
            if (message.get("interaction_metadata") or {}).get("id") == opened["interaction_id"]
        ]
        said = [message for message in caused if message["content"] and not message["content"].startswith("Looking")]
        return said[0] if said else None

    return await until(answered)


async def _refused(at: Scene, where: str = CLIPS, **options: Any) -> str:
    message = await _asked(at, where, **options)
    assert message["ephemeral"], PRIVATE
    assert message["content"].endswith("Nothing was charged.")
    return str(message["content"])


def test_each_limit_says_why_a_clip_is_not_made(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("limits set everyone", credits="9")
            assert "This costs 10 credits and you have 9 a day" in await _refused(at, resolution="720P", duration=5)
            await at.say("limits clear everyone")
            await at.say("limits set channel", channel=CLIPS, credits="3")
            assert "this channel has 3 a day for all members together" in await _refused(at)
            assert "this channel has 3 a day" in await _refused(at, THREAD), "a thread counts for its channel"
            await at.say("limits clear channel", channel=CLIPS)
            await at.say("limits set budget", credits="4")
            assert "this server has 4 a month" in await _refused(at)
            await at.say("server pause", reason="we are moving")
            assert "New clips are paused in this server by its moderators. Reason: we are moving." in await _refused(at)

    asyncio.run(told())


def test_a_role_that_has_more_is_what_counts(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("limits set everyone", credits="0")
            await _refused(at)
            await at.say("limits set role", role=ROLE_MAKERS, credits="30", at_once="1")
            await at.here.post(f"members/{MEMBER}", {"roles": [ROLE_MAKERS]})
            taken = await _asked(at, THREAD, resolution="720P", duration=5)
            assert not taken["ephemeral"]
            (job,) = await at.books.open_jobs(int(MEMBER))
            assert (job.home_channel_id, job.channel_id) == (int(CLIPS), int(THREAD))
            assert job.state is not JobState.FAILED
            assert "You have 1 clip under way, and 1 at once is your limit" in await _refused(at)

    asyncio.run(told())


def test_a_channels_rules_hold(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("channel set", largest_resolution="720P", longest_duration=5)
            said = await _refused(at, resolution="1080P")
            assert said.startswith("In this channel clips are at most 720P: choose `resolution:")
            assert "In this channel clips are at most 5 s" in await _refused(at, THREAD, duration=10)
            await at.say("channel set", allowed=False, whole_server=True)
            await at.say("channel set", allowed=True, channel=GENERAL)
            assert f"Clips cannot be made in this channel: use <#{GENERAL}>." in await _refused(at)
            await at.say("channel clear", whole_server=True)
            await at.say("channel clear")
            await at.say("channel set", age_restricted_only=True, whole_server=True)
            assert "clips are made in age-restricted channels only" in await _refused(at)
            taken = await _asked(at, AFTER_DARK)
            assert not taken["ephemeral"]

    asyncio.run(told())


def test_refused_words_are_not_repeated_and_several_in_a_row_pause_a_member(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("words add", phrase="forbidden")
            await at.say("server set", strikes=2)
            first = await _refused(at, prompt="a f.o.r.b.i.d.d.e.n thing")
            assert first == (
                "Your words ask for something that this server does not allow: please use others. Nothing was charged."
            )
            second = (await _asked(at, prompt="f0rbidden"))["content"]
            assert "You cannot make clips until <t:" in second
            assert "forbidden" not in second.casefold()
            assert "You cannot make clips until <t:" in await _refused(at, prompt="flowers")

    asyncio.run(told())


def test_the_form_is_not_opened_where_clips_cannot_be_made(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("channel set", allowed=False)
            refused = await at.say("animate-form", MEMBER)
            assert refused["ephemeral"]
            assert refused["content"].startswith("Clips cannot be made in this channel")
            await at.say("channel clear")
            opened = await at.here.run("animate-form")
            assert opened["modal"]

    asyncio.run(told())


def test_roles_count_as_the_interaction_tells_them(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("limits set role", role=ROLE_MAKERS, credits="7")
            await at.here.post(f"members/{MEMBER}", {"roles": [ROLE_MAKERS]})
            guild = at.bot.get_guild(int(GUILD))
            assert guild is not None
            guild._remove_role(int(ROLE_MAKERS))  # as where a server's roles are not known yet
            assert "**7 credits left**" in (await at.say("quota", MEMBER))["content"]
            shown = (await at.say("limits show", USER_MODERATOR, member=MEMBER))["content"]
            assert f"↳ from <@&{ROLE_MAKERS}>" in shown

    asyncio.run(told())
