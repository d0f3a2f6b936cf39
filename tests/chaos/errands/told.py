"""Errands that end without a clip where that cannot be said in the usual place."""

from collections.abc import Callable

from tests.acceptance.places import allow, change, open_all
from tests.chaos.errand import Errand
from tests.chaos.errands.steps import at_rest
from tests.chaos.yard import Yard

THREAD = "lake series"


def fails_in_an_archived_thread(yard: Yard) -> None:
    """The thread is opened for the end to be said there."""
    _fails(yard, THREAD, lambda: change(yard, THREAD, archived=True))


def fails_in_a_locked_thread(yard: Yard) -> None:
    """The thread stays as it is, and the end is said directly."""
    _fails(yard, THREAD, lambda: change(yard, THREAD, archived=True, locked=True))


def fails_in_a_closed_channel(yard: Yard) -> None:
    """The bot does not see the channel any more: the end is said directly."""
    _fails(yard, "clips", lambda: allow(yard, "clips", view=False))


def _fails(yard: Yard, where: str, close: Callable[[], None]) -> None:
    yard.wan(hold=True)
    try:
        yard.order(where=where)
        task = yard.task_of(yard.last_prompt)
        close()
        if task:
            yard.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "failed", "error_code": "InternalError"})
        yard.wan(hold=False)
        at_rest(yard, told=True)
    finally:
        yard.wan(hold=False)
        open_all(yard)


ERRANDS = (
    Errand("fails in an archived thread", fails_in_an_archived_thread),
    Errand("fails in a locked thread", fails_in_a_locked_thread),
    Errand("fails in a closed channel", fails_in_a_closed_channel),
)
