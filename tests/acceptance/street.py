"""The whole house from outside: a sandbox as a process, the bot in it as another, and somebody who uses it."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx
from PIL import Image

from tests.sandbox import definitions

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 180.0
"""For what takes a few seconds, and a minute where others use the machine."""
EPHEMERAL = 64
LOOKING = "Looking at"
"""What an answer says for a moment, until it is known whether it is for everybody to see."""

Message = dict[str, Any]
T = TypeVar("T")


class ButtonGone(AssertionError):
    """The message has changed since it was seen, and the button is not below it any more."""


class Street:
    """The sandbox's driver calls, in a test's words. Users are `member`, `second.member`, `moderator`, `operator`."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=PATIENCE_SECONDS)
        self.users: dict[str, str] = {user["username"]: user["id"] for user in self.get("/sandbox/world")["users"]}
        world = self.get("/sandbox/world", **{"as": self.users["operator"]})  # who sees all of it
        seen = [*world["channels"], *self.get("/sandbox/world", **{"as": self.users["moderator"]})["channels"]]
        self.channels: dict[str, str] = {channel["name"]: channel["id"] for channel in seen}  # and a group
        self.roles: dict[str, str] = {role["name"]: role["id"] for role in world["roles"]}

    def get(self, path: str, **query: Any) -> Any:
        answer = self.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.http.post(path, json=body or {})
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def reset(self) -> None:
        """No faults, a quick Wan service, a bot that runs."""
        self.http.delete("/sandbox/faults")
        self.wan(pending_seconds=0, task_seconds=0.2, hold=False, result_shape="strings", max_running=5)
        everything = {"view": True, "send": True, "attach": True, "history": True}
        self.post("/sandbox/settings", {"permissions": {self.channels["clips"]: everything}})
        if not self.get("/sandbox/bot")["running"]:
            self.start_bot()

    def wan(self, **settings: Any) -> None:
        self.post("/sandbox/settings", {"wan": settings})

    def fault(self, service: str, method: str, path: str, **what: Any) -> str:
        return str(self.post("/sandbox/faults", {"service": service, "method": method, "path": path, **what})["id"])

    def fault_hits(self, fault_id: str) -> int:
        faults = {fault["id"]: fault for fault in self.get("/sandbox/faults")["faults"]}
        return int(faults[fault_id]["hits"])

    def clear_faults(self) -> None:
        self.http.delete("/sandbox/faults")

    def kill_bot(self) -> None:
        self.post("/sandbox/bot/kill")
        self.until(lambda: not self.get("/sandbox/bot")["running"], "the bot's end")

    def stop_bot(self) -> None:
        self.post("/sandbox/bot/stop")
        self.until(lambda: not self.get("/sandbox/bot")["running"], "the bot's end")

    def start_bot(self) -> None:
        state = self.post("/sandbox/bot/start")
        assert state["ready"], self.http.get("/sandbox/bot/log").text

    def command(self, name: str, who: str = "member", where: str = "clips", files: Any = None, **options: Any) -> str:
        """Run a command as Discord's client would; the interaction's id."""
        payload = {"as": self.users[who], "channel": self.channel(where, who), "command": name, "options": options}
        parts = {"payload_json": (None, json.dumps(payload)), **(files or {})}
        answer = self.http.post("/sandbox/commands", files=parts)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["interaction_id"])

    def animate(
        self,
        image: bytes | None = None,
        filename: str = "photo.jpg",
        who: str = "member",
        where: str = "clips",
        **options: Any,
    ) -> str:
        """Order 5 s at 720P, which are 10 credits, unless the options say otherwise; None leaves one out."""
        said = {"duration": 5, "resolution": "720P", "seed": 7, **options}
        files = {"image": (filename, image or photo(), "image/jpeg")}
        given = {name: value for name, value in said.items() if value is not None}
        return self.command("animate", who, where, files=files, **given)

    def refused(self, who: str = "member", where: str = "clips", **options: Any) -> str:
        """Why an order is not taken."""
        return self.said_to(who, self.animate(who=who, where=where, **options), where)

    def taken(self, who: str = "member", where: str = "clips", **options: Any) -> Message:
        """The status message of an order that is taken."""
        status = self.reply(who, self.animate(who=who, where=where, **options), where)
        assert not status["flags"] & EPHEMERAL, status["content"]
        return status

    def moderate(self, command: str, who: str = "moderator", where: str = "clips", **options: Any) -> str:
        """What a moderator's command says, to them alone."""
        return self.said_to(who, self.command(command, who, where, **options), where)

    def on_message(self, command: str, message: Message, who: str = "moderator", where: str = "clips") -> str:
        """Use a command out of a message's menu; the interaction's id."""
        place = {"as": self.users[who], "channel": self.channel(where, who)}
        payload = {**place, "command": command, "options": {}, "target": message["id"]}
        answer = self.http.post("/sandbox/commands", files={"payload_json": (None, json.dumps(payload))})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["interaction_id"])

    def submit(self, interaction_id: str, who: str, *values: str) -> str:
        """Send the form that answered an interaction, with these values in its fields' order."""
        shown = self.get(f"/sandbox/interactions/{interaction_id}", wait_seconds=5)
        assert shown["state"] == "modal", shown
        fields = [part["component"]["custom_id"] for part in shown["modal"]["components"]]
        given = dict(zip(fields, values, strict=True))
        payload = {"as": self.users[who], "interaction_id": interaction_id, "values": given}
        answer = self.http.post("/sandbox/modals", files={"payload_json": (None, json.dumps(payload))})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["interaction_id"])

    def completions(self, command: str, focused: str, who: str = "moderator", **options: Any) -> list[str]:
        """What is offered as one types an option."""
        place = {"as": self.users[who], "channel": self.channels["clips"]}
        body = {**place, "command": command, "options": options, "focused": focused}
        return [choice["name"] for choice in self.post("/sandbox/autocomplete", body)["choices"]]

    def give_roles(self, who: str, *roles: str) -> None:
        """These roles in the place of all that somebody has."""
        self.post(f"/sandbox/members/{self.users[who]}", {"roles": list(roles)})

    def show_command(self, command: str, role: str, allowed: bool | None) -> None:
        """Say in the server's settings whether a role may use a command."""
        self.post("/sandbox/commands/permissions", {"command": command, "role": role, "allowed": allowed})

    def download(self, message: Message, ending: str) -> bytes:
        """The file of a message whose name ends so."""
        [attachment] = [one for one in message["attachments"] if one["filename"].endswith(ending)]
        answer = self.http.get(attachment["url"])
        assert answer.status_code == 200, answer.text
        return answer.content

    def answer(self, interaction_id: str, who: str = "member", where: str = "clips") -> Message:
        """The message that answers an interaction, once it says something."""

        def answered() -> Message | None:
            message_id = self.get(f"/sandbox/interactions/{interaction_id}", wait_seconds=5)["message_id"]
            return next((m for m in self.messages(who, where) if m["id"] == message_id and m["content"]), None)

        return self.until(answered, "an answer")

    def said_to(self, who: str, interaction_id: str, where: str = "clips") -> str:
        """What was told to this user alone in answer to their interaction."""
        return str(self.shown_to(who, interaction_id, where)["content"])

    def shown_to(self, who: str, interaction_id: str, where: str = "clips") -> Message:
        """The message to this user alone that answers their interaction, once it says something."""
        return self.until(lambda: self._reply(who, interaction_id, where, EPHEMERAL), "an ephemeral answer")

    def reply(self, who: str, interaction_id: str, where: str = "clips") -> Message:
        """What answers an interaction, for all or for this user alone."""
        return self.until(lambda: self._reply(who, interaction_id, where, 0), "an answer")

    def _reply(self, who: str, interaction_id: str, where: str, flags: int) -> Message | None:
        for message in self.messages(who, where):
            caused = (message.get("interaction_metadata") or {}).get("id")
            said = message["content"] and not message["content"].startswith(LOOKING)
            if message["flags"] & flags == flags and caused == interaction_id and said:
                return message
        return None

    def changed(self, message: Message, who: str = "moderator", where: str = "clips") -> Message:
        """A message as it is once it says something else than it did."""

        def edited() -> Message | None:
            now = (one for one in self.messages(who, where) if one["id"] == message["id"])
            return next((one for one in now if one["content"] != message["content"]), None)

        return self.until(edited, "another text")

    def press(self, message: Message, label: str, who: str = "member", where: str = "clips") -> str:
        buttons = [button for row in message["components"] for button in row["components"]]
        custom_id = next(button["custom_id"] for button in buttons if label in button["label"])
        body = {"as": self.users[who], "channel": self.channel(where, who), "message": message["id"]}
        answer = self.http.post("/sandbox/components", json={**body, "custom_id": custom_id})
        if answer.status_code == 404 and "has no component" in answer.text:
            raise ButtonGone(answer.text)
        assert answer.status_code < 300, answer.text
        return str(answer.json()["interaction_id"])

    def messages(self, who: str = "member", where: str = "clips") -> list[Message]:
        found: list[Message] = self.get(
            f"/sandbox/channels/{self.channel(where, who)}/messages", **{"as": self.users[who]}
        )
        return found

    def text(self, message_id: str) -> str:
        """What a message in #clips says, or nothing where it is not there."""
        return next((str(m["content"]) for m in self.messages() if m["id"] == message_id), "")

    def with_button(self, message_id: str) -> Message | None:
        """A message in #clips, once it has a button."""
        return next((m for m in self.messages() if m["id"] == message_id and m["components"]), None)

    def channel(self, name: str, who: str) -> str:
        if name != "dm":
            return self.channels[name]
        world = self.get("/sandbox/world", **{"as": self.users[who]})
        return str(next(channel["id"] for channel in world["channels"] if channel["dm"]))

    def clips(self, prompt: str) -> list[Message]:
        """The messages in #clips that carry a clip made from this prompt."""
        return [m for m in self.messages() if m["attachments"] and prompt in m["content"] and m["author"].get("bot")]

    def clip(self, prompt: str) -> Message:
        """The clip made from this prompt, once the bot has written down that it is there."""
        found = self.until(lambda: next(iter(self.clips(prompt)), None), f"the clip of {prompt!r}")
        job_id = found["attachments"][0]["filename"].rpartition("-")[2].removesuffix(".mp4")
        self.until(lambda: f"job {job_id} is done" in self.http.get("/sandbox/bot/log").text, "the record of the post")
        return found

    def tasks(self, prompt: str) -> list[dict[str, Any]]:
        return [task for task in self.get("/sandbox/wan/tasks") if task["request"].get("prompt") == prompt]

    def credits_left(self, who: str = "member") -> int:
        text = self.answer(self.command("quota", who), who)["content"]
        found = re.search(r"\*\*([\d,]+) credit", text)
        assert found, text
        return int(found[1].replace(",", ""))

    def until(self, look: Callable[[], T | None], what: str, seconds: float = PATIENCE_SECONDS) -> T:
        """What `look` finds, as soon as it finds something true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := look():
                return found
            time.sleep(0.1)  # another process is at work: its time cannot be passed in
        log = self.http.get("/sandbox/bot/log").text
        raise AssertionError(f"{what} did not come in {seconds} s; the bot's log ends with:\n{log[-3000:]}")


@dataclass(frozen=True)
class Opened:
    """A running sandbox."""

    street: Street
    data: Path
    process: subprocess.Popen[bytes]


@contextmanager
def sandbox(data: Path, **bot_settings: str) -> Iterator[Opened]:
    """Run the sandbox on free ports, with the bot, until the block is left."""
    ready = data / "ready.json"
    settings = {"CREDITS_PER_DAY": "100000", **bot_settings}
    extra = [part for name, value in settings.items() for part in ("--bot-env", f"FIRSTFRAME_{name}={value}")]
    arguments = ["--port", "0", "--wan-port", "0", "--data", str(data), "--ready-file", str(ready), *extra]
    process = subprocess.Popen([sys.executable, "-m", "sandbox", *arguments], cwd=ROOT, env={**os.environ})
    try:
        end = time.monotonic() + PATIENCE_SECONDS
        while not ready.exists():
            assert process.poll() is None, "the sandbox ended at once"
            assert time.monotonic() < end, "the sandbox did not come up"
            time.sleep(0.05)
        street = Street(json.loads(ready.read_text())["page"])
        street.reset()
        with closing(street.http):
            yield Opened(street, data, process)
            complaints = definitions.complaints(street.http.get("/sandbox/wire.jsonl").text)
        assert not complaints, "\n".join(complaints[:20])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def photo(width: int = 960, height: int = 720, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """A picture with a clear motif, as bytes of this kind."""
    image = Image.merge(
        "RGB",
        (
            Image.linear_gradient("L").resize((width, height)),
            Image.radial_gradient("L").resize((width, height)),
            Image.linear_gradient("L").rotate(90).resize((width, height)),
        ),
    )
    if mode == "RGBA":
        image.putalpha(Image.radial_gradient("L").resize((width, height)))
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()
