"""Makes a report with a picture of each state that a member sees. `python -m tests.acceptance.states build/states`."""

import html
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, expect

from tests.acceptance.hands import become, enter
from tests.acceptance.picture import ask, at_the_page
from tests.acceptance.places import allow, direct_messages, install, open_all
from tests.acceptance.presses import MEGABYTE, film, task_of
from tests.acceptance.street import Message, Street, sandbox
from tests.sandbox.browser import CLIP_MS

SIZE: ViewportSize = {"width": 1100, "height": 900}
MARGIN = 12
PROMPT = "The balloon drifts over the lake and the water glitters"

_DRAWN = "[...document.querySelectorAll('video')].every((one) => one.readyState >= 1 || one.error)"

_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>States of a clip</title>
<style>
body {{ margin: 2rem auto; max-width: 72rem; padding: 0 1rem; font: 1rem/1.5 system-ui }}
body {{ background: #17161a; color: #eee }}
figure {{ margin: 2.5rem 0 }} img {{ max-width: 100%; border-radius: 8px; border: 1px solid #444 }}
figcaption {{ margin-bottom: .5rem }}
</style>
<h1>States of a clip</h1>
{figures}
</html>
"""


@dataclass
class Album:
    """The pictures so far, in a folder, with what they show."""

    folder: Path
    street: Street
    page: Page
    image: bytes = b""
    shown: list[tuple[str, str]] = field(default_factory=list)

    def take(self, name: str, caption: str, *parts: Locator) -> None:
        """Photograph these parts of the page."""
        self.page.mouse.move(0, 0)
        for part in parts:
            part.scroll_into_view_if_needed()
        self.page.wait_for_function(_DRAWN)
        self.page.wait_for_timeout(1500)  # for the page to have scrolled, and a player's wheel to be gone
        self.page.screenshot(path=self.folder / f"{name}.png", clip=_around(parts))
        self.shown.append((name, caption))

    def write(self) -> None:
        """Put them into one page."""
        figures = [
            f'<figure id="{name}"><figcaption>{number}. {html.escape(caption)}</figcaption>'
            f'<img src="{name}.png" alt="{html.escape(caption)}"></figure>'
            for number, (name, caption) in enumerate(self.shown, 1)
        ]
        (self.folder / "index.html").write_text(_PAGE.format(figures="\n".join(figures)))

    def message(self, message: Message) -> Locator:
        """A message on the page, once it is drawn."""
        found = self.page.locator(f'[data-id="{message["id"]}"]')
        expect(found).to_be_visible(timeout=CLIP_MS)
        return found

    def saying(self, text: str) -> Locator:
        """The newest message on the page that says this."""
        found = self.page.locator(".message", has_text=text).last
        expect(found).to_be_visible(timeout=CLIP_MS)
        return found

    def order(self, prompt: str, where: str = "clips", **options: Any) -> str:
        """An order of the member's."""
        return self.street.animate(self.image, where=where, prompt=prompt, seed=None, **options)

    def preview(self, prompt: str, takes: int) -> None:
        """An order of several takes."""
        files = {"image": ("photo.jpg", self.image, "image/jpeg")}
        self.street.command("preview", files=files, prompt=prompt, takes=takes)

    def form(self, clip: Message, label: str, name: str, caption: str) -> None:
        """The form behind a clip's button, photographed and closed."""
        self.message(clip).get_by_role("button", name=label, exact=True).click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_be_visible(timeout=CLIP_MS)
        self.take(name, caption, dialog)
        self.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()


def _around(parts: tuple[Locator, ...]) -> FloatRect:
    boxes = [box for part in parts if (box := part.bounding_box())]
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = min(max(box["y"] + box["height"] for box in boxes), SIZE["height"])
    top, left = max(top - MARGIN, 0), max(left - MARGIN, 0)
    return {"x": left, "y": top, "width": right + MARGIN - left, "height": bottom + MARGIN - top}


def first_clip(album: Album) -> None:
    """From the queue to the clip, and what is behind its buttons."""
    street = album.street
    busy = street.fault("wan", "POST", "image-to-video", times=None, status=429, body={"message": "busy"})
    ask(album.page, PROMPT)
    status = album.saying("Waiting")
    album.take("waiting", "In the queue: it can still be cancelled", status)
    assert street.fault_hits(busy)
    street.clear_faults()
    street.wan(hold=True)
    task = task_of(street, PROMPT)
    album.image = street.http.get(f"/sandbox/wan/tasks/{task['id']}/image").content
    album.take("generating", "Being made: a bar, and the same in words", album.saying("▰"))
    street.fault("discord", "POST", r"/channels/\d+/messages$", times=1, delay_seconds=6)
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    album.take("posting", "Ready, and on its way", album.saying("Posting"))
    clip = film(street, PROMPT)
    album.take("done", "Posted: the status message is one line with a link", album.saying("Done"))
    album.take("clip", "The clip with its buttons", album.message(clip))
    street.wan(hold=False)
    album.form(clip, "Remix", "remix-form", "Remix: the form with what the clip was made of")
    album.form(clip, "Final", "final-form", "Final: the lengths, each with its price")
    album.form(clip, "Extend", "extend-form", "Extend: what happens next, and for how long")
    album.form(clip, "Delete", "delete-form", "Delete: asked once more, since the credits stay spent")
    street.press(clip, "Details")
    album.take("details", "Details: for the member and for moderators alone", album.saying("Task at the video service"))


def takes(album: Album) -> None:
    """Drafts side by side; one of them may fail."""
    street = album.street
    album.preview("the boat rocks gently", 3)
    batch = film(street, "the boat rocks gently")
    expect(album.page.locator(".message", has_text="Done")).to_have_count(2, timeout=CLIP_MS)
    for label, who in (("2 ·", "member"), ("2 ·", "second.member"), ("3 ·", "moderator")):
        street.press(batch, label, who)
    expect(album.message(batch).get_by_role("button", name="2 · 2 votes")).to_be_visible(timeout=CLIP_MS)
    album.take("takes", "Three takes side by side, with votes", album.message(batch))
    street.wan(hold=True)
    album.preview("birds cross the sky", 3)
    street.until(lambda: len(street.tasks("birds cross the sky")) == 3, "three tasks")
    first, second, third = street.tasks("birds cross the sky")
    album.take("takes-under-way", "Takes under way: one status for all", album.saying("Generating"))
    street.post(f"/sandbox/wan/tasks/{second['id']}", {"status": "failed", "error_code": "InternalError"})
    for task in (first, third):
        street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    some = film(street, "birds cross the sky")
    album.take("takes-one-failed", "One take failed: it is named and paid back", album.message(some))
    street.wan(hold=False)


def larger(album: Album) -> None:
    """A clip that was made smaller, and where it is whole."""
    street = album.street
    street.wan(result_bytes=12 * MEGABYTE)
    album.order("a film of twelve megabytes")
    clip = film(street, "a film of twelve megabytes")
    street.wan(result_bytes=None)
    album.take("made-smaller", "Made smaller for the upload limit", album.message(clip))
    street.press(clip, "Full quality")
    album.take("full-quality", "Full quality: the address, and until when", album.saying("Works until"))


def failures(album: Album) -> None:
    """What failed, what was refused, and what was called off."""
    street = album.street
    street.wan(hold=True)
    album.order("this one fails")
    task = task_of(street, "this one fails")
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "failed", "error_code": "InternalError"})
    album.take("failed", "Failed, and refunded", album.saying("No clip."))
    street.wan(hold=False)
    body = {"error_code": "DataInspectionFailed", "error_msg": "no"}
    street.fault("wan", "POST", "image-to-video", times=1, status=400, body=body)
    album.order("refused for what it shows")
    album.take("refused", "Refused for its content, and refunded", album.saying("refused this for its content"))


def other_ways(album: Album) -> None:
    """Direct messages, and clips that wait."""
    street, page = album.street, album.page
    street.wan(hold=True)
    prompts = {"the channel has closed": True, "every door is closed": False}
    for prompt, open_ in prompts.items():
        album.order(prompt)
        task = task_of(street, prompt)
        allow(street, "clips", send=False)
        direct_messages(street, "member", open_=open_)
        street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
        if open_:
            film(street, prompt, "dm")
            enter(page, "Firstframe")
            album.take("direct-message", "In direct messages, with a line why", album.saying(prompt))
            enter(page, "clips")
            open_all(street)
    kept = street.until(lambda: _kept(street), "the clip in /jobs")
    album.take("waiting-in-jobs", "It fits nowhere: it waits in /jobs", album.message(kept))
    street.press(kept, "Get")
    album.take("handed-over", "Handed over, for the member alone", album.saying("save the clip now"))
    open_all(street)
    street.wan(hold=False)


def _kept(street: Street) -> Message | None:
    listing = street.shown_to("member", street.command("jobs"))
    return listing if "kept for you" in listing["content"] else None


def covered_and_shared(album: Album) -> None:
    """Private clips, spoilers, and the showcase."""
    street, page = album.street, album.page
    street.wan(hold=True)
    album.order("for my eyes only", private=True)
    task = task_of(street, "for my eyes only")
    album.take("private-under-way", "Private, under way", album.saying("Generating"))
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    street.wan(hold=False)
    album.take("private", "Private: only the member sees it", album.message(film(street, "for my eyes only")))
    album.order("behind a cover", spoiler=True)
    album.take("spoiler", "A spoiler, covered", album.message(film(street, "behind a cover")))
    street.moderate("server set", showcase_channel=street.channels["general"])
    album.order("worth to be seen")
    clip = film(street, "worth to be seen")
    street.press(clip, "Share")
    album.take("share", "Share says where the copy is", album.message(clip), album.saying("Shared in"))
    enter(page, "general")
    album.take("showcase", "The copy in the showcase", album.saying("worth to be seen"))
    enter(page, "clips")


def elsewhere(album: Album) -> None:
    """In a server without the bot."""
    install(album.street, "member")
    enter(album.page, "hangout")
    album.order("far from home", where="hangout")
    clip = film(album.street, "far from home", "hangout")
    album.take("user-install", "In a server without the bot: the answer itself is the clip", album.message(clip))


SCENES: tuple[Callable[[Album], None], ...] = (
    first_clip,
    takes,
    larger,
    failures,
    other_ways,
    covered_and_shared,
    elsewhere,
)


def main(folder: Path) -> None:
    """Make them all."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as data, sandbox(Path(data), CREDITS_PER_DAY="600") as running:
        with at_the_page(running.street, SIZE) as page:
            album = Album(folder, running.street, page)
            become(page, "Member")
            for scene in SCENES:
                scene(album)
        album.write()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
