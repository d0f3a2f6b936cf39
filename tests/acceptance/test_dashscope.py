"""The whole bot with the models at their source: another dialect, chosen by one setting."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from client import DASHSCOPE, Model
from media.clip import probe
from tests.acceptance.street import Opened, Street, photo, sandbox


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A bot that speaks DashScope."""
    with sandbox(tmp_path_factory.mktemp("sandbox"), PROVIDER="dashscope-singapore") as running:
        yield running


@pytest.mark.parametrize("model", DASHSCOPE, ids=lambda model: model.name)
def test_each_model_makes_the_clip_that_was_asked_for(street: Street, tmp_path: Path, model: Model) -> None:
    prompt = f"a clip by {model.name}"
    files = {"image": ("p.jpg", photo(), "image/jpeg")}
    options: dict[str, Any] = {"model": model.name, "duration": model.durations[0], "resolution": model.resolutions[0]}
    street.command("animate", files=files, prompt=prompt, **options)
    message = street.clip(prompt)
    file = tmp_path / "clip.mp4"
    file.write_bytes(street.http.get(message["attachments"][0]["url"]).content)
    clip = probe(file)
    assert clip.seconds == pytest.approx(model.durations[0], abs=0.1)
    assert clip.has_sound == model.sound
    [task] = street.tasks(prompt)
    assert (task["dialect"], task["model"], task["times_created"]) == ("dashscope", model.name, 1)
    assert model.name in message["content"]


def test_a_running_clip_can_be_cancelled_while_its_task_is_pending(street: Street) -> None:
    before = street.credits_left()
    street.wan(pending_seconds=600)
    status = street.answer(street.animate(prompt="still pending"))
    street.until(lambda: street.tasks("still pending"), "the task")
    waiting = street.until(lambda: street.with_button(status["id"]), "the button")
    told = street.said_to("member", street.press(waiting, "Cancel"))
    assert told == "Cancelled: the credits are back."
    assert street.credits_left() == before


def test_a_create_whose_answer_is_lost_is_found_in_the_list_and_delivered(street: Street) -> None:
    before = street.credits_left()
    street.fault("wan", "POST", "video-synthesis", times=1, cut="after")
    street.animate(prompt="the answer was cut")
    street.clip("the answer was cut")
    assert [task["times_created"] for task in street.tasks("the answer was cut")] == [1]
    assert street.credits_left() == before - 10


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_while_it_is_ordered_the_list_settles_it(street: Street, when: str) -> None:
    before, prompt = street.credits_left(), f"killed ordering {when}"
    fault = street.fault("wan", "POST", "video-synthesis", times=1, hang=when)
    status = street.answer(street.animate(prompt=prompt))
    street.until(lambda: street.fault_hits(fault), "the order")
    street.kill_bot()
    street.clear_faults()
    street.start_bot()
    if when == "after":
        street.clip(prompt)
        assert street.credits_left() == before - 10
    else:
        street.until(lambda: "connection broke" in street.text(status["id"]), "the refund", seconds=90)
        assert street.credits_left() == before
    assert len(street.tasks(prompt)) == (1 if when == "after" else 0)


def test_a_template_completes_from_the_catalogue(street: Street) -> None:
    body = {"as": street.users["member"], "channel": street.channels["clips"], "command": "animate"}
    options = {"model": "wanx2.1-i2v-plus", "template": "dance"}
    found = street.post("/sandbox/autocomplete", {**body, "options": options, "focused": "template"})
    assert [choice["value"] for choice in found["choices"]] == [
        "dance1",
        "dance2",
        "dance3",
        "dance4",
        "dance5",
        "dance",
    ]
