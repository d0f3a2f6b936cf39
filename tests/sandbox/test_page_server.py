"""Roles, long commands, private channels, files and spoilers in the page, with the tests' own bot for moderators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sandbox.discord.world import MEMBER
from tests.sandbox import definitions
from tests.sandbox.browser import MARKS, PHONE_WIDTH, SOON_MS, choose_command, drive, message, sandbox, traffic, visit

pytestmark = MARKS

PEOPLE = ["Member", "Second Member", "Moderator", "Operator"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox(tmp_path_factory.mktemp("sandbox"), bot="tests.sandbox.moderating_bot") as page:
        yield page
        assert definitions.complaints(traffic(page)) == []


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    drive(address, "POST", f"members/{MEMBER}", {"roles": []})
    with visit(address, browser) as opened:
        yield opened


def channel(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation").get_by_role("button", name=name, exact=True)


def become(page: Page, who: str) -> None:
    page.keyboard.press(f"Alt+{PEOPLE.index(who) + 1}")
    expect(page.locator(".who").nth(PEOPLE.index(who)).locator("input")).to_be_checked()


def run(page: Page, command: str, who: str = "Moderator") -> None:
    become(page, who)
    choose_command(page, f"/{command} ")
    page.keyboard.press("Enter")


def test_roles_are_given_beside_each_name_and_open_what_they_open(page: Page) -> None:
    expect(channel(page, "bot-log")).to_have_count(0)
    page.get_by_role("button", name="Roles of Member").click()
    box = page.get_by_role("dialog", name="Roles of Member")
    box.get_by_role("checkbox", name="Moderators").check()
    expect(channel(page, "bot-log")).to_be_visible(timeout=SOON_MS)
    box.get_by_role("checkbox", name="Makers").check()
    expect(page.get_by_role("radio", name="Member Moderators, Makers")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Roles of Member")).to_be_focused()


def test_who_loses_a_role_is_led_out_of_the_channel_it_opened(page: Page, address: str) -> None:
    drive(address, "POST", f"members/{MEMBER}", {"roles": ["Moderators"]})
    channel(page, "moderators").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("moderators")
    drive(address, "POST", f"members/{MEMBER}", {"roles": []})
    expect(page.get_by_role("heading", level=1)).to_have_text("clips", timeout=SOON_MS)
    expect(channel(page, "moderators")).to_have_count(0)


def test_a_command_of_three_words_is_found_and_takes_a_role_and_a_number_by_typing(page: Page) -> None:
    become(page, "Moderator")
    choose_command(page, "/set role")
    expect(page.get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("option").first).to_contain_text("/rules set role")
    page.keyboard.press("Enter")
    page.keyboard.type("@mak")
    expect(page.get_by_role("option", name="Makers")).to_have_count(1)
    page.keyboard.press("Enter")
    page.keyboard.type("5")
    page.get_by_role("option", name="50 credits", exact=True).click()
    page.get_by_role("button", name="Send /rules set role").click()
    reply = message(page, "@Makers 50")
    expect(reply).to_contain_text("used /rules set role", timeout=SOON_MS)
    expect(reply.locator(".mention .role-dot")).to_have_count(1)


def test_a_channel_option_offers_the_channels_of_its_kind(page: Page) -> None:
    become(page, "Moderator")
    choose_command(page, "/rules set channel ")
    expect(page.get_by_role("option", name="bot-log")).to_be_visible()
    expect(page.get_by_role("option", name="lake series")).to_have_count(0)  # the bot asks for no threads
    page.keyboard.type("#after")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Send /rules set channel").click()
    expect(message(page, "#after-dark")).to_contain_text("used /rules set channel", timeout=SOON_MS)


def test_commands_work_in_a_thread_below_its_channel(page: Page) -> None:
    channel(page, "lake series").click()
    expect(page.locator("#channel-topic")).to_have_text("A thread in #clips")
    choose_command(page, "/whereami ")
    page.keyboard.press("Enter")
    expect(message(page, "Here.")).to_contain_text("Only you can see this", timeout=SOON_MS)


def test_the_operator_has_commands_that_are_for_direct_messages_only_and_so_has_everybody(page: Page) -> None:
    expect(page.get_by_role("radio", name="Operator owner")).to_be_attached()
    for who in ("Operator", "Member"):
        become(page, who)
        channel(page, "clips").click()
        choose_command(page, "/oper")
        expect(page.get_by_role("option", name="/operate")).to_have_count(0)
        page.locator("#composer-text").fill("")
        channel(page, "Firstframe").click()
        expect(page.locator("#channel-title")).to_contain_text("Firstframe", timeout=SOON_MS)
        choose_command(page, "/oper")
        expect(page.get_by_role("option", name="/operate")).to_be_visible(timeout=SOON_MS)
        page.locator("#composer-text").fill("")


def test_a_long_private_answer_shows_its_picture_and_its_files_to_be_downloaded(page: Page) -> None:
    run(page, "report")
    reply = message(page, "What Second Member may spend")
    expect(reply).to_contain_text("member-data.zip", timeout=SOON_MS)
    expect(reply).to_contain_text("@Makers: 120 credits a week")
    expect(reply.locator(".file-card")).to_have_text(["report.csv11 KB", "member-data.zip39 KB"])
    with page.expect_download() as saved:
        reply.get_by_role("link", name="Download report.csv").click()
    assert saved.value.suggested_filename == "report.csv"
    reply.get_by_role("link", name="Open Credits by day").click()
    opened = page.get_by_role("dialog", name="report.jpg")
    expect(opened).to_contain_text("Most were spent by Second Member.")
    assert opened.get_by_role("img").evaluate("image => image.naturalWidth") == 720
    opened.get_by_role("button", name="Close").click()
    expect(opened).to_have_count(0)


def test_a_spoiler_is_covered_until_pressed_and_stays_open_then(page: Page) -> None:
    run(page, "surprise", "Member")
    reply = message(page, "Careful")
    cover = reply.get_by_role("button", name="Spoiler, press to show")
    expect(cover).to_be_visible(timeout=SOON_MS)
    reaches = "link => { link.focus(); return document.activeElement === link; }"
    assert not reply.locator("a.attachment").evaluate(reaches)
    cover.click()
    expect(cover).to_have_count(0)
    expect(reply.get_by_role("link", name="Open A lake.")).to_be_focused()
    channel(page, "general").click()
    channel(page, "clips").click()
    expect(message(page, "Careful").get_by_role("link", name="Open A lake.")).to_be_visible()


def test_a_moderator_removes_the_bots_message_from_its_menu_with_a_form(page: Page) -> None:
    run(page, "surprise")
    said = message(page, "Careful")
    expect(said).to_contain_text("Moderator", timeout=SOON_MS)
    before = page.locator(".message", has_text="Careful").count()
    said.hover()
    said.get_by_role("button", name="More for this message").click()
    page.get_by_role("menuitem", name="Remove it").click()
    form = page.get_by_role("dialog", name="Remove it?")
    form.get_by_label("Reason").fill("off topic")
    form.get_by_label("Role").select_option(label="Patrons")
    form.get_by_role("button", name="Submit").click()
    expect(message(page, "Removed: off topic Patrons")).to_contain_text("Only you can see this", timeout=SOON_MS)
    expect(page.locator(".message", has_text="Careful")).to_have_count(before - 1)


def test_a_role_is_let_use_a_command_in_the_servers_settings(page: Page, address: str) -> None:
    drive(address, "POST", f"members/{MEMBER}", {"roles": ["Helpers"]})
    expect(page.get_by_role("button", name="Server settings")).to_have_count(0)
    become(page, "Moderator")
    page.get_by_role("button", name="Server settings").click()
    settings = page.get_by_role("dialog", name="Integrations")
    roles = settings.get_by_role("group", name="Roles that may use /report")
    expect(roles.get_by_role("button", name="Moderators")).to_be_disabled()
    roles.get_by_role("button", name="Helpers").click()
    expect(roles.get_by_role("button", name="Helpers")).to_have_attribute("aria-pressed", "true", timeout=SOON_MS)
    settings.get_by_role("button", name="Close").click()
    become(page, "Member")
    choose_command(page, "/rep")
    expect(page.get_by_role("option", name="/report")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_of_it_can_be_read_on_a_phone(
    address: str, browser: Browser, legibility: str, scheme: Literal["light", "dark"]
) -> None:
    with visit(address, browser, PHONE_WIDTH) as phone:
        phone.emulate_media(color_scheme=scheme)
        run(phone, "surprise")
        run(phone, "report")
        expect(message(phone, "member-data.zip")).to_be_visible(timeout=SOON_MS)
        assert phone.evaluate(legibility) == []
        phone.get_by_role("button", name="Channels and members").click()
        assert phone.evaluate(legibility) == []
        phone.get_by_role("button", name="Server settings").click()
        expect(phone.get_by_role("dialog", name="Integrations")).to_be_visible()
        assert phone.evaluate(legibility) == []
