"""The sandbox's page in a real browser, used as somebody would who sees it for the first time."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.sandbox.browser import (
    CLIP_MS,
    MARKS,
    SOON_MS,
    START_SECONDS,
    add_option,
    animate,
    attach,
    choose_command,
    drive,
    drop,
    message,
    picture,
)

pytestmark = MARKS


def test_a_newcomer_types_the_command_attaches_a_picture_and_sees_the_clip_play(page: Page, tmp_path: Path) -> None:
    expect(page.get_by_role("button", name="Type /animate")).to_be_visible()
    choose_command(page, "/")
    expect(page.get_by_role("option", name="/animate Turn")).to_be_visible()
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
    choose_command(page, "/gr")
    expect(page.get_by_role("option", name="/credits grant")).to_have_count(0)
    page.locator("#composer-text").fill("")
    page.keyboard.press("Alt+3")
    expect(page.get_by_role("radio", name="Moderator")).to_be_checked()
    choose_command(page, "/gr")
    page.get_by_role("option", name="/credits grant").click()
    page.keyboard.type("second")
    page.keyboard.press("Enter")
    page.keyboard.type("many")
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


def test_a_picture_dropped_anywhere_goes_into_the_command(page: Page, tmp_path: Path) -> None:
    choose_command(page, "/animate ")
    drop(page, "dropped.jpg", "image/jpeg", picture(tmp_path).read_bytes())
    expect(page.locator(".pill-file")).to_contain_text("dropped.jpg")
    expect(page.locator("#drop-veil")).to_be_hidden()
    page.get_by_role("button", name="Take dropped.jpg away").click()
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()
