"""Forms, menus, completion and soundtracks in the page, each against the real bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.sandbox import sounds
from tests.sandbox.browser import (
    CLIP_MS,
    MARKS,
    SOON_MS,
    add_option,
    attach,
    choose_command,
    drive,
    drop,
    message,
    picture,
    sandbox,
    visit,
)

pytestmark = MARKS


def open_form(page: Page) -> Locator:
    choose_command(page, "/animate-form ")
    page.keyboard.press("Enter")
    return form(page)


def form(page: Page) -> Locator:
    dialog = page.get_by_role("dialog", name="Make a clip")
    expect(dialog).to_be_visible(timeout=SOON_MS)
    return dialog


def submit(dialog: Locator, prompt: str) -> None:
    dialog.get_by_label("What should happen").fill(prompt)
    dialog.get_by_label("720P").check()
    dialog.get_by_role("button", name="Submit").click()
    expect(dialog).to_have_count(0, timeout=SOON_MS)


def post(page: Page, text: str, *files: Path) -> Locator:
    """Say something with pictures; the picture that came last."""
    page.locator("#attach-input").set_input_files(files)
    page.locator("#composer-text").fill(text)
    page.keyboard.press("Enter")
    shown = message(page, text).locator(".attachment img")
    expect(shown).to_have_count(len(files), timeout=SOON_MS)
    return shown.last


def pick_from_menu(target: Locator) -> None:
    target.click(button="right")
    target.page.get_by_role("menuitem", name="Animate this image").click()


def clip_of(page: Page, prompt: str) -> Locator:
    clip = page.locator(".message", has_text=prompt).filter(has=page.locator("video"))
    expect(clip).to_have_count(1, timeout=CLIP_MS)
    return clip


def request_for(address: str, prompt: str) -> dict[str, Any]:
    tasks = [task for task in drive(address, "GET", "wan/tasks") if task["request"].get("prompt") == prompt]
    assert len(tasks) == 1
    return {**tasks[0]["request"], "soundtrack": tasks[0]["soundtrack"]}


def test_a_form_takes_a_file_words_and_choices_and_its_clip_is_posted(page: Page, address: str, tmp_path: Path) -> None:
    dialog = open_form(page)
    attach(dialog, picture(tmp_path, 500, 400))
    expect(dialog.locator(".drop")).to_contain_text("slope-500.jpg")
    expect(dialog.get_by_label("5 seconds", exact=True)).to_be_checked()
    dialog.get_by_label("With sound").uncheck()
    submit(dialog, "asked for in a form")
    expect(clip_of(page, "asked for in a form")).to_contain_text("720P · silent")
    asked = request_for(address, "asked for in a form")
    assert (asked["image"]["width"], asked["image"]["height"], asked["audio"]) == (500, 400, False)


def test_a_form_says_what_is_missing_until_it_is_dropped_in(page: Page, tmp_path: Path) -> None:
    dialog = open_form(page)
    expect(dialog.get_by_role("button", name="Choose a file")).to_be_focused()
    dialog.get_by_role("button", name="Submit").click()
    expect(dialog.get_by_role("alert")).to_have_text("Picture: a file is needed.")
    drop(page, "dropped.jpg", "image/jpeg", picture(tmp_path).read_bytes())
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(dialog.locator(".drop")).to_contain_text("dropped.jpg")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator("#attached")).to_be_hidden()


def test_after_a_refused_form_one_types_on_and_no_deleted_words_are_left(page: Page, tmp_path: Path) -> None:
    dialog = open_form(page)
    notes = tmp_path / "notes.txt"
    notes.write_text("no picture at all")
    attach(dialog, notes)
    submit(dialog, "never made")
    reply = message(page, "not a picture I can read")
    expect(reply).to_contain_text("Only you can see this", timeout=SOON_MS)
    expect(page.locator("#messages")).not_to_contain_text("Looking at your picture", timeout=SOON_MS)
    page.keyboard.type("typed on")
    expect(page.locator("#composer-text")).to_have_value("typed on")


def test_a_form_that_is_left_takes_no_letter_with_it(page: Page) -> None:
    leave = open_form(page).get_by_role("button", name="Cancel")
    seen = "[document.querySelectorAll('dialog').length, getSelection().type]"
    left = leave.evaluate(f"button => (button.click(), {seen})")
    assert left == [0, "Caret"]
    page.keyboard.type("every letter")
    expect(page.locator("#composer-text")).to_have_value("every letter")


def test_a_picture_somebody_posted_is_animated_from_its_menu(page: Page, address: str, tmp_path: Path) -> None:
    image = post(page, "one picture", picture(tmp_path, 600, 400))
    page.keyboard.press("Alt+2")
    pick_from_menu(message(page, "one picture").locator(".attachment img"))
    expect(image).to_be_visible()
    submit(form(page), "from the menu")
    expect(clip_of(page, "from the menu")).to_contain_text("@Second Member")
    assert request_for(address, "from the menu")["image"]["width"] == 600


def test_of_two_pictures_the_form_asks_for_one(page: Page, address: str, tmp_path: Path) -> None:
    pick_from_menu(post(page, "two pictures", picture(tmp_path, 520, 400), picture(tmp_path, 400, 560)))
    dialog = form(page)
    which = dialog.get_by_label("Which picture")
    expect(which.locator("option:checked")).to_have_text("1: slope-520.jpg")
    which.select_option(label="2: slope-400.jpg")
    submit(dialog, "the second of two")
    clip_of(page, "the second of two")
    image = request_for(address, "the second of two")["image"]
    assert (image["width"], image["height"]) == (400, 560)


def test_a_message_without_a_picture_is_refused_by_its_menu(page: Page) -> None:
    choose_command(page, "nothing to see")
    page.keyboard.press("Enter")
    said = message(page, "nothing to see")
    said.hover()
    said.get_by_role("button", name="More for this message").click()
    page.get_by_role("menuitem", name="Animate this image").press("Enter")
    reply = message(page, "no picture on this message")
    expect(reply).to_contain_text("used Animate this image", timeout=SOON_MS)
    expect(said.get_by_role("button", name="More for this message")).to_be_focused()


def test_a_soundtrack_and_an_older_model_reach_the_service(page: Page, address: str, tmp_path: Path) -> None:
    choose_command(page, "/animate ")
    drop(page, "tone.mp3", "audio/mpeg", sounds.mp3(4))  # a sound is not taken for the picture
    expect(page.locator("[data-option=soundtrack]")).to_contain_text("tone.mp3")
    drop(page, "dropped.jpg", "image/jpeg", picture(tmp_path).read_bytes())
    expect(page.locator("[data-option=image]")).to_contain_text("dropped.jpg")
    add_option(page, "prompt", "to its own sound")
    for name, value in (("model", "2.5"), ("resolution", "480")):
        add_option(page, name, value)
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Send /animate").click()
    expect(clip_of(page, "to its own sound")).to_contain_text("wan2.5-i2v-preview · own soundtrack")
    assert request_for(address, "to its own sound")["soundtrack"]["seconds"] == pytest.approx(4, abs=0.2)


def test_what_is_not_in_the_list_is_refused_with_what_is(page: Page) -> None:
    choose_command(page, "/animate ")
    page.get_by_role("button", name="use a sample picture").last.click()
    add_option(page, "duration", "7")
    expect(page.locator("#suggestion-note")).to_have_text("Nothing here fits “7”.")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-problem")).to_contain_text("Choose 5 s, 10 s, 15 s.")


def test_an_effect_is_completed_by_the_bot_for_the_model_that_was_chosen(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("dashscope")
    with sandbox(folder, "FIRSTFRAME_PROVIDER=dashscope-beijing") as address, visit(address, browser) as page:
        choose_command(page, "/animate ")
        page.get_by_role("button", name="use a sample picture").last.click()
        add_option(page, "model", "2.1-i2v-turbo")
        page.keyboard.press("Enter")
        add_option(page, "template", "squ")
        page.get_by_role("option", name="squish").click()
        page.get_by_role("button", name="Send /animate").click()
        status = message(page, "template squish")
        expect(status).to_contain_text("wanx2.1-i2v-turbo", timeout=SOON_MS)
