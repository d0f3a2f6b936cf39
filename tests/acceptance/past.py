"""Time that has passed, written into a stopped bot's books: traffic of weeks, or what is there grown old."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.acceptance.street import Street

GUILD = "1000000000000000001"
DAYS = 30
_PEOPLE = {"member": 5, "second.member": 4, "moderator": 2, "operator": 1}
_PLACES = {"clips": 5, "previews": 4, "general": 2, "after-dark": 1}
_PRICES = (10, 10, 10, 15, 20, 30)
_STATES = ("done",) * 14 + ("failed", "cancelled")
_WEEKEND = (5, 6)

_JOB = """
INSERT INTO jobs (id, interaction_id, guild_id, channel_id, home_channel_id, member_id, provider, state, kind, options,
    notes, price, upload_limit_bytes, status_settled, failure, created_at, ended_at)
VALUES (:id, :number, :guild, :channel, :channel, :member, 'sinancode', :state, 'newest/720P/5s',
    '{"duration_seconds": 5, "resolution": "720P", "seed": 1}', '[]', :price, 10485760, 1, :failure, :at, :at)
"""

_ENTRY = """
INSERT INTO ledger (guild_id, member_id, kind, allowance, granted, job_id, actor_id, reason, counts_at, created_at,
    home_channel_id)
VALUES (:guild, :member, :kind, :amount, 0, :id, 0, '', :at, :at, :channel)
"""

_FAILURES = {"failed": "provider_failed", "cancelled": "cancelled", "done": None}


@dataclass(frozen=True, slots=True)
class _Order:
    who: str
    where: str
    price: int
    state: str
    at: datetime


def write_past(street: Street, data: Path, now: datetime) -> None:
    """Write the orders of the days before `now` into the bot's books; it must not run."""
    with closing(sqlite3.connect(next((data / "bot").glob("*.db")))) as connection, connection:
        for number, order in enumerate(_orders(now), 1):
            values = {
                "id": f"past{number}",
                "number": number,
                "guild": int(GUILD),
                "channel": int(street.channels[order.where]),
                "member": int(street.users[order.who]),
                "price": order.price,
                "state": order.state,
                "failure": _FAILURES[order.state],
                "at": int(order.at.timestamp() * 1000),
            }
            connection.execute(_JOB, values)
            connection.execute(_ENTRY, values | {"kind": "charge", "amount": -order.price})
            if order.state != "done":
                connection.execute(_ENTRY, values | {"kind": "refund", "amount": order.price})


def grow_old(data: Path, days: int) -> None:
    """Have all clips, pictures and votes be older by so many days; the bot must not run. The ledger stays."""
    with closing(sqlite3.connect(next((data / "bot").glob("*.db")))) as connection, connection:
        for table in ("jobs", "first_frames", "soundtracks", "votes"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            times = [name for name in columns if name.endswith(("_at", "_since", "_until"))]
            older = ", ".join(f"{name} = {name} - :passed" for name in times)
            passed_ms = timedelta(days=days) // timedelta(milliseconds=1)
            connection.execute(f"UPDATE {table} SET {older}", {"passed": passed_ms})  # noqa: S608 - own names


def _orders(now: datetime) -> Iterator[_Order]:
    """The same each time for the same day; more at weekends, and more from week to week."""
    chance = random.Random(26)
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    for ago in range(DAYS - 1, -1, -1):
        day = today - timedelta(days=ago)
        usual = 3 + (DAYS - ago) // 8 + (4 if day.weekday() in _WEEKEND else 0)
        for _ in range(chance.randint(usual - 2, usual + 2)):
            yield _Order(
                chance.choices(list(_PEOPLE), list(_PEOPLE.values()))[0],
                chance.choices(list(_PLACES), list(_PLACES.values()))[0],
                chance.choice(_PRICES),
                chance.choice(_STATES),
                min(day + timedelta(minutes=chance.randint(8 * 60, 23 * 60)), now - timedelta(minutes=5)),
            )
