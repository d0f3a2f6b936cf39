"""Orders that wait: their place in the queue, and who may cancel them."""

from tests.acceptance.orders import cancel, waiting
from tests.acceptance.street import Street


def test_a_used_up_quota_is_said_with_the_time_it_renews(street: Street) -> None:
    member = street.users["member"]
    street.moderate("limits set member", member=member, credits="10")
    with waiting(street):
        status = street.taken()
        sentence = street.refused()
        cancel(street, status)
    street.moderate("limits clear member", member=member)
    assert "costs 10 credits and you have 0 left" in sentence
    assert "renew <t:" in sentence


def test_orders_that_wait_are_told_their_place(street: Street) -> None:
    street.fault("wan", "POST", "image-to-video", times=None, status=429, body={"message": "busy"})
    first = street.answer(street.animate(prompt="first in line"))
    street.until(lambda: "place 1 in the queue" in street.text(first["id"]), "the first place")
    second = street.answer(street.animate(prompt="second in line"))
    assert "place 2 in the queue" in second["content"]
    street.clear_faults()
    street.clip("first in line")
    street.clip("second in line")


def test_a_waiting_clip_is_cancelled_by_its_button_and_paid_back(street: Street) -> None:
    before = street.credits_left()
    fault = street.fault("wan", "POST", "image-to-video", times=None, status=429, body={"message": "busy"})
    message = street.answer(street.animate(prompt="cancelled"))
    street.until(lambda: street.fault_hits(fault), "the first try")
    waiting = street.until(lambda: street.with_button(message["id"]), "the button")
    told = street.said_to("second.member", street.press(waiting, "Cancel", "second.member"))
    assert "Only the member who asked" in told
    told = street.said_to("member", street.press(waiting, "Cancel"))
    assert told == "Cancelled: the credits are back."
    assert street.credits_left() == before
    street.until(lambda: "Cancelled" in street.text(message["id"]), "the status")
    assert street.tasks("cancelled") == []


def test_a_waiting_clip_is_cancelled_out_of_the_list_after_a_restart(street: Street) -> None:
    before = street.credits_left()
    street.fault("wan", "POST", "image-to-video", times=None, status=429, body={"message": "busy"})
    message = street.answer(street.animate(prompt="from the list"))
    # Not while it is being tried: nobody would know what became of it.
    street.until(lambda: "I keep trying" in street.text(message["id"]), "the first try")
    street.kill_bot()
    street.start_bot()

    def listing() -> dict[str, object] | None:
        found = street.answer(street.command("jobs"))
        return found if found["components"] else None

    told = street.said_to("member", street.press(street.until(listing, "a button"), "from the list"))
    assert told == "Cancelled: the credits are back."
    assert street.credits_left() == before
