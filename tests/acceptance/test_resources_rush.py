"""A thousand commands within ten seconds: each is acknowledged in time or told, and is one job or a refusal."""

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.acceptance.bare_sandbox import bare_sandbox
from tests.acceptance.street import Message, Opened, Street, photo

COMMANDS = 1000
WITHIN_SECONDS = 10.0
AT_ONCE = 16
PRICE = 10
COVERED = 8
"""How many orders each member can pay."""

PEOPLE = ("member", "second.member", "moderator", "operator")


@pytest.fixture(scope="module")
def rushed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A sandbox in which each member can pay a few of what they are going to order."""
    with bare_sandbox(tmp_path_factory.mktemp("rush"), CREDITS_PER_DAY=str(COVERED * PRICE)) as running:
        yield running


def rush(street: Street) -> list[str]:
    """Give the commands, evenly over the time; their interactions."""
    picture, begun = photo(360, 360), time.monotonic()

    def order(client: httpx.Client, number: int) -> str:
        time.sleep(max(0.0, begun + number * WITHIN_SECONDS / COMMANDS - time.monotonic()))  # the rate is the test
        place = {"as": street.users[PEOPLE[number % len(PEOPLE)]], "channel": street.channels["clips"]}
        options = {"prompt": f"rush {number}", "duration": 5, "resolution": "720P", "seed": number}
        payload = json.dumps({**place, "command": "animate", "options": options})
        files = {"image": ("photo.jpg", picture, "image/jpeg")}
        answer = client.post("/sandbox/commands", data={"payload_json": payload}, files=files)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["interaction_id"])

    with httpx.Client(base_url=street.http.base_url, timeout=60) as client, ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(partial(order, client), range(COMMANDS)))


def answers(street: Street) -> dict[str, Message]:
    """What says something to the commands, whoever can see it, by the interaction."""
    seen = [
        message
        for who in PEOPLE
        for message in street.get(
            f"/sandbox/channels/{street.channels['clips']}/messages", limit=5 * COMMANDS, **{"as": street.users[who]}
        )
    ]
    return {message["interaction_metadata"]["id"]: message for message in seen if message["content"]}


def books(data: Path, sql: str) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(next((data / "bot").glob("*.db")))) as connection:
        return list(connection.execute(sql))


def test_a_thousand_commands_in_ten_seconds(rushed: Opened) -> None:
    street = rushed.street
    street.wan(hold=True)
    interactions = rush(street)
    shown = {one: street.get(f"/sandbox/interactions/{one}", wait_seconds=5) for one in interactions}
    failed = {one for one, state in shown.items() if state["state"] == "failed"}  # Discord has told them so
    assert len(failed) < COMMANDS / 20
    assert max(state["acknowledged_after_ms"] for one, state in shown.items() if one not in failed) < 3000

    awaited = set(interactions) - failed
    street.until(lambda: answers(street).keys() >= awaited, "an answer to each", seconds=240)
    jobs = Counter(str(interaction) for interaction, _ in books(rushed.data, "SELECT interaction_id, id FROM jobs"))
    assert set(jobs.values()) == {1}
    assert jobs.keys() <= awaited
    told = answers(street)
    refused = {one for one in awaited if "you have 0 left" in told[one]["content"]}
    assert jobs.keys() == awaited - refused

    spent = dict(books(rushed.data, "SELECT member_id, -SUM(allowance + granted) FROM ledger GROUP BY member_id"))
    assert spent == {int(street.users[who]): COVERED * PRICE for who in PEOPLE}
    assert [street.credits_left(who) for who in PEOPLE] == [0] * len(PEOPLE)
    assert len(jobs) == COVERED * len(PEOPLE)
