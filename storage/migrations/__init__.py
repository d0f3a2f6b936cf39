"""The schema as numbered steps; each runs once, in a transaction of its own, and is never changed afterwards.

The version of a file is SQLite's `user_version`: the number of steps it has seen.
Times are whole milliseconds since 1970 UTC, ids of Discord are its snowflakes, credits are whole numbers.
Foreign keys are off while a step runs, so that it may rebuild a table, and are checked before it commits.
"""

from storage.migrations.first import FIRST
from storage.migrations.second import SECOND
from storage.migrations.third import THIRD

MIGRATIONS: tuple[tuple[str, ...], ...] = (FIRST, SECOND, THIRD)
