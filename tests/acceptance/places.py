"""Places that are closed or open: channels, threads, and members' direct messages."""

from typing import Any

from tests.acceptance.street import Street

PERMISSIONS = {"view": True, "send": True, "attach": True, "history": True}


def allow(street: Street, where: str, **what: bool) -> None:
    """What the bot may do in a channel; all of it unless this says otherwise."""
    street.post("/sandbox/settings", {"permissions": {street.channels[where]: {**PERMISSIONS, **what}}})


def direct_messages(street: Street, who: str, *, open_: bool) -> None:
    """Whether somebody takes direct messages from the bot."""
    street.post(f"/sandbox/members/{street.users[who]}", {"direct_messages": open_})


def install(street: Street, who: str, *, installed: bool = True) -> None:
    """Whether somebody has added the bot to their own account."""
    street.post(f"/sandbox/members/{street.users[who]}", {"installed": installed})


def change(street: Street, where: str, **state: Any) -> None:
    """A channel's slowmode, whether a thread is archived or locked."""
    street.post(f"/sandbox/channels/{street.channels[where]}", state)


def open_all(street: Street) -> None:
    """Every place takes messages."""
    allow(street, "clips", bypass=True, threads=False)
    change(street, "lake series", archived=False, locked=False)
    change(street, "clips", slowmode_seconds=0)
    street.post("/sandbox/settings", {"automod": []})
    for who in street.users:
        if who in ("member", "second.member", "moderator"):
            direct_messages(street, who, open_=True)
