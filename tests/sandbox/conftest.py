"""The sandbox and the browser that the tests of the page use together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.sandbox.browser import CHROMIUM, PHONE_WIDTH, sandbox, visit

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of one sandbox for all of them."""
    with sandbox(tmp_path_factory.mktemp("sandbox")) as page:
        yield page


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """For a module only: while Playwright runs, no other test could run an event loop."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def legibility() -> str:
    """A script for the page that gives a list of what in it cannot be read well."""
    return Path(__file__).with_name("legibility.js").read_text("utf-8")


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    with visit(address, browser) as opened:
        yield opened


@pytest.fixture
def phone(address: str, browser: Browser) -> Iterator[Page]:
    with visit(address, browser, PHONE_WIDTH) as opened:
        yield opened
