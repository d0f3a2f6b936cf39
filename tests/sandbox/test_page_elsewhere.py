"""Other places in the page: a server without the bot, a group, a forum, closed threads, several clips side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.discord.world import MEMBER, THREAD
from tests.sandbox import definitions
from tests.sandbox.browser import MARKS, PHONE_WIDTH, SOON_MS, choose_command, drive, message, sandbox, traffic, visit
from tests.sandbox.test_page_server import become, channel

pytestmark = MARKS


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with sandbox(tmp_path_factory.mktemp("sandbox"), bot="tests.sandbox.roaming_bot") as page:
        yield page
        assert definitions.complaints(traffic(page)) == []


@pytest.fixture
def page(address: str, browser: Browser) -> Iterator[Page]:
    begin_anew(address)
    with visit(address, browser) as opened:
        yield opened


def begin_anew(address: str) -> None:
    drive(address, "POST", f"members/{MEMBER}", {"installed": False, "direct_messages": True})
    state = drive(address, "POST", f"channels/{THREAD}", {"archived": False, "locked": False})
    assert not state["archived"]


def run(page: Page, command: str) -> None:
    choose_command(page, f"/{command} ")
    page.keyboard.press("Enter")


def test_the_bot_is_added_to_ones_account_where_it_is_not_and_gives_a_clip_there(page: Page) -> None:
    channel(page, "hangout").click()
    choose_command(page, "/")
    expect(page.get_by_role("option")).to_have_count(0)
    page.locator("#composer-text").fill("")
    page.get_by_role("button", name="Add to my account").click()
    expect(page.locator("#place-note")).to_contain_text("its commands work here", timeout=SOON_MS)
    run(page, "roam")
    reply = message(page, "Here it is.")
    expect(reply).to_contain_text("used /roam", timeout=SOON_MS)
    expect(reply.get_by_label("A slope slides away, take 1.")).to_be_visible()
    reply.get_by_role("button", name="Again").click()
    expect(message(page, "Again.")).to_contain_text("Only you can see this", timeout=SOON_MS)
    channel(page, "Weekend film").click()
    expect(page.locator("#channel-topic")).to_have_text("Member, Second Member, Moderator")
    run(page, "roam")
    expect(message(page, "Here it is.")).to_be_visible(timeout=SOON_MS)
    page.get_by_role("button", name="Take it off").click()
    expect(page.get_by_role("button", name="Add to my account")).to_be_visible(timeout=SOON_MS)


def test_the_list_of_commands_follows_what_there_is_while_one_types(page: Page, address: str) -> None:
    channel(page, "hangout").click()
    choose_command(page, "/")
    expect(page.get_by_role("option")).to_have_count(0)
    drive(address, "POST", f"members/{MEMBER}", {"installed": True})
    expect(page.get_by_role("option").first).to_be_visible(timeout=SOON_MS)
    page.keyboard.press("ArrowDown")
    marked = page.locator("[role=option][aria-selected=true]")
    chosen = marked.text_content()
    drive(address, "POST", f"members/{MEMBER}", {"direct_messages": False})
    expect(page.locator("#composer-text")).to_be_focused()
    expect(marked).to_have_text(chosen or "")
    drive(address, "POST", f"members/{MEMBER}", {"installed": False})
    expect(page.get_by_role("option")).to_have_count(0, timeout=SOON_MS)


def test_four_clips_stand_side_by_side_two_in_a_row(page: Page) -> None:
    run(page, "takes")
    shown = message(page, "4 takes")
    expect(shown.locator("video")).to_have_count(4, timeout=SOON_MS)
    boxes = [one.bounding_box() for one in shown.locator("video").all()]
    lefts, tops = ([round(box[key]) for box in boxes if box is not None] for key in ("x", "y"))
    assert lefts[0] == lefts[2] < lefts[1] == lefts[3]
    assert tops[0] == tops[1] < tops[2] == tops[3]
    assert len({round(box["width"]) for box in boxes if box is not None}) == 1
    expect(shown.get_by_role("button", name="4 · 0 votes")).to_be_visible()


def test_a_forum_lists_its_posts_and_one_writes_in_a_post(page: Page) -> None:
    channel(page, "ideas").click()
    expect(page.get_by_label("Message", exact=True)).to_be_hidden()
    page.get_by_role("button", name="Rain on a window open").click()
    expect(page.locator("#channel-topic")).to_have_text("A post in #ideas")
    expect(message(page, "Rain running down a window")).to_contain_text("Second Member", timeout=SOON_MS)
    run(page, "remix")
    form = page.get_by_role("dialog", name="Remix")
    expect(form.get_by_label("Prompt")).to_have_value("slower", timeout=SOON_MS)
    expect(form.get_by_label("Length")).to_have_value("10")
    expect(form.get_by_label("Channel").locator("option:checked")).to_have_text("# Rain on a window")
    form.get_by_role("button", name="Submit").click()
    expect(message(page, "Remixed.")).to_be_visible(timeout=SOON_MS)


def test_a_moderator_archives_and_locks_a_thread_and_it_says_so_to_everybody(page: Page) -> None:
    become(page, "Moderator")
    channel(page, "lake series").click()
    page.get_by_role("button", name="Settings of this place").click()
    settings = page.get_by_role("dialog", name="Settings of this place")
    settings.get_by_label("Archived").check()
    expect(page.locator("#place-note")).to_contain_text("This thread is archived", timeout=SOON_MS)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open it").click()
    expect(page.locator("#place-note")).to_be_hidden(timeout=SOON_MS)
    page.get_by_role("button", name="Settings of this place").click()
    settings.get_by_label("Locked").check()
    page.keyboard.press("Escape")
    become(page, "Member")
    expect(page.locator("#place-note")).to_have_text("A moderator has locked this thread.", timeout=SOON_MS)
    expect(page.get_by_role("button", name="Settings of this place")).to_be_hidden()
    page.locator("#composer-text").fill("hello")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("This thread is locked", timeout=SOON_MS)


def test_direct_messages_are_closed_to_the_bot_and_opened_again(page: Page, address: str) -> None:
    def may_write() -> bool:
        users = drive(address, "GET", f"world?as={MEMBER}")["users"]
        return bool(next(one["direct_messages"] for one in users if one["id"] == MEMBER))

    channel(page, "Firstframe").click()
    page.get_by_role("button", name="Settings of this place").click()
    page.get_by_label("Firstframe may write to me").uncheck()
    note = page.locator("#place-note")
    expect(note).to_contain_text("You take no direct messages from Firstframe.", timeout=SOON_MS)
    assert not may_write()
    page.keyboard.press("Escape")
    note.get_by_role("button", name="Take them again").click()
    expect(note).to_be_hidden(timeout=SOON_MS)
    assert may_write()


def test_words_and_sizes_are_set_in_the_trouble_panel(page: Page, address: str) -> None:
    page.get_by_role("button", name="Backstage").click()
    page.get_by_role("tab", name="Trouble").click()
    page.get_by_label("AutoMod blocks").fill("sunset, lake*")
    page.keyboard.press("Tab")
    page.get_by_label("Clips are").select_option(label="60 MB or more")
    expect(page.get_by_label("Clips are")).to_have_value(str(60 * 1024 * 1024), timeout=SOON_MS)
    present = drive(address, "GET", "settings")
    assert present["automod"] == ["sunset", "lake*"]
    assert present["wan"]["result_bytes"] == 60 * 1024 * 1024
    drive(address, "POST", "settings", {"automod": [], "wan": {"result_bytes": None}})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_other_places_can_be_read_on_a_phone(
    address: str, browser: Browser, legibility: str, scheme: Literal["light", "dark"]
) -> None:
    begin_anew(address)
    with visit(address, browser, PHONE_WIDTH) as phone:
        phone.emulate_media(color_scheme=scheme)
        run(phone, "takes")
        expect(message(phone, "4 takes").locator("video")).to_have_count(4, timeout=SOON_MS)
        assert phone.evaluate(legibility) == []
        for name in ("hangout", "ideas", "Firstframe"):
            phone.get_by_role("button", name="Channels and members").click()
            assert phone.evaluate(legibility) == []
            channel(phone, name).click()
            expect(phone.get_by_role("heading", level=1)).to_have_text(name)
            assert phone.evaluate(legibility) == []
        phone.get_by_role("button", name="Settings of this place").click()
        assert phone.evaluate(legibility) == []
