"""The books as moderators read them: reports by the server's days, tables that a spreadsheet can open, pictures."""

import asyncio
import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from engine import Action, Bar, Deed, Layer, Period, Rule, Sheet, UnknownZone
from tests.engine.edges import HeldClock, House, ScriptedProvider, film, house
from tests.storage.books import ACCOUNT, BY_MODERATOR, CHANNEL, GUILD, MEMBER, MODERATOR


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


async def at_home(at: House, zone: str) -> None:
    await at.servers.change(GUILD, {"time_zone": zone}, BY_MODERATOR)


def test_a_report_has_every_day_of_the_servers_calendar_and_adds_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        provider = ScriptedProvider(clip=film(tmp_path / "film.mp4"))
        clock = HeldClock()
        async with house(tmp_path, provider, clock=clock) as at:
            await at_home(at, "Pacific/Auckland")  # 13 hours ahead: noon is one o'clock tomorrow
            await at.a_clip(1)
            clock.advance(24 * 3600)
            removed = await at.a_clip(2, member_id=77)
            await at.engine.remove(removed.id, BY_MODERATOR, refund=True, moderates_guild=GUILD)
            report = await at.records.report(GUILD, 7)
            assert len(report.days) == 7
            assert [(day.day.day, day.credits, day.clips) for day in report.days[-2:]] == [(15, 10, 1), (16, 0, 1)]
            assert (report.credits, report.clips, report.refunded) == (10, 2, 10)
            assert [share.id for share in report.members] == [MEMBER, 77]
            own = await at.records.report(GUILD, 7, member_id=MEMBER)
            assert (own.credits, own.clips, len(own.members)) == (10, 1, 1)
            table = rows_of(at.records.report_csv(report))
            assert table[0] | {"which": ""} == {
                "what": "total",
                "which": "",
                "credits": "10",
                "clips": "2",
                "failed": "0",
                "cancelled": "0",
                "refunded": "10",
            }
            assert [row["which"] for row in table if row["what"] == "day"][-1] == "2026-03-16"
            assert [row["which"] for row in table if row["what"] == "channel"] == [str(CHANNEL)]

    asyncio.run(scenario())


@pytest.mark.parametrize("days", [1, 7, 30, 90])
def test_a_report_over_a_change_of_the_clocks_has_as_many_days_as_were_asked_for(tmp_path: Path, days: int) -> None:
    async def scenario() -> None:
        clock = HeldClock()
        clock.advance((datetime(2026, 11, 2, 4, 30, tzinfo=UTC) - clock.now()).total_seconds())
        async with house(tmp_path, clock=clock) as at:
            await at_home(at, "America/New_York")  # the day before had 25 hours, and it is half past eleven of it
            report = await at.records.report(GUILD, days)
            assert len(report.days) == days
            assert report.days[-1].day.isoformat() == "2026-11-01"
            assert report.until - report.since == timedelta(days=days, hours=1)

    asyncio.run(scenario())


def test_the_record_as_a_table_holds_every_entry_and_no_formula(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            for reason in ("=1+1", "+1", "-1", "@x", "\tx", "plain, with a comma"):
                await at.discipline.block(GUILD, MEMBER, None, Deed(MODERATOR, reason))
            await at.credits.set_limits(GUILD, Layer.EVERYONE, 0, {Rule.CREDITS: (5, Period.WEEK)}, Deed(MODERATOR))
            table = rows_of(await at.records.audit_csv(GUILD))
            assert [row["reason"] for row in table] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "plain, with a comma", ""]
            assert table[-1]["after"] == '{"credits": {"value": 5, "period": "week"}}'
            assert [row["target"] for row in table][:2] == [str(MEMBER)] * 2
            blocks = rows_of(await at.records.audit_csv(GUILD, member_id=MEMBER, action=Action.MEMBER_BLOCKED))
            assert len(blocks) == await at.records.audit_count(GUILD, action=Action.MEMBER_BLOCKED) == 6

    asyncio.run(scenario())


def test_a_time_zone_that_is_not_there_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            with pytest.raises(UnknownZone):
                await at_home(at, "Mars/Olympus")
            assert (await at.servers.settings(GUILD)).time_zone == "UTC"

    asyncio.run(scenario())


def test_credits_that_were_granted_can_be_taken_back_as_far_as_they_are_there(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, per_day=0) as at:
            granted = await at.credits.grant(ACCOUNT, 10, Deed(MODERATOR, "a prize", interaction_id=5))
            assert (granted.before.left, granted.after.left) == (0, 10)
            taken, changed = await at.credits.take(ACCOUNT, 25, Deed(MODERATOR, "a slip", interaction_id=6))
            assert (taken, changed.before.left, changed.after.left) == (10, 10, 0)
            history = await at.credits.history(GUILD, MEMBER, limit=5)
            assert [(entry.amount, entry.reason) for entry in history] == [(-10, "a slip"), (10, "a prize")]
            older = await at.credits.history(GUILD, MEMBER, before_id=history[0].id, limit=5)
            assert older == history[1:]

    asyncio.run(scenario())


def test_limits_are_set_and_lifted_rule_by_rule(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path, per_day=7) as at:
            rules: dict[Rule, tuple[int | None, Period | None]]
            rules = {Rule.CREDITS: (None, Period.DAY), Rule.AT_ONCE: (2, None)}
            await at.credits.set_limits(GUILD, Layer.MEMBER, MEMBER, rules, BY_MODERATOR)
            assert await at.left() is None
            assert len(await at.credits.limits_of(GUILD)) == 2
            await at.credits.clear_limits(GUILD, Layer.MEMBER, MEMBER, BY_MODERATOR, Rule.CREDITS)
            standing = await at.credits.standing(ACCOUNT)
            assert (standing.balance.left, standing.at_once.value) == (7, 2)
            await at.credits.clear_limits(GUILD, Layer.MEMBER, MEMBER, BY_MODERATOR)
            assert await at.credits.limits_of(GUILD) == []

    asyncio.run(scenario())


def test_a_preset_brings_its_rules_and_what_is_said_beside_it_wins(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            changes = {"preset": "preview", "most_seconds": 10}
            changed = await at.servers.set_channel(GUILD, CHANNEL, changes, BY_MODERATOR)
            assert await at.servers.all_rules(GUILD) == {CHANNEL: changed.after}
            rules = await at.servers.rules(GUILD, CHANNEL)
            assert (rules.preset, rules.most_resolution, rules.most_seconds) == ("preview", "720P", 10)
            assert await at.servers.all_rules(GUILD) == {CHANNEL: rules}
            await at.servers.clear_channel(GUILD, CHANNEL, None, BY_MODERATOR)
            assert await at.servers.all_rules(GUILD) == {}

    asyncio.run(scenario())


def test_a_servers_own_pause_ends_when_it_is_lifted(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            await at.servers.pause(GUILD, BY_MODERATOR)
            assert (await at.servers.pause_of(GUILD)) is not None
            changed = await at.servers.resume(GUILD, BY_MODERATOR)
            assert changed.before is not None
            assert await at.servers.pause_of(GUILD) is None

    asyncio.run(scenario())


def test_a_report_is_drawn_as_a_png(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with house(tmp_path) as at:
            sheet = Sheet("Credits", "7 days", (("Credits", "10"),), (Bar("1 Mar", 10, 1),), (), ())
            assert (await at.records.draw(sheet)).startswith(b"\x89PNG")

    asyncio.run(scenario())
