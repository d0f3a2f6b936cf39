"""What people do in the yard: they ask, look at what Discord shows them, and try again where it shows a failure."""

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.acceptance.presses import fill_in
from tests.acceptance.street import Message
from tests.chaos.mortal import MortalStreet

SHOWN_AS_FAILED_SECONDS = 3.1
TOKEN_SECONDS = 15 * 60 + 1
LOOK_SECONDS = 10.0
"""How long somebody looks at an answer that does not come."""

GRACE_SECONDS = 1.0
"""The same once the bot has died over it and is there again."""

TRIES = 3

Begun = str
"""An interaction's id."""


class Yard(MortalStreet):
    """The people of an errand."""

    def __init__(self, url: str, data: Path, chance: random.Random) -> None:
        super().__init__(url, data, chance)
        self.errand = ""
        self.last_prompt = ""
        self._prompts = 0

    def prompt(self) -> str:
        """Words that no other order has."""
        self._prompts += 1
        self.last_prompt = f"{self.errand} {self._prompts}"
        return self.last_prompt

    def order(self, who: str = "member", where: str = "clips", **options: Any) -> Message | None:
        """Order a clip as short as there are; its status or its refusal. A failed try and the next have other prompts.

        None where the person has seen neither, though a job may have come of it.
        """

        def begin() -> Begun:
            return self.animate(self.picture, who=who, where=where, **{"prompt": self.prompt(), **options})

        return self.ask(who, where, begin)

    def say(
        self, command: str, who: str = "member", where: str = "clips", files: Any = None, **options: Any
    ) -> Message | None:
        """Run a command until Discord shows an answer; None where there was none."""
        return self.ask(who, where, lambda: self.command(command, who, where, files, **options))

    def pressed(self, message: Message, label: str, who: str = "member", where: str = "clips") -> Message | None:
        """Press a button until Discord shows an answer; None where there is none, or no such button any more."""
        return self.ask(who, where, lambda: self._press_now(message, label, who, where))

    def filled_in(
        self, message: Message, label: str, who: str = "member", where: str = "clips", **fields: object
    ) -> Message | None:
        """Press a button that opens a form, send it with these fields changed; what answers it.

        A field is named by its label's beginning, `_` for a blank; the others stay as they are filled in.
        """

        def begin() -> Begun | None:
            opened = self._press_now(message, label, who, where)
            if opened is None or self.state_of(opened)["state"] != "modal":
                return opened
            return fill_in(self, opened, who, **fields)

        return self.ask(who, where, begin)

    def ask(self, who: str, where: str, begin: Callable[[], Begun | None]) -> Message | None:
        """Begin an interaction, again where Discord shows a failure; its answer, None where there is none."""
        for _ in range(TRIES):
            self.ensure_bot()
            begun = begin()
            if begun is None:
                return None
            state = self.state_of(begun)["state"]
            if state in ("answered", "modal"):
                return self._seen(begun, who, where)
            if state == "deferred":  # it thinks for a quarter of an hour, and not everybody waits for that
                if self.chance.random() < 0.5:
                    return None
                self.pass_time(TOKEN_SECONDS)
        return None

    def state_of(self, interaction_id: str) -> Message:
        """How an interaction looks to its member once something has become of it, a failure included."""
        deaths, end = self.deaths, time.monotonic() + LOOK_SECONDS
        while True:
            state: Message = self.get(f"/sandbox/interactions/{interaction_id}", wait_seconds=0.5)
            if state["state"] not in ("waiting", "deferred") or time.monotonic() > end:
                return state
            if self.is_dead():
                self.pass_time(SHOWN_AS_FAILED_SECONDS)
                self.ensure_bot()
                end = time.monotonic() + GRACE_SECONDS
            elif deaths != self.deaths:
                deaths, end = self.deaths, time.monotonic() + GRACE_SECONDS
            time.sleep(0.05)

    def shows(self, message: Message, label: str, who: str = "member", where: str = "clips") -> Message | None:
        """The message as it is now, where it has such a button."""
        now = next((one for one in self.messages(who, where) if one["id"] == message["id"]), None)
        labels = [button["label"] for row in now["components"] for button in row["components"]] if now else []
        return now if any(label in one for one in labels) else None

    def _press_now(self, message: Message, label: str, who: str, where: str) -> Begun | None:
        now = self.shows(message, label, who, where)
        if now is None:
            return None
        try:
            return self.press(now, label, who, where)
        except AssertionError as error:
            if "has no component" in str(error):  # it went between the look and the press
                return None
            raise

    def _seen(self, interaction_id: str, who: str, where: str) -> Message | None:
        """What answers an interaction, which may be another message than the one that said to wait."""
        end = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < end:
            if message := self._reply(who, interaction_id, where, 0):
                return message
            time.sleep(0.05)
        return None
