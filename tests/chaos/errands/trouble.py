"""Errands in which something goes wrong at a service: each ends in a clip or a refund."""

from tests.chaos.errand import Errand
from tests.chaos.errands.life import BUSY, CREATES
from tests.chaos.errands.steps import at_rest, surely
from tests.chaos.yard import Yard

_CLIP_POSTS = r"/channels/\d+/messages$"
_LONG_SECONDS = 600.0
RESULT_GONE = {"status": 403, "body": {"message": "the address has expired"}}


def busy(yard: Yard) -> None:
    """The service is busy at first."""
    yard.fault("wan", "POST", CREATES, times=2, status=429, body=BUSY, headers={"Retry-After": "1"})
    yard.order()
    at_rest(yard)


def refused(yard: Yard) -> None:
    """The service does not want the order."""
    yard.fault("wan", "POST", CREATES, status=400, body=_code("InvalidParameter"))
    yard.order()
    at_rest(yard)


def frowned_upon(yard: Yard) -> None:
    """The service refuses the content, more than once: its member is paused, until a moderator lifts that."""
    member = yard.users["second.member"]
    for _ in range(3):
        yard.fault("wan", "POST", CREATES, status=400, body=_code("DataInspectionFailed"))
        yard.order("second.member")
        at_rest(yard)
    yard.clear_faults()
    surely(yard, lambda: not _blocked(yard, member), "block lift", member=member)


def key_revoked(yard: Yard) -> None:
    """The service wants the operator, who is told of it."""
    yard.forget_bell()
    yard.fault("wan", "POST", CREATES, status=401, body=_code("InvalidApiKey"))
    yard.order()
    at_rest(yard)


def fails(yard: Yard) -> None:
    """The task fails."""
    yard.wan(hold=True)
    try:
        yard.order()
        if task := yard.task_of(yard.last_prompt):
            yard.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "failed", **_code("InternalError")})
    finally:
        yard.wan(hold=False)
    at_rest(yard)


def answer_lost(yard: Yard) -> None:
    """The service took the order, and nobody heard so."""
    yard.fault("wan", "POST", CREATES, cut="after")
    yard.order()
    at_rest(yard)


def result_late(yard: Yard) -> None:
    """The result cannot be had the first time: its address is asked for anew."""
    yard.fault("wan", "GET", "/results/", **RESULT_GONE)
    yard.order()
    at_rest(yard)


def posted_unheard(yard: Yard) -> None:
    """The bot dies with the clip on its way: it is there, or not."""
    _dies_as_it_posts(yard, yard.chance.choice(("before", "after")))
    at_rest(yard)


def posted_long_ago(yard: Yard) -> None:
    """The bot dies with the clip on its way, which is there, and is down for longer than Discord keeps a nonce."""
    _dies_as_it_posts(yard, "after")
    yard.pass_time(_LONG_SECONDS)
    at_rest(yard)


def _dies_as_it_posts(yard: Yard, hang: str) -> None:
    fault = yard.fault("discord", "POST", _CLIP_POSTS, hang=hang)
    yard.order()
    yard.until(lambda: yard.fault_hits(fault) or not yard.open_jobs(), "the post")
    yard.kill_bot()
    yard.clear_faults()


def answer_refused(yard: Yard) -> None:
    """Discord does not take the first answer, or the second: who asked is told that something broke."""
    gone = {"status": 404, "body": {"code": 10062, "message": "Unknown interaction"}}
    yard.fault("discord", "POST", "/callback", **gone)
    yard.say("quota")
    yard.fault("discord", "PATCH", "/webhooks/", **gone)
    yard.say("quota")
    yard.clear_faults()


def _code(code: str) -> dict[str, str]:
    return {"error_code": code, "code": code, "error_msg": "no", "message": "no"}


def _blocked(yard: Yard, member: str) -> bool:
    return bool(yard.rows("SELECT 1 FROM blocks WHERE member_id = :member", member=int(member)))


ERRANDS = (
    Errand("busy", busy),
    Errand("refused", refused),
    Errand("frowned upon", frowned_upon),
    Errand("key revoked", key_revoked),
    Errand("fails", fails),
    Errand("answer lost", answer_lost),
    Errand("result late", result_late),
    Errand("posted unheard", posted_unheard),
    Errand("posted long ago", posted_long_ago),
    Errand("answer refused", answer_refused),
)
