"""A moderator at work in the page, by hand: limits, a preview channel, a clip that has to go, the report."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.acceptance.hands import become, begin, enter, photograph, pick, send
from tests.acceptance.street import Opened, sandbox
from tests.sandbox.browser import CHROMIUM, CLIP_MS, MARKS, SOON_MS, add_option, animate, message, picture, visit

pytestmark = MARKS


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Members may spend 60 credits a day."""
    with sandbox(tmp_path_factory.mktemp("sandbox"), CREDITS_PER_DAY="60") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium without a window."""
    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page is photographed into."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
def page(opened: Opened, browser: Browser) -> Iterator[Page]:
    """The page, with the moderator at it; no limits and no rules are set."""
    street = opened.street
    street.reset()
    street.give_roles("member")
    street.moderate("limits clear role", role=street.roles["Makers"])
    street.moderate("channel clear", where="previews")
    with visit(f"{street.http.base_url}/", browser) as visited:
        become(visited, "Moderator")
        yield visited


def open_removal(page: Page, clip: Locator) -> Locator:
    """The form of *Remove clip*, out of a clip's menu."""
    clip.hover()
    clip.get_by_role("button", name="More for this message").click()
    page.get_by_role("menuitem", name="Remove clip").click()
    form = page.get_by_role("dialog", name="Remove clip")
    expect(form).to_be_visible(timeout=SOON_MS)
    return form


def test_a_roles_limit_is_set_with_pickers_and_explained_for_a_member(page: Page, pictures: Path) -> None:
    begin(page, "limits set role")
    pick(page, "@mak", "Makers")
    add_option(page, "credits")
    pick(page, "300")
    add_option(page, "period")
    pick(page, "week")
    add_option(page, "at_once")
    pick(page, "2")
    send(page, "limits set role")
    said = message(page, "Changed for")
    expect(said).to_contain_text("Credits: not set → 300 a week", timeout=SOON_MS)
    expect(said).to_contain_text("At once: not set → 2")
    expect(said).to_contain_text("Only you can see this")
    page.get_by_role("button", name="Roles of Member", exact=True).click()
    page.get_by_role("dialog", name="Roles of Member").get_by_role("checkbox", name="Makers").check()
    page.keyboard.press("Escape")
    begin(page, "limits show")
    add_option(page, "member")
    pick(page, "Member", re.compile("^Member"))
    send(page, "limits show")
    shown = message(page, "can make clips")
    expect(shown).to_contain_text("300 credits left", timeout=SOON_MS)
    expect(shown).to_contain_text("from @Makers, before the bot's default (60 a day)")
    photograph(page, pictures / "limits.png")


def test_a_preview_channel_binds_what_a_member_orders(page: Page, pictures: Path, tmp_path: Path) -> None:
    enter(page, "previews")
    begin(page, "channel set")
    add_option(page, "preset")
    pick(page, "preview")
    send(page, "channel set")
    expect(message(page, "changed:")).to_contain_text("largest resolution: not set → 720P", timeout=SOON_MS)
    photograph(page, pictures / "preset.png")
    become(page, "Member")
    enter(page, "previews")
    file = picture(tmp_path)
    begin(page, "animate")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)
    add_option(page, "duration")
    pick(page, "15", "15 s")
    send(page, "animate")
    expect(message(page, "at most 5 s")).to_contain_text("Nothing was charged.", timeout=SOON_MS)
    animate(page, file, "a draft")
    clip = message(page, "your clip is ready")
    expect(clip).to_contain_text("5 s · 720P", timeout=CLIP_MS)
    photograph(page, pictures / "previews.png")


def test_a_clip_is_removed_from_its_menu_and_paid_back(page: Page, pictures: Path, tmp_path: Path) -> None:
    become(page, "Member")
    enter(page, "general")
    animate(page, picture(tmp_path), "off topic")
    become(page, "Moderator")
    enter(page, "general")
    clips = page.locator(".message", has_text="off topic").filter(has=page.locator("video"))
    expect(clips).to_have_count(1, timeout=CLIP_MS)
    form = open_removal(page, clips)
    expect(form.get_by_label("Return nothing")).to_be_checked()
    form.get_by_label("Return the 10 credits").check()
    form.get_by_label("Reason").fill("not a place for this")
    photograph(page, pictures / "removal.png")
    form.get_by_role("button", name="Submit").click()
    expect(message(page, "is gone for good")).to_contain_text("10 credits returned", timeout=SOON_MS)
    expect(clips).to_have_count(0, timeout=SOON_MS)
    expect(message(page, "by a moderator.")).to_contain_text("Removed", timeout=SOON_MS)
    photograph(page, pictures / "removed.png")


def test_the_report_shows_its_picture(page: Page, opened: Opened, pictures: Path) -> None:
    opened.street.taken(where="general", prompt="for the report")
    begin(page, "report")
    add_option(page, "days")
    pick(page, "7", "7 days")
    send(page, "report")
    report = message(page, "The server's last 7 days")
    expect(report).to_contain_text("at list price", timeout=SOON_MS)
    expect(report.locator(".file-card")).to_contain_text("report.csv")
    report.get_by_role("img").first.evaluate("image => image.decode()")
    assert report.get_by_role("img").first.evaluate("image => image.naturalWidth") == 1080
    photograph(page, pictures / "report.png")
