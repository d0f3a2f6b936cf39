"""Everything that is kept about a person, told in words by server, as they may take it with them."""

import sqlite3
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from storage.audit import AuditEntry
from storage.database import fetch_all
from storage.jobs import Job, from_milliseconds

_JOBS = "SELECT * FROM jobs WHERE member_id = :member ORDER BY created_at, id"

_ENTRIES = "SELECT * FROM ledger WHERE member_id = :member ORDER BY id"

_LIMITS = "SELECT * FROM limits WHERE layer = 'member' AND target_id = :member ORDER BY guild_id, rule"

_BLOCKS = "SELECT * FROM blocks WHERE member_id = :member ORDER BY guild_id"

_STRIKES = "SELECT * FROM strikes WHERE member_id = :member ORDER BY created_at"

_VOTES = """
SELECT guild_id, votes.batch_id, votes.job_id, votes.created_at FROM votes JOIN jobs ON jobs.id = votes.job_id
WHERE votes.member_id = :member ORDER BY votes.created_at
"""

_SHARES = "SELECT guild_id, id, shared_at FROM jobs WHERE shared_by = :member ORDER BY shared_at"

_RECORD = """
SELECT * FROM audit
WHERE target_kind = 'member' AND target_id = CAST(:member AS TEXT)
    OR target_kind = 'clip' AND json_extract(after, '$.member') = CAST(:member AS TEXT)
ORDER BY id
"""

OUTSIDE = "outside of servers"
"""Direct messages, and places where only members installed the bot."""

_PARTS = ("clips", "credits", "limits", "blocks", "refused_orders", "votes", "shares", "record")

_CLIP_TIMES = (
    "submitting_at",
    "running_at",
    "ready_at",
    "posting_at",
    "ended_at",
    "removed_at",
    "shared_at",
    "waits_since",
)

_CLIP_ACTORS = ("removed_by", "shared_by")


def own_data(connection: sqlite3.Connection, member_id: int) -> dict[str, Any]:
    """What is kept about a person, fit for JSON; ids are text, since they are too long for JSON's numbers."""
    servers: dict[int, dict[str, list[Any]]] = {}
    for part, sql, told in (
        ("clips", _JOBS, _clip),
        ("credits", _ENTRIES, _entry),
        ("limits", _LIMITS, _limit),
        ("blocks", _BLOCKS, _block),
        ("refused_orders", _STRIKES, _strike),
        ("votes", _VOTES, _vote),
        ("shares", _SHARES, _share),
        ("record", _RECORD, _recorded),
    ):
        for row in fetch_all(connection, sql, {"member": member_id}):
            parts = servers.setdefault(row["guild_id"], {name: [] for name in _PARTS})
            parts[part].append(told(row, member_id))
    return {
        "member_id": str(member_id),
        "servers": [{"server_id": str(guild) if guild else OUTSIDE, **servers[guild]} for guild in servers],
    }


def _clip(row: sqlite3.Row, member_id: int) -> dict[str, Any]:
    job = Job.of(row)
    steps = {name: getattr(job, name) for name in _CLIP_TIMES}
    return {
        "id": job.id,
        "ordered_at": job.created_at.isoformat(),
        "state": job.state,
        "credits": job.price,
        "options": asdict(job.options),
        "changed_for_you": list(job.notes),
        "first_frame": job.frame,
        "soundtrack": job.soundtrack,
        "made_from": job.parent_id,
        "made_from_as": job.relation,
        "batch": job.batch_id,
        "take": job.take,
        "bot_installed_by": job.installed,
        "channel_id": str(job.channel_id),
        "status_message_id": _id(job.status_message_id),
        "private": job.private,
        "went_by": job.route,
        "clip_channel_id": _id(job.clip_channel_id),
        "clip_message_id": _id(job.clip_message_id),
        "shared_in_channel_id": _id(job.share_channel_id),
        "shared_message_id": _id(job.share_message_id),
        "made_smaller": job.fitted,
        "spoiler": job.spoiler,
        "provider": job.provider,
        "provider_task_id": job.task_id,
        "result_address": job.result_url,
        "seconds_at_the_provider": job.took_seconds,
        "failure": job.failure,
        "detail": job.detail,
        **{name: moment.isoformat() for name, moment in steps.items() if moment},
        **{name: _who(getattr(job, name), member_id) for name in _CLIP_ACTORS if getattr(job, name) is not None},
        **({"reply_possible_until": job.token_until.isoformat()} if job.token_until else {}),
    }


def _entry(row: sqlite3.Row, member_id: int) -> dict[str, Any]:
    return {
        "at": _moment(row["created_at"]),
        "kind": row["kind"],
        "from_allowance": row["allowance"],
        "from_granted": row["granted"],
        "counts_at": _moment(row["counts_at"]),
        "clip": row["job_id"],
        "by": _who(row["actor_id"], member_id),
        "reason": row["reason"],
    }


def _limit(row: sqlite3.Row, member_id: int) -> dict[str, Any]:
    return {
        "rule": row["rule"],
        "value": "unlimited" if row["value"] is None else row["value"],
        "period": row["period"],
        "set_at": _moment(row["set_at"]),
        "by": _who(row["actor_id"], member_id),
    }


def _block(row: sqlite3.Row, member_id: int) -> dict[str, Any]:
    return {
        "since": _moment(row["created_at"]),
        "until": "for good" if row["until"] is None else _moment(row["until"]),
        "reason": row["reason"],
        "by": _who(row["actor_id"], member_id),
    }


def _strike(row: sqlite3.Row, _: int) -> dict[str, Any]:
    return {"at": _moment(row["created_at"]), "clip": row["job_id"]}


def _vote(row: sqlite3.Row, _: int) -> dict[str, Any]:
    return {"at": _moment(row["created_at"]), "batch": row["batch_id"], "clip": row["job_id"]}


def _share(row: sqlite3.Row, _: int) -> dict[str, Any]:
    return {"at": _moment(row["shared_at"]), "clip": row["id"]}


def _recorded(row: sqlite3.Row, member_id: int) -> dict[str, Any]:
    entry = AuditEntry.of(row)
    return {
        "at": entry.created_at.isoformat(),
        "what": entry.action,
        "clip": entry.target_id if entry.target_kind == "clip" else None,
        "before": _readable(entry.before),
        "after": _readable(entry.after),
        "by": _who(entry.actor_id, member_id),
        "reason": entry.reason,
    }


def _readable(change: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {name: _moment(value) if name == "until" and value is not None else value for name, value in change.items()}


def _who(actor_id: int, member_id: int) -> str:
    """Who did it, without the names of others: those are not the person's own data."""
    if actor_id == 0:
        return "the bot"
    return "you" if actor_id == member_id else "a moderator"


def _moment(milliseconds: int) -> str:
    return from_milliseconds(milliseconds).isoformat()


def _id(snowflake: int | None) -> str | None:
    return None if snowflake is None else str(snowflake)
