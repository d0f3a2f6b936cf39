"""Periods of a calendar: days, weeks and months between the midnights of a time zone."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo


class Period(StrEnum):
    """How long it takes until an allowance renews."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class UnknownZone(Exception):
    """No time zone has this name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name!r} is no time zone")


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name, such as Europe/Berlin; raises UnknownZone."""
    # The system's folder also holds copies that count leap seconds.
    if name.startswith("right/"):
        raise UnknownZone(name)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # OSError: a folder, such as Europe
        raise UnknownZone(name) from error


def window(period: Period, moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The period around a moment: its first instant and the next one's, in UTC. Weeks begin on Monday."""
    return _around(period, moment.astimezone(zone).date(), zone)


@lru_cache(maxsize=1000)  # every order asks for the same few days
def _around(period: Period, today: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    if period is Period.DAY:
        first, following = today, today + timedelta(days=1)
    elif period is Period.WEEK:
        first = today - timedelta(days=today.weekday())
        following = first + timedelta(days=7)
    else:
        first = today.replace(day=1)
        following = (first + timedelta(days=31)).replace(day=1)
    return _midnight(first, zone), _midnight(following, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    # Where the clocks skip midnight, this is the instant at which they skip it.
    return datetime.combine(day, time(), zone).astimezone(UTC)
