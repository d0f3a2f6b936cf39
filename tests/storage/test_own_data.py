"""A person is told everything that is kept about them, in words, and nothing about others."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from storage import BlockStore, Deed, Layer, PrivacyStore, Rule
from tests.storage.books import CHANNEL, GUILD, MODERATOR, NOON, Books, books, new_job
from tests.storage.leavers import LEAVER, OWN_WORDS, POSTED_CHANNEL, leave_traces, own_job


async def _exported(kept: Books) -> dict[str, Any]:
    exported: dict[str, Any] = json.loads(json.dumps(await PrivacyStore(kept.database, 60).export(LEAVER)))
    return exported


def test_who_was_never_here_has_no_data(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            assert await _exported(kept) == {"member_id": str(LEAVER), "servers": []}

    asyncio.run(scenario())


def test_all_that_is_personal_in_the_file_is_in_the_export(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            exported = await _exported(kept)
            text = json.dumps(exported)
            files = ("secret jpeg", "secret sound", "secret-token")  # the last is the bot's, and of no use to anybody
            assert [word for word in OWN_WORDS if word not in text and word not in files] == []
            servers = {server["server_id"]: server for server in exported["servers"]}
            assert servers.keys() == {str(GUILD), "outside of servers"}
            here = servers[str(GUILD)]
            counts = {part: len(here[part]) for part in here if part != "server_id"}
            assert counts == {
                "clips": 7,
                "credits": 12,
                "limits": 1,
                "blocks": 0,
                "refused_orders": 2,
                "votes": 2,
                "shares": 2,
                "record": 7,
            }
            assert len(servers["outside of servers"]["clips"]) == 1

    asyncio.run(scenario())


def test_a_clip_is_told_with_all_its_options_and_times(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            clips = {clip["id"]: clip for clip in (await _exported(kept))["servers"][0]["clips"]}
            clip = clips["job2"]
            assert clip["ordered_at"] == "2026-03-14T12:00:00+00:00"
            assert clip["ended_at"] == "2026-03-14T12:01:00+00:00"
            assert clip["options"]["negative_prompt"] == "a secret aversion"
            assert clip["options"]["seed"] == 987654321
            assert (clip["first_frame"], clip["channel_id"]) == ("secret-frame-2", str(CHANNEL))
            assert (clips["job1"]["removed_by"], clip["removed_by"]) == ("you", "a moderator")
            assert "removed_by" not in clips["job3"]

    asyncio.run(scenario())


def test_takes_votes_and_shares_are_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            await leave_traces(kept)
            here = (await _exported(kept))["servers"][0]
            clip = next(clip for clip in here["clips"] if clip["id"] == "job31")
            told = {
                "made_from": "job0",
                "made_from_as": None,
                "batch": "batch-job31",
                "take": 1,
                "bot_installed_by": "server",
                "private": False,
                "went_by": "direct",
                "clip_channel_id": str(POSTED_CHANNEL),
                "shared_in_channel_id": str(CHANNEL + 5),
                "shared_message_id": "970",
                "made_smaller": False,
                "shared_by": "you",
                "reply_possible_until": "2026-03-14T12:15:00+00:00",
            }
            assert {name: clip[name] for name in told} == told
            noon = NOON.isoformat()
            assert here["votes"] == [
                {"at": noon, "batch": "batch-job31", "clip": "job31"},
                {"at": noon, "batch": "batch-job41", "clip": "job41"},
            ]
            assert here["shares"] == [{"at": noon, "clip": "job31"}, {"at": noon, "clip": "job41"}]

    asyncio.run(scenario())


def test_blocks_and_limits_are_told_as_people_say_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            blocks = BlockStore(kept.database)
            await blocks.block(GUILD, LEAVER, None, Deed(MODERATOR, "rude"), NOON)
            await blocks.block(11, LEAVER, NOON + timedelta(hours=1), Deed(0, "refused"), NOON)
            await kept.limit(Layer.MEMBER, LEAVER, None)
            await kept.limit(Layer.MEMBER, LEAVER, 90, rule=Rule.COOLDOWN)
            first, second = (await _exported(kept))["servers"]
            assert {limit["rule"]: limit["value"] for limit in first["limits"]} == {
                "credits": "unlimited",
                "cooldown": 90,
            }
            noon = NOON.isoformat()
            assert first["blocks"] == [{"since": noon, "until": "for good", "reason": "rude", "by": "a moderator"}]
            until = (NOON + timedelta(hours=1)).isoformat()
            assert second["blocks"] == [{"since": noon, "until": until, "reason": "refused", "by": "the bot"}]
            assert second["record"][0]["after"] == {"until": until, "reason": "refused"}

    asyncio.run(scenario())


def test_nobody_else_is_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=200) as kept:
            moderator = 444000111222333444
            await kept.jobs.accept(new_job(1))
            await kept.jobs.accept(own_job(2))
            await BlockStore(kept.database).block(GUILD, LEAVER, None, Deed(moderator), NOON)
            exported = await _exported(kept)
            assert str(moderator) not in json.dumps(exported)
            assert [clip["id"] for clip in exported["servers"][0]["clips"]] == ["job2"]

    asyncio.run(scenario())
