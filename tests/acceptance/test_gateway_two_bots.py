"""Two bots: over one database the second says so and ends; with one token each command is served by one of them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.misbehaviour import PRICE, SMALL, Entry, entries, over
from tests.acceptance.presses import films, place_in_record, task_of
from tests.acceptance.street import Opened, Street
from tests.acceptance.test_start import BOT, PATIENCE_SECONDS, ended


def settings_of_the_bot(street: Street) -> dict[str, str]:
    """What the sandbox has given its bot, secrets included."""
    given = Path(f"/proc/{street.get('/sandbox/bot')['pid']}/environ").read_bytes().split(b"\0")
    return dict(one.decode().split("=", 1) for one in given if one)


@contextmanager
def another_bot(street: Street, data: Path) -> Iterator["subprocess.Popen[str]"]:
    """A second process with the same settings over its own folder, until the block is left."""
    given = settings_of_the_bot(street) | {"FIRSTFRAME_DATA_DIR": str(data / "bot")}
    since = place_in_record(street)
    with subprocess.Popen([*BOT, "run"], cwd=data, env=given, stderr=subprocess.PIPE, text=True) as process:
        try:
            street.until(lambda: _is_ready(street, since), "the second bot")
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_SECONDS)


def _is_ready(street: Street, since: int) -> bool:
    return any(one["event"] == "GUILD_CREATE" for one in street.get("/sandbox/wire", since=since)["exchanges"])


def test_a_second_bot_over_one_database_ends_and_leaves_the_first_alone(opened: Opened, tmp_path: Path) -> None:
    street = opened.street
    street.reset()
    street.wan(hold=True)
    order = street.animate(prompt="with two bots", **SMALL)
    task = task_of(street, "with two bots")
    by_another_name = tmp_path / "the same folder"
    by_another_name.symlink_to(opened.data / "bot")
    given = settings_of_the_bot(street)
    for folder in (str(opened.data / "bot"), str(by_another_name), os.path.relpath(opened.data / "bot", tmp_path)):
        run = ended("run", tmp_path, given | {"FIRSTFRAME_DATA_DIR": folder})
        assert run.returncode == 1
        assert run.stderr.splitlines()[-1] == f"Another bot is running over {folder}: stop it first."
    street.post(f"/sandbox/wan/tasks/{task['id']}", {"status": "completed"})
    street.until(lambda: over(opened.data, [order]), "the end")
    assert [(job.state, job.moves) for job in entries(opened.data, order)] == [("done", (-PRICE,))]
    assert len(films(street, "with two bots")) == 1


def test_of_two_bots_started_at_once_over_one_database_one_runs(opened: Opened, tmp_path: Path) -> None:
    street = opened.street
    street.reset()
    given = settings_of_the_bot(street) | {"FIRSTFRAME_DATA_DIR": str(tmp_path / "bot")}
    both = [
        subprocess.Popen([*BOT, "run"], cwd=tmp_path, env=given, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    try:
        street.until(lambda: any(one.poll() is not None for one in both), "the end of one")
        [loser] = [one for one in both if one.poll() is not None]
        [winner] = [one for one in both if one is not loser]
        assert loser.returncode == 1
        assert "Another bot is running over" in loser.communicate(timeout=PATIENCE_SECONDS)[1]
    finally:
        for one in both:
            one.terminate()
    assert winner.wait(PATIENCE_SECONDS) == 0
    winner.communicate()


def test_a_command_that_two_bots_with_one_token_hear_is_served_by_one(opened: Opened, tmp_path: Path) -> None:
    street = opened.street
    street.reset()
    with another_bot(street, tmp_path):
        orders = [street.animate(prompt=f"heard by both, {number}", **SMALL) for number in range(3)]

        def jobs(order: str) -> list[Entry]:
            return [*entries(opened.data, order), *entries(tmp_path, order)]

        street.until(lambda: all(job.over for order in orders for job in jobs(order) or [_NOT_YET]), "the end of all")
        for number, order in enumerate(orders):
            assert [(job.state, job.moves) for job in jobs(order)] == [("done", (-PRICE,))]
            assert len(films(street, f"heard by both, {number}")) == 1
        assert not any("went wrong" in one["content"] for one in street.messages())


_NOT_YET = Entry("", "queued", None, waits=False, shown=False, moves=())
