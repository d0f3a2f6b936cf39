"""A server's settings and pauses, and what its channels are still to be told."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from storage import EVERYWHERE, Action, AuditStore, Deed, Pause, PhraseStore, ServerSettings, ServerStore
from storage.audit import write_within
from storage.servers import settings_and_pause_within, settings_within
from tests.storage.books import GUILD, MODERATOR, NOON, Books, books

BY_MODERATOR = Deed(MODERATOR, "tidy")
OPERATOR = Deed(50, "maintenance")
LOG, NOTES = 77, 78


async def _write(kept: Books, action: Action, guild_id: int = GUILD) -> None:
    entry: dict[str, Any] = {"target_kind": "budget", "target_id": 0, "before": None, "after": {}}
    await kept.database.write(lambda book: write_within(book, guild_id, action, BY_MODERATOR, NOON, **entry))


async def _told_ids(servers: ServerStore, kind: str) -> list[tuple[int, int, list[int]]]:
    found = await servers.to_tell("log" if kind == "log" else "notes")
    return [(guild, channel, [entry.id for entry in entries]) for guild, channel, entries in found]


def test_settings_are_the_defaults_until_changed_and_again_when_cleared(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            servers = ServerStore(kept.database)
            assert await servers.settings(GUILD) == ServerSettings()
            wished = {"time_zone": "Europe/Berlin", "strikes": 0, "moderator_role_id": 2**62}
            changed = await servers.change(GUILD, wished, BY_MODERATOR, NOON)
            berlin = ServerSettings("Europe/Berlin", moderator_role_id=2**62, strikes=0)
            assert (changed.before, changed.after) == (ServerSettings(), berlin)
            assert await servers.settings(GUILD) == berlin
            assert await servers.settings(11) == ServerSettings()
            cleared = await servers.change(GUILD, {"strikes": None, "time_zone": None}, BY_MODERATOR, NOON)
            assert cleared.after == ServerSettings(moderator_role_id=2**62)
            assert await kept.database.write(lambda book: settings_within(book, GUILD)) == cleared.after
            assert await kept.database.write(lambda book: settings_within(book, 11)) == ServerSettings()

    asyncio.run(scenario())


def test_a_change_is_on_the_record_with_what_changed_and_one_that_changes_nothing_is_not(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            servers = ServerStore(kept.database)
            await servers.change(GUILD, {"strikes": 5, "time_zone": "UTC"}, BY_MODERATOR, NOON)
            assert (await servers.change(GUILD, {"strikes": 5}, BY_MODERATOR, NOON)).same
            record = await AuditStore(kept.database).all_of(GUILD)
            assert [(entry.action, entry.before, entry.after) for entry in record] == [
                (Action.SERVER_SET, {"strikes": 3}, {"strikes": 5})
            ]
            with pytest.raises(TypeError, match="colour"):
                await servers.change(GUILD, {"colour": "red"}, BY_MODERATOR, NOON)

    asyncio.run(scenario())


def test_a_setting_of_another_version_of_the_bot_is_not_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            stored = '{"colour": "red", "strikes": 4}'
            insert = "INSERT INTO servers (guild_id, settings) VALUES (10, :stored)"
            await kept.database.execute(insert, {"stored": stored})
            servers = ServerStore(kept.database)
            assert await servers.settings(GUILD) == ServerSettings(strikes=4)
            assert (await servers.change(GUILD, {"strikes": 2}, BY_MODERATOR, NOON)).after == ServerSettings(strikes=2)

    asyncio.run(scenario())


def test_a_pause_holds_in_its_server_until_it_is_resumed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            servers = ServerStore(kept.database)
            paused = await servers.pause(GUILD, BY_MODERATOR, NOON)
            pause = Pause(MODERATOR, "tidy", NOON, everywhere=False)
            assert (paused.before, paused.after) == (None, pause)
            assert (await servers.pause(GUILD, OPERATOR, NOON + timedelta(hours=1))).same
            assert await servers.pause_of(GUILD) == pause
            assert await servers.pause_of(11) is None
            resumed = await servers.resume(GUILD, BY_MODERATOR, NOON)
            assert (resumed.before, resumed.after) == (pause, None)
            assert (await servers.resume(GUILD, BY_MODERATOR, NOON)).same
            assert await servers.pause_of(GUILD) is None
            record = await AuditStore(kept.database).all_of(GUILD)
            assert [(entry.action, entry.before, entry.after) for entry in record] == [
                (Action.SERVER_PAUSED, None, {"reason": "tidy"}),
                (Action.SERVER_RESUMED, {"reason": "tidy"}, None),
            ]

    asyncio.run(scenario())


def test_the_operators_pause_holds_everywhere_and_no_server_can_lift_it(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            servers = ServerStore(kept.database)
            await servers.pause(GUILD, BY_MODERATOR, NOON)
            await servers.pause(EVERYWHERE, OPERATOR, NOON)
            everywhere = Pause(50, "maintenance", NOON, everywhere=True)
            for guild_id in (GUILD, 11, EVERYWHERE):
                assert await servers.pause_of(guild_id) == everywhere
                _, pause = await kept.database.write(partial(settings_and_pause_within, guild_id=guild_id))
                assert pause == everywhere
            await servers.resume(GUILD, BY_MODERATOR, NOON)
            assert await servers.pause_of(GUILD) == everywhere
            await servers.pause(GUILD, BY_MODERATOR, NOON)
            await servers.resume(EVERYWHERE, OPERATOR, NOON)
            assert await servers.pause_of(GUILD) == Pause(MODERATOR, "tidy", NOON, everywhere=False)
            assert await servers.pause_of(11) is None

    asyncio.run(scenario())


def test_a_new_log_channel_is_told_what_happens_from_then_on_in_order_and_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            servers, phrases = ServerStore(kept.database), PhraseStore(kept.database)
            await phrases.add(GUILD, "before", BY_MODERATOR, NOON)
            await servers.change(GUILD, {"log_channel_id": LOG}, BY_MODERATOR, NOON)
            assert await _told_ids(servers, "log") == []
            await phrases.add(GUILD, "one", BY_MODERATOR, NOON)
            await phrases.add(11, "of another server", BY_MODERATOR, NOON)
            await phrases.add(GUILD, "two", BY_MODERATOR, NOON)
            assert await _told_ids(servers, "log") == [(GUILD, LOG, [3, 5])]
            await servers.told("log", GUILD, 3)
            assert await _told_ids(servers, "log") == [(GUILD, LOG, [5])]
            await servers.told("log", GUILD, 5)
            await servers.told("log", GUILD, 3)  # an answer that comes late
            assert await _told_ids(servers, "log") == []

    asyncio.run(scenario())


def test_another_setting_does_not_skip_what_is_still_to_be_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            servers = ServerStore(kept.database)
            await servers.change(GUILD, {"log_channel_id": LOG, "notes_channel_id": NOTES}, BY_MODERATOR, NOON)
            await _write(kept, Action.BUDGET_80)
            await servers.change(GUILD, {"strikes": 1}, BY_MODERATOR, NOON)
            await servers.change(GUILD, {"log_channel_id": LOG + 10}, BY_MODERATOR, NOON)
            assert await _told_ids(servers, "notes") == [(GUILD, NOTES, [2])]
            assert await _told_ids(servers, "log") == []
            await servers.change(GUILD, {"log_channel_id": None}, BY_MODERATOR, NOON)
            assert await _told_ids(servers, "log") == []

    asyncio.run(scenario())


def test_notes_are_of_the_budget_alone_and_the_operators_need_no_channel(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            servers = ServerStore(kept.database)
            await servers.change(GUILD, {"notes_channel_id": NOTES}, BY_MODERATOR, NOON)
            await PhraseStore(kept.database).add(GUILD, "no note", BY_MODERATOR, NOON)
            await _write(kept, Action.BUDGET_80)
            await _write(kept, Action.BUDGET_100, EVERYWHERE)
            await _write(kept, Action.BUDGET_80, 11)  # has no channel for notes
            assert await _told_ids(servers, "notes") == [(EVERYWHERE, 0, [4]), (GUILD, NOTES, [3])]
            await servers.told("notes", EVERYWHERE, 4)
            assert await _told_ids(servers, "notes") == [(GUILD, NOTES, [3])]
            await servers.told("notes", GUILD, 3)
            assert await _told_ids(servers, "notes") == []

    asyncio.run(scenario())


def test_a_long_backlog_is_told_in_portions(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            servers = ServerStore(kept.database)
            await servers.change(GUILD, {"log_channel_id": LOG}, BY_MODERATOR, NOON)
            for _ in range(101):
                await _write(kept, Action.BUDGET_80)
            [(_, _, first)] = await servers.to_tell("log")
            await servers.told("log", GUILD, first[-1].id)
            [(_, _, rest)] = await servers.to_tell("log")
            assert (len(first), len(rest)) == (100, 1)

    asyncio.run(scenario())
