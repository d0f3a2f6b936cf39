"""Presses on a clip's buttons, the forms behind them, and the clip as a file that is opened and measured."""

import json
import re
from pathlib import Path

from media.clip import Clip, probe
from tests.acceptance.street import Message, Street

MEGABYTE = 1024 * 1024
MINUTE_SECONDS = 60
ENCODING_SECONDS = 180.0
"""A large clip is rendered and encoded by two processes, and other tests are at work."""

DAY_SECONDS = 24 * 60 * MINUTE_SECONDS


def labels(message: Message) -> list[list[str]]:
    """The buttons under a message, row by row."""
    return [[button["label"] for button in row["components"]] for row in message["components"]]


def films(street: Street, prompt: str, where: str = "clips", who: str = "member") -> list[Message]:
    """The bot's messages here that carry a clip and these words."""
    seen = street.messages(who, where)
    return [one for one in seen if one["attachments"] and prompt in one["content"] and one["author"].get("bot")]


def film(street: Street, prompt: str, where: str = "clips", who: str = "member", count: int = 1) -> Message:
    """The newest of so many clips, once they are there and the bot knows it; and no more of them."""
    what = f"clip {count} of {prompt!r} in {where}"
    found = street.until(lambda: films(street, prompt, where, who)[count - 1 :], what, ENCODING_SECONDS)
    assert len(found) == 1, [one["content"] for one in found]
    street.until(lambda: _is_recorded(street, found[0]), "the record of the post")  # a press before that is too early
    return found[0]


def _is_recorded(street: Street, message: Message) -> bool:
    """Whether the bot has written down what it posted, by its own word; of takes, their status message says it."""
    if len(message["attachments"]) > 1:
        return True
    keys = {button["custom_id"].rpartition(":")[2] for row in message["components"] for button in row["components"]}
    log = street.http.get("/sandbox/bot/log").text
    return any(f"job {key} {end}" in log for key in keys for end in ("is done", "was handed over"))


def measured(street: Street, message: Message, folder: Path, number: int = 0) -> Clip:
    """The file of a message, opened."""
    attachment = message["attachments"][number]
    file = folder / attachment["filename"]
    file.write_bytes(street.http.get(attachment["url"]).content)
    clip = probe(file)
    assert clip.size_bytes == attachment["size"]
    return clip


def fill_in(street: Street, interaction_id: str, who: str = "member", **values: object) -> str:
    """Send the form that answered a press, with these fields (`_` for a blank) and the others as they are filled in."""
    shown = street.until(lambda: _form(street, interaction_id), "the form")
    fields = {part["label"]: part["component"]["custom_id"] for part in shown["components"] if "component" in part}
    given = {_field(fields, name): value for name, value in values.items()}
    payload = {"as": street.users[who], "interaction_id": interaction_id, "values": given}
    answer = street.http.post("/sandbox/modals", files={"payload_json": (None, json.dumps(payload))})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["interaction_id"])


def _form(street: Street, interaction_id: str) -> Message | None:
    found: Message | None = street.get(f"/sandbox/interactions/{interaction_id}", wait_seconds=5)["modal"]
    return found


def filled(street: Street, interaction_id: str) -> dict[str, object]:
    """What the fields of the form that answered a press are filled in with."""
    shown = street.until(lambda: _form(street, interaction_id), "the form")
    parts = [part for part in shown["components"] if "component" in part]
    return {part["label"]: _value(part["component"]) for part in parts}


def _value(field: Message) -> object:
    if "options" in field:
        return next((one["value"] for one in field["options"] if one.get("default")), None)
    return field.get("value", field.get("default"))


def done(street: Street, status: Message, where: str = "clips", who: str = "member") -> Message:
    """A status message, once it is the one line at the end."""

    def ended() -> Message | None:
        now = (one for one in street.messages(who, where) if one["id"] == status["id"])
        return next((one for one in now if "Done" in one["content"] and not one["components"]), None)

    return street.until(ended, "the end in the status message")


def message_now(street: Street, message: Message, where: str = "clips", who: str = "member") -> Message | None:
    """A message as it is now; None where it is gone."""
    return next((one for one in street.messages(who, where) if one["id"] == message["id"]), None)


def advance(street: Street, seconds: float) -> None:
    """Put the clock of Discord and of the video service forward."""
    street.post("/sandbox/clock", {"advance_seconds": seconds})


def requests(street: Street, method: str, path: str, since: int = 0) -> list[Message]:
    """Discord's answers to the bot's calls of this kind since that place in the record."""
    seen = street.get("/sandbox/wire", since=since)["exchanges"]
    return [
        one
        for one in seen
        if one["kind"] == "response" and one["method"] == method and re.search(path, one["path"] or "")
    ]


def place_in_record(street: Street) -> int:
    """From where `requests` looks for what comes now."""
    return int(street.get("/sandbox/wire", since=10**9)["next"])


def task_of(street: Street, prompt: str, count: int = 1) -> Message:
    """The newest of so many tasks at the video service, once it runs."""
    return street.until(lambda: street.tasks(prompt)[count - 1 :], f"task {count} of {prompt!r}")[0]


def _field(fields: dict[str, str], name: str) -> str:
    return next(key for label, key in fields.items() if label.replace(" ", "_").startswith(name.rstrip("_")))
