"""Copies of the database: taken while it is in use, checked, and there whole or not at all."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.database import NewerDatabase
from storage.migrations import MIGRATIONS

_ONLY_ITS_OWNER = 0o600

# What is built tells whose a file is. Its indexes do not: an operator may have added one.
_SHAPE = """
SELECT built.type, built.name, part.name FROM sqlite_master AS built LEFT JOIN pragma_table_info(built.name) AS part
WHERE built.type <> 'index' AND built.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
"""


class BadCopy(Exception):
    """The file is no whole database of this bot; the text is what is wrong with it."""


def copy_database(source: Path, to: Path) -> None:
    """Copy a database, in use or not, to a name that is free, for its owner's eyes alone.

    What the copy holds is what was committed at one moment. Raises BadCopy, NewerDatabase or OSError; nothing is
    there then.
    """
    if not source.is_file():
        raise FileNotFoundError(errno.ENOENT, "there is no such file", str(source))
    if to.exists():
        raise FileExistsError(errno.EEXIST, "there is a file already", str(to))
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as folder:
        part = Path(folder) / to.name
        _copy_pages(source, part)
        check(part)
        part.chmod(_ONLY_ITS_OWNER)
        part.replace(to)
    sync_folder(to.parent)


def check(file: Path) -> None:
    """Raise BadCopy or NewerDatabase unless the file is a whole database of this bot, of this version or before."""
    try:
        with closing(sqlite3.connect(_read_only(file), uri=True)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version > len(MIGRATIONS):
                raise NewerDatabase(version, len(MIGRATIONS))
            if version < 1 or _shape(connection) != _shape_of(version):
                raise BadCopy("it is not a database of this bot")
            _check_whole(connection)
    except sqlite3.Error as error:
        raise BadCopy(str(error)) from error


def sync_folder(folder: Path) -> None:
    """Names live in their folder, so the folder has to reach the disk too."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _copy_pages(source: Path, to: Path) -> None:
    try:
        with closing(sqlite3.connect(_read_only(source), uri=True)) as original, closing(sqlite3.connect(to)) as copy:
            original.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, with nothing beside it
    except sqlite3.Error as error:
        raise BadCopy(str(error)) from error


def _check_whole(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise BadCopy(f"it is damaged: {' '.join(found.split())}")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise BadCopy("it is damaged: rows refer to what is not there")


def _shape(connection: sqlite3.Connection) -> set[tuple[str, str, str | None]]:
    return set(connection.execute(_SHAPE))


def _shape_of(version: int) -> set[tuple[str, str, str | None]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                connection.execute(statement)
        return _shape(connection)


def _read_only(file: Path) -> str:
    return f"{file.absolute().as_uri()}?mode=ro"
