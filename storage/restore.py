"""A copy put in the database's place: nothing that it calls open is believed, and what was there is kept."""

import asyncio
import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.backup import BadCopy, copy_database, sync_folder
from storage.database import Database, NewerDatabase

# Since the copy was taken, each of these jobs may have been ordered, posted or refunded. Being posted by a route that
# is not known is the state in which a clip is looked for before anything else happens. A clip that waits for its
# member does nothing by itself, and waits on.
_DOUBT = """
UPDATE jobs SET state = 'posting', route = NULL
WHERE state NOT IN ('done', 'failed', 'cancelled') AND waits_since IS NULL
"""

# With its token the bot would write the status over a reply that has become the clip.
_FORGET_TOKENS = "UPDATE jobs SET token = NULL, token_until = NULL WHERE token IS NOT NULL"

# Another version of the bot may have registered others with Discord since.
_FORGET_COMMANDS = "DELETE FROM meta WHERE key LIKE 'commands of %'"

_LOGS = ("-wal", "-journal")
"""What SQLite may leave beside a file: it would be read into whatever file has the name."""


@dataclass(frozen=True, slots=True)
class Restored:
    """How many jobs of the copy are to be looked for, and where the database before is kept, if there was one."""

    in_doubt: int
    kept: Path | None


async def restore_database(copy: Path, database: Path, keep_as: Path) -> Restored:
    """Put a copy in the place of the database, which nobody may have open; at no moment is there none.

    Raises BadCopy, NewerDatabase, UnusableDatabase or OSError; the database is as it was then.
    """
    await asyncio.to_thread(database.parent.mkdir, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=database.parent, prefix=f".{database.name}-") as folder:
        new = Path(folder) / database.name
        await asyncio.to_thread(copy_database, copy, new)
        in_doubt = await _doubted(new)
        kept = await asyncio.to_thread(_kept, database, keep_as)
        await asyncio.to_thread(_put, new, database)
    return Restored(in_doubt, kept)


async def _doubted(file: Path) -> int:
    """Bring the file up to date and doubt what is open in it; how many jobs that are."""
    database = await Database.open(file)
    try:
        in_doubt = await database.write(_doubt_within)
        await database.checkpoint()
    finally:
        await database.close()
    return in_doubt


def _doubt_within(connection: sqlite3.Connection) -> int:
    connection.execute(_FORGET_TOKENS)
    connection.execute(_FORGET_COMMANDS)
    return connection.execute(_DOUBT).rowcount


def _kept(database: Path, keep_as: Path) -> Path | None:
    """Copy the database before it is replaced; one that is damaged, or of a newer version, file by file."""
    if not database.exists():
        return None
    try:
        copy_database(database, keep_as)
    except (BadCopy, NewerDatabase):
        for ending in ("", *_LOGS):
            if _beside(database, ending).exists():
                shutil.copyfile(_beside(database, ending), _beside(keep_as, ending))
                _beside(keep_as, ending).chmod(0o600)
    return keep_as


def _clear(database: Path) -> None:
    """Take away what lies beside the file; first into the file, so that it is whole until it is replaced."""
    if database.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    for ending in (*_LOGS, "-shm"):
        _beside(database, ending).unlink(missing_ok=True)


def _put(new: Path, database: Path) -> None:
    _clear(database)
    new.replace(database)
    sync_folder(database.parent)


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(file.name + ending)
