"""Every misbehaviour of a video service, call by call, with the end that a job comes to all the same: as a table."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, repeat

from engine import Failure
from tests.client.dialects import DASHSCOPE, SINANCODE, Dialect
from tests.client.rough import Bad, Call
from tests.client.service import Step, cuts, cuts_in_body, drips, hangs, says

CLIP = None
"""The end that is no failure: exactly one clip, and the charge stays."""

PAGE = "<html><h1>Welcome</h1></html>"
VIDEO = {"Content-Type": "video/mp4"}
FILM_HEAD = b"\0\0\0\x20ftypisom" + bytes(200)
EITHER = (SINANCODE, DASHSCOPE)


@dataclass(frozen=True, slots=True)
class Row:
    """What a call meets, one answer after the other, and how the job ends.

    `posts` is how many creates go out for it, refused ones included; None where it is tried until its patience ends.
    `step_seconds` is how fast the held time runs.
    """

    call: Call
    name: str
    script: tuple[Bad, ...]
    end: Failure | None = CLIP
    posts: int | None = 1
    for_good: bool = False
    dialects: tuple[Dialect, ...] = EITHER
    step_seconds: float = 1.0

    def play(self) -> Iterator[Bad]:
        """The script as the service plays it: to its end, or its last answer again and again."""
        return chain(self.script, repeat(self.script[-1]) if self.for_good else ())


def _once(step: Step) -> tuple[Bad, ...]:
    return (Bad(step),)


TYPICAL = ("429 with Retry-After", "500", "200 with a page", "200 in another shape", "cut", "hung")
"""Those that stand for all, where another call has shown that each is told from the others."""


def _passing(call: Call, names: tuple[str, ...] = ()) -> list[Row]:
    """What any call may meet that costs nothing and may be sent again: after it, all goes its way."""
    throttled = {"code": "Throttling", "message": "slow down"}
    steps: dict[str, Step | None] = {
        "429 with Retry-After": says(429, throttled, {"Retry-After": "20"}),
        "429 without": says(429, throttled),
        "429 with a page": says(429, PAGE),
        "500": says(500, {"code": "InternalError"}),
        "502 with a page": says(502, PAGE),
        "503": says(503, b""),
        "200 with a page": says(200, PAGE),
        "200 with nothing": says(200, b""),
        "200 with a list": says(200, [1, 2]),
        "200 in another shape": says(200, {"state": {"is": "fine"}, "output": [], "data": 7, "url": {}, "status": []}),
        "cut": cuts(),
        "cut in the middle": cuts_in_body(200),
        "hung": hangs(),
        "dripping": drips(200),
        "slow": None,
    }
    return [Row(call, name, (Bad(step),)) for name, step in steps.items() if not names or name in names]


def _creates() -> list[Row]:
    throttled = {"code": "Throttling.RateQuota", "error_code": "Throttling.RateQuota"}
    busy: list[tuple[str, Step]] = [
        ("429 with Retry-After", says(429, throttled, {"Retry-After": "20"})),
        ("429 with a date", says(429, throttled, {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"})),
        ("429 with nonsense", says(429, throttled, {"Retry-After": "soon"})),
        ("429 without", says(429, throttled)),
        ("429 with a page", says(429, PAGE)),
        ("429 cut in the middle", cuts_in_body(429)),
    ]
    bill = says(429, {"code": "PostpaidBillOverdue", "message": "pay first"})
    moved = says(302, b"", {"Location": "/elsewhere"})
    never = says(429, throttled)
    return [
        *(Row(Call.CREATE, name, _once(step), posts=2) for name, step in busy),
        Row(Call.CREATE, "429 for good", _once(never), Failure.PROVIDER_BUSY, None, for_good=True, step_seconds=10.0),
        Row(Call.CREATE, "429 for a bill", _once(bill), Failure.OPERATOR),
        Row(Call.CREATE, "401", _once(says(401, PAGE)), Failure.OPERATOR),
        Row(Call.CREATE, "400 with a page", _once(says(400, PAGE)), Failure.INPUT_REFUSED),
        Row(Call.CREATE, "418", _once(says(418, b"")), Failure.PROVIDER_FAILED),
        Row(Call.CREATE, "redirected", _once(moved), Failure.OPERATOR),
        Row(Call.CREATE, "slow", (Bad(),)),
    ]


UNCLEAR: dict[str, Step] = {
    "500": says(500, {"code": "InternalError"}),
    "502 with a page": says(502, PAGE),
    "504 that quotes a refusal": says(504, {"code": "InvalidParameter"}),
    "503 with Retry-After": says(503, b"", {"Retry-After": "1"}),
    "408": says(408, b""),
    "303": says(303, b"", {"Location": "/elsewhere"}),
    "200 with a page": says(200, PAGE),
    "200 with nothing": says(200, b""),
    "200 with a list": says(200, [{"task_id": "1"}]),
    "200 in another shape": says(200, {"data": {"id": 7}, "output": {"task": "1"}}),
    "200 with an id that is none": says(200, {"task_id": "../1 2", "output": {"task_id": "<b>"}}),
    "200 that says throttled": says(200, {"code": "Throttling", "message": "slow down"}),
    "cut": cuts(),
    "cut in the middle": cuts_in_body(200),
    "error cut in the middle": cuts_in_body(500),
    "hung": hangs(),
    "dripping": drips(200),
}
"""Answers to a create after which nobody knows whether the task was made."""


def _unclear() -> list[Row]:
    rows = []
    for name, step in UNCLEAR.items():
        made = (Bad(step, has_effect=True),)
        lost = Failure.OUTCOME_UNKNOWN
        # Where nothing can be listed, the two look the same from here.
        rows.append(Row(Call.CREATE, f"{name}, and not made", _once(step), lost, dialects=(DASHSCOPE,)))
        rows.append(Row(Call.CREATE, f"{name}, and made", made, lost, dialects=(SINANCODE,)))
        rows.append(Row(Call.CREATE, f"{name}, and made", made, CLIP, dialects=(DASHSCOPE,)))
    return rows


def _looks() -> list[Row]:
    odd = says(200, {"status": "archiving", "output": {"task_status": "ARCHIVING"}})
    gone = says(404, {"message": "no such task"})
    unknown = says(200, {"output": {"task_status": "UNKNOWN"}})
    nowhere = says(200, {"status": "completed", "result": ["no address"], "output": {"task_status": "SUCCEEDED"}})
    local = says(200, {"status": "completed", "result": [{"url": "file:///etc/passwd"}]})
    failed = says(200, {"status": "failed", "output": {"task_status": "FAILED"}})
    canceled = says(200, {"output": {"task_status": "CANCELED"}})
    revoked = says(401, {"code": "InvalidApiKey"})
    late, broken = Failure.TIMED_OUT, Failure.PROVIDER_FAILED
    return [
        *_passing(Call.LOOK),
        Row(Call.LOOK, "finished before the first look", ()),
        Row(Call.LOOK, "a status never seen before", (Bad(odd),) * 3),
        Row(Call.LOOK, "a status never seen before, for good", _once(odd), late, for_good=True, step_seconds=600.0),
        Row(Call.LOOK, "vanished for a while", (Bad(gone),) * 4, dialects=(SINANCODE,)),
        Row(Call.LOOK, "vanished for a while", (Bad(unknown),) * 4, dialects=(DASHSCOPE,)),
        Row(Call.LOOK, "vanished", _once(gone), late, 1, True, (SINANCODE,), 1800.0),
        Row(Call.LOOK, "vanished", _once(unknown), late, 1, True, (DASHSCOPE,), 1800.0),
        Row(Call.LOOK, "a key that was revoked for a while", (Bad(revoked),) * 5),
        Row(Call.LOOK, "finished, without an address", (Bad(nowhere),) * 2),
        Row(Call.LOOK, "finished, with an address that is none", _once(local), dialects=(SINANCODE,)),
        Row(Call.LOOK, "failed without a word", _once(failed), broken),
        Row(Call.LOOK, "called off by somebody", _once(canceled), broken, dialects=(DASHSCOPE,)),
    ]


def _fetches() -> list[Row]:
    page = says(200, PAGE.encode(), VIDEO)
    away = says(302, b"", {"Location": "/results/again.mp4"})
    lost, tiny = Failure.RESULT_LOST, cuts_in_body(200, FILM_HEAD, "video/mp4")
    return [
        *_passing(Call.FETCH, (*TYPICAL, "200 with nothing", "dripping")),
        Row(Call.FETCH, "cut in the middle of the film", _once(tiny)),
        Row(Call.FETCH, "half a film that says it is whole", (Bad(share=0.5),)),
        Row(Call.FETCH, "a page that says it is a film", (Bad(page),) * 2),
        Row(Call.FETCH, "expired", (Bad(says(403, PAGE)),) * 2),
        Row(Call.FETCH, "gone", _once(says(410, b""))),
        Row(Call.FETCH, "redirected in a circle", (Bad(away),) * 7),
        Row(Call.FETCH, "expired for good", _once(says(403, b"")), lost, for_good=True, step_seconds=10.0),
        Row(Call.FETCH, "never a film", _once(page), lost, for_good=True, step_seconds=10.0),
        Row(Call.FETCH, "503 for good", _once(says(503, b"")), lost, for_good=True, step_seconds=300.0),
    ]


def _uploads() -> list[Row]:
    away = says(302, b"", {"Location": "/elsewhere"})
    refused = says(400, {"code": "InvalidFile.Format", "error_code": "InvalidFile.Format"})
    gone, broken = Failure.PROVIDER_UNREACHABLE, says(500, b"")
    rows = [
        *_passing(Call.STORE, TYPICAL),
        Row(Call.STORE, "refused", _once(refused), Failure.INPUT_REFUSED, 0),
        Row(Call.STORE, "redirected", _once(away), Failure.OPERATOR, 0),
        Row(Call.STORE, "500 for good", _once(broken), gone, 0, for_good=True, step_seconds=10.0),
    ]
    # The bucket's word is its status: whatever else it says with 200, the file is there.
    bucket = _passing(Call.BUCKET, ("500", "cut", "hung"))
    return [*rows, *(replace(row, dialects=(DASHSCOPE,)) for row in bucket)]


def _lists() -> list[Row]:
    """What the list meets that has to settle a create whose answer was cut off."""
    unknown, none = Failure.OUTCOME_UNKNOWN, says(200, {"data": [], "total_page": 0})
    odd = says(200, {"data": [7, {"task_id": 7}, {"model_name": "wan2.6-i2v", "gmt_create": "x"}], "total_page": "?"})
    rows = [
        *_passing(Call.LIST, TYPICAL),
        Row(Call.LIST, "not listed yet", (Bad(none),) * 2),
        Row(Call.LIST, "rows of another shape, and then none", (Bad(odd), Bad(says(200, {"data": []})))),
        Row(Call.LIST, "500 for good", _once(says(500, b"")), unknown, for_good=True, step_seconds=10.0),
        Row(Call.LIST, "never listed", _once(none), unknown, for_good=True),
    ]
    return [
        Row(row.call, row.name, row.script, row.end, 1, row.for_good, (DASHSCOPE,), row.step_seconds) for row in rows
    ]


TABLE = (*_creates(), *_unclear(), *_looks(), *_fetches(), *_uploads(), *_lists())
