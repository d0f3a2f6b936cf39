"""Errands in places where a clip cannot go the usual way: closed, archived, private, elsewhere, too large."""

from collections.abc import Callable

from tests.acceptance.places import allow, change, direct_messages, install, open_all
from tests.chaos.errand import Errand
from tests.chaos.errands.steps import at_rest
from tests.chaos.yard import Yard

ELSEWHERE, THREAD = "hangout", "lake series"
SMALL_BYTES, USUAL_BYTES = 40_000, 10 * 1024 * 1024


def private(yard: Yard) -> None:
    """A clip that only its member sees."""
    yard.order(private=True)
    at_rest(yard)


def in_direct_messages(yard: Yard) -> None:
    """Asked for and posted in the member's direct messages."""
    yard.order(where="dm")
    at_rest(yard)


def elsewhere(yard: Yard) -> None:
    """In a server that the bot is not in, where it has nothing but the command's token."""
    install(yard, "member")
    yard.order(where=ELSEWHERE)
    at_rest(yard)


def elsewhere_too_late(yard: Yard) -> None:
    """There, and the token has died before the clip is ready: it comes directly."""
    install(yard, "member")
    _while_made(yard, ELSEWHERE, lambda: yard.pass_time(16 * 60))


def archived(yard: Yard) -> None:
    """The thread is archived meanwhile: it is opened again."""
    _while_made(yard, THREAD, lambda: change(yard, THREAD, archived=True))


def closed(yard: Yard) -> None:
    """The channel is closed meanwhile: the clip comes directly."""
    _while_made(yard, "clips", lambda: allow(yard, "clips", send=False))


def held(yard: Yard) -> None:
    """Every place is closed meanwhile: the clip waits, and its member comes for it."""

    def close() -> None:
        allow(yard, "clips", send=False)
        direct_messages(yard, "member", open_=False)

    _while_made(yard, "clips", close)
    prompt = yard.last_prompt
    for _ in range(3):
        listing = yard.say("jobs")
        if listing and yard.pressed(listing, f"Get: {prompt}"):
            yard.handed_over(prompt)


def too_large(yard: Yard) -> None:
    """The clip is larger than what may be posted, and is made smaller."""
    yard.post("/sandbox/settings", {"upload_limit_bytes": SMALL_BYTES})
    try:
        yard.order()
        at_rest(yard)
    finally:
        yard.post("/sandbox/settings", {"upload_limit_bytes": USUAL_BYTES})


def _while_made(yard: Yard, where: str, change_places: Callable[[], None]) -> None:
    yard.wan(hold=True)
    try:
        yard.order(where=where)
        yard.task_of(yard.last_prompt)
        change_places()
        yard.wan(hold=False)
        at_rest(yard)
    finally:
        yard.wan(hold=False)
        open_all(yard)


ERRANDS = (
    Errand("private", private),
    Errand("in direct messages", in_direct_messages),
    Errand("elsewhere", elsewhere),
    Errand("elsewhere, too late", elsewhere_too_late),
    Errand("archived", archived),
    Errand("closed", closed),
    Errand("held", held),
    Errand("too large", too_large),
)
