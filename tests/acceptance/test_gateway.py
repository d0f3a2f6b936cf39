"""The gateway in trouble: connections that drop, sessions that end, events that come twice, late or never."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.misbehaviour import PRICE, SMALL, entries, over
from tests.acceptance.presses import advance, film, films, place_in_record, task_of
from tests.acceptance.street import Opened, Street

RESUMED, READY = "RESUMED", "READY"
GATEWAY = "^/gateway"


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """The bot is there; what a test has done to it is mended before the next."""
    opened.street.reset()
    yield opened.street
    opened.street.clear_faults()


def disturb(street: Street, how: str, **more: Any) -> None:
    street.post("/sandbox/gateway", {"do": how, **more})


def heard(street: Street, event: str, since: int) -> None:
    """Wait until the bot has been told this by the gateway."""

    def found() -> bool:
        return any(one["event"] == event for one in street.get("/sandbox/wire", since=since)["exchanges"])

    street.until(found, event)


def order(street: Street, prompt: str) -> str:
    return street.animate(prompt=prompt, **SMALL)


def ends_in_one_clip(opened: Opened, interaction_id: str, prompt: str) -> None:
    """One job, one charge, one message."""
    film(opened.street, prompt)
    opened.street.until(lambda: over(opened.data, [interaction_id]), "the job's end")
    assert [(job.state, job.moves) for job in entries(opened.data, interaction_id)] == [("done", (-PRICE,))]
    assert len(films(opened.street, prompt)) == 1


def state(street: Street, interaction_id: str) -> str:
    return str(street.get(f"/sandbox/interactions/{interaction_id}")["state"])


@pytest.mark.parametrize(
    ("how", "more", "back"),
    [
        ("drop", {}, RESUMED),
        ("reconnect", {}, RESUMED),
        ("invalid_session", {}, READY),
        ("close", {"code": 1000}, READY),
        ("close", {"code": 4009}, RESUMED),
    ],
)
def test_a_job_under_way_and_the_next_one_bear_it(
    opened: Opened, street: Street, how: str, more: dict[str, int], back: str
) -> None:
    prompt = f"under way at {how.replace('_', ' ')} {more}"
    street.wan(hold=True)
    under_way = order(street, prompt)
    task, since = task_of(street, prompt), place_in_record(street)
    disturb(street, how, **more)
    heard(street, back, since)
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    ends_in_one_clip(opened, under_way, prompt)
    assert street.reply("member", street.command("jobs"))["content"]


def test_a_command_while_the_connection_is_gone_is_served_once_it_is_back(opened: Opened, street: Street) -> None:
    street.fault("discord", "GET", GATEWAY, delay_seconds=0.5)
    disturb(street, "drop")
    missed = order(street, "missed for a moment")
    ends_in_one_clip(opened, missed, "missed for a moment")


def test_a_command_that_is_heard_of_too_late_costs_nothing(opened: Opened, street: Street) -> None:
    since = place_in_record(street)
    street.fault("discord", "GET", GATEWAY, delay_seconds=0.5)
    disturb(street, "drop")
    late = order(street, "heard of too late")
    advance(street, 4)
    heard(street, RESUMED, since)
    assert street.reply("member", street.command("jobs"))["content"]
    assert state(street, late) == "failed"
    assert entries(opened.data, late) == []


def test_a_command_that_is_never_heard_of_costs_nothing(opened: Opened, street: Street) -> None:
    since = place_in_record(street)
    street.fault("discord", "GET", GATEWAY, delay_seconds=0.5)
    disturb(street, "drop")
    lost = order(street, "never heard of")
    advance(street, 300)  # longer than a session can be resumed
    heard(street, READY, since)
    assert street.reply("member", street.command("jobs"))["content"]
    assert (state(street, lost), entries(opened.data, lost)) == ("failed", [])


def test_an_order_that_is_delivered_twice_is_one(opened: Opened, street: Street) -> None:
    street.wan(hold=True)
    twice = order(street, "delivered twice")
    for _ in range(2):
        disturb(street, "repeat")
    task = task_of(street, "delivered twice")
    disturb(street, "repeat")
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    ends_in_one_clip(opened, twice, "delivered twice")
    disturb(street, "repeat")
    assert street.reply("member", street.command("jobs"))["content"]
    assert len(entries(opened.data, twice)) == 1
    said = [one["content"] for one in street.messages() if "went wrong" in one["content"]]
    assert said == []


def test_credits_that_are_granted_by_a_command_delivered_twice_are_granted_once(street: Street) -> None:
    before = street.credits_left("second.member")
    grant = street.command(
        "credits grant", "moderator", member=street.users["second.member"], amount=7, reason="thanks"
    )
    for _ in range(3):
        disturb(street, "repeat")
    assert street.said_to("moderator", grant)
    disturb(street, "repeat")
    assert street.credits_left("second.member") == before + 7


def test_a_press_that_is_delivered_twice_makes_one_clip(opened: Opened, street: Street) -> None:
    order(street, "pressed once")
    press = street.press(film(street, "pressed once"), "Again")
    for _ in range(3):
        disturb(street, "repeat")
    film(street, "pressed once", count=2)
    street.until(lambda: over(opened.data, [press]), "the second's end")
    assert len(films(street, "pressed once")) == 2


@pytest.mark.parametrize("fault", [{"status": 503}, {"cut": "before"}], ids=["overloaded", "cut"])
def test_a_gateway_that_is_not_there_is_waited_for(street: Street, fault: dict[str, Any]) -> None:
    street.stop_bot()
    turned_away = street.fault("discord", "GET", GATEWAY, **fault)
    street.start_bot()
    assert street.fault_hits(turned_away) == 1
    assert street.reply("member", street.command("jobs"))["content"]


def test_a_token_that_is_not_taken_any_more_ends_the_process_and_loses_nothing(opened: Opened, street: Street) -> None:
    street.wan(hold=True)
    under_way = order(street, "under way at the end")
    task = task_of(street, "under way at the end")
    disturb(street, "close", code=4004)
    street.until(lambda: not street.get("/sandbox/bot")["running"], "the bot's end")
    assert street.get("/sandbox/bot")["returncode"] == 1
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    street.start_bot()
    ends_in_one_clip(opened, under_way, "under way at the end")
