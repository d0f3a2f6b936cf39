"""Two members who press the same button at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.acceptance.presses import fill_in, film, films
from tests.acceptance.street import Message, Street

PRICE = 10
BOTH = ("member", "second.member")


def at_once(street: Street, message: Message, label: str, people: tuple[str, ...]) -> list[str]:
    """The interactions of these people, who press in the same moment."""
    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(lambda who: street.press(message, label, who), people))


def test_again_pressed_by_two_makes_two_each_at_their_own_cost(street: Street) -> None:
    street.animate(prompt="pressed twice")
    clip = film(street, "pressed twice")
    before = [street.credits_left(who) for who in BOTH]
    at_once(street, clip, "Again", BOTH)
    film(street, "pressed twice", count=3)
    assert [street.credits_left(who) for who in BOTH] == [left - PRICE for left in before]
    whose = {one["mentions"][0]["id"] for one in films(street, "pressed twice")[1:]}
    assert whose == {street.users[who] for who in BOTH}
    assert len({task["request"]["seed"] for task in street.tasks("pressed twice")}) == 3


def test_share_pressed_by_two_makes_one_copy(street: Street) -> None:
    street.moderate("server set", showcase_channel=street.channels["general"])
    street.animate(prompt="shared twice")
    clip = film(street, "shared twice")
    presses = at_once(street, clip, "Share", ("member", "moderator"))
    said = [street.said_to(who, one) for who, one in zip(("member", "moderator"), presses, strict=True)]
    [copy] = films(street, "shared twice", "general")
    assert all(copy["id"] in text for text in said), said
    street.moderate("server clear", setting="showcase_channel_id")


def test_delete_confirmed_by_two_takes_the_clip_down_once(street: Street) -> None:
    street.animate(prompt="deleted twice")
    clip = film(street, "deleted twice")
    forms = at_once(street, clip, "Delete", ("member", "moderator"))
    sent = [fill_in(street, form, who) for form, who in zip(forms, ("member", "moderator"), strict=True)]
    said = [street.said_to(who, one) for who, one in zip(("member", "moderator"), sent, strict=True)]
    street.until(lambda: films(street, "deleted twice") == [], "the end of the clip")
    assert sum("is gone for good" in text for text in said) == 1, said


@pytest.mark.parametrize("where", ["before", "after"])
def test_share_that_was_killed_is_still_one_copy(street: Street, where: str) -> None:
    prompt = f"shared and killed {where}"
    street.moderate("server set", showcase_channel=street.channels["general"])
    street.animate(prompt=prompt)
    clip = film(street, prompt)
    channel = street.channels["general"]
    fault = street.fault("discord", "POST", f"/channels/{channel}/messages$", times=1, hang=where)
    street.press(clip, "Share")
    street.until(lambda: street.fault_hits(fault), "the copy")
    street.kill_bot()
    street.clear_faults()
    street.start_bot()
    assert street.channels["general"] in street.said_to("member", street.press(clip, "Share"))
    assert len(films(street, prompt, "general")) == 1
