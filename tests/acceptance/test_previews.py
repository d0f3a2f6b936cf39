"""`/preview`: several takes in one message, voted for; one that fails is paid back and named."""

from pathlib import Path

import pytest

from tests.acceptance.presses import done, fill_in, film, films, labels, measured, message_now
from tests.acceptance.street import Message, Street, photo

PRICE = 10


def preview(street: Street, prompt: str, takes: int, who: str = "member", **options: str) -> Message:
    """The status message of an order of takes."""
    files = {"image": ("photo.jpg", photo(), "image/jpeg")}
    return street.reply(who, street.command("preview", who, files=files, prompt=prompt, takes=takes, **options))


def test_three_takes_come_side_by_side_in_one_message(street: Street, tmp_path: Path) -> None:
    before = street.credits_left()
    status = preview(street, "three takes", 3)
    message = film(street, "three takes")
    assert len(message["attachments"]) == 3
    for number in range(3):
        clip = measured(street, message, tmp_path, number)
        assert clip.seconds == pytest.approx(5, abs=0.2)
        assert clip.width * clip.height == pytest.approx(1280 * 720, rel=0.05)
    tasks = street.tasks("three takes")
    assert len({task["request"]["seed"] for task in tasks}) == 3
    assert len({task["request"]["image"]["sha256"] for task in tasks}) == 1
    assert [one["description"][:6] for one in message["attachments"]] == ["Take 1", "Take 2", "Take 3"]
    assert street.credits_left() == before - 3 * PRICE
    assert labels(message)[:2] == [["1 · 0 votes", "2 · 0 votes", "3 · 0 votes"], ["Final 1", "Final 2", "Final 3"]]
    assert message["id"] in done(street, status)["content"]


def test_a_member_has_one_vote_which_can_be_moved_and_taken_back(street: Street) -> None:
    done(street, preview(street, "one vote", 2))
    message = film(street, "one vote")
    for presses, counted in (
        (["1 ·"], ["1 · 1 vote", "2 · 0 votes"]),
        (["2 ·"], ["1 · 0 votes", "2 · 1 vote"]),
        (["2 ·"], ["1 · 0 votes", "2 · 0 votes"]),
    ):
        for label in presses:
            street.press(message, label, "second.member")
        _until_counted(street, message, counted)


def _until_counted(street: Street, message: Message, counted: list[str]) -> None:
    def shown() -> bool:
        now = message_now(street, message)
        return now is not None and labels(now)[0] == counted

    street.until(shown, f"{counted}")


def test_a_take_that_fails_is_paid_back_and_named(street: Street, tmp_path: Path) -> None:
    before = street.credits_left()
    street.wan(hold=True)
    status = preview(street, "one fails", 3)
    tasks = street.until(lambda: street.tasks("one fails") if len(street.tasks("one fails")) == 3 else None, "three")
    failing = {"status": "failed", "error_code": "InternalError", "error_msg": "no"}
    street.post(f"/sandbox/wan/tasks/{tasks[1]['id']}", failing)
    for task in (tasks[0], tasks[2]):
        street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    message = film(street, "one fails")
    assert len(message["attachments"]) == 2
    assert measured(street, message, tmp_path, 1).has_sound
    assert "2 of 3 takes are ready" in message["content"]
    [missing] = [line for line in message["content"].splitlines() if line.startswith("-# No take ")]
    assert missing.endswith("10 credits returned.")
    street.until(lambda: street.credits_left() == before - 2 * PRICE, "the refund")
    assert "2 of 3 takes" in done(street, status)["content"]
    assert len(labels(message)[0]) == 2


def test_when_all_takes_fail_all_are_paid_back(street: Street) -> None:
    before = street.credits_left()
    street.wan(hold=True)
    status = preview(street, "all fail", 2)
    tasks = street.until(lambda: street.tasks("all fail") if len(street.tasks("all fail")) == 2 else None, "two")
    for task in tasks:
        street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "failed"})
    street.until(lambda: "20 credits returned" in street.text(status["id"]), "the refund")
    assert street.credits_left() == before
    assert films(street, "all fail") == []


def test_an_order_of_takes_is_taken_whole_or_not_at_all(street: Street) -> None:
    member = street.users["second.member"]
    street.moderate("limits set member", member=member, credits="20")
    before = street.credits_left("second.member")
    said = preview(street, "too many takes", 4, "second.member")["content"]
    street.moderate("limits clear member", member=member)
    assert "30 credits" in said or "40 credits" in said
    assert street.tasks("too many takes") == []
    assert before == 20


def test_takes_survive_a_kill_before_they_are_posted(street: Street) -> None:
    before = street.credits_left()
    street.wan(hold=True)
    status = preview(street, "killed takes", 2)
    street.until(lambda: len(street.tasks("killed takes")) == 2, "both")
    street.kill_bot()
    street.wan(hold=False)
    street.start_bot()
    message = film(street, "killed takes")
    assert len(message["attachments"]) == 2
    done(street, status)
    final = fill_in(street, street.press(message, "Final 1"))
    assert "1080P" in street.reply("member", final)["content"]
    film(street, "killed takes", count=2)
    assert street.credits_left() == before - 2 * PRICE - 15
