"""Tasks of those who left: no lost order may take one for its own while the provider still lists it."""

import sqlite3
from datetime import datetime, timedelta
from hashlib import sha256

from storage.database import fetch_all
from storage.jobs import to_milliseconds

_LISTED_FOR = timedelta(hours=25)
"""The provider remembers a task for a day; an hour more, since its clock is not ours."""

_TASKS = """
SELECT task_id, running_at FROM jobs
WHERE member_id = :member AND interaction_id > 0 AND task_id IS NOT NULL AND running_at >= :since
"""

_NOTE = "INSERT INTO meta (key, value) VALUES (:key, :running_at) ON CONFLICT DO NOTHING"

_DROP = "DELETE FROM meta WHERE key LIKE 'task:%' AND CAST(value AS INTEGER) < :before"


def left_task(task_id: str) -> str:
    """The name a task is noted under. It does not lead back: whoever has a task's id can ask for its prompt."""
    return f"task:{sha256(task_id.encode()).hexdigest()}"


def note_tasks_within(connection: sqlite3.Connection, member_id: int, now: datetime) -> None:
    """Note the tasks of a person who is leaving, by nothing that tells whose or which they were."""
    values = {"member": member_id, "since": to_milliseconds(now - _LISTED_FOR)}
    tasks = fetch_all(connection, _TASKS, values)
    notes = [{"key": left_task(row["task_id"]), "running_at": str(row["running_at"])} for row in tasks]
    connection.executemany(_NOTE, notes)


def drop_tasks_within(connection: sqlite3.Connection, now: datetime) -> None:
    """Drop the notes of tasks that the provider does not list any more."""
    connection.execute(_DROP, {"before": to_milliseconds(now - _LISTED_FOR)})
