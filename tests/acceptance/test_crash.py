"""Killed with kill -9 in each state and started again: one paid task, one charge, one clip, or one refund."""

import pytest

from tests.acceptance.street import Street

PRICE = 10


@pytest.fixture
def balance(street: Street) -> int:
    """What the member has before the test."""
    return street.credits_left()


def ends_in_one_clip(street: Street, prompt: str, before: int) -> None:
    street.clip(prompt)
    street.until(lambda: _settled(street, prompt), "the job's end")
    assert len(street.clips(prompt)) == 1
    assert [task["times_created"] for task in street.tasks(prompt)] == [1]
    assert street.credits_left() == before - PRICE


def _settled(street: Street, prompt: str) -> bool:
    listing = street.said_to("member", street.command("jobs"))
    return any("done" in line and prompt in line for line in listing.splitlines())


def test_killed_while_it_waits(street: Street, balance: int) -> None:
    street.fault("wan", "POST", "image-to-video", times=None, status=429, body={"message": "busy"})
    status = street.answer(street.animate(prompt="killed waiting"))
    street.until(lambda: "busy" in street.text(status["id"]), "the wait")
    street.kill_bot()
    street.clear_faults()
    street.start_bot()
    ends_in_one_clip(street, "killed waiting", balance)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_is_ordered(street: Street, balance: int, when: str) -> None:
    prompt = f"killed ordering {when}"
    fault = street.fault("wan", "POST", "image-to-video", times=1, hang=when)
    status = street.answer(street.animate(prompt=prompt))
    street.until(lambda: street.fault_hits(fault), "the order")
    street.kill_bot()
    street.clear_faults()
    street.start_bot()
    street.until(lambda: "connection broke" in street.text(status["id"]), "the refund")
    assert len(street.tasks(prompt)) == (1 if when == "after" else 0)
    assert street.clips(prompt) == []
    assert street.credits_left() == balance


def test_killed_while_it_is_generated(street: Street, balance: int) -> None:
    street.wan(hold=True)
    street.animate(prompt="killed generating")
    street.until(
        lambda: street.tasks("killed generating") and street.tasks("killed generating")[0]["queries"], "a look"
    )
    street.kill_bot()
    street.wan(hold=False)
    street.start_bot()
    ends_in_one_clip(street, "killed generating", balance)


def test_killed_while_the_result_is_fetched(street: Street, balance: int) -> None:
    fault = street.fault("wan", "GET", "/results/", times=1, hang="before")
    street.animate(prompt="killed fetching")
    street.until(lambda: street.fault_hits(fault), "the fetch")
    street.kill_bot()
    street.clear_faults()
    street.start_bot()
    ends_in_one_clip(street, "killed fetching", balance)


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_is_posted(street: Street, balance: int, when: str) -> None:
    prompt = f"killed posting {when}"
    fault = street.fault("discord", "POST", r"/channels/\d+/messages$", times=1, hang=when)
    street.animate(prompt=prompt)
    street.until(lambda: street.fault_hits(fault), "the post")
    street.kill_bot()
    street.clear_faults()
    street.start_bot()
    ends_in_one_clip(street, prompt, balance)


def test_killed_before_the_end_is_shown(street: Street, balance: int) -> None:
    status = street.answer(street.animate(prompt="killed done"))
    street.clip("killed done")
    street.kill_bot()
    street.start_bot()
    street.until(lambda: "Done" in street.text(status["id"]), "the end in the status message")
    ends_in_one_clip(street, "killed done", balance)


def test_stopped_gently_it_finishes_what_is_under_way_and_resumes_the_rest(street: Street, balance: int) -> None:
    street.wan(hold=True)
    street.animate(prompt="stopped gently")
    street.until(lambda: street.tasks("stopped gently"), "the task")
    street.post("/sandbox/bot/stop")
    assert street.get("/sandbox/bot")["returncode"] == 0
    street.wan(hold=False)
    street.start_bot()
    ends_in_one_clip(street, "stopped gently", balance)
