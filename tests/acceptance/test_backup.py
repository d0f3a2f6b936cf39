"""The database is copied while the bot works, and restored without anything being ordered or posted twice."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.migrations import MIGRATIONS
from tests.acceptance.street import ROOT, Opened, Street

PRICE = 10
OPEN = ("posting", "ready", "running", "private", "submitting", "queued")


def bot(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of the bot over this folder until it ends by itself."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTFRAME_")}
    given = {"DISCORD_TOKEN": "made-up", "WAN_TOKEN": "made-up", "DATA_DIR": str(data)}
    settings = {f"FIRSTFRAME_{name}": value for name, value in given.items()}
    command = [sys.executable, str(ROOT / "bot.py"), *arguments]
    return subprocess.run(
        command, cwd=data.parent, env={**clean, **settings}, capture_output=True, text=True, check=False, timeout=60
    )


def query(data: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask the database in this folder."""
    with closing(sqlite3.connect(f"{(data / 'firstframe.db').as_uri()}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def street(opened: Opened) -> Street:
    """The sandbox, reset; its clips are all the same, which costs the least time."""
    opened.street.reset()
    opened.street.wan(one_clip=True)
    return opened.street


@pytest.fixture
def data(opened: Opened) -> Path:
    """The bot's folder."""
    return opened.data / "bot"


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """What the prompts of a test begin with."""
    return str(request.node.name).removeprefix("test_").partition("[")[0].replace("_", " ")[:30]


def one_in_every_state(street: Street, name: str) -> None:
    """Orders that stay where they are: each in a state of its own, and one that is done."""
    street.animate(prompt=f"{name} done")
    street.clip(f"{name} done")
    stuck = street.fault("discord", "POST", r"/channels/\d+/messages$", times=1, hang="before")
    street.animate(prompt=f"{name} posting")
    street.until(lambda: street.fault_hits(stuck), "the post")
    stuck = street.fault("wan", "GET", "/results/", times=1, hang="before")
    street.animate(prompt=f"{name} ready")
    street.until(lambda: street.fault_hits(stuck), "the fetch")
    street.wan(hold=True)
    street.animate(prompt=f"{name} running")
    street.until(lambda: [task for task in street.tasks(f"{name} running") if task["queries"]], "a look")
    street.animate(prompt=f"{name} private", private=True)
    street.until(lambda: [task for task in street.tasks(f"{name} private") if task["queries"]], "a look")
    stuck = street.fault("wan", "POST", "image-to-video", times=1, hang="after")
    street.animate(prompt=f"{name} submitting")
    street.until(lambda: street.fault_hits(stuck), "the order")
    busy = street.fault("wan", "POST", "image-to-video", times=None, status=429, body={"message": "busy"})
    street.animate(prompt=f"{name} queued")
    street.until(lambda: street.fault_hits(busy), "the wait")


def let_go(street: Street) -> None:
    """Nothing is in the way any more."""
    street.clear_faults()
    street.wan(hold=False)


def states(data: Path, name: str) -> dict[str, str]:
    """How the jobs of a test stand, by the last word of their prompts."""
    rows = query(data, "SELECT json_extract(options, '$.prompt'), state FROM jobs")
    return {str(prompt).split()[-1]: str(state) for prompt, state in rows if str(prompt).startswith(name)}


def until_all_ended(street: Street, data: Path, name: str) -> dict[str, str]:
    """How they ended, once all have and it is shown."""
    left = "SELECT 1 FROM jobs WHERE status_settled = 0 OR state NOT IN ('done', 'failed', 'cancelled')"
    street.until(lambda: not query(data, left), "the end of all jobs")
    return states(data, name)


def backed_up(data: Path) -> str:
    """Take a copy by the command, as an operator does; where it is."""
    done = bot(data, "backup")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"The database is copied to {data / 'backups'}/firstframe-")
    return done.stdout.split()[-1].removesuffix(".")


def restored(data: Path, copy: str) -> str:
    """Put it back, as an operator does; the one sentence that answers."""
    done = bot(data, "restore", copy)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1
    return done.stdout


def books_are_right(data: Path) -> None:
    """Each job has one charge, and one refund where it failed."""
    assert query(data, "PRAGMA integrity_check") == [("ok",)]
    assert query(data, "PRAGMA foreign_key_check") == []
    wrong = """
        SELECT jobs.id FROM jobs LEFT JOIN ledger ON ledger.job_id = jobs.id GROUP BY jobs.id
        HAVING SUM(ledger.kind = 'charge') <> 1 OR SUM(ledger.kind = 'refund') <> (jobs.state <> 'done')
            OR SUM(ledger.allowance + ledger.granted) <> (CASE jobs.state WHEN 'done' THEN -jobs.price ELSE 0 END)
    """
    assert query(data, wrong) == []


def test_what_ended_after_the_copy_is_not_ordered_or_posted_again(street: Street, data: Path, name: str) -> None:
    before = street.credits_left()
    one_in_every_state(street, name)
    copy = backed_up(data)
    assert {word: state for word, state in states(data, name).items() if word in OPEN} == {
        word: "running" if word == "private" else word for word in OPEN
    }
    let_go(street)
    ends = until_all_ended(street, data, name)
    assert {word for word, state in ends.items() if state == "done"} == {"done", *OPEN} - {"submitting"}
    street.animate(prompt=f"{name} after")
    street.clip(f"{name} after")
    until_all_ended(street, data, name)
    tasks = street.get("/sandbox/wan/tasks")
    street.stop_bot()
    said = restored(data, copy)
    assert f"open jobs in it, to be looked for at the next start: {len(OPEN)}." in said
    street.start_bot()
    ends = until_all_ended(street, data, name)
    # The private one was the answer to its command, which nobody can look into once its token is gone.
    assert {word for word, state in ends.items() if state == "failed"} == {"private", "submitting"}
    assert "after" not in ends
    for word in ("done", "after", *OPEN):
        assert len(street.clips(f"{name} {word}")) == (0 if word == "submitting" else 1), word
    again = street.get("/sandbox/wan/tasks")
    assert [(task["id"], task["times_created"]) for task in again] == [(task["id"], 1) for task in tasks]
    assert street.credits_left() == before - PRICE * 5
    books_are_right(data)


def test_what_had_not_ended_goes_on_from_the_copy_or_is_refunded(street: Street, data: Path, name: str) -> None:
    before = street.credits_left()
    one_in_every_state(street, name)
    copy = backed_up(data)
    street.kill_bot()
    restored(data, copy)
    let_go(street)
    street.start_bot()
    ends = until_all_ended(street, data, name)
    refunded = {"private", "submitting", "queued"}
    assert {word for word, state in ends.items() if state == "failed"} == refunded
    for word in ("done", *OPEN):
        assert len(street.clips(f"{name} {word}")) == (0 if word in refunded else 1), word
        assert all(task["times_created"] == 1 for task in street.tasks(f"{name} {word}"))
    assert street.tasks(f"{name} queued") == []
    told = [message["content"] for message in street.messages()]
    assert any("cannot tell what became of this clip" in text for text in told)
    assert street.credits_left() == before - PRICE * 4
    books_are_right(data)
    street.animate(prompt=f"{name} later")
    street.clip(f"{name} later")


def test_while_a_bot_runs_nothing_is_restored(street: Street, data: Path) -> None:
    copy = backed_up(data)
    before = query(data, "SELECT COUNT(*) FROM jobs")
    done = bot(data, "restore", copy)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Another bot is running over {data}: stop it first.\n"
    assert query(data, "SELECT COUNT(*) FROM jobs") == before


def test_a_copy_goes_where_it_is_told_to_and_writes_over_nothing(street: Street, data: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere" / "copy.db"
    assert bot(data, "backup", str(copy)).stdout == f"The database is copied to {copy}.\n"
    again = bot(data, "backup", str(copy))
    assert again.returncode == 1
    assert again.stderr == f"The database cannot be copied: there is a file already: {copy}.\n"


def test_a_newer_database_is_refused_in_words_at_the_start_and_as_a_copy(tmp_path: Path) -> None:
    newer = tmp_path / "firstframe.db"
    with closing(sqlite3.connect(newer)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    sentence = (
        f"The database is of version {len(MIGRATIONS) + 1} and this bot knows version {len(MIGRATIONS)}: "
        "run the newer bot or restore a backup."
    )
    assert bot(tmp_path, "run").stderr.splitlines()[-1] == sentence
    done = bot(tmp_path / "other", "restore", str(newer))
    assert done.stderr == f"{newer} cannot be restored: {sentence}\n"
    assert not (tmp_path / "other" / "firstframe.db").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"no database" * 1000, "{file} cannot be restored: file is not a database."),
        (b"", "{file} cannot be restored: it is not a database of this bot."),
        (None, "Nothing can be restored: there is no such file: {file}."),
    ],
    ids=["text", "empty", "missing"],
)
def test_what_cannot_be_restored_is_said_in_one_sentence(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    file = tmp_path / "copy.db"
    if content is not None:
        file.write_bytes(content)
    done = bot(tmp_path / "data", "restore", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == sentence.format(file=file) + "\n"
