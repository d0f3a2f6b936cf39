"""Makes the README's pictures, each of a sandbox after some use. `python -m tests.acceptance.picture docs`."""

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.acceptance.hands import become, begin, photograph, pick, send
from tests.acceptance.past import write_past
from tests.acceptance.street import Opened, Street, sandbox
from tests.sandbox.browser import add_option, message

PROMPT = "The balloon drifts over the lake, the water glitters, the boat rocks gently"
CHANNEL: ViewportSize = {"width": 1200, "height": 860}
EXPLANATION: ViewportSize = {"width": 1200, "height": 710}
CLIP_MS = 60_000


def ask(page: Page, prompt: str) -> None:
    """Type the command as somebody without a picture of their own would."""
    page.locator("#composer-text").press_sequentially("/animate ")
    page.locator(".link-button", has_text="use a sample picture").click()
    for option, value in (("prompt", prompt), ("resolution", "720")):
        page.locator(".chip", has_text=option).first.click()
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")


@contextmanager
def opened() -> Iterator[Opened]:
    """A sandbox whose members may spend 60 credits a day."""
    with TemporaryDirectory() as data, sandbox(Path(data), CREDITS_PER_DAY="60") as running:
        yield running


@contextmanager
def at_the_page(street: Street, size: ViewportSize) -> Iterator[Page]:
    """The page in Chromium, dark."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport=size, color_scheme="dark", reduced_motion="reduce").new_page()
        page.goto(str(street.http.base_url))
        expect(page.locator("body")).not_to_have_class("loading")
        yield page
        browser.close()


def picture_channel(target: Path) -> None:
    """A clip that came back, and one that is being made."""
    with opened() as running, at_the_page(running.street, CHANNEL) as page:
        ask(page, PROMPT)
        clip = page.locator(".message", has=page.locator("video")).last
        expect(clip).to_be_visible(timeout=CLIP_MS)
        expect(page.locator(".message", has_text="Done").last).to_be_visible(timeout=CLIP_MS)
        running.street.wan(hold=True)
        become(page, "Second Member")
        ask(page, "The sun goes down and the first stars come out")
        expect(page.locator(".message", has_text="5 s of").last).to_be_visible(timeout=CLIP_MS)
        photograph(page, target)
        running.street.wan(hold=False)


def picture_moderators_work(moderator: Path, report: Path) -> None:
    """After some weeks: which limit gives a member what, and where the credits went."""
    with opened() as running:
        street = running.street
        street.stop_bot()
        write_past(street, running.data, datetime.now(UTC))
        street.start_bot()
        answer = street.shown_to("moderator", street.command("report", "moderator", "moderators"), "moderators")
        report.write_bytes(street.download(answer, "report.png"))
        _set_limits(street)
        with at_the_page(street, EXPLANATION) as page:
            become(page, "Moderator")
            begin(page, "limits show")
            add_option(page, "member")
            pick(page, "Second", re.compile("^Second Member"))
            send(page, "limits show")
            expect(message(page, "can make clips")).to_be_visible()
            photograph(page, moderator)


def _set_limits(street: Street) -> None:
    place = {"who": "moderator", "where": "moderators"}
    street.moderate("limits set everyone", **place, credits="30", at_once="2", cooldown="30 s")
    street.moderate("limits set role", **place, role=street.roles["Makers"], credits="60")
    street.moderate("limits set role", **place, role=street.roles["Patrons"], credits="600", period="week", at_once="4")
    street.moderate("limits set channel", **place, channel=street.channels["clips"], credits="200")
    street.moderate("limits set budget", **place, credits="5000")
    street.moderate(
        "credits grant", **place, member=street.users["second.member"], amount=40, reason="won the weekly contest"
    )
    street.give_roles("second.member", "Makers", "Patrons")


def main(folder: Path) -> None:
    """Make them all."""
    picture_channel(folder / "channel.png")
    picture_moderators_work(folder / "moderator.png", folder / "report.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
