"""Jobs that outlive the token of the command that ordered them, and status messages that somebody deletes."""

from pathlib import Path

import pytest

from tests.acceptance.presses import (
    MINUTE_SECONDS,
    advance,
    done,
    film,
    measured,
    message_now,
    place_in_record,
    requests,
    task_of,
)
from tests.acceptance.street import Message, Street


def complete(street: Street, task: Message) -> None:
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})


def status_after(street: Street, deleted: Message) -> Message | None:
    """The status message in place of a deleted one."""
    newer = [one for one in street.messages() if int(one["id"]) > int(deleted["id"])]
    return next((one for one in newer if "Generating" in one["content"]), None)


def test_a_job_of_sixteen_minutes_is_shown_to_its_end(street: Street, tmp_path: Path) -> None:
    street.wan(hold=True)
    interaction = street.animate(prompt="sixteen minutes")
    status = street.answer(interaction)
    task = task_of(street, "sixteen minutes")
    advance(street, 16 * MINUTE_SECONDS)
    start = place_in_record(street)
    shown = street.text(status["id"])
    street.until(lambda: street.text(status["id"]) != shown, "an edit after the token's death")
    edits = requests(street, "PATCH", rf"/channels/\d+/messages/{status['id']}$", start)
    assert [one["status"] for one in edits] == [200] * len(edits)
    complete(street, task)
    clip = film(street, "sixteen minutes")
    assert measured(street, clip, tmp_path).seconds == pytest.approx(5, abs=0.2)
    ended = done(street, status)
    assert clip["id"] in ended["content"]
    assert len(ended["content"].splitlines()) == 1
    assert requests(street, "PATCH", "/webhooks/", start) == []


def test_a_deleted_status_message_comes_back(street: Street) -> None:
    street.wan(hold=True)
    status = street.answer(street.animate(prompt="deleted on the way"))
    task = task_of(street, "deleted on the way")
    street.until(lambda: "Generating" in street.text(status["id"]), "the beginning")
    channel = street.channels["clips"]
    street.post(f"/sandbox/messages/{channel}/{status['id']}/delete", {"as": street.users["moderator"]})
    assert message_now(street, status) is None
    again = street.until(lambda: status_after(street, status), "the status message")
    complete(street, task)
    clip = film(street, "deleted on the way")
    assert clip["id"] in done(street, again)["content"]
