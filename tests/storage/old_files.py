"""Files as earlier versions of the schema left them, with something in every table."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from storage.jobs import to_milliseconds
from storage.migrations import MIGRATIONS
from tests.storage.books import MEMBER, NOON

AT = to_milliseconds(NOON)

_JOB: dict[str, Any] = {
    "guild_id": 10,
    "channel_id": 20,
    "member_id": MEMBER,
    "provider": "sinancode",
    "kind": "720P/5s",
    "options": '{"duration_seconds": 5, "resolution": "720P", "seed": 7, "prompt": "waves"}',
    "notes": '["flattened"]',
    "frame": "f1",
    "soundtrack": None,
    "price": 10,
    "upload_limit_bytes": 1000,
    "status_settled": 1,
    "task_id": None,
    "result_url": "http://127.0.0.1/1.mp4",
    "took_seconds": 88.5,
    "failure": None,
    "detail": "said so",
    "created_at": AT,
    "submitting_at": AT + 1,
    "running_at": AT + 2,
    "ready_at": AT + 3,
    "posting_at": AT + 4,
    "ended_at": AT + 5,
}


def _job(number: int, state: str, **facts: Any) -> dict[str, Any]:
    messages = {"status_message_id": number + 1, "clip_message_id": number + 2 if state == "done" else None}
    return {**_JOB, "id": f"{state}{number}", "interaction_id": number, "state": state, **messages, **facts}


_ENTRY: dict[str, Any] = {
    "guild_id": 10,
    "member_id": MEMBER,
    "granted": 0,
    "interaction_id": None,
    "job_id": None,
    "actor_id": 40,
    "reason": "because",
    "counts_at": AT,
    "created_at": AT,
}

_ENTRIES: tuple[dict[str, Any], ...] = (
    {"kind": "grant", "allowance": 0, "granted": 7, "interaction_id": 77},
    {"kind": "charge", "allowance": -10, "job_id": "done100"},
    {"kind": "charge", "allowance": -8, "granted": -2, "job_id": "failed200"},
    {"kind": "refund", "allowance": 8, "granted": 2, "job_id": "failed200"},
    {"kind": "charge", "allowance": -10, "job_id": "queued300"},
)

_FIRST: dict[str, tuple[dict[str, Any], ...]] = {
    "first_frames": ({"sha256": "f1", "jpeg": b"\1", "created_at": 1},),
    "soundtracks": ({"sha256": "s1", "data": b"\2", "media_type": "audio/mpeg", "created_at": 1},),
    "meta": ({"key": "key", "value": "value"},),
    "jobs": (
        _job(100, "done", soundtrack="s1", task_id="t-1"),
        _job(200, "failed", failure="moderation"),
        _job(300, "queued"),
        _job(400, "posting"),
    ),
    "ledger": tuple({**_ENTRY, **entry} for entry in _ENTRIES),
}

_MEMBER_LIMITS = (
    {"guild_id": 10, "member_id": 30, "credits_per_day": 55, "actor_id": 40, "set_at": 1},
    {"guild_id": 10, "member_id": 31, "credits_per_day": 0, "actor_id": 40, "set_at": 2},
)

_LIMIT = {"guild_id": 10, "layer": "member", "rule": "credits", "period": "day", "actor_id": 40}
LIMITS: tuple[dict[str, Any], ...] = (
    {**_LIMIT, "target_id": 30, "value": 55, "set_at": 1},
    {**_LIMIT, "target_id": 31, "value": 0, "set_at": 2},
)

# One clip to be taken down, one that a person left behind, and those of direct messages.
_SECOND: dict[str, tuple[dict[str, Any], ...]] = {
    **_FIRST,
    "jobs": (
        *({**job, "home_channel_id": 19, "spoiler": 1} for job in _FIRST["jobs"]),
        _job(500, "done", home_channel_id=19, removed_at=AT + 9, removed_by=40),
        _job(-600, "done", home_channel_id=19, member_id=0, frame=None, status_message_id=None, clip_message_id=None),
        _job(700, "done", guild_id=0, home_channel_id=20),
        _job(800, "posting", guild_id=0, home_channel_id=20),
    ),
    "ledger": tuple({**entry, "home_channel_id": 19 if entry["job_id"] else None} for entry in _FIRST["ledger"]),
    "limits": LIMITS,
    "servers": ({"guild_id": 10, "settings": '{"time_zone": "Asia/Tokyo"}', "pause": None, "log_told": 1},),
    "channels": ({"guild_id": 10, "channel_id": 20, "settings": '{"spoiler": true}'},),
    "blocks": ({"guild_id": 10, "member_id": 31, "until": None, "reason": "rude", "actor_id": 40, "created_at": AT},),
    "strikes": ({"guild_id": 10, "member_id": 30, "job_id": "failed200", "interaction_id": None, "created_at": AT},),
    "phrases": ({"guild_id": 10, "phrase": "word", "actor_id": 40, "created_at": AT},),
    "audit": (
        {
            "guild_id": 10,
            "action": "member_blocked",
            "actor_id": 40,
            "target_kind": "member",
            "target_id": "31",
            "before": None,
            "after": '{"until": null, "reason": "rude"}',
            "reason": "rude",
            "created_at": AT,
        },
    ),
}

ROWS = ({**_FIRST, "member_limits": _MEMBER_LIMITS}, _SECOND)


def old_file(path: Path, version: int) -> None:
    """Write the file that a version of the schema left."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for steps in MIGRATIONS[:version]:
            for statement in steps:
                connection.execute(statement)
        for table, rows in ROWS[version - 1].items():
            for row in rows:
                places = ", ".join(f":{name}" for name in row)
                connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", row)  # noqa: S608 - names from above
        connection.execute(f"PRAGMA user_version = {version}")


def contents(path: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY rowid")]  # noqa: S608 - its own tables
            for name in names
            if not name.startswith("sqlite_")
        }
