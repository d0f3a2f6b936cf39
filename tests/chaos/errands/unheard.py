"""Errands in which the bot dies with something on its way to Discord: the next start looks whether it is there."""

from typing import Any

from tests.chaos.errand import Errand
from tests.chaos.errands.detours import ELSEWHERE
from tests.chaos.errands.gallery import SHOWCASE, press_until_shared, showcase
from tests.chaos.errands.steps import at_rest, some_clip
from tests.chaos.yard import Yard

_ANSWER = r"/webhooks/\d+/[^/]+/messages/@original"
_POSTING = "SELECT id FROM jobs WHERE state = 'posting'"


def private_unheard(yard: Yard) -> None:
    """A clip that only its member sees, as the answer to the command."""
    _dies_posting(yard, "PATCH", _ANSWER, private=True)


def directly_unheard(yard: Yard) -> None:
    """A clip in direct messages."""
    _dies_posting(yard, "POST", r"/channels/\d+/messages$", where="dm")


def elsewhere_unheard(yard: Yard) -> None:
    """A clip in a server that the bot is not in."""
    yard.post(f"/sandbox/members/{yard.users['member']}", {"installed": True})
    _dies_posting(yard, "PATCH", _ANSWER, where=ELSEWHERE)


def share_unheard(yard: Yard) -> None:
    """A copy for the showcase: whoever presses again finds it, if it is there."""
    with showcase(yard):
        clip = some_clip(yard, "Share")
        if clip is None:
            return
        path = rf"/channels/{yard.channels[SHOWCASE]}/messages$"
        fault = yard.fault("discord", "POST", path, hang=yard.chance.choice(("before", "after")))
        yard.ensure_bot()
        pressed = yard.press(clip, "Share")
        yard.until(lambda: yard.fault_hits(fault) or yard.state_of(pressed)["state"] != "waiting", "the copy")
        yard.kill_bot()
        yard.clear_faults()
        press_until_shared(yard, clip)


def _dies_posting(yard: Yard, method: str, path: str, **options: Any) -> None:
    """End the bot once a clip is meant to be posted, and Discord has heard of it, or not."""
    yard.wan(hold=True)
    try:
        yard.order(**options)
        task = yard.task_of(yard.last_prompt)
        yard.fault("discord", method, path, times=None, hang=yard.chance.choice(("before", "after")))
        yard.wan(hold=False)
        if task:
            yard.until(lambda: yard.rows(_POSTING) or not _is_open(yard), "the intent to post")
        yard.kill_bot()
    finally:
        yard.wan(hold=False)
        yard.clear_faults()
    at_rest(yard)


def _is_open(yard: Yard) -> bool:
    return any(not job["ended_at"] for job in yard.jobs_of(yard.last_prompt))


ERRANDS = (
    Errand("private unheard", private_unheard),
    Errand("directly unheard", directly_unheard),
    Errand("elsewhere unheard", elsewhere_unheard),
    Errand("share unheard", share_unheard),
)
