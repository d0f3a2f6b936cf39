"""`/limits` and `/credits` as moderators use them, from the command to the sentence."""

import asyncio
from pathlib import Path
from typing import Any

from engine import Layer
from sandbox.discord.world import (
    CLIPS,
    GUILD,
    MEMBER,
    ROLE_MAKERS,
    ROLE_PATRONS,
    SECOND_MEMBER,
    THREAD,
    USER_MODERATOR,
)
from tests.cogs.scene import Scene, buttons, scene


def test_each_layer_is_set_from_what_to_what(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            said = await _said(at, "limits set everyone", credits="20", at_once="2", cooldown="30 s")
            assert said == (
                "Changed for everyone:\n- Credits: not set → **20 a day**\n- At once: not set → **2**\n"
                "- Cooldown: not set → **30 s**"
            )
            said = await _said(at, "limits set everyone", credits="unlimited")
            assert said == "Changed for everyone:\n- Credits: 20 a day → **unlimited**"
            said = await _said(at, "limits set role", role=ROLE_MAKERS, credits="300", period="week")
            assert said == f"Changed for <@&{ROLE_MAKERS}>:\n- Credits: not set → **300 a week**"
            said = await _said(at, "limits set member", member=MEMBER, credits="60")
            assert said == (
                f"Changed for <@{MEMBER}>:\n- Credits: not set → **60 a day**\n<@{MEMBER}> has **60 credits left** now."
            )
            said = await _said(at, "limits set channel", channel=CLIPS, credits="100")
            assert said == (
                f"Changed for <#{CLIPS}>:\n- Credits: not set → **100 a day (about 5.00 USD at list price)**"
            )
            said = await _said(at, "limits set budget", credits="1,000")
            assert said == (
                "Changed for the whole server:\n- Credits: not set → **1,000 a month (about 50.00 USD at list price)**"
            )

    asyncio.run(told())


def test_setting_the_same_again_says_that_nothing_changed(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("limits set everyone", credits="20")
            said = await _said(at, "limits set everyone", credits="20", period="day")
            assert said == "Nothing changed: for everyone it is 20 credits a day already."
            said = await _said(at, "limits clear budget")
            assert said == "Nothing changed: nothing is set for the whole server."

    asyncio.run(told())


def test_one_rule_is_cleared_or_all_of_them(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("limits set role", role=ROLE_MAKERS, credits="20", at_once="1", cooldown="1 h")
            said = await _said(at, "limits clear role", role=ROLE_MAKERS, rule="cooldown")
            assert said == f"Changed for <@&{ROLE_MAKERS}>:\n- Cooldown: 1 h → **not set**"
            said = await _said(at, "limits clear role", role=ROLE_MAKERS)
            assert said == (
                f"Changed for <@&{ROLE_MAKERS}>:\n- Credits: 20 a day → **not set**\n- At once: 1 → **not set**"
            )

    asyncio.run(told())


def test_what_makes_no_sense_is_refused_in_one_sentence(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            assert (await _said(at, "limits set everyone")).startswith("Say what to set")
            assert (await _said(at, "limits set everyone", period="week")).startswith("A period belongs to an amount")
            said = await _said(at, "limits set everyone", credits="lots")
            assert said == "“lots” is no amount: type a whole number from 0 to 1,000,000, or `unlimited`."
            said = await _said(at, "limits set everyone", cooldown="a bit")
            assert said.endswith("(at most 7 d), or `none`.")
            assert (await _said(at, "limits show")).startswith("No limits are set in this server")

    asyncio.run(told())


def test_amounts_and_spans_complete_as_one_types(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            assert await at.choices("limits set everyone", "credits", credits="1") == ["1", "10", "100", "1000"]
            assert await at.choices("limits set everyone", "at_once", at_once="u") == ["unlimited"]
            assert await at.choices("limits set everyone", "cooldown", cooldown="n") == ["none"]

    asyncio.run(told())


def test_show_explains_which_rule_gives_a_member_what_and_why(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("limits set everyone", credits="20", at_once="2")
            await at.say("limits set role", role=ROLE_MAKERS, credits="60")
            await at.say("limits set role", role=ROLE_PATRONS, credits="280", period="week", cooldown="10 min")
            await at.say("limits set channel", channel=CLIPS, credits="100", period="month")
            await at.here.post(f"members/{MEMBER}", {"roles": [ROLE_MAKERS, ROLE_PATRONS]})
            lines = (await _said(at, "limits show", where=THREAD, member=MEMBER)).splitlines()
            assert lines[0] == f"✅ <@{MEMBER}> can make clips: **60 credits left**"
            assert lines[1].startswith("**Credits**: 60 of 60 left today, renewed <t:")
            assert lines[2] == (
                f"-# ↳ from <@&{ROLE_MAKERS}>, the best of their roles, before <@&{ROLE_PATRONS}> (280 a week), "
                "everyone (20 a day), the bot's default (1,000 a day)"
            )
            assert lines[3:7] == [
                "**At once**: 2, 0 under way",
                "-# ↳ the limit for everyone, before the bot's default (unlimited)",
                "**Cooldown**: 10 min",
                f"-# ↳ from <@&{ROLE_PATRONS}>, before the bot's default (none)",
            ]
            assert lines[7].startswith(f"**Cap of <#{CLIPS}>**: 0 of 100 credits spent this month, renewed <t:")

    asyncio.run(told())


def test_show_lists_every_limit_in_pages(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.say("limits set budget", credits="1000")
            await at.say("limits set everyone", credits="20")
            for member_id in range(100):
                await at.books.limit(Layer.MEMBER, 5_000_000_000_000_000_000 + member_id, 30, guild_id=int(GUILD))
            first = await at.say("limits show")
            assert first["content"].startswith("**Server budget**: 0 of 1,000 credits spent this month, renewed <t:")
            assert "**Everyone**: 20 credits a day\n**Members**\n- <@5000000000000000000>" in first["content"]
            assert buttons(first)["◀"]["disabled"]
            second = await at.press(first, "▶")
            third = await at.press(second, "▶")
            assert "Where nothing is set: 1,000 credits a day · unlimited at once · no cooldown" in third["content"]
            assert buttons(third)["▶"]["disabled"]
            assert all(len(page["content"]) <= 2000 for page in (first, second, third))

    asyncio.run(told())


def test_credits_are_granted_taken_and_looked_up(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            said = await _said(at, "credits grant", member=MEMBER, amount=8, reason="a contest")
            assert said == f"Granted 8 credits to <@{MEMBER}>: from 1,000 to 1,008 left. Reason: a contest."
            said = await _said(at, "credits take", member=MEMBER, amount=20, reason="a mistake")
            assert said == (
                f"Took 8 credits from <@{MEMBER}>: from 1,008 to 1,000 left. "
                "Of the 20 asked for, no more were granted ones. Reason: a mistake."
            )
            said = await _said(at, "credits take", member=MEMBER, amount=1, reason="again")
            assert said.startswith(f"Nothing changed: <@{MEMBER}> has no granted credits left to take.")
            head, newest, oldest = (await _said(at, "credits history", member=MEMBER)).splitlines()
            assert head == f"**Credits of <@{MEMBER}>**, newest first"
            assert newest.endswith(f"**−8** taken by <@{USER_MODERATOR}>: a mistake")
            assert oldest.endswith(f"**+8** granted by <@{USER_MODERATOR}>: a contest")
            said = await _said(at, "credits history", member=SECOND_MEMBER)
            assert said == "No credits have moved for this member yet."

    asyncio.run(told())


def test_history_has_pages(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            for number in range(1, 13):
                await at.say("credits grant", member=MEMBER, amount=number)
            first = await at.say("credits history", member=MEMBER)
            assert "**+12**" in first["content"]
            assert "**+2**" not in first["content"]
            second = await at.press(first, "▶")
            assert "**+2**" in second["content"]
            assert "**+3**" not in second["content"]
            assert buttons(second)["▶"]["disabled"]

    asyncio.run(told())


async def _said(at: Scene, command: str, **options: Any) -> str:
    """What a moderator is told, and nobody else."""
    answer = await at.say(command, **options)
    assert answer["ephemeral"]
    return str(answer["content"])
