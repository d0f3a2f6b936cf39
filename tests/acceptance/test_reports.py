"""Where credits went: pictures that can be opened, words for those who cannot see them, and tables."""

import csv
import io
from collections.abc import Iterator

import pytest
from PIL import Image

from tests.acceptance.street import Message, Opened, Street, sandbox

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Three clips by two members in two channels, and one that failed."""
    with sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        street = running.street
        orders = [("member", "clips"), ("member", "general"), ("second.member", "clips")]
        for who, where in orders:
            street.taken(who, where, prompt="a clip")
        street.until(lambda: _all_done(street, "clips") and _all_done(street, "general"), "the clips")
        street.fault("wan", "POST", "image-to-video", status=400, body={"error_code": "InvalidParameter"})
        failed = street.taken(prompt="a failure")
        street.until(lambda: "No clip" in street.text(failed["id"]), "the failure")
        yield running


def _all_done(street: Street, where: str) -> bool:
    texts = [one["content"] for one in street.messages(where=where)]
    under_way = any(f"**{word}**" in text for text in texts for word in ("Waiting", "Generating", "Posting"))
    done = sum("✅ **Done**" in text for text in texts)
    return not under_way and done == sum("your clip is ready" in text for text in texts) > 0


def measured(street: Street, message: Message) -> tuple[int, int]:
    """The size of a report's picture, which has to be one."""
    with Image.open(io.BytesIO(street.download(message, ".png"))) as image:
        image.load()
        assert image.format == "PNG"
        assert len(image.convert("RGB").getcolors(1 << 24) or []) > 20
        return image.size


def rows(street: Street, message: Message) -> Rows:
    table = street.download(message, ".csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(table)))


@pytest.mark.parametrize("days", [7, 30, 90])
def test_moderators_see_where_the_servers_credits_went(street: Street, days: int) -> None:
    report = street.shown_to("moderator", street.command("report", "moderator", days=days))
    assert report["content"].startswith(f"**The server's last {days} days**, ")
    assert "30 credits (about 1.50 USD at list price), 3 clips, 1 failed" in report["content"]
    assert report["content"].endswith("10 credits returned.")
    width, height = measured(street, report)
    assert width == 1080
    assert height > width
    table = rows(street, report)
    assert [row for row in table if row["what"] == "total"] == [
        {"what": "total", "which": "", "credits": "30", "clips": "3", "failed": "1", "cancelled": "0", "refunded": "10"}
    ]
    by_day = [row for row in table if row["what"] == "day"]
    assert len(by_day) == days
    assert sum(int(row["credits"]) for row in by_day) == 30
    assert _shares(table, "member") == {street.users["member"]: "20", street.users["second.member"]: "10"}
    assert _shares(table, "channel") == {street.channels["clips"]: "20", street.channels["general"]: "10"}


def _shares(table: Rows, what: str) -> dict[str, str]:
    return {row["which"]: row["credits"] for row in table if row["what"] == what}


def test_the_picture_of_a_report_is_told_in_words(street: Street) -> None:
    report = street.shown_to("moderator", street.command("report", "moderator"))
    words = next(one["description"] for one in report["attachments"] if one["filename"] == "report.png")
    assert "credits 30, clips 3, failed 1, cancelled 0, credits returned 10" in words
    assert "By member: Member 20 credits, Second Member 10 credits." in words
    assert "By channel: #clips 20 credits, #general 10 credits." in words
    assert "most on " in words


def test_members_see_their_own_and_nobody_elses(street: Street) -> None:
    usage = street.shown_to("second.member", street.command("usage", "second.member", days=7))
    assert usage["content"].startswith("**Your last 7 days**, ")
    assert "10 credits (about 0.50 USD at list price), 1 clip, 0 failed" in usage["content"]
    words = next(one["description"] for one in usage["attachments"] if one["filename"] == "usage.png")
    assert "Member" not in words
    assert measured(street, usage)[0] == 1080
    table = rows(street, usage)
    assert _shares(table, "channel") == {street.channels["clips"]: "10"}
    assert street.users["member"] not in str(table)


def test_a_server_where_nothing_happened_has_a_report_as_well(street: Street) -> None:
    usage = street.shown_to("operator", street.command("usage", "operator"))
    assert "0 credits (about 0.00 USD at list price), 0 clips" in usage["content"]
    assert measured(street, usage)[0] == 1080
    assert all(row["credits"] == "0" for row in rows(street, usage))


def test_days_are_those_of_the_servers_time_zone(street: Street) -> None:
    street.moderate("server set", time_zone="Pacific/Kiritimati")
    east = rows(street, street.shown_to("moderator", street.command("report", "moderator", days=7)))
    street.moderate("server set", time_zone="Pacific/Niue")
    west = rows(street, street.shown_to("moderator", street.command("report", "moderator", days=7)))
    newest = [max(row["which"] for row in table if row["what"] == "day") for table in (east, west)]
    assert newest[0] > newest[1]  # 25 hours lie between them
    assert "Nothing changed." in street.moderate("server set", time_zone="Nowhere/Land")
    assert "Pacific/Niue" in street.completions("server set", "time_zone", time_zone="niu")
    street.moderate("server clear", setting="time_zone")
