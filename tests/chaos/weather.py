"""Services that misbehave while the bot lives and dies: a few faults at a time, each of which passes."""

from typing import Any

from tests.chaos.yard import Yard

CHANCE = 0.25
_MOST_AT_ONCE = 2

_HTML = {"status": 200, "text": "<html>down for maintenance</html>", "headers": {"Content-Type": "text/html"}}
_DISCORD = r"/(channels|webhooks|interactions)/"
_CREATE = "image-to-video|video-synthesis"

_BAD: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("wan", "POST", _CREATE, {"status": 429, "body": {"message": "busy"}}),
    ("wan", "POST", _CREATE, {"status": 429, "body": {"message": "busy"}, "headers": {"Retry-After": "1"}}),
    ("wan", "POST", _CREATE, {"status": 503, "body": {"message": "down"}}),
    ("wan", "POST", _CREATE, {"cut": "before"}),
    ("wan", "POST", _CREATE, {"cut": "after"}),
    ("wan", "POST", _CREATE, {**_HTML, "take_effect": True}),
    ("wan", "GET", "/tasks/", {"status": 429, "body": {"message": "busy"}}),
    ("wan", "GET", "/tasks/", {"status": 500, "text": "oops"}),
    ("wan", "GET", "/tasks/", {"cut": "before"}),
    ("wan", "GET", "/tasks/", _HTML),
    ("wan", "GET", "/tasks/", {"delay_seconds": 1.5}),
    ("wan", "GET", "/results/", {"status": 503, "text": "oops"}),
    ("wan", "GET", "/results/", {"cut": "before"}),
    ("wan", "GET", "/results/", _HTML),
    ("discord", "POST", _DISCORD, {"status": 502, "text": "bad gateway"}),
    ("discord", "POST", _DISCORD, {"status": 502, "text": "bad gateway", "take_effect": True}),
    ("discord", "POST", _DISCORD, {"cut": "before"}),
    ("discord", "POST", _DISCORD, {"cut": "after"}),
    ("discord", "POST", _DISCORD, {"delay_seconds": 1.0}),
    ("discord", "PATCH", _DISCORD, {"status": 500, "text": "oops"}),
    ("discord", "PATCH", _DISCORD, {"cut": "after"}),
    ("discord", "GET", _DISCORD, {"status": 503, "text": "oops"}),
    (
        "discord",
        "POST",
        _DISCORD,
        {"status": 429, "body": {"message": "slow down", "retry_after": 0.5, "global": False}},
    ),
)

_GATEWAY = ("drop", "reconnect", "invalid_session")


def turn(yard: Yard) -> None:
    """Bad weather for a while, by the yard's own chance; what was bad before is over."""
    clear(yard)
    if yard.chance.random() >= CHANCE:
        return
    for service, method, path, what in yard.chance.sample(_BAD, yard.chance.randint(1, _MOST_AT_ONCE)):
        yard.fault(service, method, path, skip=yard.chance.randrange(2), **what)
    if yard.chance.random() < CHANCE:
        yard.http.post("/sandbox/gateway", json={"do": yard.chance.choice(_GATEWAY)})


def clear(yard: Yard) -> None:
    """Both services are as they should be."""
    yard.clear_faults()
