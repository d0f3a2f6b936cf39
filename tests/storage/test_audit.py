"""The record only grows, and is read back page by page."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import Action, AuditEntry, AuditStore, Database, Deed
from storage.audit import write_within
from tests.storage.books import GUILD, MEMBER, MODERATOR, NOON, books


async def _write(
    database: Database,
    action: Action,
    *,
    actor_id: int = MODERATOR,
    kind: str = "member",
    target: int | str = MEMBER,
    after: dict[str, object] | None = None,
    guild_id: int = GUILD,
) -> None:
    entry: dict[str, Any] = {"target_kind": kind, "target_id": target, "before": None, "after": after}
    deed = Deed(actor_id, "because")
    await database.write(lambda book: write_within(book, guild_id, action, deed, NOON, **entry))


def test_an_entry_comes_back_as_it_was_written(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            entry: dict[str, Any] = {"target_kind": "role", "target_id": 5}
            change: dict[str, Any] = {"before": {"at_once": {"value": None}}, "after": {"at_once": {"value": 2}}}
            deed, moment = Deed(MODERATOR, "for the contest"), NOON + timedelta(milliseconds=7)
            await kept.database.write(
                lambda book: write_within(book, GUILD, Action.LIMIT_SET, deed, moment, **entry, **change)
            )
            assert await AuditStore(kept.database).all_of(GUILD) == [
                AuditEntry(
                    id=1,
                    guild_id=GUILD,
                    action=Action.LIMIT_SET,
                    actor_id=MODERATOR,
                    target_kind="role",
                    target_id="5",
                    before={"at_once": {"value": None}},
                    after={"at_once": {"value": 2}},
                    reason="for the contest",
                    created_at=NOON + timedelta(milliseconds=7),
                )
            ]

    asyncio.run(scenario())


def test_pages_go_back_from_the_newest_entry_and_meet_each_entry_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            store = AuditStore(kept.database)
            for number in range(7):
                await _write(kept.database, Action.MEMBER_BLOCKED, after={"until": number, "reason": ""})
            await _write(kept.database, Action.MEMBER_BLOCKED, guild_id=11)
            found: list[int] = []
            for size in (3, 3, 1, 0):
                page = await store.page(GUILD, before_id=found[-1] if found else None, limit=3)
                assert len(page) == size
                found += [entry.id for entry in page]
            assert found == [7, 6, 5, 4, 3, 2, 1]
            assert await store.count(GUILD) == 7

    asyncio.run(scenario())


def test_a_members_entries_are_what_was_done_to_them_to_their_clips_and_by_them(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _write(kept.database, Action.MEMBER_BLOCKED)
            await _write(kept.database, Action.CLIP_REMOVED, kind="clip", target="j", after={"member": str(MEMBER)})
            await _write(kept.database, Action.SERVER_SET, actor_id=MEMBER, kind="server", target=GUILD)
            await _write(kept.database, Action.LIMIT_SET, kind="role", target=MEMBER)  # a role with the same number
            await _write(kept.database, Action.CLIP_REMOVED, kind="clip", target="k", after={"member": "31"})
            store = AuditStore(kept.database)
            chosen = [entry.id for entry in await store.all_of(GUILD, member_id=MEMBER)]
            assert chosen == [1, 2, 3]
            assert [entry.id for entry in await store.page(GUILD, member_id=MEMBER, limit=9)] == [3, 2, 1]
            assert await store.count(GUILD, member_id=MEMBER) == 3
            removed = await store.page(GUILD, member_id=MEMBER, action=Action.CLIP_REMOVED, limit=9)
            assert [entry.id for entry in removed] == [2]
            assert await store.count(GUILD, action=Action.CLIP_REMOVED) == 2

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit",
        "UPDATE audit SET action = 'block_lifted'",
        "UPDATE audit SET target_id = '31'",
        "UPDATE audit SET target_id = '0', actor_id = 0",
        "UPDATE audit SET target_id = '0', after = NULL",
        """UPDATE audit SET target_id = '0', after = '{"until":9}'""",
        "UPDATE audit SET target_id = '0', reason = 'another'",
        "UPDATE audit SET target_id = '0', created_at = 0",
        "UPDATE audit SET reason = ''",
    ],
)
def test_the_record_lets_nothing_be_changed_but_a_person_leave(tmp_path: Path, statement: str) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _write(kept.database, Action.MEMBER_BLOCKED, after={"until": 1, "reason": "rude"})
            before = await AuditStore(kept.database).all_of(GUILD)
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                await kept.database.execute(statement)
            assert await AuditStore(kept.database).all_of(GUILD) == before

    asyncio.run(scenario())


def test_what_is_no_ones_in_particular_stays_word_for_word(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await _write(kept.database, Action.SERVER_PAUSED, kind="server", target=GUILD)
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                await kept.database.execute("UPDATE audit SET target_id = '0', reason = ''")

    asyncio.run(scenario())
