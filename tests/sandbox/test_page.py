"""The sandbox's page in a real browser, used as somebody would who sees it for the first time."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 60
SOON_MS = 20_000
CLIP_MS = 60_000
PHONE_WIDTH = 390

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no program named chromium on this machine"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page of a sandbox with the real bot, as its own process."""
    folder = tmp_path_factory.mktemp("sandbox")
    command = [sys.executable, "-m", "sandbox", "--port", "0", "--wan-port", "0", "--data", str(folder)]
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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    """A first visit; afterwards nothing may have gone wrong in it, and nothing have left the machine."""
    yield from _visit(address, browser, 1280)


@pytest.fixture
def phone(address: str, browser: Browser) -> Iterator[Page]:
    yield from _visit(address, browser, PHONE_WIDTH)


def _visit(address: str, browser: Browser, width: int) -> Iterator[Page]:
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


def picture(folder: Path) -> Path:
    path = folder / "slope.jpg"
    Image.linear_gradient("L").resize((640, 480)).convert("RGB").save(path, quality=90)
    return path


def choose_command(page: Page, typed: str) -> None:
    page.locator("#composer-text").press_sequentially(typed)


def attach(page: Page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)


def add_option(page: Page, name: str, value: str) -> None:
    page.locator(".chip", has_text=name).first.click()
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


def test_a_newcomer_types_the_command_attaches_a_picture_and_sees_the_clip_play(page: Page, tmp_path: Path) -> None:
    expect(page.get_by_role("button", name="Type /animate")).to_be_visible()
    choose_command(page, "/")
    expect(page.get_by_role("option", name="/animate")).to_be_visible()
    page.keyboard.type("anim")
    page.keyboard.press("Tab")
    attach(page, picture(tmp_path))
    add_option(page, "prompt", "the slope slides away")
    add_option(page, "resolution", "720")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send /animate").click()

    expect(message(page, "Generating")).to_be_visible(timeout=SOON_MS)
    clip = message(page, "the slope slides away")
    expect(clip).to_contain_text("@Member", timeout=CLIP_MS)
    video = clip.locator("video")
    page.wait_for_function("video => video.readyState >= 2", arg=video.element_handle())
    assert video.evaluate("video => Math.round(video.duration)") == 5
    assert video.evaluate("video => video.controls && video.playsInline")
    video.evaluate("video => video.play()")
    page.wait_for_function("video => video.currentTime > 0.2", arg=video.element_handle())
    expect(message(page, "Done")).to_be_visible(timeout=SOON_MS)
    assert video.evaluate("video => video.currentTime") > 0  # the status changed beside it; the clip played on


def test_a_waiting_clip_is_cancelled_by_its_button(page: Page, address: str, tmp_path: Path) -> None:
    busy = {"service": "wan", "method": "POST", "path": "/generate/", "times": None, "status": 429}
    drive(address, "POST", "faults", {**busy, "body": {"message": "too many requests"}})
    try:
        animate(page, picture(tmp_path), "never made")
        cancel = page.get_by_role("button", name="Cancel", exact=True).last
        expect(cancel).to_be_visible(timeout=SOON_MS)
        cancel.click()
        reply = message(page, "the credits are back")
        expect(reply).to_contain_text("Only you can see this", timeout=SOON_MS)
        expect(cancel).to_have_count(0, timeout=SOON_MS)
    finally:
        drive(address, "DELETE", "faults")


def test_an_ephemeral_reply_is_there_for_its_member_alone_until_dismissed(page: Page) -> None:
    page.keyboard.type("/quota ")
    page.keyboard.press("Enter")
    reply = message(page, "left")
    expect(reply).to_contain_text("Only you can see this", timeout=SOON_MS)
    expect(reply).to_contain_text("used /quota")

    page.get_by_role("radio", name="Second Member").check(force=True)
    expect(page.locator("#messages")).not_to_contain_text("used /quota")
    page.keyboard.press("Alt+1")
    expect(message(page, "used /quota")).to_be_visible(timeout=SOON_MS)
    shown = page.locator(".message-ephemeral", has_text="used /quota").count()
    message(page, "used /quota").get_by_role("button", name="Dismiss").click()
    expect(page.locator(".message-ephemeral", has_text="used /quota")).to_have_count(shown - 1)


def test_a_clip_survives_the_bot_being_killed_and_started_from_the_page(
    page: Page, address: str, tmp_path: Path
) -> None:
    drive(address, "POST", "settings", {"wan": {"hold": True}})
    animate(page, picture(tmp_path), "made across a crash")
    expect(message(page, "Generating")).to_be_visible(timeout=SOON_MS)
    page.get_by_role("button", name="Backstage").click()
    page.get_by_role("tab", name="Wan tasks").click()
    expect(page.locator(".task", has_text="made across a crash")).to_contain_text("created once", timeout=SOON_MS)

    page.get_by_role("button", name="Kill").click()
    expect(page.locator("#bot-word")).to_have_text("offline", timeout=SOON_MS)
    page.locator("#composer-text").fill("/quota ")
    page.keyboard.press("Enter")
    expect(message(page, "The application did not respond")).to_be_visible(timeout=SOON_MS)

    page.get_by_role("button", name="Start").click()
    expect(page.locator("#bot-word")).to_have_text("online", timeout=START_SECONDS * 1000)
    page.locator(".task", has_text="made across a crash").get_by_role("button", name="Finish now").click()
    clip = page.locator(".message", has_text="made across a crash").filter(has=page.locator("video"))
    expect(clip).to_have_count(1, timeout=CLIP_MS)
    expect(page.locator(".task", has_text="made across a crash")).to_contain_text("created once")


def test_a_moderator_has_commands_that_a_member_has_not(page: Page) -> None:
    choose_command(page, "/li")
    expect(page.get_by_role("option", name="/limits set")).to_have_count(0)
    page.locator("#composer-text").fill("")
    page.keyboard.press("Alt+3")
    expect(page.get_by_role("radio", name="Moderator")).to_be_checked()
    choose_command(page, "/li")
    page.get_by_role("option", name="/limits set").click()
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    add_option(page, "credits_per_day", "many")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="whole number")).to_be_visible()


def test_the_sandbox_refuses_a_command_in_one_line_beside_the_composer(page: Page) -> None:
    choose_command(page, "/animate ")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Send /animate").click()
    expect(page.locator("#composer-problem")).to_contain_text("image is needed")
    page.keyboard.press("Escape")
    expect(page.locator("#composer-text")).to_be_focused()


def test_what_a_member_writes_is_text_and_never_markup(page: Page) -> None:
    page.keyboard.type("<img src=x onerror=alert(1)> **bold** [here](javascript:alert(1))")
    page.keyboard.press("Enter")
    said = message(page, "onerror").locator(".markdown")
    expect(said).to_have_text("<img src=x onerror=alert(1)> bold [here](javascript:alert(1))", timeout=SOON_MS)
    assert said.locator("img, a").count() == 0
    assert said.locator("strong").inner_text() == "bold"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**b** *i* __u__ ~~s~~", "<strong>b</strong> <em>i</em> <u>u</u> <s>s</s>"),
        ("***both***", "<strong><em>both</em></strong>"),
        ("`a*b*c` and snake_case_name", "<code>a*b*c</code> and snake_case_name"),
        (r"\*not\*", "*not*"),
    ],
)
def test_emphasis_is_shown_as_discord_shows_it(page: Page, written: str, shown: str) -> None:
    assert rendered(page, written) == f'<div class="line">{shown}</div>'


def test_blocks_are_shown_as_discord_shows_them(page: Page) -> None:
    assert 'class="small-print"' in rendered(page, "-# tiny")
    assert rendered(page, "> a\n> b").startswith("<blockquote>")
    assert "<pre" in rendered(page, "```py\n**x**\n```")
    assert "**x**" in rendered(page, "```py\n**x**\n```")
    assert rendered(page, "- one\n- two").count("<li>") == 2
    assert "ago" in rendered(page, "<t:1700000000:R>")
    assert "@Moderator" in rendered(page, f"<@{user_id(page, 'Moderator')}>")


def rendered(page: Page, text: str) -> str:
    script = """async text => {
        const { markdown } = await import("/js/chat/markdown.js");
        const box = document.createElement("div");
        box.append(markdown(text));
        return box.innerHTML;
    }"""
    return str(page.evaluate(script, text))


def user_id(page: Page, name: str) -> str:
    return str(page.get_by_role("radio", name=name, exact=False).first.get_attribute("value"))


MODAL = {
    "title": "Change the clip",
    "components": [
        {"type": 18, "label": "Words", "component": {"type": 4, "custom_id": "words", "style": 2, "max_length": 50}},
        {
            "type": 18,
            "label": "Length",
            "component": {
                "type": 21,
                "custom_id": "length",
                "options": [{"label": "5 s", "value": "5"}, {"label": "10 s", "value": "10"}],
            },
        },
        {"type": 18, "label": "With sound", "component": {"type": 23, "custom_id": "sound"}},
        {"type": 18, "label": "Picture", "component": {"type": 19, "custom_id": "picture", "required": False}},
    ],
}


def test_a_modal_is_a_dialog_that_hands_over_what_is_filled_in(page: Page, tmp_path: Path) -> None:
    script = """async modal => {
        const { openModal } = await import("/js/chat/modal.js");
        openModal("1", modal, async (values, files) => {
            window.filled = [values, files.map(([id, file]) => [id, file.name])];
        });
    }"""
    page.evaluate(script, MODAL)
    dialog = page.get_by_role("dialog", name="Change the clip")
    dialog.get_by_label("Words").fill("slower")
    dialog.get_by_label("10 s").check()
    dialog.get_by_label("With sound").check()
    dialog.get_by_label("Picture").set_input_files(picture(tmp_path))
    dialog.get_by_role("button", name="Submit").click()
    expect(dialog).to_have_count(0)
    assert page.evaluate("window.filled") == [
        {"words": "slower", "length": "10", "sound": True},
        [["picture", "slope.jpg"]],
    ]


def test_a_picture_dropped_anywhere_goes_into_the_command(page: Page, tmp_path: Path) -> None:
    choose_command(page, "/animate ")
    script = """async bytes => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "dropped.jpg", { type: "image/jpeg" }));
        const list = document.querySelector("#messages");
        for (const kind of ["dragenter", "dragover", "drop"]) {
            list.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
        }
    }"""
    page.evaluate(script, list(picture(tmp_path).read_bytes()))
    expect(page.locator(".pill-file")).to_contain_text("dropped.jpg")
    expect(page.locator("#drop-veil")).to_be_hidden()
    page.get_by_role("button", name="Take dropped.jpg away").click()
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()


def test_a_phone_has_a_drawer_a_sheet_and_a_sample_picture(phone: Page) -> None:
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE_WIDTH
    expect(phone.get_by_role("navigation")).to_be_hidden()
    phone.get_by_role("button", name="Channels and members").click()
    phone.get_by_role("button", name="general").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("general")
    expect(phone.get_by_role("navigation")).to_be_hidden()

    phone.get_by_role("button", name="Backstage").click()
    expect(phone.get_by_role("tabpanel", name="Wire").locator("li").first).to_be_visible(timeout=SOON_MS)
    phone.get_by_role("button", name="Close backstage").click()
    choose_command(phone, "/animate ")
    phone.get_by_role("button", name="use a sample picture").last.click()
    expect(phone.locator(".pill-file")).to_contain_text("lake-at-sunset.jpg")
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE_WIDTH


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read_and_every_control_has_a_name(phone: Page, scheme: Literal["light", "dark"]) -> None:
    script = Path(__file__).with_name("legibility.js").read_text("utf-8")
    phone.emulate_media(color_scheme=scheme)
    expect(phone.locator("html")).to_have_attribute("data-theme", scheme)
    choose_command(phone, "/animate ")
    assert phone.evaluate(script) == []
    phone.get_by_role("button", name="Backstage").click()
    for tab in ("Wire", "Wan tasks", "Trouble"):
        phone.get_by_role("tab", name=tab).click()
        assert phone.evaluate(script) == []
