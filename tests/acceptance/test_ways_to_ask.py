"""More ways to ask: a message's picture, a form, another model, one's own soundtrack; and what is said beforehand."""

import io
import json
import math
import re
import socket
import struct
import wave
from typing import Any

import pytest

from tests.acceptance.street import Message, Street, photo

OPERATOR = "1000000000000000104"  # owns the application in the sandbox, and is in none of its servers


def tone(seconds: float, rate: int = 16_000) -> bytes:
    """A WAV with a clear note."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        samples = (int(12_000 * math.sin(2 * math.pi * 440 * n / rate)) for n in range(int(seconds * rate)))
        out.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return file.getvalue()


def say(street: Street, content: str, *files: tuple[str, bytes], embeds: tuple[dict[str, Any], ...] = ()) -> Message:
    """Post a message as the second member; `embeds` are what Discord made of the links in it."""
    payload = json.dumps({"as": street.users["second.member"], "content": content, "embeds": embeds})
    parts: list[tuple[str, Any]] = [("payload_json", (None, payload))]
    parts += [(f"files[{number}]", file) for number, file in enumerate(files)]
    answer = street.http.post(f"/sandbox/channels/{street.channels['clips']}/messages", files=parts)
    assert answer.status_code == 200, answer.text
    message: Message = answer.json()
    return message


def open_form(street: Street, command: str, target: str | None = None) -> dict[str, Any]:
    """Run a command that answers with a form; the interaction, with the form in it."""
    payload = {"as": street.users["member"], "channel": street.channels["clips"], "command": command, "options": {}}
    parts = {"payload_json": (None, json.dumps(payload | ({"target": target} if target else {})))}
    answer = street.http.post("/sandbox/commands", files=parts)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = street.get(f"/sandbox/interactions/{answer.json()['interaction_id']}", wait_seconds=5)
    return found


def fields(form: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The form's fields by their labels."""
    return {label["label"]: label["component"] for label in form["modal"]["components"]}


def send(street: Street, form: dict[str, Any], values: dict[str, Any], files: dict[str, Any] | None = None) -> str:
    """Send a form with these values by label; the new interaction's id."""
    ids = {label: field["custom_id"] for label, field in fields(form).items()}
    payload = {
        "as": street.users["member"],
        "interaction_id": form["id"],
        "values": {ids[label]: value for label, value in values.items()},
    }
    parts = {"payload_json": (None, json.dumps(payload)), **{ids[label]: f for label, f in (files or {}).items()}}
    answer = street.http.post("/sandbox/modals", files=parts)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["interaction_id"])


FILLED = {"Length": "10", "Quality": "720P", "With sound": False}


def test_a_picture_on_a_message_is_animated_with_a_form(street: Street) -> None:
    message = say(street, "look at this", ("photo.jpg", photo()))
    form = open_form(street, "Animate this image", message["id"])
    assert form["state"] == "modal"
    assert list(fields(form)) == ["What should happen", "Length", "Quality", "With sound"]
    send(street, form, {"What should happen": "from a message", **FILLED})
    clip = street.clip("from a message")
    assert [user["id"] for user in clip["mentions"]] == [street.users["member"]]
    [task] = street.tasks("from a message")
    assert (task["request"]["duration"], task["request"]["resolution"], task["request"]["audio"]) == (10, "720P", False)


def test_of_several_pictures_on_a_message_one_is_chosen(street: Street) -> None:
    message = say(street, "two", ("one.jpg", photo()), ("two.jpg", photo(800, 600)), ("notes.txt", b"no picture"))
    form = open_form(street, "Animate this image", message["id"])
    options = fields(form)["Which picture"]["options"]
    assert [option["label"] for option in options] == ["1: one.jpg", "2: two.jpg"]
    send(street, form, {"Which picture": ["1"], "What should happen": "the second one", **FILLED})
    street.clip("the second one")
    [task] = street.tasks("the second one")
    assert (task["request"]["image"]["width"], task["request"]["image"]["height"]) == (800, 600)


def test_a_message_without_a_picture_is_answered_in_a_sentence(street: Street) -> None:
    message = say(street, "only words")
    opened = open_form(street, "Animate this image", message["id"])
    assert opened["state"] == "answered"
    assert "There is no picture on this message" in street.said_to("member", opened["id"])


def test_a_picture_in_an_embed_is_animated_where_discord_itself_serves_it(street: Street) -> None:
    shown = {"title": "a page", "image": {"url": "attachment://photo.jpg"}}
    message = say(street, "a link", ("photo.jpg", photo()), embeds=(shown,))
    assert message["attachments"] == []
    form = open_form(street, "Animate this image", message["id"])
    send(street, form, {"What should happen": "out of an embed", **FILLED})
    street.clip("out of an embed")


def test_a_picture_in_an_embed_that_lies_elsewhere_is_never_fetched(street: Street) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.setblocking(False)
        url = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/photo.jpg"
        message = say(street, "a link", embeds=({"title": "a page", "image": {"url": url, "proxy_url": url}},))
        opened = open_form(street, "Animate this image", message["id"])
        assert "There is no picture on this message" in street.said_to("member", opened["id"])
        with pytest.raises(BlockingIOError):
            elsewhere.accept()


def test_the_form_with_a_file_field_makes_a_clip(street: Street) -> None:
    form = open_form(street, "animate-form")
    files = {"Picture": ("photo.jpg", photo(), "image/jpeg")}
    send(street, form, {"What should happen": "by the form", **FILLED}, files)
    street.clip("by the form")


def test_a_bad_picture_in_the_form_is_refused_in_a_sentence(street: Street) -> None:
    before = street.credits_left()
    form = open_form(street, "animate-form")
    sent = send(street, form, FILLED, {"Picture": ("photo.jpg", b"no picture at all" * 9, "image/jpeg")})
    assert "not a picture" in street.said_to("member", sent)
    assert street.credits_left() == before


def test_a_soundtrack_becomes_the_clips_sound_where_the_model_takes_one(street: Street) -> None:
    files = {"image": ("p.jpg", photo(), "image/jpeg"), "soundtrack": ("note.wav", tone(40), "audio/wav")}
    options: dict[str, Any] = {"model": "wan2.5-i2v-preview", "duration": 5, "resolution": "480P"}
    status = street.answer(street.command("animate", files=files, prompt="with a note", **options))
    assert "cut to 30 s" in status["content"]
    assert "own soundtrack" in street.clip("with a note")["content"]
    [task] = street.tasks("with a note")
    assert task["model"] == "wan2.5-i2v-preview"
    assert task["soundtrack"]["seconds"] == pytest.approx(30, abs=0.2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"duration": 15, "model": "wan2.5-i2v-preview"}, "`wan2.5-i2v-preview` makes clips of 5 or 10 seconds"),
        ({"resolution": "480P"}, "choose `model:wan2.5-i2v-preview` for that"),
        ({"shots": "multi", "model": "wan2.5-i2v-preview"}, "choose `model:wan2.6-i2v` for that"),
    ],
    ids=["length", "quality", "shots"],
)
def test_what_a_model_does_not_take_is_said_before_the_charge(
    street: Street, options: dict[str, Any], words: str
) -> None:
    before = street.credits_left()
    files = {"image": ("p.jpg", photo(), "image/jpeg")}
    sentence = street.said_to("member", street.command("animate", files=files, **options))
    assert words in sentence
    assert sentence.endswith("Nothing was charged.")
    assert street.credits_left() == before


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (tone(1), "it needs 3 to 30 s"),
        (b"no sound at all" * 99, "no sound in this soundtrack"),
        (tone(5)[:99], "soundtrack"),
    ],
    ids=["short", "text", "cut"],
)
def test_a_bad_soundtrack_is_refused_before_the_charge(street: Street, sound: bytes, words: str) -> None:
    before = street.credits_left()
    files = {"image": ("p.jpg", photo(), "image/jpeg"), "soundtrack": ("note.wav", sound, "audio/wav")}
    sentence = street.said_to("member", street.command("animate", files=files, model="wan2.5-i2v-preview"))
    assert words in sentence
    assert street.credits_left() == before


def test_what_has_no_effect_is_said_in_the_status(street: Street) -> None:
    status = street.answer(street.animate(prompt="both of them", template="flying"))
    assert "the prompt has no effect beside a template" in status["content"]


def test_several_shots_without_rewriting_are_said_to_have_no_effect(street: Street) -> None:
    status = street.answer(street.animate(prompt="one of them", shots="multi", rewrite=False))
    assert "several shots have no effect without rewriting" in status["content"]


def test_the_model_that_is_named_instead_makes_the_clip(street: Street) -> None:
    files = {"image": ("p.jpg", photo(), "image/jpeg"), "soundtrack": ("note.wav", tone(5), "audio/wav")}
    refused = street.said_to("member", street.command("animate", files=files, prompt="as advised", duration=5))
    advised = re.search(r"choose `model:([\w.-]+)`", refused)
    assert advised, refused
    street.command("animate", files=files, prompt="as advised", duration=5, resolution="480P", model=advised[1])
    street.clip("as advised")


def test_a_template_completes_as_one_types_and_takes_any_text(street: Street) -> None:
    def choices(typed: str) -> list[str]:
        body = {"as": street.users["member"], "channel": street.channels["clips"], "command": "animate"}
        found = street.post("/sandbox/autocomplete", {**body, "options": {"template": typed}, "focused": "template"})
        return [choice["value"] for choice in found["choices"]]

    assert choices("my own") == ["my own"]


def test_the_seed_of_a_clip_is_shown_also_when_it_was_drawn(street: Street) -> None:
    files = {"image": ("p.jpg", photo(), "image/jpeg")}
    street.answer(street.command("animate", files=files, prompt="a drawn seed", duration=5, resolution="720P"))
    clip = street.clip("a drawn seed")
    [task] = street.tasks("a drawn seed")
    assert f"seed {task['request']['seed']}" in clip["content"]


def test_the_operator_gets_a_direct_message_once(street: Street) -> None:
    body = {"error_code": "Arrearage", "error_msg": "the balance is used up"}
    street.fault("wan", "POST", "image-to-video", times=None, status=400, body=body)
    for _ in range(2):
        _refused_for_the_operator(street, street.answer(street.animate(prompt="no balance"))["id"])
    channel = str(int(OPERATOR) + 400)
    told = street.get(f"/sandbox/channels/{channel}/messages", **{"as": OPERATOR})
    sentence = "The video service refuses this bot's orders: Arrearage: the balance is used up"
    assert [message["content"] for message in told] == [sentence]


def _refused_for_the_operator(street: Street, message_id: str) -> None:
    def ended() -> bool:
        return any(m["id"] == message_id and "its operator has to look" in m["content"] for m in street.messages())

    street.until(ended, "the refusal")
