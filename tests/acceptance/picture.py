"""Makes the README's picture: the sandbox's page after somebody used it. `python -m tests.acceptance.picture FILE`."""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, expect, sync_playwright

from tests.acceptance.street import sandbox

PROMPT = "The balloon drifts over the lake, the water glitters, the boat rocks gently"
VIEWPORT = {"width": 1200, "height": 860}
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


def main(target: Path) -> None:
    """Use the page and take its picture."""
    with TemporaryDirectory() as data, sandbox(Path(data), CREDITS_PER_DAY="60") as running, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(viewport=VIEWPORT, color_scheme="dark", reduced_motion="reduce").new_page()  # type: ignore[arg-type] # a plain dict is what it takes
        page.goto(str(running.street.http.base_url))
        ask(page, PROMPT)
        clip = page.locator(".message", has=page.locator("video")).last
        expect(clip).to_be_visible(timeout=CLIP_MS)
        expect(page.locator(".message", has_text="Done").last).to_be_visible(timeout=CLIP_MS)
        running.street.wan(hold=True)
        page.keyboard.press("Alt+2")
        ask(page, "The sun goes down and the first stars come out")
        expect(page.locator(".message", has_text="5 s of").last).to_be_visible(timeout=CLIP_MS)
        page.wait_for_timeout(500)  # for the page to have scrolled down
        page.screenshot(path=target)
        running.street.wan(hold=False)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
