"""How the page shows things: emphasis and blocks, a form of every input, a phone, both schemes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.sandbox.browser import MARKS, PHONE_WIDTH, SOON_MS, attach, choose_command, picture

pytestmark = MARKS


EMPHASIS = {
    "**b** *i* __u__ ~~s~~": "<strong>b</strong> <em>i</em> <u>u</u> <s>s</s>",
    "***both***": "<strong><em>both</em></strong>",
    "`a*b*c` and snake_case_name": "<code>a*b*c</code> and snake_case_name",
    r"\*not\*": "*not*",
}


def test_emphasis_is_shown_as_discord_shows_it(page: Page) -> None:
    shown = {written: rendered(page, written) for written in EMPHASIS}
    assert shown == {written: f'<div class="line">{html}</div>' for written, html in EMPHASIS.items()}


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
    attach(dialog, picture(tmp_path))
    dialog.get_by_role("button", name="Submit").click()
    expect(dialog).to_have_count(0)
    assert page.evaluate("window.filled") == [
        {"words": "slower", "length": "10", "sound": True},
        [["picture", "slope-640.jpg"]],
    ]


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
def test_everything_can_be_read_and_every_control_has_a_name(
    phone: Page, legibility: str, scheme: Literal["light", "dark"]
) -> None:
    phone.emulate_media(color_scheme=scheme)
    expect(phone.locator("html")).to_have_attribute("data-theme", scheme)
    choose_command(phone, "/animate ")
    assert phone.evaluate(legibility) == []
    phone.get_by_role("button", name="Backstage").click()
    for tab in ("Wire", "Wan tasks", "Trouble"):
        phone.get_by_role("tab", name=tab).click()
        assert phone.evaluate(legibility) == []
