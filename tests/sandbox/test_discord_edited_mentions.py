"""Who a message mentions is worked out anew when its text is edited, and only then."""

import asyncio

from sandbox.discord.world import CLIPS, MEMBER, SECOND_MEMBER
from tests.sandbox.discord_place import place

MESSAGES = f"/channels/{CLIPS}/messages"
NOBODY: dict[str, list[str]] = {"parse": []}


def test_an_edit_of_the_buttons_alone_leaves_the_mentions() -> None:
    async def scene() -> None:
        async with place() as here:
            _, sent = await here.rest("POST", MESSAGES, {"content": f"<@{MEMBER}>"})
            edits = {"components": [], "allowed_mentions": NOBODY}
            _, edited = await here.rest("PATCH", f"{MESSAGES}/{sent['id']}", edits)
            assert [one["id"] for one in edited["mentions"]] == [MEMBER]

    asyncio.run(scene())


def test_an_edit_of_the_text_mentions_whom_it_names_as_far_as_that_is_allowed() -> None:
    async def scene() -> None:
        async with place() as here:
            _, sent = await here.rest("POST", MESSAGES, {"content": f"<@{MEMBER}>"})
            content = {"content": f"<@{MEMBER}> <@{SECOND_MEMBER}>"}
            for mentioned in ([SECOND_MEMBER], []):
                edits = {**content, "allowed_mentions": {**NOBODY, "users": mentioned}}
                _, edited = await here.rest("PATCH", f"{MESSAGES}/{sent['id']}", edits)
                assert [one["id"] for one in edited["mentions"]] == mentioned

    asyncio.run(scene())
