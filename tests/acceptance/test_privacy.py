"""A member's own data: handed over as a file, and gone out of every file when they ask for that."""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.acceptance.street import Message, Opened, Street, sandbox

PROMPT = "a wish that is nobody elses business"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Members may spend 60 credits a day."""
    with sandbox(tmp_path_factory.mktemp("sandbox"), CREDITS_PER_DAY="60") as running:
        yield running


def make(street: Street, who: str) -> Message:
    """A clip of this member's; its status message."""
    status = street.taken(who, prompt=PROMPT)
    street.until(lambda: "Done" in street.text(status["id"]), "the clip")
    return status


def forget(street: Street, who: str) -> str:
    """Ask to be forgotten and confirm it; what is said then."""
    question = street.shown_to(who, street.command("privacy delete", who))
    assert question["content"].startswith("**Delete everything that I keep about you, in every server?**")
    street.press(question, "Delete my data", who)
    return str(street.changed(question, who)["content"])


def files_with(data: Path, *needles: bytes) -> list[str]:
    """The files of the bot, its log included, in which any of these bytes are found."""
    files = [data / "bot.log", *(path for path in (data / "bot").rglob("*") if path.is_file())]
    assert len(files) > 1
    contents = {file.name: file.read_bytes() for file in files}
    return [name for name, content in contents.items() if any(needle in content for needle in needles)]


def id_in_files(member: str) -> list[bytes]:
    """A member's id as text, and as the database keeps it."""
    return [member.encode(), int(member).to_bytes(8, "big")]


@pytest.mark.parametrize("where", ["clips", "dm"])
def test_a_member_is_handed_their_own_data_as_a_file(street: Street, where: str) -> None:
    if where == "clips":
        make(street, "member")
        street.moderate("credits grant", member=street.users["member"], amount=3, reason="a contest")
    answer = street.shown_to("member", street.command("privacy export", "member", where), where)
    archive = zipfile.ZipFile(io.BytesIO(street.download(answer, ".zip")))
    assert archive.testzip() is None
    names = archive.namelist()
    data = json.loads(archive.read("data.json"))
    assert data["member_id"] == street.users["member"]
    [server] = data["servers"]
    assert [PROMPT in json.dumps(clip) for clip in server["clips"]] == [True]
    assert len(server["credits"]) == 2
    assert "a contest" in json.dumps(server["credits"])
    [frame] = [name for name in names if name.startswith("frames/")]
    with Image.open(io.BytesIO(archive.read(frame))) as image:
        assert image.size == (960, 720)


def test_nobody_is_handed_anothers_data(street: Street) -> None:
    answer = street.shown_to("operator", street.command("privacy export", "operator"))
    archive = zipfile.ZipFile(io.BytesIO(street.download(answer, ".zip")))
    assert archive.namelist() == ["data.json"]
    assert PROMPT not in archive.read("data.json").decode()
    assert json.loads(archive.read("data.json"))["servers"] == []


def test_nothing_is_deleted_while_a_clip_is_under_way(street: Street) -> None:
    street.wan(hold=True)
    status = street.taken(prompt="under way")
    street.until(lambda: street.tasks("under way"), "the task")
    question = street.shown_to("member", street.command("privacy delete"))
    refusal = street.said_to("member", street.press(question, "Delete my data"))
    assert refusal.startswith("You have 1 clip that is under way")
    assert refusal.endswith("Nothing was deleted.")
    street.wan(hold=False)
    street.until(lambda: "Done" in street.text(status["id"]), "the clip")


def test_after_a_deletion_the_prompt_is_in_no_file_and_what_was_used_stays_used(opened: Opened) -> None:
    street = opened.street
    street.reset()
    member = street.users["member"]
    left = street.credits_left()
    assert files_with(opened.data, PROMPT.encode()) != []
    said = forget(street, "member")
    assert "no longer name you, and what you sent for them is deleted." in said
    assert street.credits_left() == left - 3  # the granted ones are gone, today's allowance is what it was
    assert "no clips yet" in street.answer(street.command("jobs"))["content"]
    history = street.moderate("credits history", member=member)
    assert "a contest" not in history
    assert "charged" not in history
    street.stop_bot()
    assert files_with(opened.data, PROMPT.encode(), b"a contest") == []
    street.start_bot()
    assert street.credits_left() == left - 3


def test_after_a_deletion_a_member_with_nothing_used_is_in_no_file_at_all(opened: Opened) -> None:
    street = opened.street
    street.reset()
    member = street.users["second.member"]
    body = {"error_code": "InvalidParameter", "error_msg": "no"}
    street.fault("wan", "POST", "image-to-video", status=400, body=body)
    status = street.taken("second.member", prompt=PROMPT)
    street.until(lambda: "10 credits returned" in street.text(status["id"]), "the refund")
    street.moderate("credits grant", member=member, amount=8, reason="for second member")
    street.moderate("limits set member", member=member, credits="70")
    street.moderate("block add", member=member, reason="second member again")
    street.moderate("block lift", member=member)
    street.stop_bot()
    assert files_with(opened.data, id_in_files(member)[0]) != []
    assert files_with(opened.data, id_in_files(member)[1]) != []
    street.start_bot()
    forget(street, "second.member")
    street.stop_bot()
    assert files_with(opened.data, *id_in_files(member), PROMPT.encode(), b"second member again") == []
    street.start_bot()
    assert "a member who left" in street.moderate("audit")
