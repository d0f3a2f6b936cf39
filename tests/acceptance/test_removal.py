"""What is done from a message itself: who asked for it, taking a clip down, and a member's own deletion."""

from collections.abc import Iterator

import pytest

from tests.acceptance.presses import fill_in
from tests.acceptance.street import Message, Opened, Street


@pytest.fixture
def street(opened: Opened) -> Iterator[Street]:
    """The sandbox, reset; the bot runs again afterwards."""
    opened.street.reset()
    yield opened.street
    opened.street.clear_faults()


def asked(street: Street, interaction_id: str) -> str:
    """What the form that answered a press says."""
    shown = street.until(
        lambda: street.get(f"/sandbox/interactions/{interaction_id}", wait_seconds=5)["modal"], "the form"
    )
    return " ".join(str(part["content"]) for part in shown["components"] if "content" in part)


def made(street: Street, prompt: str, who: str = "member") -> tuple[Message, Message]:
    """A clip's message and its status message."""
    status = street.taken(who, prompt=prompt)
    clip = street.clip(prompt)
    street.until(lambda: "Done" in street.text(status["id"]), "the status")
    return clip, status


def gone(street: Street, clip: Message, status: Message, words: str) -> None:
    """Wait until a clip is not in the channel any more, and its status says so."""
    street.until(lambda: not street.text(clip["id"]), "the removal")
    street.until(lambda: words in street.text(status["id"]), "the status")


def test_a_moderator_learns_who_asked_for_a_clip(street: Street) -> None:
    clip, status = made(street, "who asked")
    for message in (clip, status):
        said = street.said_to("moderator", street.on_message("Who asked for this?", message))
        assert said.startswith(f"<@{street.users['member']}> asked for this <t:")
        assert "- Prompt: who asked" in said
        assert "5 s · 720P" in said
        assert f"- Posted: https://discord.com/channels/1000000000000000001/{street.channels['clips']}/" in said
    other = street.answer(street.command("quota", "moderator"), "moderator")
    assert "no clip of mine" in street.said_to("moderator", street.on_message("Who asked for this?", other))


@pytest.mark.parametrize(("choice", "back"), [("return", 10), ("keep", 0)])
def test_a_moderator_takes_a_clip_down_with_or_without_its_credits(street: Street, choice: str, back: int) -> None:
    prompt = f"taken down: {choice}"
    clip, status = made(street, prompt)
    before = street.credits_left()
    form = street.on_message("Remove clip", clip)
    said = street.said_to("moderator", street.submit(form, "moderator", choice, "off topic"))
    credits = "10 credits returned" if back else "its 10 credits stay spent"
    assert said == f"The clip of <@{street.users['member']}> is gone for good (before: posted), {credits}."
    gone(street, clip, status, "🗑️ **Removed** by a moderator.")
    assert street.credits_left() == before + back
    assert "taken down" in street.said_to("moderator", street.on_message("Remove clip", status))
    asked = street.said_to("moderator", street.on_message("Who asked for this?", status))
    assert f"Removed by <@{street.users['moderator']}>" in asked
    assert "🗑️ removed" in street.answer(street.command("jobs"))["content"]
    assert "“off topic”" in street.moderate("audit", action="clip_removed").splitlines()[0]


def test_two_forms_for_one_clip_pay_it_back_once(street: Street) -> None:
    clip, status = made(street, "twice")
    before = street.credits_left()
    forms = [street.on_message("Remove clip", clip) for _ in range(2)]
    said = [street.said_to("moderator", street.submit(form, "moderator", "return", "")) for form in forms]
    assert "10 credits returned" in said[0]
    assert said[1].startswith("Nothing changed: this clip was taken down")
    gone(street, clip, status, "Removed")
    assert street.credits_left() == before + 10


def test_a_bot_killed_while_it_takes_a_clip_down_does_it_when_it_is_back_and_pays_once(street: Street) -> None:
    clip, status = made(street, "killed between")
    before = street.credits_left()
    deletions = street.fault("discord", "DELETE", f"messages/{clip['id']}", times=None, hang="before")
    form = street.on_message("Remove clip", clip)
    street.submit(form, "moderator", "return", "")
    street.until(lambda: street.fault_hits(deletions), "the deletion")
    street.kill_bot()
    assert street.text(clip["id"])
    street.clear_faults()
    street.start_bot()
    gone(street, clip, status, "🗑️ **Removed** by a moderator.")
    assert street.credits_left() == before + 10


def test_a_clip_that_is_not_finished_has_nothing_to_remove(street: Street) -> None:
    street.wan(hold=True)
    status = street.taken(prompt="not yet")

    def said() -> bool:  # which message shows the job is written down a moment after it is there
        return "not finished yet" in street.said_to("moderator", street.on_message("Remove clip", status))

    street.until(said, "the sentence")
    street.wan(hold=False)
    street.clip("not yet")


def test_a_member_deletes_their_own_clip_after_a_question_and_nothing_is_paid_back(street: Street) -> None:
    clip, status = made(street, "my own")
    before = street.credits_left()
    form = street.press(clip, "Delete")
    assert "Delete your clip for good? Its 10 credits stay spent." in asked(street, form)
    assert street.text(clip["id"])
    said = street.said_to("member", fill_in(street, form))
    assert said == "Your clip is gone for good (before: posted), its 10 credits stay spent."
    gone(street, clip, status, "🗑️ **Deleted** by its member.")
    assert street.credits_left() == before
    assert f"of <@{street.users['member']}>" in street.moderate("audit", action="clip_deleted")


def test_nobody_deletes_another_members_clip_but_a_moderator_may(street: Street) -> None:
    clip, status = made(street, "not yours")
    said = street.said_to("second.member", street.press(clip, "Delete", "second.member"))
    assert said == "Only the member who asked for this clip, or a moderator, can delete it."
    assert street.text(clip["id"])
    form = street.press(clip, "Delete", "moderator")
    assert f"Remove the clip of <@{street.users['member']}> for good?" in asked(street, form)
    assert "is gone for good" in street.said_to("moderator", fill_in(street, form, "moderator"))
    gone(street, clip, status, "🗑️ **Removed** by a moderator.")
