"""Gathers the facts: from the bot's file, from what the video service took, and from what Discord shows to anybody."""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.acceptance.past import GUILD
from tests.acceptance.street import Message, Street
from tests.chaos.audit_facts import EntryRow, Facts, JobRow, LimitRow, Quota, Shown, Task

NOTED = "noted.jsonl"
"""Rows as they were before their member left, one JSON object a line, in the sandbox's folder."""

_MOST_MESSAGES = 1_000_000
_LEFT = re.compile(r"You have \*\*(unlimited|[\d,]+) credit")

_REMOVALS = """
SELECT target_id, COALESCE(json_extract(after, '$.refunded'), 0) AS refunded FROM audit
WHERE target_kind = 'clip' AND action IN ('clip_removed', 'clip_deleted')
"""
_ZONES = "SELECT guild_id, json_extract(settings, '$.time_zone') AS zone FROM servers"


def gather(street: Street, data: Path, per_day: tuple[int, int]) -> Facts:
    """All facts of one sandbox at rest: its bot runs, and every job has come to its end or never will.

    `per_day` is the allowance where nothing is set, in servers and outside of them.
    """
    quotas = tuple(_quotas(street))  # asking is a transaction: before the file is read
    with closing(sqlite3.connect(f"file:{data}/bot/firstframe.db?mode=ro", uri=True, timeout=10)) as file:
        file.row_factory = sqlite3.Row
        noted = noted_rows(data)
        return Facts(
            now=datetime.now(UTC),
            jobs=tuple(_job(row, noted) for row in _rows(file, "SELECT * FROM jobs")),
            entries=tuple(_entry(row) for row in _rows(file, "SELECT * FROM ledger ORDER BY id")),
            limits=tuple(_limit(row) for row in _rows(file, "SELECT * FROM limits WHERE rule = 'credits'")),
            refunds_on_record={row["target_id"]: row["refunded"] for row in _rows(file, _REMOVALS)},
            zones={row["guild_id"]: row["zone"] for row in _rows(file, _ZONES) if row["zone"]},
            tasks=tuple(Task.of(task) for task in street.get("/sandbox/wan/tasks")),
            messages=tuple(_messages(street)),
            quotas=quotas,
            per_day=per_day,
            complaints=tuple(_complaints(file)),
            log=(data / "bot.log").read_text("utf-8", "replace"),
            secrets=tuple(_secrets(street)),
        )


def note_rows(data: Path, rows: Iterable[sqlite3.Row]) -> None:
    """Write rows down that are about to lose their member, so that they are held to all the rules afterwards."""
    with (data / NOTED).open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(dict(row))}\n" for row in rows)


def noted_rows(data: Path) -> dict[str, JobRow]:
    """What was written down, by job."""
    if not (data / NOTED).exists():
        return {}
    rows = [json.loads(line) for line in (data / NOTED).read_text("utf-8").splitlines()]
    return {row["id"]: JobRow.of(row) for row in rows}


def _rows(file: sqlite3.Connection, sql: str) -> list[sqlite3.Row]:
    return file.execute(sql).fetchall()


def _job(row: sqlite3.Row, noted: Mapping[str, JobRow]) -> JobRow:
    job = JobRow.of(row)
    return noted.get(job.id, job) if job.nameless else job


def _entry(row: sqlite3.Row) -> EntryRow:
    return EntryRow(
        **{name: row[name] for name in ("guild_id", "member_id", "kind", "allowance", "granted", "counts_at", "job_id")}
    )


def _limit(row: sqlite3.Row) -> LimitRow:
    return LimitRow(**{name: row[name] for name in ("guild_id", "layer", "target_id", "value", "period")})


def _people(street: Street) -> list[dict[str, Any]]:
    return [user for user in street.get("/sandbox/world")["users"] if not user["bot"]]


def _messages(street: Street) -> Iterable[Shown]:
    seen: dict[str, Message] = {}
    for who in (person["id"] for person in _people(street)):
        for channel in street.get("/sandbox/world", **{"as": who})["channels"]:
            query = {"as": who, "limit": _MOST_MESSAGES}
            for message in street.get(f"/sandbox/channels/{channel['id']}/messages", **query):
                seen[message["id"]] = message
    return [Shown.of(message) for message in seen.values() if message["author"].get("bot")]


def _quotas(street: Street) -> Iterable[Quota]:
    for person in _people(street):
        roles = frozenset(map(int, person["roles"]))
        for guild_id, where in ((int(GUILD), "clips"), (0, "dm")):
            who = person["username"]
            said = street.answer(street.command("quota", who, where), who, where)["content"]
            found = _LEFT.match(said)
            assert found, said
            left = None if found[1] == "unlimited" else int(found[1].replace(",", ""))
            yield Quota(guild_id, int(person["id"]), left, roles)


def _secrets(street: Street) -> Iterable[str]:
    """What the sandbox made up for the bot alone, and the signatures of results' addresses."""
    environment = Path(f"/proc/{street.get('/sandbox/bot')['pid']}/environ").read_text("utf-8", "replace")
    settings = dict(pair.partition("=")[::2] for pair in environment.split("\0"))
    yield from (settings[f"FIRSTFRAME_{name}"] for name in ("DISCORD_TOKEN", "WAN_TOKEN"))
    for task in street.get("/sandbox/wan/tasks"):
        if task["result_url"]:
            yield task["result_url"].partition("Signature=")[2]


def _complaints(file: sqlite3.Connection) -> Iterable[str]:
    checked = [row[0] for row in _rows(file, "PRAGMA integrity_check")]
    yield from (line for line in checked if line != "ok")
    yield from (f"foreign key: {tuple(row)}" for row in _rows(file, "PRAGMA foreign_key_check"))
