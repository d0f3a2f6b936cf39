"""The whole bot at a video service that misbehaves, in both dialects: what members see, and what was paid for it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.acceptance.street import Message, Street, photo, sandbox
from tests.media.sounds import tone

PAGE = "<html><h1>Welcome</h1></html>"
PRICE = 10
DIALECTS = {"sinancode": "sinancode", "dashscope": "dashscope-singapore"}
CREATE, FILES, LIST = "generate/|video-synthesis", "/api/upload/|/uploads$", "/tasks/$"
CLIP = None
UNCLEAR = "The connection broke while the clip was being ordered"

Fault = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """What the service does to one order, and the words that it ends with; a clip where there are none.

    `create`, `files` and `list` strike the next such call, `look` and `fetch` those of the order's own task. `posts`
    is how many creates go out. `listed` is the end where the service can list its tasks, if it is another.
    """

    name: str
    end: str | None = CLIP
    listed: str | None = ""
    posts: int = 1
    create: Fault = field(default_factory=dict)
    files: Fault = field(default_factory=dict)
    list: Fault = field(default_factory=dict)
    look: Fault = field(default_factory=dict)
    fetch: Fault = field(default_factory=dict)

    def ends_with(self, dialect: str) -> str | None:
        """The words of the end in this dialect."""
        return self.end if self.listed == "" or dialect == "sinancode" else self.listed


MADE = {"take_effect": True}
TABLE = (
    Row("an error after it was taken", UNCLEAR, CLIP, create={"status": 502, "text": PAGE, **MADE}),
    Row("a page for an answer", UNCLEAR, CLIP, create={"status": 200, "text": PAGE, **MADE}),
    Row("an answer of another shape", UNCLEAR, CLIP, create={"status": 200, "body": {"data": {"id": 7}}, **MADE}),
    Row("an answer without a word", UNCLEAR, CLIP, create={"status": 200, "body": [], **MADE}),
    Row("a list in trouble", UNCLEAR, CLIP, create={"cut": "after"}, list={"status": 500, "text": PAGE}),
    Row("a bill", "its operator has to look", create={"status": 429, "body": {"code": "PostpaidBillOverdue"}}),
    Row("content", "refused this for its content", create={"status": 400, "body": {"code": "DataInspectionFailed"}}),
    Row("a slow answer", create={"delay_seconds": 2}),
    Row("a file refused", "did not accept", posts=0, files={"status": 400, "body": {"code": "InvalidFile.Format"}}),
    Row("looked at too often", look={"status": 429, "headers": {"Retry-After": "3"}, "body": {"code": "Throttling"}}),
    Row("looked at in vain", look={"status": 500, "times": 2}),
    Row("looked at a page", look={"status": 200, "text": PAGE}),
    Row("looked at another shape", look={"status": 200, "body": {"status": {}, "output": []}}),
    Row("a look cut off", look={"cut": "after"}),
    Row("a slow look", look={"delay_seconds": 3}),
    Row("a status never seen", look={"status": 200, "body": {"status": "odd", "output": {"task_status": "ODD"}}}),
    Row("a task out of sight", look={"status": 404, "body": {"output": {"task_status": "UNKNOWN"}}, "times": 2}),
    Row("no address", look={"status": 200, "body": {"status": "completed", "output": {"task_status": "SUCCEEDED"}}}),
    Row(
        "failed without a word",
        "could not make this clip",
        look={"status": 200, "body": {"status": "failed", "output": {"task_status": "FAILED"}}},
    ),
    Row("fetched too often", fetch={"status": 429, "headers": {"Retry-After": "1"}}),
    Row("fetched in vain", fetch={"status": 503}),
    Row("a fetch cut off", fetch={"cut": "before"}),
    Row("a page for a film", fetch={"status": 200, "text": PAGE, "headers": {"Content-Type": "video/mp4"}}),
    Row("an expired address", fetch={"status": 403, "text": PAGE}),
    Row("no room for a file", files={"status": 429, "headers": {"Retry-After": "1"}}),
    Row("no room for an order", posts=2, create={"status": 429, "text": PAGE, "headers": {"Retry-After": "1"}}),
    Row("no room, and no word when", posts=2, create={"status": 429, "body": {"code": "Throttling.BurstRate"}}),
)


@dataclass(frozen=True)
class Day:
    """All orders of the table at once, at a service of one dialect; `before` is what the member had."""

    dialect: str
    street: Street
    statuses: dict[str, Message]
    before: int

    def posts(self, prompt: str) -> int:
        """How many paid POSTs went out for an order, whatever was answered."""
        exchanges = self.street.get("/sandbox/wire")["exchanges"]
        creates = [
            one for one in exchanges if (one["service"], one["kind"], one["method"]) == ("wan", "request", "POST")
        ]
        return sum(f'"prompt": "{prompt}"' in json.dumps(one["body"]) for one in creates)


@pytest.fixture(scope="module", params=DIALECTS)
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """A sandbox in which every order has been given."""
    folder, dialect = tmp_path_factory.mktemp("sandbox"), str(request.param)
    plenty = {"RUNNING_TASKS": "50", "CREATES_PER_SECOND": "50", "PROVIDER": DIALECTS[dialect]}
    with sandbox(folder, **plenty) as running:
        street = running.street
        street.wan(one_clip=True, hold=True, max_running=50)
        before = street.credits_left()
        statuses = {row.name: _order(street, row) for row in TABLE}
        for row in TABLE:
            _spoil_task(street, row)
        street.wan(hold=False)
        yield Day(dialect, street, statuses, before)


def _order(street: Street, row: Row) -> Message:
    """Give the order, and wait until the service has done to it what it does at once."""
    calls = (("POST", CREATE, row.create), (None, FILES, row.files), ("GET", LIST, row.list))
    faults = [_spoil(street, method, path, fault) for method, path, fault in calls if fault]
    files = {"image": ("p.jpg", photo(480, 360), "image/jpeg")}
    options: dict[str, Any] = {"prompt": row.name, "duration": 5, "resolution": "720P"}
    if row.files:
        files["soundtrack"] = ("note.wav", tone("wav", 5), "audio/wav")
        options["model"] = "wan2.5-i2v-preview"
    status = street.reply("member", street.command("animate", files=files, **options))
    first = faults[:1]  # a list is asked for in one dialect only
    street.until(lambda: all(street.fault_hits(one) for one in first), f"what happens to {row.name!r}")
    if row.end is CLIP:  # sent again meanwhile, it would meet what is meant for the next
        street.until(lambda: street.tasks(row.name), f"the task of {row.name!r}")
    return status


def _spoil(street: Street, method: str | None, path: str, fault: Fault) -> str:
    return str(street.post("/sandbox/faults", {"service": "wan", "method": method, "path": path, **fault})["id"])


def _spoil_task(street: Street, row: Row) -> None:
    for path, fault in (("/tasks/{}/?$", row.look), ("/results/{}", row.fetch)):
        if fault:
            [task] = street.until(lambda: street.tasks(row.name), f"the task of {row.name!r}")
            _spoil(street, "GET", path.format(task["id"]), fault)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_an_order_ends_in_one_clip_or_one_refund_and_the_right_words(day: Day, row: Row) -> None:
    words, street, status_id = row.ends_with(day.dialect), day.street, day.statuses[row.name]["id"]
    text = street.until(lambda: _ended(street.text(status_id)), f"the end of {row.name!r}")
    assert ("✅" in text) if words is CLIP else (words in text and f"{PRICE} credits returned" in text)
    assert len(street.clips(row.name)) == (1 if words is CLIP else 0)
    assert day.posts(row.name) == row.posts
    assert all(task["times_created"] == 1 for task in street.tasks(row.name))


def _ended(text: str) -> str | None:
    return text if "Done" in text or "No clip" in text else None


def test_each_clip_was_paid_once_and_nothing_else(day: Day) -> None:
    ids = [status["id"] for status in day.statuses.values()]
    day.street.until(lambda: all(_ended(day.street.text(status_id)) for status_id in ids), "the end of all orders")
    clips = sum(row.ends_with(day.dialect) is CLIP for row in TABLE)
    assert day.street.credits_left() == day.before - PRICE * clips
