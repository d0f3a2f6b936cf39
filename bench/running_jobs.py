"""Jobs under way, written into a bot's database as if the bot before had ordered them."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sandbox.discord.world import CLIPS, GUILD, MEMBER
from storage import Database

PROVIDER = "dashscope-singapore"
MEMBERS = 500
OLDEST_SECONDS = 300
"""Their tasks have begun at all moments since then."""

# Snowflakes of messages grow with time; these are of 2025, as the sandbox's own.
_FIRST_MESSAGE = 1_330_000_000_000_000_000

_NUMBERS = "WITH RECURSIVE one(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM one WHERE number < :count)"
_BEGUN = "(:now - :oldest * number / :count)"
_JOBS = f"""
{_NUMBERS}
INSERT INTO jobs (id, interaction_id, guild_id, channel_id, home_channel_id, member_id, provider, state, kind, options,
    notes, price, upload_limit_bytes, status_message_id, status_settled, task_id, created_at, submitting_at, running_at)
SELECT lower(hex(randomblob(16))), :message + number * 3, :guild, :channel, :channel, :member + number % :members,
    :provider, 'running', 'wan2.6-i2v/720P/5s',
    json_object('duration_seconds', 5, 'resolution', '720P', 'seed', number, 'audio', json('true'),
        'prompt', 'wave ' || number || ' comes in slowly while the sun goes down behind the lighthouse'),
    '[]', 10, 10485760, :message + number * 3 + 1, 0, lower(hex(randomblob(16))), {_BEGUN}, {_BEGUN}, {_BEGUN}
FROM one
"""  # noqa: S608 - constants above
_CHARGES = """
INSERT INTO ledger (guild_id, member_id, kind, allowance, granted, job_id, actor_id, reason, counts_at, created_at,
    home_channel_id)
SELECT guild_id, member_id, 'charge', -price, 0, id, 0, '', created_at, created_at, home_channel_id FROM jobs
"""


async def fill(data: Path, count: int) -> None:
    """Write so many running jobs into the database of this data folder, which is made."""
    path = data / "firstframe.db"
    await (await Database.open(path)).close()
    values = {
        "count": count,
        "now": int(datetime.now(UTC).timestamp() * 1000),
        "oldest": OLDEST_SECONDS * 1000,
        "message": _FIRST_MESSAGE,
        "guild": int(GUILD),
        "channel": int(CLIPS),
        "member": int(MEMBER),
        "members": MEMBERS,
        "provider": PROVIDER,
    }
    with closing(sqlite3.connect(path)) as connection, connection:
        if count:
            connection.execute(_JOBS, values)
            connection.execute(_CHARGES)
