"""Errands whose leftovers the next start clears away: old pictures, and what outlasted a member who left."""

import sqlite3
from contextlib import closing

from tests.acceptance.street import photo
from tests.chaos.errand import Errand
from tests.chaos.errands.privacy import leave
from tests.chaos.errands.steps import at_rest, blocked, made, surely
from tests.chaos.yard import Yard

_GROW_OLD = """
UPDATE jobs SET created_at = created_at - :days * 86400000
WHERE frame = (SELECT frame FROM jobs WHERE json_extract(options, '$.prompt') = :prompt)
    AND state IN ('done', 'failed', 'cancelled')
"""
_DAYS = 100


def old_picture(yard: Yard) -> None:
    """A picture that no clip was made of for long is dropped."""
    width = 480 + yard.chance.randint(1, 200)
    files = {"image": ("photo.jpg", photo(width, 480), "image/jpeg")}
    yard.say("animate", files=files, prompt=yard.prompt(), duration=5, resolution="720P")
    at_rest(yard, told=True)
    yard.kill_bot()
    with closing(sqlite3.connect(yard.data / "bot" / "firstframe.db")) as file, file:
        file.execute(_GROW_OLD, {"days": _DAYS, "prompt": yard.last_prompt})
    yard.until(yard.is_ready, "the bot")


def leaves_while_blocked(yard: Yard) -> None:
    """A block outlasts the deletion of its member's data; once it is lifted, a start takes the rest out."""
    member = yard.users["second.member"]
    made(yard, "second.member")
    yard.say("block add", "moderator", member=member, reason="spam")
    leave(yard, "second.member")
    surely(yard, lambda: not blocked(yard, member), "block lift", member=member)
    yard.kill_bot()
    yard.until(yard.is_ready, "the bot")


def private_takes(yard: Yard) -> None:
    """The takes of a private order keep a token each, which a start takes away where it has nothing left to do."""
    image = {"image": ("photo.jpg", yard.picture, "image/jpeg")}
    yard.say("preview", files=image, prompt=yard.prompt(), takes=2, private=True)
    at_rest(yard, told=True)
    yard.kill_bot()
    yard.until(yard.is_ready, "the bot")


ERRANDS = (
    Errand("old picture", old_picture),
    Errand("leaves while blocked", leaves_while_blocked),
    Errand("private takes", private_takes),
)
