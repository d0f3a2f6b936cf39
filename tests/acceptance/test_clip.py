"""From a slash command to a clip in the channel, and what belongs to it."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from media.clip import first_picture, likeness, probe
from tests.acceptance.street import ROOT, Opened, Street, photo

VALIDATOR = ROOT.parent / "shared" / "discord" / "validate.py"


def test_a_photo_becomes_a_playable_clip_that_begins_with_it(street: Street, tmp_path: Path) -> None:
    before = street.credits_left()
    picture = photo()
    status = street.answer(street.animate(picture, prompt="the tide comes in"))
    message = street.clip("the tide comes in")

    assert message["content"].startswith(f"<@{street.users['member']}>")
    assert [user["id"] for user in message["mentions"]] == [street.users["member"]]
    assert all(part in message["content"] for part in ("5 s", "720P", "seed 7", "10 credits", "took"))
    assert message["embeds"] == []
    [attachment] = message["attachments"]
    assert attachment["content_type"] == "video/mp4"

    file = tmp_path / "clip.mp4"
    file.write_bytes(street.http.get(attachment["url"]).content)
    clip = probe(file)
    assert clip.codec == "h264"
    assert clip.seconds == pytest.approx(5, abs=0.1)
    assert abs(clip.width * clip.height / (1280 * 720) - 1) < 0.05
    assert clip.has_sound
    assert likeness(first_picture(file), Image.open(BytesIO(picture))) > 0.95

    assert street.credits_left() == before - 10
    assert [task["times_created"] for task in street.tasks("the tide comes in")] == [1]
    street.until(lambda: _says(street, status["id"], message["id"]), "the link in the status message")


def _says(street: Street, status_id: str, clip_id: str) -> bool:
    status = next(m for m in street.messages() if m["id"] == status_id)
    return "Done" in status["content"] and clip_id in status["content"] and not status["components"]


def test_the_status_follows_the_job_and_is_seen_by_everybody(street: Street) -> None:
    street.wan(hold=True)
    status = street.answer(street.animate(prompt="clouds drift"))
    assert "Waiting" in status["content"] or "Generating" in status["content"]
    street.until(
        lambda: any(
            m["id"] == status["id"] and "Generating" in m["content"] and "5 s of" in m["content"]
            for m in street.messages("second.member")
        ),
        "progress",
    )
    [task] = street.tasks("clouds drift")
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    street.clip("clouds drift")


def test_a_command_is_acknowledged_before_its_picture_is_looked_at(street: Street) -> None:
    street.fault("discord", "GET", "/cdn/", times=1, delay_seconds=4)
    interaction = street.animate(prompt="a slow picture")
    answer = street.get(f"/sandbox/interactions/{interaction}", wait_seconds=5)
    assert answer["state"] == "deferred"
    assert answer["acknowledged_after_ms"] < 2000
    street.clip("a slow picture")


def test_a_command_is_acknowledged_while_a_heavy_picture_is_decoded(street: Street) -> None:
    heavy = street.animate(photo(4900, 4900, kind="PNG"), "heavy.png", prompt="a heavy picture")
    light = street.command("quota")
    assert street.get(f"/sandbox/interactions/{light}", wait_seconds=5)["acknowledged_after_ms"] < 1000
    street.answer(heavy)
    street.clip("a heavy picture")


def test_the_quota_says_what_is_left_and_when_it_renews(street: Street) -> None:
    text = street.said_to("member", street.command("quota"))
    assert "of 100,000, renewed <t:" in text
    assert "Prices: 5 s at 720P 10 credits" in text


def test_every_option_reaches_the_service(street: Street) -> None:
    street.animate(
        prompt="all of it",
        duration=10,
        resolution="1080P",
        audio=False,
        negative_prompt="rain",
        seed=123,
        shots="multi",
        rewrite=True,
        template="flying",
        watermark=True,
    )
    message = street.clip("all of it")
    [task] = street.tasks("all of it")
    request = task["request"]
    expected = {
        "duration": 10,
        "resolution": "1080P",
        "audio": False,
        "negative_prompt": "rain",
        "seed": 123,
        "shot_type": "multi",
        "prompt_extend": True,
        "template": "flying",
        "watermark": True,
    }
    assert {name: request[name] for name in expected} == expected
    assert "30 credits" in message["content"]
    assert "silent" in message["content"]


def test_both_shapes_of_a_result_are_read(street: Street) -> None:
    street.wan(result_shape="objects")
    street.animate(prompt="as objects")
    street.clip("as objects")


def test_a_clip_above_the_upload_limit_arrives_smaller(street: Street) -> None:
    street.post("/sandbox/settings", {"upload_limit_bytes": 300_000})
    try:
        street.animate(prompt="a heavy one")
        message = street.clip("a heavy one")
    finally:
        street.post("/sandbox/settings", {"upload_limit_bytes": 10 * 1024 * 1024})
    assert message["attachments"][0]["size"] <= 300_000
    assert len(street.tasks("a heavy one")) == 1


def test_mentions_and_markdown_in_a_prompt_come_out_harmless(street: Street) -> None:
    street.animate(prompt="ping @everyone <@&1> **bold** http://x.example")
    message = street.clip("ping")
    assert message["mention_everyone"] is False
    assert message["mention_roles"] == []
    assert [user["id"] for user in message["mentions"]] == [street.users["member"]]
    assert "**bold**" not in message["content"]


def test_jobs_lists_own_clips_with_links(street: Street) -> None:
    street.animate(prompt="to be listed")
    clip = street.clip("to be listed")
    mine = street.said_to("member", street.command("jobs"))
    assert "to be listed" in mine
    assert clip["id"] in mine
    others = street.said_to("second.member", street.command("jobs", "second.member"), "clips")
    assert "to be listed" not in others


def test_the_commands_are_registered_once_and_not_again_at_the_next_start(street: Street) -> None:
    street.kill_bot()
    street.start_bot()
    registrations = [
        line
        for line in map(json.loads, street.http.get("/sandbox/wire.jsonl").text.splitlines())
        if line["kind"] == "request" and line["method"] == "PUT" and line["path"].endswith("/commands")
    ]
    assert len(registrations) == 1


def test_the_whole_runs_traffic_keeps_discords_own_definitions(street: Street, opened: Opened) -> None:
    if not VALIDATOR.exists():
        pytest.skip(f"left out: Discord's definitions are not at {VALIDATOR.parent.relative_to(ROOT.parent)}")
    log = opened.data / "wire.jsonl"
    log.write_text(street.http.get("/sandbox/wire.jsonl").text)
    held = subprocess.run([sys.executable, str(VALIDATOR), str(log)], capture_output=True, text=True, check=False)
    assert held.returncode == 0, held.stdout
    assert held.stdout.endswith(" 0 complaints\n")


def test_a_clip_asked_for_in_direct_messages_comes_there(street: Street) -> None:
    street.command("animate", where="dm", files={"image": ("p.jpg", photo(), "image/jpeg")}, prompt="just for me")

    def come() -> bool:
        return any(m["attachments"] and "just for me" in m["content"] for m in street.messages("member", "dm"))

    street.until(come, "the clip in direct messages")
    assert street.clips("just for me") == []
