"""Orders that wait, so that they are charged and nothing of them is made, until they are cancelled."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.acceptance.street import ButtonGone, Message, Street

PRICE = 10
"""What 5 s at 720P cost."""


@contextmanager
def waiting(street: Street) -> Iterator[None]:
    """While the block lasts, the provider takes no orders: all stay in the queue."""
    street.fault("wan", "POST", "image-to-video", times=None, status=429, body={"message": "busy"})
    yield
    street.clear_faults()


def cancel(street: Street, status: Message, who: str = "member", where: str = "clips") -> None:
    """Cancel an order that waits, as soon as it can be: not while it is being tried."""

    def cancelled() -> bool:
        now = next(one for one in street.messages(who, where) if one["id"] == status["id"])
        if not now["components"]:
            return "Cancelled" in now["content"]
        try:
            pressed = street.press(now, "Cancel", who, where)
        except ButtonGone:  # it is being tried once more
            return False
        return street.said_to(who, pressed, where).startswith("Cancelled")

    street.until(cancelled, "the cancellation")
