"""A job's steps: each is one compare-and-set, for a job alone or for all the takes that are posted as one message."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from storage.database import fetch_all
from storage.job_reader import JobReader
from storage.jobs import Job, JobState, Route, to_milliseconds

_COLUMNS = frozenset(
    {
        "task_id",
        "running_at",
        "ready_at",
        "result_url",
        "took_seconds",
        "notes",
        "route",
        "fitted",
        "waits_since",
        "clip_message_id",
        "clip_channel_id",
        "token",
        "token_until",
    }
)
"""What a step may write besides the state, and its time where that is not now."""

_TIME_OF = {
    JobState.SUBMITTING: "submitting_at",
    JobState.RUNNING: "running_at",
    JobState.READY: "ready_at",
    JobState.POSTING: "posting_at",
    JobState.DONE: "ended_at",
    JobState.FAILED: "ended_at",
    JobState.CANCELLED: "ended_at",
}


def _all_or_none(changes: str, condition: str) -> str:
    these = f"FROM json_each(:ids) JOIN jobs ON jobs.id = json_each.value WHERE {condition}"
    return f"""
UPDATE jobs SET {changes}
WHERE id IN (SELECT value {these}) AND (SELECT COUNT(*) {these}) = json_array_length(:ids)
RETURNING *
"""  # noqa: S608 - constants of this module


# An intent to post is committed before each try, and a clip that is on its way waits no more.
_INTEND = _all_or_none(
    "state = 'posting', route = :route, posting_at = :now, waits_since = NULL", "batch_id = :batch AND state = 'ready'"
)
_REROUTE = _all_or_none("route = :route, posting_at = :now", "state = 'posting' AND route IS :from_route")
_HOLD = _all_or_none("state = 'ready', route = NULL, waits_since = :now", "state = 'posting'")

_SET_STATUS = "UPDATE jobs SET status_message_id = :message WHERE id = :id RETURNING *"

_SETTLE = """
UPDATE jobs SET
    status_settled = 1,
    token = CASE WHEN state IN ('done', 'failed', 'cancelled') THEN NULL ELSE token END,
    token_until = CASE WHEN state IN ('done', 'failed', 'cancelled') THEN NULL ELSE token_until END
WHERE id = :id
"""

# A job that has ended may still need the token, to say so where nothing can be said without it.
_FORGET_TOKENS = """
UPDATE jobs SET token = NULL, token_until = NULL
WHERE token IS NOT NULL AND (
    token_until IS NULL OR token_until <= :now
    OR state IN ('done', 'failed', 'cancelled') AND status_settled = 1
)
"""


class JobSteps(JobReader):
    """Moves jobs on. A method that changes one returns it as it is now, or None if it was not there."""

    async def advance(
        self, job_id: str, from_state: JobState, to: JobState, now: datetime, **columns: Any
    ) -> Job | None:
        """Move a job from one state to another; None if it is not in the first one any more."""
        _check(columns)

        def change(connection: sqlite3.Connection) -> Job | None:
            return next(iter(move_within(connection, (job_id,), (from_state,), to, now, columns)), None)

        return await self._database.write(change)

    async def reroute(self, job_id: str, from_route: Route | None, to_route: Route, now: datetime) -> Job | None:
        """Commit the intent to post by another route; only where the earlier one has surely not taken the clip."""
        return next(iter(await self.reroute_batch((job_id,), from_route, to_route, now)), None)

    async def hold(self, job_id: str, now: datetime) -> Job | None:
        """Let a clip wait until its member comes for it: every route is surely closed."""
        return next(iter(await self.hold_batch((job_id,), now)), None)

    async def intend_batch(self, batch_id: str, ids: Collection[str], route: Route, now: datetime) -> list[Job]:
        """Commit the intent to post takes of a batch as one message; all that are given, or none."""
        return await self._change(_INTEND, ids, now, batch=batch_id, route=route)

    async def reroute_batch(
        self, ids: Collection[str], from_route: Route | None, to_route: Route, now: datetime
    ) -> list[Job]:
        """As `reroute`, for what is posted as one message; all that are given, or none."""
        return await self._change(_REROUTE, ids, now, from_route=from_route, route=to_route)

    async def hold_batch(self, ids: Collection[str], now: datetime) -> list[Job]:
        """As `hold`, for what is posted as one message; all that are given, or none."""
        return await self._change(_HOLD, ids, now)

    async def done_batch(
        self,
        ids: Collection[str],
        clip_message_id: int,
        clip_channel_id: int | None,
        now: datetime,
        *,
        from_state: JobState = JobState.POSTING,
    ) -> list[Job]:
        """Remember the message that takes were posted as. It is there, so a take that has ended stops no other."""
        columns = {"clip_message_id": clip_message_id, "clip_channel_id": clip_channel_id}

        def change(connection: sqlite3.Connection) -> list[Job]:
            return move_within(connection, ids, (from_state,), JobState.DONE, now, columns)

        return await self._database.write(change)

    async def set_status_message(self, job_id: str, message_id: int) -> Job | None:
        """Remember which message follows the job."""

        def change(connection: sqlite3.Connection) -> Job | None:
            values = {"id": job_id, "message": message_id}
            return next(iter(jobs_within(connection, _SET_STATUS, values)), None)

        return await self._database.write(change)

    async def settle_status(self, job_id: str) -> None:
        """Remember that the status message shows the job's end."""
        await self._database.execute(_SETTLE, {"id": job_id})

    async def forget_tokens(self, now: datetime) -> int:
        """Drop the tokens of interactions that can do nothing any more, or have nothing left to do; how many."""
        return await self._database.execute(_FORGET_TOKENS, {"now": to_milliseconds(now)})

    async def _change(self, sql: str, ids: Collection[str], now: datetime, **values: Any) -> list[Job]:
        keys = {"ids": json.dumps([*ids]), "now": to_milliseconds(now)}

        def change(connection: sqlite3.Connection) -> list[Job]:
            return jobs_within(connection, sql, keys | values)

        return await self._database.write(change)


def jobs_within(connection: sqlite3.Connection, sql: str, values: Mapping[str, Any]) -> list[Job]:
    """The jobs that a statement returns, in the order of their takes."""
    found = [Job.of(row) for row in fetch_all(connection, sql, values)]
    return sorted(found, key=lambda job: job.take)


def move_within(
    connection: sqlite3.Connection,
    ids: Collection[str],
    from_states: Collection[JobState],
    to: JobState,
    now: datetime,
    columns: Mapping[str, Any],
) -> list[Job]:
    """Move those of some jobs that are in one of the states, and write columns of theirs: names of ours alone."""
    waits = {"waits_since": None} if to is JobState.POSTING else {}
    moment = {_TIME_OF[to]: now} if to in _TIME_OF else {}
    changes = {"state": to, **moment, **waits, **columns}
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    sql = (
        f"UPDATE jobs SET {assignments} WHERE id IN (SELECT value FROM json_each(:ids)) "  # noqa: S608 - names of columns
        "AND state IN (SELECT value FROM json_each(:from_states)) RETURNING *"
    )
    values = {name: _stored(value) for name, value in changes.items()}
    keys = {"ids": json.dumps([*ids]), "from_states": json.dumps([*from_states])}
    return jobs_within(connection, sql, keys | values)


def _stored(value: Any) -> Any:
    if isinstance(value, datetime):
        return to_milliseconds(value)
    return json.dumps(value) if isinstance(value, tuple) else value


def _check(columns: Collection[str]) -> None:
    unknown = set(columns) - _COLUMNS
    if unknown:
        raise ValueError(f"a step does not write {sorted(unknown)}")
