"""Errands with the buttons below a clip: one more of it, another one like it, the final one, what happens next."""

from tests.acceptance.street import Message
from tests.chaos.errand import Errand
from tests.chaos.errands.detours import SMALL_BYTES, USUAL_BYTES
from tests.chaos.errands.steps import at_rest, made, posted, some_clip
from tests.chaos.errands.trouble import RESULT_GONE
from tests.chaos.yard import Yard

_VOTES = (
    ("1 ·", "member"),
    ("2 ·", "second.member"),
    ("1 ·", "second.member"),  # moved
    ("1 ·", "moderator"),
    ("1 ·", "moderator"),  # taken back
)


def again(yard: Yard) -> None:
    """Anybody has the same made with another seed."""
    clip = some_clip(yard, "Again")
    if clip:
        yard.pressed(clip, "Again", yard.chance.choice(("member", "second.member")))
        at_rest(yard)


def again_at_once(yard: Yard) -> None:
    """Two press at the same moment: each is an order of its own."""
    clip = some_clip(yard, "Again")
    if clip:
        yard.ensure_bot()
        for begun in [yard.press(clip, "Again", who) for who in ("member", "second.member")]:
            yard.state_of(begun)
        at_rest(yard)


def remix(yard: Yard) -> None:
    """Anybody has the same picture made with other words."""
    clip = some_clip(yard, "Remix")
    if clip:
        who = yard.chance.choice(("member", "second.member"))
        yard.filled_in(clip, "Remix", who, What_should_happen=yard.prompt())
        at_rest(yard)


def final(yard: Yard) -> None:
    """The member has the best made of it."""
    clip = some_clip(yard, "Final")
    if clip:
        yard.filled_in(clip, "Final")
        at_rest(yard)


def extend(yard: Yard) -> None:
    """The member has it go on: the posted clip is fetched for that, and both parts are joined."""
    clip = some_clip(yard, "Extend")
    if clip:
        yard.filled_in(clip, "Extend", What_happens_next=yard.prompt(), Length="5")
        at_rest(yard)


def extend_posted(yard: Yard) -> None:
    """The same where the service has the clip no more: its last picture is taken from what was posted."""
    clip = some_clip(yard, "Extend")
    if clip:
        yard.fault("wan", "GET", "/results/", **RESULT_GONE)
        yard.filled_in(clip, "Extend", What_happens_next=yard.prompt(), Length="5")
        at_rest(yard)


def look(yard: Yard) -> None:
    """Its details, for its member and nobody else; and who asked for it, for a moderator."""
    clip = some_clip(yard, "Details")
    if clip:
        yard.pressed(clip, "Details")
        for label in ("Details", "Extend"):  # refused: after an acknowledgement, and as the answer
            yard.pressed(clip, label, "second.member")
        _who_asked(yard, clip)


def full_quality(yard: Yard) -> None:
    """Of a clip that was made smaller, the original at the video service."""
    yard.post("/sandbox/settings", {"upload_limit_bytes": SMALL_BYTES})
    try:
        clip = made(yard)
    finally:
        yard.post("/sandbox/settings", {"upload_limit_bytes": USUAL_BYTES})
    if clip:
        yard.pressed(clip, "Full quality")


def vote(yard: Yard) -> None:
    """Takes side by side: votes are cast, moved and taken back, and one take becomes the final."""
    prompt = yard.prompt()
    yard.say("preview", files={"image": ("photo.jpg", yard.picture, "image/jpeg")}, prompt=prompt, takes=2)
    batch = posted(yard, prompt)
    if batch and len(batch["attachments"]) > 1:
        for label, who in _VOTES:
            yard.pressed(batch, label, who)
        yard.filled_in(batch, "Final 1")
        at_rest(yard)


def _who_asked(yard: Yard, clip: Message) -> None:
    name = "Who asked for this?"
    yard.ask("moderator", "clips", lambda: yard.on_message(name, clip))


ERRANDS = (
    Errand("again", again),
    Errand("again at once", again_at_once),
    Errand("remix", remix),
    Errand("final", final),
    Errand("extend", extend),
    Errand("extend posted", extend_posted),
    Errand("look", look),
    Errand("full quality", full_quality),
    Errand("vote", vote),
)
