"""What people do by hand in the page: take a seat, go into a channel, build a command piece by piece."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.sandbox.browser import SOON_MS

PEOPLE = ["Member", "Second Member", "Moderator", "Operator"]


def become(page: Page, who: str) -> None:
    page.keyboard.press(f"Alt+{PEOPLE.index(who) + 1}")
    expect(page.locator(".who").nth(PEOPLE.index(who)).locator("input")).to_be_checked()


def enter(page: Page, channel: str) -> None:
    name = re.compile(rf"^{channel}\b")  # with how many mentions there are
    page.get_by_role("navigation").get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(channel)


def begin(page: Page, command: str) -> None:
    page.locator("#composer-text").press_sequentially(f"/{command} ")


def send(page: Page, command: str) -> None:
    page.get_by_role("button", name=f"Send /{command}", exact=True).click()


def pick(page: Page, typed: str, name: str | re.Pattern[str] = "") -> None:
    """Type into the option that is open, and take what is offered under this name, or under what was typed."""
    page.keyboard.type(typed)
    page.get_by_role("option", name=name or typed, exact=True).click(timeout=SOON_MS)


def photograph(page: Page, target: Path) -> None:
    page.wait_for_timeout(400)  # for the page to have scrolled down
    page.screenshot(path=target)
