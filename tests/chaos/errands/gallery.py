"""Errands with clips that are there: copied into the showcase, deleted, removed with their credits or without."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.acceptance.places import allow
from tests.acceptance.presses import message_now
from tests.acceptance.street import Message
from tests.chaos.errand import Errand
from tests.chaos.errands.steps import at_rest, made, posted, setting, some_clip, surely
from tests.chaos.yard import Yard

SHOWCASE = "general"
TRIES = 4


@contextmanager
def showcase(yard: Yard) -> Iterator[None]:
    """While the block lasts, the server has a showcase."""
    channel = yard.channels[SHOWCASE]
    surely(yard, lambda: setting(yard, "showcase_channel_id") == int(channel), "server set", showcase_channel=channel)
    yield
    surely(
        yard,
        lambda: setting(yard, "showcase_channel_id") is None,
        "server clear",
        setting="showcase_channel_id",
    )


def share(yard: Yard) -> None:
    """Pressed by several, at once and later: there is one copy."""
    with showcase(yard):
        clip = some_clip(yard, "Share")
        if clip is None:
            return
        for who in ("member", "moderator"):
            yard.ensure_bot()
            yard.press(clip, "Share", who)
        press_until_shared(yard, clip)


def share_and_delete(yard: Yard) -> None:
    """The copy goes when the clip goes."""
    with showcase(yard):
        clip = some_clip(yard, "Share")
        if clip:
            press_until_shared(yard, clip)
            _delete(yard, clip)


def share_with_a_closed_showcase(yard: Yard) -> None:
    """The copy is refused, and goes there once the showcase is open."""
    with showcase(yard):
        clip = some_clip(yard, "Share")
        if clip is None:
            return
        allow(yard, SHOWCASE, send=False)
        yard.pressed(clip, "Share")
        allow(yard, SHOWCASE)
        press_until_shared(yard, clip)


def delete(yard: Yard) -> None:
    """A member deletes their own clip; nothing is paid back."""
    clip = some_clip(yard, "Delete")
    if clip:
        _delete(yard, clip)


def delete_takes(yard: Yard) -> None:
    """A member deletes takes, which are one message."""
    prompt = yard.prompt()
    yard.say("preview", files={"image": ("photo.jpg", yard.picture, "image/jpeg")}, prompt=prompt, takes=2)
    clip = posted(yard, prompt)
    if clip:
        _delete(yard, clip)


def delete_private(yard: Yard) -> None:
    """A member deletes what only they see: that takes the token of a press on it."""
    clip = made(yard, private=True)
    if clip:
        if yard.chance.random() < 0.5:
            yard.pressed(clip, "Again")
        _delete(yard, clip)


def remove(yard: Yard) -> None:
    """A moderator takes a clip down, once or twice, with its credits or without."""
    clip = some_clip(yard, "Delete")
    if clip is None:
        return
    choice = yard.chance.choice(("return", "keep"))
    for _ in range(yard.chance.choice((1, 2))):
        yard.ask("moderator", "clips", lambda: _removal(yard, clip, choice))
    at_rest(yard)


def removal_too_late(yard: Yard) -> None:
    """The bot starts again while a moderator has the form open: it says so, and nothing is removed."""
    clip = some_clip(yard, "Delete")
    if clip:
        yard.ask("moderator", "clips", lambda: _removal(yard, clip, "return", after_a_start=True))


def _removal(yard: Yard, clip: Message, choice: str, *, after_a_start: bool = False) -> str | None:
    if message_now(yard, clip) is None:
        return None
    opened = yard.on_message("Remove clip", clip)
    if yard.state_of(opened)["state"] != "modal":
        return opened
    if after_a_start:
        yard.kill_bot()
        yard.ensure_bot()
    return yard.submit(opened, "moderator", choice, "off topic")


def _delete(yard: Yard, clip: Message) -> None:
    yard.filled_in(clip, "Delete")
    at_rest(yard)


def press_until_shared(yard: Yard, clip: Message) -> None:
    """Press as often as it takes until there is a copy, or give up."""
    sql = "SELECT share_message_id FROM jobs WHERE clip_message_id = :id"
    for _ in range(TRIES):
        yard.pressed(clip, "Share")
        if any(row["share_message_id"] for row in yard.rows(sql, id=int(clip["id"]))):
            return


ERRANDS = (
    Errand("share", share),
    Errand("share and delete", share_and_delete),
    Errand("share with a closed showcase", share_with_a_closed_showcase),
    Errand("delete", delete),
    Errand("delete takes", delete_takes),
    Errand("delete private", delete_private),
    Errand("remove", remove),
    Errand("remove too late", removal_too_late),
)
