"""Where a server's credits went: by day, by member and by channel."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from storage.database import Database
from storage.jobs import to_milliseconds

_BUCKET_SECONDS = 15 * 60
"""Days begin at a quarter of an hour in every time zone, so that quarters can be put together to days."""

# A refund counts where its charge did, so that a day's credits are what its clips have cost in the end. One
# statement, so that all sums are of the same moment.
_SUMS = """
WITH
moved (quarter, member, channel, charged, refunded, clips, failed, cancelled) AS MATERIALIZED (
    SELECT counts_at / :quarter, member_id, home_channel_id,
        CASE kind WHEN 'charge' THEN -allowance - granted ELSE 0 END,
        CASE kind WHEN 'refund' THEN allowance + granted ELSE 0 END,
        0, 0, 0
    FROM ledger
    WHERE guild_id = :guild AND counts_at >= :since AND counts_at < :until AND kind IN ('charge', 'refund')
        AND (:member IS NULL OR member_id = :member)
    UNION ALL
    SELECT created_at / :quarter, member_id, home_channel_id, 0, 0,
        state = 'done', state = 'failed', state = 'cancelled'
    FROM jobs
    WHERE guild_id = :guild AND created_at >= :since AND created_at < :until
        AND (:member IS NULL OR member_id = :member)
),
parts (part, id, charged, refunded, clips, failed, cancelled) AS (
    SELECT 'quarter', quarter, charged, refunded, clips, failed, cancelled FROM moved
    UNION ALL SELECT 'member', member, charged, refunded, clips, failed, cancelled FROM moved
    UNION ALL SELECT 'channel', COALESCE(channel, 0), charged, refunded, clips, failed, cancelled FROM moved
)
SELECT part, id, SUM(charged) - SUM(refunded) AS credits, SUM(refunded) AS refunded,
    SUM(clips) AS clips, SUM(failed) AS failed, SUM(cancelled) AS cancelled
FROM parts GROUP BY part, id
"""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A local day: the credits of what was ordered on it, less what was given back, and what became of the orders."""

    day: date
    credits: int
    clips: int
    failed: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Share:
    """A member's or a channel's part; the member 0 stands for all who have left for good."""

    id: int
    credits: int
    clips: int


@dataclass(frozen=True, slots=True)
class Report:
    """A server's figures over some time, or one member's in it."""

    guild_id: int
    since: datetime
    until: datetime
    days: tuple[DayFigures, ...]
    members: tuple[Share, ...]
    channels: tuple[Share, ...]
    credits: int
    clips: int
    failed: int
    cancelled: int
    refunded: int


class ReportStore:
    """Adds up the ledger and the jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(
        self, guild_id: int, since: datetime, until: datetime, zone: ZoneInfo, member_id: int | None = None
    ) -> Report:
        """The figures of all orders from one moment until another, by the days of a time zone."""
        values = {
            "guild": guild_id,
            "member": member_id,
            "since": to_milliseconds(since),
            "until": to_milliseconds(until),
            "quarter": _BUCKET_SECONDS * 1000,
        }
        rows = list(await self._database.rows(_SUMS, values))
        quarters = [row for row in rows if row["part"] == "quarter"]
        return Report(
            guild_id=guild_id,
            since=since,
            until=until,
            days=_days(quarters, since, until, zone),
            members=_shares(row for row in rows if row["part"] == "member"),
            channels=_shares(row for row in rows if row["part"] == "channel"),
            **_added(quarters),
        )


def _days(quarters: Iterable[sqlite3.Row], since: datetime, until: datetime, zone: ZoneInfo) -> tuple[DayFigures, ...]:
    of_day: dict[date, list[sqlite3.Row]] = {day: [] for day in _days_between(since, until, zone)}
    for row in quarters:
        start = datetime.fromtimestamp(row["id"] * _BUCKET_SECONDS, zone)
        of_day[start.date()].append(row)
    return tuple(_figures(day, rows) for day, rows in of_day.items())


def _days_between(since: datetime, until: datetime, zone: ZoneInfo) -> Iterable[date]:
    first = since.astimezone(zone).date()
    last = (until - timedelta(milliseconds=1)).astimezone(zone).date()
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _figures(day: date, rows: Iterable[sqlite3.Row]) -> DayFigures:
    sums = _added(rows)
    return DayFigures(day, sums["credits"], sums["clips"], sums["failed"], sums["refunded"])


def _added(rows: Iterable[sqlite3.Row]) -> dict[str, int]:
    sums = dict.fromkeys(("credits", "clips", "failed", "cancelled", "refunded"), 0)
    for row in rows:
        for name in sums:
            sums[name] += row[name]
    return sums


def _shares(rows: Iterable[sqlite3.Row]) -> tuple[Share, ...]:
    found = [Share(row["id"], row["credits"], row["clips"]) for row in rows]
    used = [share for share in found if share.credits or share.clips]
    return tuple(sorted(used, key=lambda share: (-share.credits, -share.clips, share.id)))
