"""A misbehaving Discord while commands are answered: each row is an order that is taken once, or costs nothing."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from tests.acceptance.misbehaviour import (
    HAPPENS,
    LASTING,
    PRICE,
    SMALL,
    Fault,
    cut,
    entries,
    page,
    refusal,
    shape,
)
from tests.acceptance.presses import advance, task_of
from tests.acceptance.street import Message, Opened, Street

TAKEN, TOLD, NOTHING = "taken", "told", "nothing"
"""The order is taken; or nothing is, and the member is told, or only sees that the bot did not answer."""

REPLY, DIRECT = "the answer", "direct messages"
ACKNOWLEDGEMENT = ("POST", r"/interactions/\d+/[^/]+/callback$")
ANSWER = ("PATCH", "/messages/@original$")
BROKE = "Something went wrong on my side"


@dataclass(frozen=True, slots=True)
class Row:
    """What Discord does to one call of a command, and what becomes of the order."""

    does: str
    fault: Fault
    ends: str = TAKEN
    late: bool = False


ACKNOWLEDGEMENTS = (
    Row("has given up on it", refusal(404, 10062), NOTHING),
    Row("has an answer already", refusal(400, 40060), NOTHING),
    Row("does not know the token", refusal(401, 50027), TOLD),
    Row("finds a fault in the form", refusal(400, 50035), TOLD),
    Row("limits it for a moment", refusal(429, 0, retry_after=0.3)),
    Row("limits it by a wall", page(429), TOLD),
    Row("is overloaded", page(503)),
    Row("is slow", {"delay_seconds": 0.5}),
    Row("is too slow", {"delay_seconds": 0.5}, NOTHING, late=True),
    Row("cuts it off", cut("before"), TOLD),
    Row("takes it and cuts the answer off", cut("after"), TOLD),
    Row("answers with a page", page(200), NOTHING),
    Row("takes it and answers with a page", page(200, **HAPPENS), TOLD),
    Row("takes it and answers with another shape", shape([], **HAPPENS), TOLD),
    # Last: discord.py asks once more a second later, and would meet the next one's fault.
    Row("is overloaded and takes it", page(503, **HAPPENS), NOTHING),
)

ANSWERS = (
    Row("has no such message", refusal(404, 10008)),
    Row("has no such webhook", refusal(404, 10015)),
    Row("does not know the token", refusal(401, 50027)),
    Row("shows it no more", refusal(403, 50001)),
    Row("finds a fault in the form", refusal(400, 50035)),
    Row("limits it for a moment", refusal(429, 0, retry_after=0.3)),
    Row("limits it by a wall", page(429)),
    Row("is overloaded", page(503)),
    Row("cuts it off", cut("before")),
    Row("takes it and cuts the answer off", cut("after")),
    Row("answers with a page", page(200)),
    Row("takes it and answers with a page", page(200, **HAPPENS)),
    Row("takes it and answers with another shape", shape({"ok": True}, **HAPPENS)),
    Row("answers with nothing", {"status": 204}),
)

CLIPS = (
    Row("does not know the token any more", refusal(401, 50027, **LASTING), DIRECT),
    Row("has no such message", refusal(404, 10008, **LASTING), DIRECT),
    Row("has no such webhook", refusal(404, 10015, **LASTING), DIRECT),
    Row("finds a fault in the form", refusal(400, 50035, **LASTING), DIRECT),
    Row("is overloaded", page(503), REPLY),
    Row("cuts it off", cut("before"), REPLY),
    Row("takes it and cuts the answer off", cut("after"), REPLY),
    Row("answers with a page", page(200), REPLY),
    Row("takes it and answers with a page", page(200, **HAPPENS), REPLY),
)


@dataclass
class Orders:
    """What was ordered under which row."""

    ids: dict[str, str] = field(default_factory=dict)

    def place(self, street: Street, row: Row, call: tuple[str, str]) -> None:
        """Order while Discord misbehaves, and wait until the fault has struck and the command is acknowledged."""
        fault = street.fault("discord", *call, **row.fault)
        order = self.ids[row.does] = street.animate(prompt="a lake in the wind", **SMALL)
        if row.late:
            advance(street, 4)
        street.until(lambda: street.fault_hits(fault), row.does)
        street.get(f"/sandbox/interactions/{order}", wait_seconds=5)


def said(street: Street, order: str) -> list[Message]:
    """What an interaction was answered with."""
    return [one for one in street.messages() if (one.get("interaction_metadata") or {}).get("id") == order]


@pytest.fixture(scope="module")
def acknowledged(opened: Opened) -> Orders:
    """All orders of the first table."""
    orders = Orders()
    for row in ACKNOWLEDGEMENTS:
        orders.place(opened.street, row, ACKNOWLEDGEMENT)
    return orders


@pytest.fixture(scope="module")
def answered(opened: Opened) -> Orders:
    """All orders of the second table."""
    orders = Orders()
    for row in ANSWERS:
        orders.place(opened.street, row, ANSWER)
    return orders


def is_done(opened: Opened, order: str) -> bool:
    """One job, one charge, one clip."""
    jobs = entries(opened.data, order)
    if [job.state for job in jobs] != ["done"]:
        return False
    assert [job.moves for job in jobs] == [(-PRICE,)]
    assert len(jobs[0].messages(opened.street, "member", "clips")) == 1
    return True


@pytest.mark.parametrize("row", ACKNOWLEDGEMENTS, ids=lambda row: row.does)
def test_an_order_is_taken_once_or_costs_nothing_when_at_its_acknowledgement_discord(
    row: Row, opened: Opened, acknowledged: Orders
) -> None:
    street, order = opened.street, acknowledged.ids[row.does]
    if row.ends == TAKEN:
        street.until(lambda: is_done(opened, order), "the clip")
        return
    if row.ends == TOLD:
        street.until(lambda: [one for one in said(street, order) if BROKE in one["content"]], "a sentence")
    assert entries(opened.data, order) == []
    assert row.ends == TOLD or not any(one["content"] for one in said(street, order))


@pytest.mark.parametrize("row", ANSWERS, ids=lambda row: row.does)
def test_an_order_is_taken_and_nobody_told_otherwise_when_at_its_answer_discord(
    row: Row, opened: Opened, answered: Orders
) -> None:
    street, order = opened.street, answered.ids[row.does]
    street.until(lambda: is_done(opened, order), "the clip")
    assert not any(BROKE in one["content"] for one in said(street, order))


@pytest.mark.parametrize("row", CLIPS, ids=lambda row: row.does)
def test_a_private_clip_comes_once_when_discord(row: Row, opened: Opened) -> None:
    street = opened.street
    street.reset()
    method, path = ANSWER
    street.fault("discord", method, path, skip=1, **row.fault)  # the first one shows the status
    order = street.animate(prompt="a lake in the wind", private=True, **SMALL)
    street.until(lambda: [job.state for job in entries(opened.data, order)] == ["done"], "the clip")
    [job] = entries(opened.data, order)
    found = (len(job.messages(street, "member", "clips")), len(job.messages(street, "member", "dm")))
    assert (job.moves, found) == ((-PRICE,), {REPLY: (1, 0), DIRECT: (0, 1)}[row.ends])


def test_an_end_that_an_old_status_message_cannot_show_for_long_is_told_in_a_new_one(opened: Opened) -> None:
    street, old = opened.street, 1 << 60  # a message of long ago
    street.reset()
    street.wan(hold=True)
    order = street.animate(prompt="told anew", **SMALL)
    task = task_of(street, "told anew")
    street.stop_bot()
    with closing(sqlite3.connect(opened.data / "bot" / "firstframe.db")) as books, books:
        books.execute("UPDATE jobs SET status_message_id = ? WHERE interaction_id = ?", (old, int(order)))
    street.fault("discord", "PATCH", f"/messages/{old}$", **refusal(429, 30046, retry_after=600, **LASTING))
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "failed", "error_code": "InternalError"})
    street.start_bot()
    [job] = street.until(lambda: [one for one in entries(opened.data, order) if one.over], "the end")
    assert (job.state, job.moves) == ("failed", (-PRICE, PRICE))
    assert any("No clip" in one["content"] for one in street.messages() if int(one["id"]) > int(order))
