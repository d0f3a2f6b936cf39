"""The record keeps what was said, without the secrets, in the forms its readers need."""

from __future__ import annotations

import json
from typing import Any

from sandbox.clock import Clock
from sandbox.events import Hub
from sandbox.record import Wire


def wire() -> Wire:
    return Wire(Clock(), Hub())


def lines(record: Wire) -> list[dict[str, Any]]:
    return [json.loads(line) for line in record.jsonl().splitlines()]


def test_tokens_in_paths_and_bodies_are_not_kept() -> None:
    record = wire()
    record.exchange("request", "discord", "POST", "/api/v10/interactions/12/aW50/callback", None, {"type": 5})
    record.exchange("request", "discord", "PATCH", "/api/v10/webhooks/12/aW50/messages/@original", None, None)
    record.frame("INTERACTION_CREATE", {"op": 0, "d": {"token": "aW50", "message": {"interaction": {"token": "aW50"}}}})
    record.sent_frame("RESUME", {"op": 6, "d": {"token": "aW50"}})
    assert "aW50" not in str(record.since(0))
    assert lines(record)[0]["path"] == "/interactions/12/token/callback"
    assert lines(record)[1]["path"] == "/webhooks/12/token/messages/@original"


def test_the_lines_for_the_definitions_hold_discords_traffic_whole() -> None:
    record = wire()
    long = "x" * 100_000
    record.exchange("response", "discord", "get", "/api/v10/channels/1", 200, {"name": long}, 1.5)
    record.exchange("response", "wan", "GET", "/v1/tasks/1", 200, {})
    record.exchange("fault", "discord", "GET", "/api/v10/channels/1", 500, "broken")
    record.sent_frame("HEARTBEAT", {"op": 1})
    record.frame("RESUMED", {"op": 0})
    [line] = lines(record)
    assert line == {"kind": "response", "method": "GET", "path": "/channels/1", "status": 200, "body": {"name": long}}
    assert len(str(record.since(0)[1][0]["body"])) < 100


def test_what_is_changed_later_does_not_change_the_record() -> None:
    record = wire()
    body = {"embeds": [{"title": "before"}]}
    record.exchange("request", "discord", "POST", "/api/v10/channels/1/messages", None, body)
    body["embeds"][0]["title"] = "after"
    assert record.since(0)[1][0]["body"] == {"embeds": [{"title": "before"}]}


def test_events_reach_those_who_may_see_them() -> None:
    hub = Hub()
    with hub.subscribe("1") as one, hub.subscribe("2") as two:
        hub.publish({"kind": "message", "n": 1})
        hub.publish({"kind": "message", "n": 2}, only="2")
        assert [one.get_nowait()["n"], two.get_nowait()["n"], two.get_nowait()["n"]] == [1, 1, 2]
        assert one.empty()
    hub.publish({"kind": "message", "n": 3})
    assert two.empty()
