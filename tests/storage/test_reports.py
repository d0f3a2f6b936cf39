"""Figures by day, member and channel add up to the ledger, in every time zone."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from storage import Action, DayFigures, Deed, Failure, JobState, Report, ReportStore, Share
from tests.storage.books import ACCOUNT, CHANNEL, GUILD, MEMBER, MODERATOR, NOON, Books, books, new_job

UTC_ZONE = ZoneInfo("UTC")
DAY = timedelta(days=1)
MIDNIGHT = NOON.replace(hour=0)


async def _end(kept: Books, number: int, failure: Failure = Failure.PROVIDER_BUSY) -> None:
    await kept.jobs.end(f"job{number}", (JobState.QUEUED,), failure, NOON, actor_id=0)


async def _report(kept: Books, days: int = 1, member_id: int | None = None, zone: ZoneInfo = UTC_ZONE) -> Report:
    store = ReportStore(kept.database)
    return await store.report(GUILD, MIDNIGHT, MIDNIGHT + days * DAY, zone, member_id)


def test_a_report_tells_clips_failures_and_refunds_apart(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=1000) as kept:
            await kept.finish(await kept.jobs.accept(new_job(1, price=10)), NOON)
            await kept.jobs.accept(new_job(2, price=20))
            await _end(kept, 2)
            await kept.jobs.accept(new_job(3, price=40))
            await _end(kept, 3, Failure.CANCELLED)
            await kept.jobs.accept(new_job(4, price=80, member_id=31, channel_id=21))  # under way
            report = await _report(kept)
            assert (report.credits, report.clips, report.failed, report.cancelled, report.refunded) == (90, 1, 1, 1, 60)
            assert report.days == (DayFigures(NOON.date(), 90, 1, 1, 60),)
            assert report.members == (Share(31, 80, 0), Share(MEMBER, 10, 1))
            assert report.channels == (Share(21, 80, 0), Share(CHANNEL, 10, 1))

    asyncio.run(scenario())


def test_a_refund_on_a_later_day_counts_on_the_day_of_its_charge(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.finish(await kept.jobs.accept(new_job(1)), NOON)
            deed = Deed(MODERATOR, "blurred")
            await kept.jobs.remove("job1", refund=True, deed=deed, now=NOON + DAY, action=Action.CLIP_REMOVED)
            report = await _report(kept, days=2)
            assert [(day.credits, day.clips, day.refunded) for day in report.days] == [(0, 1, 10), (0, 0, 0)]
            assert report.members == (Share(MEMBER, 0, 1),)

    asyncio.run(scenario())


def test_grants_and_what_is_taken_back_are_no_spending(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.ledger.grant(ACCOUNT, 500, Deed(MODERATOR, "thanks", 7), NOON)
            await kept.ledger.take(ACCOUNT, 100, Deed(MODERATOR, "sorry", 8), NOON)
            assert (await _report(kept)).members == ()
            await kept.jobs.accept(new_job(1, price=60))
            await kept.jobs.accept(new_job(2, price=300))  # out of what was granted
            report = await _report(kept)
            assert (report.credits, report.refunded) == (360, 0)

    asyncio.run(scenario())


def test_only_the_guild_the_time_and_the_member_asked_for_count(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            orders = [
                new_job(1, price=1, at=MIDNIGHT - timedelta(milliseconds=1)),
                new_job(2, price=2, at=MIDNIGHT),
                new_job(3, price=4, at=MIDNIGHT + DAY - timedelta(milliseconds=1)),
                new_job(4, price=8, at=MIDNIGHT + DAY),
                new_job(5, price=16, guild_id=11),
                new_job(6, price=32, member_id=31),
            ]
            for order in orders:
                await kept.jobs.accept(order)
            assert (await _report(kept)).credits == 2 + 4 + 32
            own = await _report(kept, member_id=MEMBER)
            assert (own.credits, own.members, len(own.days)) == (6, (Share(MEMBER, 6, 0),), 1)

    asyncio.run(scenario())


def test_threads_count_for_the_channel_they_are_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            await kept.jobs.accept(new_job(1, channel_id=99, home_channel_id=CHANNEL))
            await kept.jobs.accept(new_job(2))
            assert (await _report(kept)).channels == (Share(CHANNEL, 20, 0),)

    asyncio.run(scenario())


def test_every_day_is_there_also_where_nothing_was_made(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            report = await _report(kept, days=92)
            assert [day.day for day in report.days] == [NOON.date() + number * DAY for number in range(92)]
            assert {(day.credits, day.clips, day.failed, day.refunded) for day in report.days} == {(0, 0, 0, 0)}
            assert (report.members, report.channels, report.credits) == ((), (), 0)

    asyncio.run(scenario())


def test_days_are_those_of_the_time_zone_also_where_the_clocks_change(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path, per_day=1000) as kept:
            berlin = ZoneInfo("Europe/Berlin")  # 2026-03-29 has 23 hours there
            since = datetime(2026, 3, 28, tzinfo=berlin).astimezone(UTC)
            until = datetime(2026, 3, 31, tzinfo=berlin).astimezone(UTC)
            lasts = [datetime(2026, 3, day, 23, 59, 59, tzinfo=berlin).astimezone(UTC) for day in (28, 29, 30)]
            firsts = [datetime(2026, 3, day, tzinfo=berlin).astimezone(UTC) for day in (28, 29, 30)]
            for number, moment in enumerate([*lasts, *firsts]):
                await kept.jobs.accept(new_job(number, price=10 ** (number % 3), at=moment))
            report = await ReportStore(kept.database).report(GUILD, since, until, berlin)
            assert [(day.day, day.credits) for day in report.days] == [
                (date(2026, 3, 28), 2),
                (date(2026, 3, 29), 20),
                (date(2026, 3, 30), 200),
            ]

    asyncio.run(scenario())


def test_days_begin_at_a_quarter_of_an_hour_in_kathmandu(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with books(tmp_path) as kept:
            kathmandu = ZoneInfo("Asia/Kathmandu")
            midnight = datetime(2026, 3, 15, tzinfo=kathmandu).astimezone(UTC)
            assert midnight.minute == 15
            await kept.jobs.accept(new_job(1, price=1, at=midnight - timedelta(milliseconds=1)))
            await kept.jobs.accept(new_job(2, price=2, at=midnight))
            report = await ReportStore(kept.database).report(GUILD, midnight - DAY, midnight + DAY, kathmandu)
            assert [day.credits for day in report.days] == [1, 2]

    asyncio.run(scenario())


ORDERS = st.lists(
    st.tuples(
        st.integers(0, 4 * 96 - 1).map(lambda quarters: timedelta(minutes=15 * quarters)),
        st.integers(1, 9),
        st.sampled_from([30, 31, 32]),
        st.sampled_from([20, 21]),
        st.sampled_from(["under way", "done", "failed", "removed"]),
    ),
    max_size=8,
)
ZONES = st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"])


@settings(max_examples=25)
@given(ORDERS, ZONES, st.integers(0, 100))
def test_days_members_and_channels_each_add_up_to_the_whole(
    orders: list[tuple[timedelta, int, int, int, str]], zone: str, offset_minutes: int
) -> None:
    async def scenario(folder: Path) -> None:
        async with books(folder, per_day=1000) as kept:
            for number, (after, price, member, channel, end) in enumerate(orders):
                order = new_job(number, price=price, member_id=member, at=MIDNIGHT + after)
                job = await kept.jobs.accept(replace(order, channel_id=channel))
                if end == "failed":
                    await _end(kept, number)
                elif end != "under way":
                    await kept.finish(job, NOON)
                if end == "removed":
                    deed = Deed(MODERATOR)
                    await kept.jobs.remove(job.id, refund=True, deed=deed, now=NOON, action=Action.CLIP_REMOVED)
            since = MIDNIGHT + timedelta(minutes=offset_minutes)
            report = await ReportStore(kept.database).report(GUILD, since, MIDNIGHT + 3 * DAY, ZoneInfo(zone))
            inside = [order for order in orders if since - MIDNIGHT <= order[0] < 3 * DAY]
            spent = sum(order[1] for order in inside if order[4] in ("under way", "done"))
            made = sum(order[4] in ("done", "removed") for order in inside)
            assert (report.credits, report.clips) == (spent, made)
            for parts in (report.days, report.members, report.channels):
                assert (sum(part.credits for part in parts), sum(part.clips for part in parts)) == (spent, made)
            assert [share.credits for share in report.members] == sorted(
                (share.credits for share in report.members), reverse=True
            )

    with TemporaryDirectory() as folder:
        asyncio.run(scenario(Path(folder)))
