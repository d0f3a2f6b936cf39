"""No secret that went in comes out in the log of a bot to which everything happens, at the level that prints most."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.street import Opened, Street, photo, sandbox
from tests.media.sounds import tone

# Tokens of interactions are the only words of such a length; the rest are the signatures of files, here and there.
_LOOKS_SECRET = re.compile(r"[A-Za-z0-9_-]{100,}|[?&](?:Signature|Expires|hm|ex|token)=[A-Za-z0-9]")
_SHAPES: tuple[Mapping[str, Any], ...] = (
    {"status": 200, "body": ["another shape"]},
    {"cut": "after"},
)

_ORDERS = 14
_MOST = 0.75
"""Of the faults, not all come up: a job that ends early makes no further calls."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="what the bot was given is read there")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A sandbox whose bot writes down all it can."""
    with sandbox(tmp_path_factory.mktemp("data"), LOG_LEVEL="DEBUG", DELIVERY_DEADLINE_MINUTES="1") as opened:
        yield opened


def _given(street: Street) -> list[str]:
    """The tokens that the bot was started with."""
    environment = Path(f"/proc/{street.get('/sandbox/bot')['pid']}/environ").read_text().split("\0")
    pairs = dict(pair.partition("=")[::2] for pair in environment)
    return [pairs["FIRSTFRAME_DISCORD_TOKEN"], pairs["FIRSTFRAME_WAN_TOKEN"]]


def _trouble(wan_token: str) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    """What happens to which calls, one after the other."""
    yield "wan", "POST", "/generate/", {"status": 401, "body": {"error_msg": f"bad key Bearer {wan_token}"}}
    yield "wan", "GET", "/tasks/", {"status": 500, "text": f"<html>{wan_token}"}
    for shape in _SHAPES:
        yield "wan", "POST", "/generate/", shape
        yield "wan", "GET", "/tasks/", shape
        yield "wan", "GET", "/results/", shape
        yield "wan", "POST", "/files/", shape
        yield "discord", "POST", "/callback", shape
        yield "discord", "PATCH", "@original", shape
        yield "discord", "POST", "/webhooks/", shape
        yield "discord", "POST", "/messages", shape
        yield "discord", "GET", "/cdn/", shape
    yield "discord", "PATCH", "@original", {"status": 429, "body": {"message": "slow", "retry_after": 0.1}}


def _ask(street: Street, *, private: bool) -> None:
    """An order with all that can be sent along."""
    files = {"image": ("a.jpg", photo(), "image/jpeg"), "soundtrack": ("a.wav", tone("wav", 3.5), "audio/wav")}
    street.command("animate", files=files, duration=5, resolution="480P", model="wan2.5-i2v-preview", private=private)


def _log(data: Path) -> str:
    return (data / "bot.log").read_text("utf-8", "replace")


def _jobs(data: Path) -> list[tuple[str, str | None]]:
    with closing(sqlite3.connect(data / "bot" / "firstframe.db")) as books:
        return books.execute("SELECT state, token FROM jobs").fetchall()


def test_no_secret_is_in_the_log_of_a_bot_to_which_everything_happens(opened: Opened) -> None:
    street, tokens = opened.street, _given(opened.street)
    faults = [street.fault(service, method, path, **what) for service, method, path, what in _trouble(tokens[1])]
    for number in range(_ORDERS):
        _ask(street, private=number % 2 == 1)
    street.until(lambda: sum(street.fault_hits(fault) > 0 for fault in faults) >= len(faults) * _MOST, "the trouble")
    tokens += [token for _, token in _jobs(opened.data) if token]
    street.clear_faults()
    street.kill_bot()
    log = _log(opened.data)
    leaks = [line for line in log.splitlines() if _LOOKS_SECRET.search(line) or any(token in line for token in tokens)]
    assert not leaks, leaks[:5]
    assert len(tokens) > 4
    assert log.count("Traceback") > 2
    assert "DEBUG" in log
