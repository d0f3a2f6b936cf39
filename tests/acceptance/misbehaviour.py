"""What a misbehaving Discord can do to a call, as faults of the sandbox, and what the bot's books say afterwards."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.acceptance.street import Message, Street

SMALL: dict[str, Any] = {"model": "wan2.5-i2v-preview", "resolution": "480P"}
"""What makes a small clip of an order."""

PRICE = 5
"""What that costs."""

PAGE = "<html><body><h1>One moment, please</h1></body></html>"
LASTING = {"times": None}
HAPPENS = {"take_effect": True}
"""The call has its effect, whatever it is answered with."""

_FROM_DISCORD = {"Via": "1.1 sandbox"}
"""Without it, a 429 is of a wall before Discord, and discord.py does not wait by itself."""

Fault = dict[str, Any]


def refusal(status: int, code: int, **more: Any) -> Fault:
    """An error of Discord's own; with `retry_after` in seconds it says when to come back."""
    body: Message = {"message": f"as code {code} says", "code": code}
    headers: dict[str, str] = {}
    if "retry_after" in more:
        seconds = more.pop("retry_after")
        body |= {"retry_after": seconds, "global": more.pop("everywhere", False)}
        headers = _FROM_DISCORD | {"Retry-After": str(round(seconds))}
    return {"status": status, "body": body, "headers": headers, **more}


def page(status: int, **more: Any) -> Fault:
    """A page for people, of whatever stands before Discord."""
    return {"status": status, "text": PAGE, **more}


def shape(body: Any, **more: Any) -> Fault:
    """JSON with 200 that is not what was asked for."""
    return {"status": 200, "body": body, **more}


def cut(when: str, **more: Any) -> Fault:
    """The connection breaks, before or after the call has had its effect."""
    return {"cut": when, **more}


@dataclass(frozen=True, slots=True)
class Entry:
    """A job as the books have it; `moves` are what its member paid and got back."""

    job_id: str
    state: str
    failure: str | None
    waits: bool
    shown: bool
    moves: tuple[int, ...]

    @property
    def over(self) -> bool:
        """Whether nothing happens to it any more, unless its member comes for it."""
        return self.waits or (self.shown and self.state in ("done", "failed", "cancelled"))

    def messages(self, street: Street, who: str, where: str) -> list[Message]:
        """Those here that carry its clip."""
        file = f"firstframe-{self.job_id}.mp4"
        seen = street.messages(who, where)
        return [one for one in seen if file in [attachment["filename"] for attachment in one["attachments"]]]


_JOBS = """
SELECT id, state, failure, waits_since IS NOT NULL AND state IN ('ready', 'posting'), status_settled
FROM jobs WHERE interaction_id = ?
"""
_MOVES = "SELECT allowance + granted FROM ledger WHERE job_id = ? ORDER BY rowid"


def entries(data: Path, interaction_id: str) -> list[Entry]:
    """The jobs that this interaction ordered."""
    with closing(sqlite3.connect(next((data / "bot").glob("*.db")))) as books:
        found = books.execute(_JOBS, (int(interaction_id),)).fetchall()
        return [
            Entry(
                job_id,
                state,
                failure,
                bool(waits),
                bool(shown),
                tuple(sum(one) for one in books.execute(_MOVES, (job_id,))),
            )
            for job_id, state, failure, waits, shown in found
        ]


def over(data: Path, interaction_ids: Iterable[str]) -> bool:
    """Whether each of these has become a job, and all are over."""
    found = [entries(data, one) for one in interaction_ids]
    return all(jobs and all(job.over for job in jobs) for jobs in found)
