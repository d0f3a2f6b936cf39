"""The street where the bot may die at any moment: whoever waits has it started again; and what its file says."""

import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.acceptance.street import PATIENCE_SECONDS, Message, Street, T, photo

SEARCH_SECONDS = 240.0
"""As long as the bot may look for an order of which nobody knows what became."""

_OPEN = """
SELECT id FROM jobs
WHERE CASE WHEN state IN ('done', 'failed', 'cancelled') THEN NOT status_settled ELSE waits_since IS NULL END
"""


class MortalStreet(Street):
    """One sandbox with its bot; everything that chance decides is drawn from `chance`."""

    def __init__(self, url: str, data: Path, chance: random.Random) -> None:
        super().__init__(url)
        self.data = data
        self.chance = chance
        self.deaths, self.kills = 0, 0
        self.revive: Callable[[], None] = self.start_bot
        self.picture = photo(480, 480)

    def until(self, look: Callable[[], T | None], what: str, seconds: float = PATIENCE_SECONDS) -> T:
        """What `look` finds, as soon as it finds something true; a dead bot is started again meanwhile."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.ensure_bot()
            if found := look():
                return found
            time.sleep(0.05)  # another process is at work: its time cannot be passed in
        log = self.http.get("/sandbox/bot/log").text
        raise AssertionError(f"{what} did not come in {seconds} s; the bot's log ends with:\n{log[-3000:]}")

    def kill_bot(self) -> None:
        """End the bot as a crash would; whoever waits next has it started again."""
        if not self.is_dead():
            self.post("/sandbox/bot/kill")
            self.kills += 1

    def is_dead(self) -> bool:
        """Whether the bot's process has ended."""
        return not self.get("/sandbox/bot")["running"]

    def is_ready(self) -> bool:
        """Whether the bot is there for its people."""
        return bool(self.get("/sandbox/bot")["ready"])

    def ensure_bot(self) -> None:
        """Have the bot running: one attempt, since it may die as it starts."""
        if self.is_dead():
            self.deaths += 1
            self.revive()

    def pass_time(self, seconds: float) -> None:
        """Put the clock of both services forward, not the bot's."""
        self.post("/sandbox/clock", {"advance_seconds": seconds})

    def rows(self, sql: str, **values: Any) -> list[sqlite3.Row]:
        """What the bot's file says."""
        with closing(sqlite3.connect(f"file:{self.data}/bot/firstframe.db?mode=ro", uri=True, timeout=10)) as file:
            file.row_factory = sqlite3.Row
            return file.execute(sql, values).fetchall()

    def open_jobs(self) -> list[str]:
        """The jobs that have not ended, or whose status does not say so; without those that wait for their member."""
        return [row["id"] for row in self.rows(_OPEN)]

    def jobs_of(self, prompt: str) -> list[sqlite3.Row]:
        """The jobs of these words."""
        sql = "SELECT * FROM jobs WHERE json_extract(options, '$.prompt') = :prompt ORDER BY created_at, take"
        return self.rows(sql, prompt=prompt)

    def task_of(self, prompt: str) -> Message | None:
        """The task of these words at the video service; None where there will be none."""

        def task_or_end() -> list[Message] | None:
            over = all(job["ended_at"] for job in self.jobs_of(prompt))
            return self.tasks(prompt)[-1:] or ([{}] if over else None)

        return self.until(task_or_end, f"the task of {prompt!r}", SEARCH_SECONDS)[0] or None

    def handed_over(self, prompt: str) -> bool:
        """Whether the clip of these words waits for its member no more."""
        return not any(job["waits_since"] and not job["ended_at"] for job in self.jobs_of(prompt))

    def forget_bell(self) -> None:
        """Have the bot forget that it has told the operator: else it tells each matter once an hour."""
        self.kill_bot()
        with closing(sqlite3.connect(self.data / "bot" / "firstframe.db", timeout=10)) as file, file:
            file.execute("DELETE FROM meta WHERE key LIKE 'told the operator%'")
