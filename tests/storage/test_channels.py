"""A channel's rules over the server's, and the record of them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from storage import Action, AuditStore, ChannelRules, ChannelStore, Deed
from storage.channels import SERVER_WIDE
from tests.storage.books import CHANNEL, GUILD, MODERATOR, NOON, books

BY_MODERATOR = Deed(MODERATOR, "tidy")


def test_own_rules_come_before_the_servers_one_by_one(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            channels = ChannelStore(kept.database)
            wide: dict[str, Any] = {"allowed": False, "most_seconds": 5, "models": ("a", "b"), "audio": True}
            await channels.set(GUILD, SERVER_WIDE, wide, BY_MODERATOR, NOON)
            await channels.set(GUILD, CHANNEL, {"allowed": True, "audio": False, "seed": 0}, BY_MODERATOR, NOON)
            assert await channels.in_force(GUILD, CHANNEL) == ChannelRules(
                allowed=True, most_seconds=5, models=("a", "b"), audio=False, seed=0
            )
            assert await channels.in_force(GUILD, 21) == ChannelRules(**wide)
            assert await channels.in_force(11, CHANNEL) == ChannelRules()
            own = ChannelRules(allowed=True, audio=False, seed=0)
            assert await channels.of_guild(GUILD) == {SERVER_WIDE: ChannelRules(**wide), CHANNEL: own}

    asyncio.run(scenario())


def test_a_change_leaves_the_other_rules_and_says_what_changed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            channels = ChannelStore(kept.database)
            await channels.set(GUILD, CHANNEL, {"spoiler": True, "models": ["a"]}, BY_MODERATOR, NOON)
            again = await channels.set(GUILD, CHANNEL, {"spoiler": True}, BY_MODERATOR, NOON)
            assert again.same
            changed = await channels.set(GUILD, CHANNEL, {"models": ("a", "b"), "shots": "multi"}, BY_MODERATOR, NOON)
            assert changed.before == ChannelRules(spoiler=True, models=("a",))
            assert changed.after == ChannelRules(spoiler=True, models=("a", "b"), shots="multi")
            assert await channels.of_guild(GUILD) == {CHANNEL: changed.after}
            newest = (await AuditStore(kept.database).page(GUILD, limit=9))[0]
            assert (newest.action, newest.target_kind, newest.target_id) == (Action.CHANNEL_SET, "channel", "20")
            assert newest.before == {"models": ["a"]}
            assert newest.after == {"models": ["a", "b"], "shots": "multi"}
            assert await AuditStore(kept.database).count(GUILD) == 2

    asyncio.run(scenario())


def test_rules_are_cleared_by_name_or_all_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            channels = ChannelStore(kept.database)
            await channels.set(GUILD, CHANNEL, {"spoiler": True, "most_seconds": 5}, BY_MODERATOR, NOON)
            one = await channels.clear(GUILD, CHANNEL, ["spoiler"], BY_MODERATOR, NOON)
            assert one.after == ChannelRules(most_seconds=5)
            rest = await channels.clear(GUILD, CHANNEL, None, BY_MODERATOR, NOON)
            assert (rest.before, rest.after) == (ChannelRules(most_seconds=5), ChannelRules())
            assert (await channels.clear(GUILD, CHANNEL, None, BY_MODERATOR, NOON)).same
            assert await channels.of_guild(GUILD) == {}
            record = await AuditStore(kept.database).all_of(GUILD, action=Action.CHANNEL_CLEARED)
            assert [(entry.before, entry.after) for entry in record] == [
                ({"spoiler": True}, {}),
                ({"most_seconds": 5}, {}),
            ]

    asyncio.run(scenario())


def test_no_names_to_clear_clear_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            channels = ChannelStore(kept.database)
            await channels.set(GUILD, CHANNEL, {"spoiler": True}, BY_MODERATOR, NOON)
            assert (await channels.clear(GUILD, CHANNEL, [], BY_MODERATOR, NOON)).same

    asyncio.run(scenario())


def test_none_unsets_a_rule_and_an_unknown_name_is_refused(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            channels = ChannelStore(kept.database)
            await channels.set(GUILD, CHANNEL, {"spoiler": True, "seed": 1}, BY_MODERATOR, NOON)
            unset = await channels.set(GUILD, CHANNEL, {"spoiler": None}, BY_MODERATOR, NOON)
            assert unset.after == ChannelRules(seed=1)
            with pytest.raises(TypeError, match="colour"):
                await channels.set(GUILD, CHANNEL, {"colour": "red"}, BY_MODERATOR, NOON)

    asyncio.run(scenario())


def test_a_rule_of_another_version_of_the_bot_is_not_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            stored = '{"colour": "red", "seed": 4}'
            await kept.database.execute("INSERT INTO channels VALUES (10, 20, :stored)", {"stored": stored})
            assert await ChannelStore(kept.database).in_force(GUILD, CHANNEL) == ChannelRules(seed=4)

    asyncio.run(scenario())
