"""A guild's list of phrases, and the record of it."""

import asyncio
from pathlib import Path

from storage import Action, AuditStore, Deed, PhraseStore
from tests.storage.books import GUILD, MODERATOR, NOON, books

BY_MODERATOR = Deed(MODERATOR)


def test_a_phrase_is_listed_once_and_in_its_own_guild(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            phrases = PhraseStore(kept.database)
            assert await phrases.add(GUILD, "zebra", BY_MODERATOR, NOON)
            assert await phrases.add(GUILD, "Äpfel und Birnen", BY_MODERATOR, NOON)
            assert not await phrases.add(GUILD, "zebra", BY_MODERATOR, NOON)
            assert await phrases.add(11, "zebra", BY_MODERATOR, NOON)
            assert sorted(await phrases.of_guild(GUILD)) == ["zebra", "Äpfel und Birnen"]
            assert await phrases.remove(GUILD, "zebra", BY_MODERATOR, NOON)
            assert not await phrases.remove(GUILD, "zebra", BY_MODERATOR, NOON)
            assert await phrases.of_guild(GUILD) == ["Äpfel und Birnen"]
            assert await phrases.of_guild(11) == ["zebra"]

    asyncio.run(scenario())


def test_each_change_is_on_the_record_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            phrases = PhraseStore(kept.database)
            for _ in range(2):
                await phrases.add(GUILD, "zebra", BY_MODERATOR, NOON)
            for _ in range(2):
                await phrases.remove(GUILD, "zebra", BY_MODERATOR, NOON)
            record = await AuditStore(kept.database).all_of(GUILD)
            assert [(entry.action, entry.actor_id, entry.before, entry.after) for entry in record] == [
                (Action.PHRASE_ADDED, MODERATOR, None, {"phrase": "zebra"}),
                (Action.PHRASE_REMOVED, MODERATOR, {"phrase": "zebra"}, None),
            ]
            assert {(entry.target_kind, entry.target_id) for entry in record} == {("server", str(GUILD))}

    asyncio.run(scenario())
