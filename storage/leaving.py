"""What happens to the rows of a person who leaves: the amounts stay, the person does not."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from storage.blocks import block_within, strikes_count_since
from storage.database import fetch_all, fetch_one
from storage.deeds import BOT
from storage.jobs import to_milliseconds
from storage.left_tasks import note_tasks_within
from storage.limits import Layer, Limit, Rule, defaults, strictness
from storage.periods import Period, window, zone_named
from storage.servers import settings_within

_UNDER_WAY = """
SELECT COUNT(*) AS count FROM jobs
WHERE member_id = :member AND state NOT IN ('done', 'failed', 'cancelled')
"""

GUILDS = """
SELECT guild_id FROM ledger WHERE member_id = :member
UNION SELECT guild_id FROM limits WHERE layer = 'member' AND target_id = :member
UNION SELECT guild_id FROM strikes WHERE member_id = :member
UNION SELECT guild_id FROM blocks WHERE member_id = :member
UNION SELECT guild_id FROM audit WHERE target_kind = 'member' AND target_id = CAST(:member AS TEXT)
"""

# Which job a cooldown of the guild may still go by: leaving must not be a way around it.
_COOLING = """
SELECT id, interaction_id, MAX(created_at) AS newest_at FROM jobs
WHERE member_id = :member AND state = 'done'
GROUP BY guild_id
HAVING newest_at + 1000 * (SELECT COALESCE(MAX(value), 0) FROM limits
                           WHERE limits.guild_id = jobs.guild_id AND rule = 'cooldown') > :now
"""

_LOWEST = "SELECT MIN(0, COALESCE(MIN(interaction_id), 0)) AS id FROM jobs"

_FORGET_JOBS = """
UPDATE jobs SET
    member_id = CASE WHEN id IN (SELECT value FROM json_each(:cooling)) THEN member_id ELSE 0 END,
    interaction_id = :lowest - rowid,
    options = json_set(options, '$.prompt', NULL, '$.negative_prompt', NULL, '$.template', NULL, '$.seed', 0),
    notes = '[]', frame = NULL, soundtrack = NULL, task_id = NULL, result_url = NULL, detail = '',
    token = NULL, token_until = NULL, parent_id = NULL, batch_id = NULL,
    removed_by = CASE WHEN removed_by = :member THEN 0 ELSE removed_by END,
    status_settled = 1
WHERE member_id = :member AND interaction_id > 0
"""

# A vote is nothing but who gave it; one for a clip of theirs goes with its batch.
_DROP_VOTES = """
DELETE FROM votes
WHERE member_id = :member OR batch_id IN (SELECT batch_id FROM jobs WHERE member_id = :member AND batch_id IS NOT NULL)
"""

_FORGET_SHARER = "UPDATE jobs SET shared_by = 0 WHERE shared_by = :member"

# A clip that is still to be taken down has to be found. A channel of direct messages, which a clip may have gone to and
# which every one outside of servers (guild 0) may be, is as good as a name.
FORGET_MESSAGES = """
UPDATE jobs SET
    status_message_id = NULL,
    clip_message_id = NULL,
    clip_channel_id = NULL,
    share_channel_id = NULL,
    share_message_id = NULL,
    channel_id = CASE guild_id WHEN 0 THEN 0 ELSE channel_id END,
    home_channel_id = CASE guild_id WHEN 0 THEN 0 ELSE home_channel_id END
WHERE interaction_id < 0 AND (removed_at IS NULL OR clip_gone = 1)
    AND (status_message_id IS NOT NULL OR clip_message_id IS NOT NULL OR clip_channel_id IS NOT NULL
         OR share_channel_id IS NOT NULL OR guild_id = 0 AND channel_id != 0)
"""

_USED = """
SELECT COALESCE(-SUM(allowance), 0) AS used FROM ledger
WHERE guild_id = :guild AND member_id = :member AND counts_at >= :from AND counts_at < :to
"""

_FORGET_ENTRIES = """
UPDATE ledger SET
    member_id = 0,
    actor_id = CASE WHEN actor_id = :member THEN 0 ELSE actor_id END,
    reason = '',
    interaction_id = NULL,
    home_channel_id = CASE guild_id WHEN 0 THEN 0 ELSE home_channel_id END
WHERE member_id = :member
"""

CARRIED_OVER = "carried over"

_CARRY_OVER = """
INSERT INTO ledger (guild_id, member_id, kind, allowance, granted, actor_id, reason, counts_at, created_at)
VALUES (:guild, :member, 'adjustment', :allowance, 0, :actor, :reason, :counts_at, :now)
"""

_LIMITS = "SELECT * FROM limits WHERE guild_id = :guild"

_CLEAR_LIMIT = """
DELETE FROM limits WHERE guild_id = :guild AND layer = 'member' AND target_id = :member AND rule = :rule
"""

_DROP_STRIKES = """
DELETE FROM strikes WHERE guild_id = :guild AND member_id = :member AND created_at <= :since
"""

# All that is on the record about the person until they left, and how what had to stay came to its end; but not what a
# block in force goes back to.
_FORGET_ON_RECORD = """
UPDATE audit SET
    target_id = '0',
    actor_id = CASE WHEN actor_id = :member THEN 0 ELSE actor_id END,
    reason = '',
    before = json_remove(before, '$.reason'),
    after = json_remove(after, '$.reason')
WHERE guild_id = :guild AND target_kind = 'member' AND target_id = CAST(:member AS TEXT)
    AND (created_at <= :left_at OR action IN ('block_lifted', 'limit_cleared'))
    AND (:in_force_since IS NULL OR created_at < :in_force_since
         OR action NOT IN ('member_blocked', 'member_paused'))
"""

_FORGET_CLIPS_ON_RECORD = """
UPDATE audit SET
    actor_id = CASE WHEN actor_id = :member THEN 0 ELSE actor_id END,
    reason = '',
    after = json_set(after, '$.member', '0')
WHERE target_kind = 'clip' AND json_extract(after, '$.member') = CAST(:member AS TEXT)
"""


class JobsUnderWay(Exception):
    """Somebody cannot leave while jobs of theirs are under way."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"{count} jobs are under way")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many jobs and entries of the ledger lost their person, and how many jobs only all that was in them.

    Those are what a cooldown still goes by.
    """

    jobs: int
    entries: int
    cooling: int = 0


def leave_within(
    connection: sqlite3.Connection, member_id: int, default_per_day: int, default_outside: int, now: datetime
) -> Forgotten:
    """Take a person out of everything that is kept, in the transaction under way; raises JobsUnderWay."""
    keys = {"member": member_id, "now": to_milliseconds(now)}
    count = fetch_one(connection, _UNDER_WAY, keys)["count"]
    if count:
        raise JobsUnderWay(count)
    guilds = [row["guild_id"] for row in fetch_all(connection, GUILDS, keys)]
    used = [(guild, *part) for guild in guilds for part in _used_within(connection, guild, member_id, now)]
    for guild in guilds:
        drop_limits_within(connection, guild, member_id, default_per_day if guild else default_outside, now)
        _drop_troubles_within(connection, guild, member_id, now)
    connection.execute(_FORGET_CLIPS_ON_RECORD, keys)
    note_tasks_within(connection, member_id, now)
    jobs, cooling = _forget_jobs_within(connection, keys)
    entries = connection.execute(_FORGET_ENTRIES, keys).rowcount
    for guild, amount, counts_at in used:
        _carry_over_within(connection, guild, member_id, amount, counts_at, now)
    return Forgotten(jobs, entries, cooling)


def _forget_jobs_within(connection: sqlite3.Connection, keys: Mapping[str, int]) -> tuple[int, int]:
    connection.execute(_DROP_VOTES, keys)
    connection.execute(_FORGET_SHARER, keys)
    cooling = fetch_all(connection, _COOLING, keys)
    lowest = fetch_one(connection, _LOWEST)["id"]
    values = {**keys, "cooling": json.dumps([row["id"] for row in cooling]), "lowest": lowest}
    emptied = connection.execute(_FORGET_JOBS, values).rowcount
    connection.execute(FORGET_MESSAGES)
    emptied_now = [row for row in cooling if row["interaction_id"] > 0]  # not when they left before
    return emptied - len(emptied_now), len(cooling)


def _used_within(connection: sqlite3.Connection, guild_id: int, member_id: int, now: datetime) -> list[tuple[int, int]]:
    """What of the running periods' allowance is used, cut where a period begins, and a moment in each part.

    A guild with limits by the day and by the month needs two parts, so that each limit finds its own sum.
    """
    zone = zone_named((settings_within(connection, guild_id)).time_zone)
    limits = [Limit.of(row) for row in fetch_all(connection, _LIMITS, {"guild": guild_id})]
    theirs = (limit for limit in limits if limit.layer not in (Layer.CHANNEL, Layer.BUDGET))
    periods = {Period.DAY, *(limit.period for limit in theirs if limit.period)}
    begins = sorted({to_milliseconds(window(period, now, zone)[0]) for period in periods})
    end = to_milliseconds(window(Period.DAY, now, zone)[1])
    parts = []
    for start, stop in pairwise([*begins, end]):
        values = {"guild": guild_id, "member": member_id, "from": start, "to": stop}
        used = fetch_one(connection, _USED, values)["used"]
        if used:
            parts.append((used, min(to_milliseconds(now), stop - 1)))
    return parts


def _carry_over_within(
    connection: sqlite3.Connection, guild_id: int, member_id: int, used: int, counts_at: int, now: datetime
) -> None:
    """Leaving is no refill: who comes back has used as much. Nobody gets the same, so that the sums stay."""
    values = {
        "guild": guild_id,
        "actor": BOT,
        "reason": CARRIED_OVER,
        "counts_at": counts_at,
        "now": to_milliseconds(now),
    }
    for owner, allowance in ((member_id, -used), (0, used)):
        connection.execute(_CARRY_OVER, values | {"member": owner, "allowance": allowance})


def drop_limits_within(
    connection: sqlite3.Connection, guild_id: int, member_id: int, default_per_day: int, now: datetime
) -> None:
    """Drop a member's own limits but those that leaving would lift: tighter ones, and one whose allowance is in use.

    What is used of one limit is not used of another with a longer period: leaving would be a way to have both.
    """
    in_use = bool(_used_within(connection, guild_id, member_id, now))
    limits = [Limit.of(row) for row in fetch_all(connection, _LIMITS, {"guild": guild_id})]
    for own in limits:
        if own.layer is Layer.MEMBER and own.target_id == member_id and not (in_use and own.rule is Rule.CREDITS):
            others = [limit for limit in limits if limit.layer is Layer.ROLE and limit.rule is own.rule]
            if strictness(own) <= min(map(strictness, [*others, _of_everyone(limits, own.rule, default_per_day)])):
                connection.execute(_CLEAR_LIMIT, {"guild": guild_id, "member": member_id, "rule": own.rule})


def _of_everyone(limits: Iterable[Limit], rule: Rule, default_per_day: int) -> Limit:
    candidates = [*(limit for limit in limits if limit.layer is Layer.EVERYONE), *defaults(default_per_day)]
    return next(limit for limit in candidates if limit.rule is rule)


def _drop_troubles_within(connection: sqlite3.Connection, guild_id: int, member_id: int, now: datetime) -> None:
    """Refusals that still count in a row stay, as does a block in force with what led to it; the rest goes."""
    since = strikes_count_since(connection, guild_id, member_id, now)
    connection.execute(_DROP_STRIKES, {"guild": guild_id, "member": member_id, "since": since})
    forget_on_record_within(connection, guild_id, member_id, now, now)


def forget_on_record_within(
    connection: sqlite3.Connection, guild_id: int, member_id: int, left_at: datetime, now: datetime
) -> None:
    """Take the person out of the record of a guild, as far as no block is in force any more."""
    block = block_within(connection, guild_id, member_id, now)
    values = {
        "guild": guild_id,
        "member": member_id,
        "left_at": to_milliseconds(left_at),
        "in_force_since": to_milliseconds(block.created_at) if block else None,
    }
    connection.execute(_FORGET_ON_RECORD, values)
