"""Periods run from midnight to midnight of a time zone, whatever its clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Period, UnknownZone, window, zone_named

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(name for name in available_timezones() if "/" in name)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def test_a_day_is_the_servers_own_not_that_of_utc() -> None:
    late = utc(2026, 3, 14, 23, 30)  # half past midnight in Berlin
    assert window(Period.DAY, late, BERLIN) == (utc(2026, 3, 14, 23), utc(2026, 3, 15, 23))
    assert window(Period.DAY, late, ZoneInfo("UTC")) == (utc(2026, 3, 14), utc(2026, 3, 15))


def test_the_first_instant_of_a_day_is_in_it_and_the_last_one_before_is_not() -> None:
    midnight = utc(2026, 3, 14, 23)
    assert window(Period.DAY, midnight, BERLIN)[0] == midnight
    assert window(Period.DAY, midnight - timedelta(milliseconds=1), BERLIN)[1] == midnight


def test_a_week_begins_on_monday() -> None:
    sunday, monday = utc(2026, 3, 15, 12), utc(2026, 3, 16, 12)
    assert window(Period.WEEK, sunday, ZoneInfo("UTC")) == (utc(2026, 3, 9), utc(2026, 3, 16))
    assert window(Period.WEEK, monday, ZoneInfo("UTC")) == (utc(2026, 3, 16), utc(2026, 3, 23))


@pytest.mark.parametrize(
    ("moment", "start", "end"),
    [
        (utc(2024, 2, 29, 12), utc(2024, 2, 1), utc(2024, 3, 1)),
        (utc(2026, 1, 31, 12), utc(2026, 1, 1), utc(2026, 2, 1)),
        (utc(2026, 12, 31, 23, 59), utc(2026, 12, 1), utc(2027, 1, 1)),
    ],
)
def test_a_month_begins_on_its_first_day(moment: datetime, start: datetime, end: datetime) -> None:
    assert window(Period.MONTH, moment, ZoneInfo("UTC")) == (start, end)


@pytest.mark.parametrize(("day", "hours"), [(utc(2026, 3, 29, 12), 23), (utc(2026, 10, 25, 12), 25)])
def test_a_day_on_which_the_clocks_change_is_an_hour_shorter_or_longer(day: datetime, hours: int) -> None:
    start, end = window(Period.DAY, day, BERLIN)
    assert end - start == timedelta(hours=hours)


def test_where_midnight_is_skipped_the_day_begins_when_the_clocks_skip_it() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # on 24 April 2026 the clocks go from 0:00 to 1:00
    start, end = window(Period.DAY, utc(2026, 4, 24, 12), cairo)
    assert (start, end) == (utc(2026, 4, 23, 22), utc(2026, 4, 24, 21))


@settings(max_examples=300)
@given(MOMENTS, st.sampled_from(Period), st.sampled_from(ZONES))
def test_each_moment_is_in_one_period_and_the_next_begins_where_it_ends(
    moment: datetime, period: Period, name: str
) -> None:
    zone = zone_named(name)
    start, end = window(period, moment, zone)
    assert start <= moment < end
    assert window(period, start, zone) == (start, end)
    assert window(period, end - timedelta(milliseconds=1), zone) == (start, end)
    assert window(period, end, zone)[0] == end
    assert {start.utcoffset(), end.utcoffset()} == {timedelta()}


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "Europe", "../etc/passwd", "/etc/passwd", "a\0b", "right/UTC"])
def test_what_is_no_time_zone_is_refused_by_name(name: str) -> None:
    with pytest.raises(UnknownZone) as refusal:
        zone_named(name)
    assert refusal.value.name == name


def test_every_zone_of_the_world_has_a_name() -> None:
    assert [zone_named(name).key for name in ZONES] == ZONES
