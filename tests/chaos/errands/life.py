"""Errands of a job's life in fair weather: ordered, made, posted, cancelled, in each way there is."""

import time

from tests.acceptance.street import Message, photo
from tests.chaos.errand import Errand
from tests.chaos.errands.steps import at_rest
from tests.chaos.yard import Yard
from tests.sandbox.sounds import mp3

CREATES = "image-to-video|video-synthesis"
_CROWD = ("member", "second.member", "member")
BUSY = {"message": "busy"}
_LONG_SECONDS, _BUTTON_SECONDS = 600.0, 8.0


def animate(yard: Yard) -> None:
    """One clip, to its end."""
    yard.order(yard.chance.choice(("member", "second.member")))
    at_rest(yard)


def at_once(yard: Yard) -> None:
    """Several orders at the same moment."""
    yard.ensure_bot()
    for begun in [yard.animate(yard.picture, who=who, prompt=yard.prompt()) for who in _CROWD]:
        yard.state_of(begun)
    at_rest(yard)


def takes(yard: Yard) -> None:
    """Takes of one order, posted as one message."""
    image = {"image": ("photo.jpg", yard.picture, "image/jpeg")}
    yard.say("preview", files=image, prompt=yard.prompt(), takes=yard.chance.randint(2, 4))
    at_rest(yard)


def with_soundtrack(yard: Yard) -> None:
    """A clip with the member's own sound, which goes to the file store first."""
    files = {
        "image": ("photo.jpg", yard.picture, "image/jpeg"),
        "soundtrack": ("tune.mp3", mp3(4), "audio/mpeg"),
    }
    yard.say("animate", files=files, prompt=yard.prompt(), duration=5, resolution="720P")
    at_rest(yard)


def large_picture(yard: Yard) -> None:
    """A clip from a picture of full size."""
    yard.say(
        "animate", files={"image": ("photo.jpg", photo(1600, 1200), "image/jpeg")}, prompt=yard.prompt(), duration=5
    )
    at_rest(yard)


def cancel_waiting(yard: Yard) -> None:
    """Cancelled while the service takes no orders."""
    yard.fault("wan", "POST", CREATES, times=None, status=429, body=BUSY)
    try:
        status = yard.order()
        if status:
            _cancel(yard, status)
    finally:
        yard.clear_faults()
    at_rest(yard)


def cancel_running(yard: Yard) -> None:
    """Cancelled while the task waits at the service: one service can stop it, the other makes it all the same."""
    yard.wan(pending_seconds=_LONG_SECONDS)
    try:
        status = yard.order()
        task = yard.task_of(yard.last_prompt)
        if status and task:
            _cancel(yard, status)
    finally:
        yard.wan(pending_seconds=0)
        yard.pass_time(_LONG_SECONDS)
    at_rest(yard)


def _cancel(yard: Yard, status: Message) -> None:
    """Press the button once it is there; where the service stops nothing, there may be none."""
    end = time.monotonic() + _BUTTON_SECONDS
    while time.monotonic() < end and yard.open_jobs() and not yard.shows(status, "Cancel"):
        yard.ensure_bot()
        time.sleep(0.1)  # another process is at work: its time cannot be passed in
    yard.pressed(status, "Cancel")


def status_deleted(yard: Yard) -> None:
    """A moderator deletes the status message while the clip is made: it comes back."""
    yard.wan(hold=True)
    try:
        status = yard.order()
        if status and yard.task_of(yard.last_prompt):
            _delete(yard, status)
    finally:
        yard.wan(hold=False)
    at_rest(yard)


def _delete(yard: Yard, message: Message) -> None:
    path = f"/sandbox/messages/{message['channel_id']}/{message['id']}/delete"
    yard.http.post(path, json={"as": yard.users["moderator"]})  # refused where only its member sees it


ERRANDS = (
    Errand("animate", animate),
    Errand("at once", at_once),
    Errand("takes", takes),
    Errand("with soundtrack", with_soundtrack),
    Errand("large picture", large_picture),
    Errand("cancel waiting", cancel_waiting),
    Errand("cancel running", cancel_running),
    Errand("status deleted", status_deleted),
)
