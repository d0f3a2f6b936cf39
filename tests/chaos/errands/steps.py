"""Steps that several errands take: a clip that is there, nothing under way any more, a change that surely holds."""

from collections.abc import Callable
from typing import Any

from tests.acceptance.past import GUILD
from tests.acceptance.street import Message
from tests.chaos.yard import Yard

PATIENCE_SECONDS = 240.0
TRIES = 6
REUSED = 0.7

_UNDER_WAY = """
SELECT id FROM jobs
WHERE waits_since IS NULL AND (ended_at IS NULL OR removed_at IS NOT NULL AND clip_gone = 0)
"""
_DONE = """
SELECT * FROM jobs WHERE state = 'done' AND json_extract(options, '$.prompt') = :prompt AND clip_message_id IS NOT NULL
"""

# What is made from another clip grows longer with each *Extend*.
_FIRST_CLIPS = """
SELECT clip_message_id FROM jobs
WHERE state = 'done' AND route = 'channel' AND removed_at IS NULL AND shared_at IS NULL
    AND batch_id IS NULL AND parent_id IS NULL
    AND member_id = :member AND interaction_id > 0
"""


def at_rest(yard: Yard, *, told: bool = False) -> None:
    """Wait until nothing is under way; `told`: and until each status says so, which may take half a minute longer."""
    waiting = f"{_UNDER_WAY} OR status_settled = 0 AND waits_since IS NULL" if told else _UNDER_WAY
    yard.until(lambda: not yard.rows(waiting), "the end of all that is under way", PATIENCE_SECONDS)


def made(yard: Yard, who: str = "member", where: str = "clips", **options: Any) -> Message | None:
    """A clip's message, ordered anew where nothing came of it; None where nothing comes of it at all."""
    for _ in range(TRIES):
        yard.order(who, where, **options)
        if clip := posted(yard, yard.last_prompt, who, where):
            return clip
    return None


def some_clip(yard: Yard, button: str) -> Message | None:
    """A clip of the member's with such a button: one that is there, mostly; most of an errand's time is the making."""
    if yard.chance.random() < REUSED:
        ids = {str(row["clip_message_id"]) for row in yard.rows(_FIRST_CLIPS, member=int(yard.users["member"]))}
        there = [one for one in yard.messages() if one["id"] in ids and button in _labels(one)]
        if there:
            return yard.chance.choice(there)
    return made(yard)


def _labels(message: Message) -> list[str]:
    return [part["label"] for row in message["components"] for part in row["components"]]


def posted(yard: Yard, prompt: str, who: str = "member", where: str = "clips") -> Message | None:
    """The message with the clip of these words, once nothing is under way any more; None where there is none."""
    at_rest(yard)
    ids = {str(row["clip_message_id"]) for row in yard.rows(_DONE, prompt=prompt)}
    return next((one for one in yard.messages(who, where) if one["id"] in ids), None)


def surely(
    yard: Yard, is_so: Callable[[], bool], command: str, who: str = "moderator", where: str = "clips", **options: Any
) -> None:
    """Give a command until what it is for is so: others would be left with what this errand changed."""
    for _ in range(TRIES):
        yard.say(command, who, where, **options)
        if is_so():
            return
    raise AssertionError(f"/{command} {options} came to nothing in {TRIES} tries")


def setting(yard: Yard, name: str) -> object:
    """A setting of the server as it is stored; None where it is not set."""
    rows = yard.rows("SELECT json_extract(settings, '$.' || :name) AS value FROM servers WHERE guild_id > 0", name=name)
    return rows[0]["value"] if rows else None


def limit(yard: Yard, layer: str, *, guild: int | None = None) -> int | None:
    """The credits of a layer's limit in the server, or over all of them; None where there is none."""
    sql = "SELECT value FROM limits WHERE rule = 'credits' AND layer = :layer AND guild_id = :guild"
    rows = yard.rows(sql, layer=layer, guild=int(GUILD) if guild is None else guild)
    return rows[0]["value"] if rows else None


def refused(yard: Yard, phrase: str) -> bool:
    """Whether a phrase may not be asked for."""
    return bool(yard.rows("SELECT 1 FROM phrases WHERE phrase = :phrase", phrase=phrase))


def blocked(yard: Yard, member: str) -> bool:
    """Whether a member is blocked, or paused by their refusals."""
    return bool(yard.rows("SELECT 1 FROM blocks WHERE member_id = :member", member=int(member)))
