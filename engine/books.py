"""The books as moderators read them: the record page by page, reports, both as CSV, and a report's picture."""

import asyncio
import csv
import json
from collections.abc import Iterable
from datetime import timedelta
from io import StringIO
from typing import Any

from engine.clock import Clock
from media import chart
from media.chart import Sheet
from storage import Action, AuditEntry, AuditStore, Period, Report, ReportStore, ServerStore, window, zone_named

_AUDIT_COLUMNS = ("id", "time", "action", "by", "about", "target", "before", "after", "reason")
_REPORT_COLUMNS = ("what", "which", "credits", "clips", "failed", "cancelled", "refunded")

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula when a cell begins with it."""


class Books:
    """Reads the record and the sums at the present time."""

    def __init__(self, audit: AuditStore, reports: ReportStore, servers: ServerStore, clock: Clock) -> None:
        self._audit = audit
        self._reports = reports
        self._servers = servers
        self._clock = clock

    async def audit_page(
        self,
        guild_id: int,
        *,
        member_id: int | None = None,
        action: Action | None = None,
        before_id: int | None = None,
        limit: int,
    ) -> list[AuditEntry]:
        """Entries of the record, newest first; about or by a member, of one action, older than an entry."""
        return await self._audit.page(guild_id, member_id=member_id, action=action, before_id=before_id, limit=limit)

    async def audit_count(self, guild_id: int, *, member_id: int | None = None, action: Action | None = None) -> int:
        """How many entries there are to page through."""
        return await self._audit.count(guild_id, member_id=member_id, action=action)

    async def audit_csv(self, guild_id: int, *, member_id: int | None = None, action: Action | None = None) -> str:
        """The record as a table, oldest first."""
        entries = await self._audit.all_of(guild_id, member_id=member_id, action=action)
        return await asyncio.to_thread(_table, _AUDIT_COLUMNS, map(_audit_row, entries))

    async def report(self, guild_id: int, days: int, member_id: int | None = None) -> Report:
        """The figures of the last days in the server's time zone, today included; a member's own if one is given."""
        zone = zone_named((await self._servers.settings(guild_id)).time_zone)
        today, tomorrow = window(Period.DAY, self._clock.now(), zone)
        # From noon back, so that a day of 23 or 25 hours still leads into the right one.
        first, _ = window(Period.DAY, today + timedelta(hours=12) - timedelta(days=days - 1), zone)
        return await self._reports.report(guild_id, first, tomorrow, zone, member_id)

    def report_csv(self, report: Report) -> str:
        """A report's figures as a table: the total, then each day, member and channel."""
        return _table(_REPORT_COLUMNS, _report_rows(report))

    async def draw(self, sheet: Sheet) -> bytes:
        """A report as a PNG. Raises ChartFailed."""
        return await asyncio.to_thread(chart.draw, sheet)


def _audit_row(entry: AuditEntry) -> tuple[object, ...]:
    facts = (_told(entry.before), _told(entry.after))
    when, target = entry.created_at.isoformat(timespec="seconds"), entry.target_id
    return entry.id, when, str(entry.action), entry.actor_id, entry.target_kind, target, *facts, entry.reason


def _told(facts: dict[str, Any] | None) -> str:
    return "" if facts is None else json.dumps(facts, ensure_ascii=False)


def _report_rows(report: Report) -> Iterable[tuple[object, ...]]:
    yield "total", "", report.credits, report.clips, report.failed, report.cancelled, report.refunded
    for day in report.days:
        yield "day", day.day.isoformat(), day.credits, day.clips, day.failed, "", day.refunded
    for what, shares in (("member", report.members), ("channel", report.channels)):
        for share in shares:
            yield what, str(share.id), share.credits, share.clips, "", "", ""


def _table(columns: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    """What people have written is kept from becoming a formula in whoever's spreadsheet."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
