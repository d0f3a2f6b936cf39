"""What the tests of the page share: starting a sandbox, visiting its page, and the moves that people make in it."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.sandbox import pictures

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
START_SECONDS = 60
SOON_MS = 20_000
CLIP_MS = 120_000
PHONE_WIDTH = 390

MARKS = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no program named chromium on this machine"),
]


@contextmanager
def sandbox(folder: Path, *bot_env: str, bot: str | None = None) -> Iterator[str]:
    """A sandbox with the real bot, or `bot`, as its own process; its page's address. Members have credits enough."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--wan-port", "0", "--data", str(folder)]
    for setting in ("FIRSTFRAME_CREDITS_PER_DAY=1000", *bot_env):
        command += ["--bot-env", setting]
    if bot is not None:
        command += ["--bot", shlex.join([sys.executable, "-m", bot])]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield _page_address(process)
        finally:
            process.terminate()


def _page_address(process: subprocess.Popen[str]) -> str:
    guard = threading.Timer(START_SECONDS, process.kill)
    guard.start()
    assert process.stdout is not None
    address = ""
    for line in process.stdout:
        if line.startswith("page "):
            address = line.split()[1]
        elif line.strip() == "ready":
            guard.cancel()
            return address
    pytest.fail(f"the sandbox was not ready within {START_SECONDS} s")


@contextmanager
def visit(address: str, browser: Browser, width: int = 1280) -> Iterator[Page]:
    """A first visit; afterwards nothing may have gone wrong in it, and nothing have left the machine."""
    drive(address, "POST", "settings", {"wan": {"pending_seconds": 0, "task_seconds": 0.5, "hold": False}})
    mobile = width == PHONE_WIDTH
    context = browser.new_context(
        viewport={"width": width, "height": 860}, reduced_motion="reduce", has_touch=mobile, is_mobile=mobile
    )
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("request", lambda asked: None if _is_local(asked.url, address) else troubles.append(asked.url))
    opened.goto(address)
    expect(opened.locator("body")).not_to_have_class("loading", timeout=SOON_MS)
    yield opened
    context.close()
    assert troubles == []


def _is_local(url: str, address: str) -> bool:
    return url.startswith((address, "blob:", "data:"))


def drive(address: str, method: str, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - the address is the sandbox's own
        f"{address}sandbox/{path}", data, {"Content-Type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def traffic(address: str) -> str:
    """Discord's traffic so far, as JSON lines."""
    with urllib.request.urlopen(f"{address}sandbox/wire.jsonl", timeout=30) as answer:  # noqa: S310 - as above
        return str(answer.read(), "utf-8")


def picture(folder: Path, width: int = 640, height: int = 480) -> Path:
    path = folder / f"slope-{width}.jpg"
    path.write_bytes(pictures.jpeg(width, height))
    return path


def choose_command(page: Page, typed: str) -> None:
    page.locator("#composer-text").press_sequentially(typed)


def attach(place: Page | Locator, file: Path) -> None:
    page = place if isinstance(place, Page) else place.page
    with page.expect_file_chooser() as chooser:
        place.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)


def drop(page: Page, name: str, kind: str, content: bytes) -> None:
    """Drop a file onto the list of messages."""
    script = """([name, kind, bytes]) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], name, { type: kind }));
        const list = document.querySelector("#messages");
        for (const kind of ["dragenter", "dragover", "drop"]) {
            list.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }
    }"""
    page.evaluate(script, [name, kind, list(content)])


def add_option(page: Page, name: str, value: str = "") -> None:
    page.locator(".chip").get_by_text(name, exact=True).click()
    page.keyboard.type(value)


def animate(page: Page, file: Path, prompt: str) -> None:
    choose_command(page, "/animate ")
    attach(page, file)
    add_option(page, "prompt", prompt)
    add_option(page, "resolution", "720")
    page.keyboard.press("Enter")  # takes the choice
    page.keyboard.press("Enter")  # sends


def message(page: Page, text: str) -> Locator:
    return page.locator(".message", has_text=text).last
