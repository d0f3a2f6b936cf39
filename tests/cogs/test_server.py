"""`/server` and `/operator`: settings, the pause of new clips, and who may touch them."""

import asyncio
from pathlib import Path
from typing import Any

from sandbox.discord.world import (
    ANNOUNCEMENTS,
    BOT_LOG,
    CLIPS,
    GUILD,
    MEMBER,
    OPERATOR,
    ROLE_HELPERS,
    SECOND_MEMBER,
    USER_MODERATOR,
)
from tests.cogs.scene import Scene, scene


def test_settings_change_from_what_to_what(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            said = await _said(
                at,
                "server set",
                time_zone="Europe/Berlin",
                log_channel=BOT_LOG,
                notes_channel=ANNOUNCEMENTS,
                strikes=5,
                strike_pause="90 s",
            )
            assert said == (
                "Changed for this server:\n"
                "- Time zone: UTC → **Europe/Berlin**\n"
                f"- Channel for notes: not set → **<#{ANNOUNCEMENTS}>**\n"
                f"- Log channel: not set → **<#{BOT_LOG}>**\n"
                "- Refusals until a pause: 3 → **5**\n"
                "- Length of that pause: 60 min → **2 min**\n"
                f"⚠️ I may not post in <#{ANNOUNCEMENTS}> yet: give me *Send Messages* there."
            )
            said = await _said(at, "server set", showcase_channel=ANNOUNCEMENTS)
            assert f"- Showcase channel: not set → **<#{ANNOUNCEMENTS}>**" in said
            assert (
                f"⚠️ I may not post in <#{ANNOUNCEMENTS}> yet: give me *Send Messages* and *Attach Files* there." in said
            )
            shown = await _said(at, "server show")
            assert f"- Showcase, where clips are shared: <#{ANNOUNCEMENTS}>" in shown
            assert "- New clips: on" in shown
            assert "- Time zone: Europe/Berlin, now " in shown
            assert "- Refusals in a row: 5 for content pause a member for 2 min" in shown
            again = await _said(at, "server set", strikes=5)
            assert again == "Nothing changed: that was set already."
            cleared = await _said(at, "server clear", setting="everything")
            assert "- Time zone: Europe/Berlin → **UTC**" in cleared
            assert f"- Log channel: <#{BOT_LOG}> → **not set**" in cleared
            assert f"- Showcase channel: <#{ANNOUNCEMENTS}> → **not set**" in cleared

    asyncio.run(told())


def test_what_cannot_be_set_is_refused_in_one_sentence(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            assert (await _said(at, "server set")).startswith("Say what to set")
            said = await _said(at, "server set", time_zone="Europe/Nowhere")
            assert said.startswith("There is no time zone `Europe/Nowhere`")
            said = await _said(at, "server set", moderator_role=GUILD)
            assert said == "Everybody has this role, so everybody would moderate: choose another. Nothing changed."

    asyncio.run(told())


def test_time_zones_complete_as_one_types(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            assert (await at.choices("server set", "time_zone", time_zone="berl")) == ["Europe/Berlin"]
            assert (await at.choices("server set", "time_zone", time_zone="new y"))[0] == "America/New_York"
            assert len(await at.choices("server set", "time_zone", time_zone="")) == 25

    asyncio.run(told())


def test_an_appointed_role_moderates_from_then_on_and_no_longer(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            await at.here.post(f"members/{SECOND_MEMBER}", {"roles": [ROLE_HELPERS]})
            for command in ("limits", "server"):  # what an administrator does under Server Settings
                await at.here.post("commands/permissions", {"command": command, "role": ROLE_HELPERS, "allowed": True})
            refused = "This is for moderators: it needs *Manage Server*, or the role that was appointed"
            assert (await _said(at, "limits set budget", SECOND_MEMBER, credits="5")).startswith(refused)
            assert (await _said(at, "limits show", SECOND_MEMBER)).startswith(refused)

            said = await _said(at, "server set", moderator_role=ROLE_HELPERS)
            assert f"- Moderator role: not set → **<@&{ROLE_HELPERS}>**" in said
            assert "allow the role there too, under *Server Settings → Integrations → the bot*" in said
            said = await _said(at, "limits set budget", SECOND_MEMBER, credits="5")
            assert said.startswith("Changed for the whole server")

            await at.say("server clear", setting="moderator_role_id")
            assert (await _said(at, "limits clear budget", SECOND_MEMBER)).startswith(refused)

    asyncio.run(told())


def test_members_are_not_offered_what_is_the_moderators(tmp_path: Path) -> None:
    async def offered() -> list[set[str]]:
        async with scene(tmp_path) as at:
            worlds = [await at.here.get("world", **{"as": who}) for who in (MEMBER, USER_MODERATOR)]
            return [{offer["name"] for offer in world["commands"]} for world in worlds]

    members, moderators = asyncio.run(offered())
    assert moderators - members == {
        *("limits", "credits", "server", "channel", "block", "words", "audit", "report"),
        *("Who asked for this?", "Remove clip"),
    }


def test_a_pause_is_said_to_members_until_it_is_over(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            said = await _said(at, "server pause", reason="We are moving.")
            assert said.startswith("New clips in this server: on → **paused**. Reason: We are moving.\n")
            assert "New clips are paused in this server by its moderators" in await _said(at, "quota", MEMBER)
            again = await _said(at, "server pause", reason="another")
            assert again.startswith("Nothing changed: new clips are paused in this server already.")
            assert await _said(at, "server resume") == "New clips in this server: paused → **on**."
            assert await _said(at, "server resume") == "Nothing changed: new clips were not paused in this server."
            assert "paused" not in await _said(at, "quota", MEMBER)

    asyncio.run(told())


def test_the_operator_decides_over_all_servers_in_direct_messages(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            direct = await _direct(at, OPERATOR)
            said = await _said(at, "operator budget", OPERATOR, direct, credits="2000", period="week")
            assert said == (
                "Changed for all servers together:\n"
                "- Credits: not set → **2,000 a week (about 100.00 USD at list price)**"
            )
            said = await _said(at, "operator pause", OPERATOR, direct, reason="The bill is due")
            assert said.startswith("New clips in all servers: on → **paused**. Reason: The bill is due.")
            shown = await _said(at, "operator show", OPERATOR, direct)
            assert "**Budget**: 0 of 2,000 credits spent this week, renewed <t:" in shown
            assert "**paused** by the bot's operator, everywhere" in shown
            quota = await _said(at, "quota", MEMBER)
            assert "New clips are paused everywhere by the bot's operator" in quota
            assert "2,000" not in quota  # what the operator pays is not a server's business
            still = await _said(at, "server resume")
            assert still.endswith("The bot's operator has paused new clips everywhere: that goes on.")
            assert await _said(at, "operator resume", OPERATOR, direct) == "New clips in all servers: paused → **on**."

    asyncio.run(told())


def test_nobody_else_is_the_operator(tmp_path: Path) -> None:
    async def told() -> None:
        async with scene(tmp_path) as at:
            direct = await _direct(at, USER_MODERATOR)
            for command, options in (("operator pause", {}), ("operator budget", {"credits": "1"})):
                said = await _said(at, command, USER_MODERATOR, direct, **options)
                assert said == "This is for the operator of the bot alone."
            assert await at.rooms.servers.pause_of(0) is None

    asyncio.run(told())


async def _direct(at: Scene, who: str) -> str:
    """Somebody's direct messages with the bot."""
    world = await at.here.get("world", **{"as": who})
    return str(next(channel["id"] for channel in world["channels"] if channel["dm"]))


async def _said(at: Scene, command: str, who: str = USER_MODERATOR, where: str = CLIPS, **options: Any) -> str:
    """What whoever ran the command is told, and nobody else."""
    answer = await at.say(command, who, where, **options)
    assert answer["ephemeral"]
    return str(answer["content"])
