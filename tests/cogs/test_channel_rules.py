"""Moderators decide where clips may be made, and are told what changed from what to what."""

import asyncio
from pathlib import Path

from sandbox.discord.world import CLIPS, GENERAL, GUILD, MEMBER
from tests.cogs.scene import scene


def test_what_changed_is_said_from_what_to_what(tmp_path: Path) -> None:
    async def told() -> list[str]:
        async with scene(tmp_path) as at:
            answers = [
                await at.say("channel show"),
                await at.say("channel set", largest_resolution="720P", default_audio=False, models="wan2.6-i2v"),
                await at.say("channel set", largest_resolution="720P"),
                await at.say("channel clear", setting="audio"),
                await at.say("channel clear"),
                await at.say("channel set"),
            ]
            assert all(answer["ephemeral"] for answer in answers)
            return [answer["content"] for answer in answers]

    shown, first, again, cleared, emptied, nothing = asyncio.run(told())
    assert "No rules are set" in shown
    assert f"The rules of <#{CLIPS}> changed:" in first
    assert "largest resolution: not set → 720P" in first
    assert "default audio: not set → silent" in first
    assert again == f"Nothing changed: the rules of <#{CLIPS}> were that already."
    assert "default audio: silent → not set" in cleared
    assert "models: wan2.6-i2v → not set" in emptied
    assert nothing == "Name at least one setting to change. Nothing changed."


def test_a_preview_channel_is_one_preset_and_a_channel_shows_where_each_rule_was_set(tmp_path: Path) -> None:
    async def told() -> tuple[str, str]:
        async with scene(tmp_path) as at:
            await at.say("channel set", allowed=False, whole_server=True)
            await at.say("channel set", preset="preview", allowed=True, channel=GENERAL)
            rules = await at.rooms.servers.rules(int(GUILD), int(GENERAL))
            assert (rules.allowed, rules.most_resolution, rules.most_seconds) == (True, "720P", 5)
            other, preview = await at.say("channel show"), await at.say("channel show", channel=GENERAL)
            return other["content"], preview["content"]

    other, preview = asyncio.run(told())
    assert "clips allowed: no · set for the whole server" in other
    assert f"Rules of their own: <#{GENERAL}>" in other
    assert "clips allowed: yes · set here" in preview
    assert "preset: preview · set here" in preview


def test_a_list_of_models_completes_as_one_types_and_takes_known_models_only(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            assert "wan2.6-i2v, wan2.5-i2v-preview" in await at.choices(
                "channel set", "models", models="wan2.6-i2v, wan2.5"
            )
            wrong = await at.say("channel set", models="wan2.6-i2v, gpt")
            assert "There is no model gpt: choose" in wrong["content"]
            both = await at.say("channel set", allowed=True, channel=GENERAL, whole_server=True)
            assert "not both" in both["content"]
            assert await at.rooms.servers.all_rules(int(GUILD)) == {}

    asyncio.run(done())


def test_a_list_without_a_model_lifts_no_restriction(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            await at.say("channel set", models="wan2.6-i2v", whole_server=True)
            for models in (",", " , "):
                refused = await at.say("channel set", models=models)
                assert refused["content"] == (
                    "Name at least one model, or use `/channel clear` to allow all of them again. Nothing changed."
                )
            assert (await at.rooms.servers.rules(int(GUILD), int(CLIPS))).models == ("wan2.6-i2v",)

    asyncio.run(done())


def test_members_are_not_offered_the_command_and_refused_where_a_server_shows_it(tmp_path: Path) -> None:
    async def done() -> None:
        async with scene(tmp_path) as at:
            world = await at.here.get("world", **{"as": MEMBER})
            names = {command["name"] for command in world["commands"]}
            assert {"channel", "block", "words", "audit", "report", "Remove clip"}.isdisjoint(names)
            assert {"usage", "privacy"} <= names
            for command in ("channel", "audit", "report"):
                body = {"command": command, "role": "@everyone", "allowed": True}
                await at.here.post("commands/permissions", body)
            for command in ("channel set", "audit", "report"):
                answer = await at.say(command, MEMBER)
                assert answer["ephemeral"]
                assert "*Manage Server*" in answer["content"]

    asyncio.run(done())
