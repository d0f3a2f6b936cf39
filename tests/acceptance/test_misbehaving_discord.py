"""A misbehaving Discord while clips are posted and shown: each row ends in one clip, paid for once."""

from dataclasses import dataclass

import pytest

from tests.acceptance.misbehaviour import (
    HAPPENS,
    LASTING,
    PRICE,
    SMALL,
    Entry,
    Fault,
    cut,
    entries,
    over,
    page,
    refusal,
    shape,
)
from tests.acceptance.street import Message, Opened, Street

HERE, DIRECT, BOTH, KEPT = "where it was asked for", "direct messages", "both", "in /jobs"
PLACES = ("clips", "general", "previews", "after-dark", "moderators", "bot-log", "lake series", "Rain on a window")
WHO = "moderator"  # who sees all of these
CLOSED = "I may not post in"
REFUSED = "Discord did not let me post"
SLOW = "I would have to wait long"
SOMEHOW = "I could not post your clip where you asked for it"


@dataclass(frozen=True, slots=True)
class Row:
    """What Discord does to the calls of one job, and where its clip ends."""

    does: str
    post: Fault | None = None
    look: Fault | None = None
    edit: Fault | None = None
    direct: Fault | None = None
    who: str = WHO
    ends: str = HERE
    because: str = ""
    at_last: str = "Done"


LOST = cut("after")
"""A post of which nobody knows whether it was taken."""

TABLE = (
    # The post of the clip: Discord says no.
    Row("has no such channel", post=refusal(404, 10003, **LASTING), ends=DIRECT, because=CLOSED),
    Row("shows the channel no more", post=refusal(403, 50001, **LASTING), ends=DIRECT, because=CLOSED),
    Row("takes the permission away", post=refusal(403, 50013, **LASTING), ends=DIRECT, because=CLOSED),
    Row("finds a fault in the form", post=refusal(400, 50035, **LASTING), ends=DIRECT, because=REFUSED),
    Row("doubts the token for a moment", post=refusal(401, 0)),
    # The post: not now.
    Row("limits writes for a moment", post=refusal(429, 20028, retry_after=0.5)),
    Row("limits writes for an hour", post=refusal(429, 20028, retry_after=3600, **LASTING), ends=DIRECT, because=SLOW),
    Row("limits every call", post=refusal(429, 0, retry_after=0.5, everywhere=True)),
    Row("limits calls by a wall", post=page(429)),
    Row("limits calls by a wall that names a time", post=page(429, headers={"Retry-After": "3"})),
    Row("limits calls and garbles how long", post=page(429, headers={"Via": "1.1 sandbox"})),
    Row("fails inside", post=page(500)),
    Row("fails inside and posts", post=page(502, **HAPPENS)),
    Row("is overloaded", post=page(503)),
    Row("is overloaded and posts", post=page(503, **HAPPENS)),
    # The post: nobody knows.
    Row("is slow", post={"delay_seconds": 2}),
    Row("cuts the post off", post=cut("before")),
    Row("posts and cuts the answer off", post=LOST),
    Row("falls silent", post={"hang": "before"}),
    Row("posts and falls silent", post={"hang": "after"}),
    Row("answers with a page", post=page(200)),
    Row("posts and answers with a page", post=page(200, **HAPPENS)),
    Row("posts and answers with another shape", post=shape({"ok": True}, **HAPPENS)),
    Row("posts and answers with a list", post=shape([], **HAPPENS)),
    Row("answers with nothing", post={"status": 204}),
    # The look for a clip that may be there.
    Row("is overloaded at the look", post=LOST, look=page(503)),
    Row("cuts the look off", post=LOST, look=cut("before")),
    Row("limits the look", post=LOST, look=page(429)),
    Row("answers the look with a page", post=LOST, look=page(200)),
    Row("answers the look with another shape", post=LOST, look=shape({"messages": []})),
    Row("answers the look with nothing", post=LOST, look={"status": 204}),
    # Nobody can look, and the same clip twice is better than none.
    Row("forbids the look", post=LOST, look=refusal(403, 50001, **LASTING), ends=BOTH, because=SOMEHOW),
    # The status message.
    Row("has no such status message", edit=refusal(404, 10008)),
    Row("is overloaded at the status", edit=page(503)),
    Row("cuts the status off", edit=cut("before")),
    Row("limits the status", edit=page(429)),
    Row("answers the status with a page", edit=page(200)),
    Row("takes no more edits", edit=refusal(429, 30046, retry_after=0.2, **LASTING), at_last=""),
    Row("has no channel for the status", edit=refusal(404, 10003, **LASTING), at_last=""),
    Row("forbids the status", edit=refusal(403, 50013, **LASTING), at_last=""),
    Row("finds a fault in the status", edit=refusal(400, 50035, **LASTING), at_last=""),
    # Last, since the server's limit is learned from it.
    Row("finds the file too large", post=refusal(413, 40005), at_last=""),
)

# The channel is closed, and direct messages are all that is left: each row has a member of its own.
GONE = refusal(403, 50013, **LASTING)
BY_DIRECT_MESSAGE = (
    Row("closes direct messages", post=GONE, direct=refusal(403, 50007, **LASTING), who="member", ends=KEPT),
    Row("is overloaded there", post=GONE, direct=page(503), who="second.member", ends=DIRECT),
    Row("posts there and cuts the answer off", post=GONE, direct=LOST, ends=DIRECT),
    Row("posts there and answers with a page", post=GONE, direct=page(200, **HAPPENS), who="operator", ends=DIRECT),
)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a row ended: its jobs, the messages with their clips, and what else was said there."""

    jobs: list[Entry]
    here: list[Message]
    directly: list[Message]
    said: list[str]


@pytest.fixture(scope="module")
def endings(opened: Opened) -> dict[str, Ending]:
    """All rows, as many side by side as there are channels."""
    opened.street.reset()
    opened.street.fault("discord", "POST", "/users/@me/channels$", **page(200))  # where the first of these is opened
    found = side_by_side(opened, dict(zip(PLACES, BY_DIRECT_MESSAGE, strict=False)))
    for first in range(0, len(TABLE), len(PLACES)):
        found |= side_by_side(opened, dict(zip(PLACES, TABLE[first:], strict=False)))
    return found


def side_by_side(opened: Opened, rows: dict[str, Row]) -> dict[str, Ending]:
    """Let these rows happen at once, each in a channel of its own; the same words, so that one clip is rendered."""
    street, data, orders = opened.street, opened.data, {}
    for where, row in rows.items():
        misbehave(street, where, row)
        orders[where] = street.animate(who=row.who, where=where, prompt="a lake in the wind", **SMALL)
    loud = [orders[where] for where, row in rows.items() if "hang" not in (row.post or {})]
    street.until(lambda: over(data, loud), f"the end of {[row.does for row in rows.values()]}")
    street.clear_faults()
    street.until(lambda: over(data, orders.values()), "the end of the rest")
    return {row.does: ending(opened, where, orders[where], row.who) for where, row in rows.items()}


def misbehave(street: Street, where: str, row: Row) -> None:
    """Set the faults of a row."""
    here, there = (rf"/channels/{street.channel(place, row.who)}/messages" for place in (where, "dm"))
    calls = (
        ("POST", f"{here}$", row.post),
        ("GET", f"{here}$", row.look),
        ("PATCH", rf"{here}/\d+$", row.edit),
        ("POST", f"{there}$", row.direct),
    )
    for method, path, fault in calls:
        if fault:
            street.fault("discord", method, path, **fault)


def ending(opened: Opened, where: str, order: str, who: str) -> Ending:
    """How it stands with the jobs of an order."""
    street, jobs = opened.street, entries(opened.data, order)
    here = [message for job in jobs for message in job.messages(street, who, where)]
    directly = [message for job in jobs for message in job.messages(street, who, "dm")]
    answer = str(street.get(f"/sandbox/interactions/{order}")["message_id"])
    said = [str(one["content"]) for one in street.messages(who, where) if one["id"] >= answer]
    return Ending(jobs, here, directly, said)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.does)
def test_one_clip_comes_and_is_paid_for_once_when_discord(row: Row, endings: dict[str, Ending]) -> None:
    end = endings[row.does]
    assert [(job.state, job.moves) for job in end.jobs] == [("done", (-PRICE,))]
    assert (len(end.here), len(end.directly)) == {HERE: (1, 0), DIRECT: (0, 1), BOTH: (1, 1)}[row.ends]
    assert all(one["content"].startswith(row.because) for one in end.directly), end.directly
    assert any(row.at_last in text for text in end.said), end.said


@pytest.mark.parametrize("row", BY_DIRECT_MESSAGE, ids=lambda row: row.does)
def test_one_clip_comes_directly_or_waits_when_discord(row: Row, endings: dict[str, Ending]) -> None:
    end = endings[row.does]
    [job] = end.jobs
    assert (job.waits, job.moves) == (row.ends == KEPT, (-PRICE,))
    assert (len(end.here), len(end.directly)) == {DIRECT: (0, 1), KEPT: (0, 0)}[row.ends]
