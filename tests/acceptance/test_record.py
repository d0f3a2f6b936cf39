"""The record of what moderators changed: in the log channel, page by page, and as a table."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Literal

import pytest

from tests.acceptance.street import Opened, Street


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """The log goes to #bot-log."""
    opened.street.reset()
    opened.street.moderate("server set", log_channel=opened.street.channels["bot-log"])
    yield opened.street
    opened.street.clear_faults()


def log(street: Street, last: str) -> list[str]:
    """The lines in the log channel, once there is one with these words."""

    def told() -> list[str]:
        messages = street.messages("moderator", "bot-log")
        lines = [line for message in messages for line in message["content"].splitlines()]
        return lines if any(last in line for line in lines) else []

    return street.until(told, f"{last!r} in the log")


def test_the_log_channel_is_told_each_change_with_before_and_after(street: Street) -> None:
    member, clips, by = (street.users["second.member"], street.channels["clips"], street.users["moderator"])
    street.moderate("limits set member", member=member, credits="30")
    street.moderate("limits set member", member=member, credits="40", period="week")
    street.moderate("credits grant", member=member, amount=8, reason="a contest")
    street.moderate("credits take", member=member, amount=3, reason="a mistake")
    street.moderate("block add", member=member, reason="spam", time="2 h")
    street.moderate("block lift", member=member)
    street.moderate("words add", phrase="bad word")
    street.moderate("words remove", phrase="bad word")
    street.moderate("channel set", longest_duration=10)
    street.moderate("channel clear")
    street.moderate("limits clear member", member=member)
    street.moderate("server pause", reason="maintenance")
    street.moderate("server resume")
    lines = log(street, "**Server resumed**")
    expected = [
        f"**Limit set** for <@{member}>: no limit of its own → 30 credits a day",
        f"**Limit set** for <@{member}>: 30 credits a day → 40 credits a week",
        f"**Credits granted** to <@{member}>: 8 credits, 40 → 48 left",
        f"**Credits taken** from <@{member}>: 3 credits, 48 → 45 left",
        f"**Member blocked** <@{member}>: not blocked → until <t:",
        f"**Block lifted** <@{member}>: until <t:",
        "**Words refused**: ||`bad word`||",
        "**Words allowed again**: ||`bad word`||",
        f"**Channel set** <#{clips}>: longest duration not set → 10 s",
        f"**Channel cleared** <#{clips}>: longest duration 10 s → not set",
        f"**Limit cleared** for <@{member}>: 40 credits a week → no limit of its own",
        "**Server paused**",
        "**Server resumed**",
    ]
    for line, words in zip(lines, expected, strict=True):
        assert words in line
        assert f"by <@{by}>" in line
    assert lines[2].endswith("“a contest”")
    assert lines[11].endswith("“maintenance”")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_bot_killed_while_it_tells_the_log_tells_each_change_once(
    street: Street, moment: Literal["before", "after"]
) -> None:
    path = f"channels/{street.channels['bot-log']}/messages"
    posts = street.fault("discord", "POST", path, times=None, hang=moment)
    street.moderate("words add", phrase=f"{moment} one")
    street.until(lambda: street.fault_hits(posts), "the post")
    street.moderate("words add", phrase=f"{moment} two")
    street.kill_bot()
    street.clear_faults()
    street.start_bot()
    street.moderate("words add", phrase=f"{moment} three")
    lines = [line for line in log(street, f"`{moment} three`") if f"`{moment} " in line]
    assert [line.split("`")[1] for line in lines] == [f"{moment} one", f"{moment} two", f"{moment} three"]


def test_a_log_channel_that_is_closed_keeps_nothing_else_from_working(street: Street) -> None:
    channel = street.channels["bot-log"]
    street.post("/sandbox/settings", {"permissions": {channel: {"send": False}}})
    street.moderate("words add", phrase="while closed")
    assert "`while closed`" in street.moderate("audit")
    street.taken(prompt="a lake", where="general", who="second.member")
    street.post("/sandbox/settings", {"permissions": {channel: {"send": True}}})
    said = street.moderate("server set", log_channel=street.channels["moderators"])
    assert f"- Log channel: <#{channel}> → **<#{street.channels['moderators']}>**" in said


def test_the_record_is_read_page_by_page_narrowed_down_and_taken_along_as_a_table(street: Street) -> None:
    member = street.users["member"]
    for number in range(1, 11):
        street.moderate("credits grant", member=member, amount=number, reason=f"=round {number}")
    shown = street.shown_to("moderator", street.command("audit", "moderator", member=member))
    lines = shown["content"].splitlines()
    assert len(lines) == 9
    assert lines[-1] == "-# Page 1 of 2 · 10 entries, newest first"
    assert "10 credits, " in lines[0]
    assert lines[0].endswith("“=round 10”")
    street.press(shown, "▶", "moderator")
    second = street.changed(shown)
    assert len(second["content"].splitlines()) == 3
    assert "“=round 1”" in second["content"]
    table = street.shown_to("moderator", street.press(second, "Export CSV", "moderator"))
    rows = list(csv.DictReader(io.StringIO(street.download(table, "audit.csv").decode("utf-8-sig"))))
    assert [row["reason"] for row in rows] == [f"'=round {number}" for number in range(1, 11)]
    assert {row["action"] for row in rows} == {"credits_granted"}
    assert {row["target"] for row in rows} == {member}
    assert {row["by"] for row in rows} == {street.users["moderator"]}
    assert json.loads(rows[9]["after"])["amount"] == 10
    narrowed = street.moderate("audit", action="server_set")
    assert all("**Server set**" in line for line in narrowed.splitlines()[:-1])
    assert street.moderate("audit", action="clip_removed") == "Nothing of that kind is on record here."
