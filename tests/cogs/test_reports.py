"""Where credits went: a picture with alt text, a sentence, and a table."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from cogs.words import reports
from engine import DayFigures, Prices, Report, Share
from sandbox.discord.world import MEMBER, SECOND_MEMBER, USER_MODERATOR
from tests.cogs.scene import Message, scene
from tests.storage.books import NOON

PRICES = Prices({"480P": 1, "720P": 2, "1080P": 3})


@pytest.mark.parametrize("command", ["report", "usage"])
def test_a_report_is_a_picture_with_alt_text_and_a_table(tmp_path: Path, command: str) -> None:
    async def answered() -> tuple[Message, bytes, bytes]:
        async with scene(tmp_path) as at:
            now = datetime.now(UTC)
            for number, member in enumerate([MEMBER, MEMBER, SECOND_MEMBER, "1000000000000000999"], 1):
                await at.posted(number, member, at=now)
            message = await at.say(command, MEMBER if command == "usage" else USER_MODERATOR, days=7)
            picture, table = message["attachments"]
            return message, await _read(picture["url"]), await _read(table["url"])

    message, picture, table = asyncio.run(answered())
    assert message["ephemeral"]
    assert picture.startswith(b"\x89PNG")
    assert table.startswith(b"\xef\xbb\xbfwhat,which,credits")
    alt_text = message["attachments"][0]["description"]
    if command == "report":
        assert "40 credits (about 2.00 USD at list price), 4 clips, 0 failed" in message["content"]
        assert "By member: Member 20 credits, Second Member 10 credits, a member who left 10 credits." in alt_text
        assert "By channel: #clips 40 credits." in alt_text
    else:
        assert "20 credits (about 1.00 USD at list price), 2 clips, 0 failed" in message["content"]
        assert "By member" not in alt_text
        assert SECOND_MEMBER not in table.decode()


def test_many_members_are_the_biggest_and_the_others_together() -> None:
    report = _report(days=3, members=9)
    names = {share.id: f"member {share.id}" for share in reports.biggest(report.members)}
    sheet = reports.sheet(report, "Report", "UTC", names, {})
    assert [bar.label for bar in sheet.members] == ["member 1", "member 2", "member 3", "member 4", "5 others"]
    assert sum(bar.credits for bar in sheet.members) == sum(share.credits for share in report.members)
    assert sheet.channels == ()


def test_alt_text_and_message_fit_whatever_people_are_called() -> None:
    report = _report(days=90, members=5)
    names = {share.id: "N" * 400 for share in report.members}
    sheet = reports.sheet(report, reports.title(90), "America/Argentina/Buenos_Aires", names, {})
    assert len(reports.alt_text(sheet)) <= 1024
    assert len(reports.message(report, reports.title(90), PRICES)) <= 2000


def test_a_report_without_a_clip_says_so_in_figures() -> None:
    report = _report(days=7, members=0)
    sheet = reports.sheet(report, reports.own_title(7), "UTC", {}, {})
    assert "credits 0, clips 0" in reports.alt_text(sheet)
    assert "most on" not in reports.alt_text(sheet)


def _report(days: int, members: int) -> Report:
    each = 10 * members
    shares = tuple(Share(number, 10 * (members - number + 1), 1) for number in range(1, members + 1))
    figures = tuple(DayFigures(date(2026, 1, 1) + timedelta(days=day), each, 1, 0, 0) for day in range(days))
    return Report(1, NOON, NOON, figures, shares, (), each * days, days if members else 0, 0, 0, 0)


async def _read(url: str) -> bytes:
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return await response.read()
