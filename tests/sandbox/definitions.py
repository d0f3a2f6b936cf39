"""Holds recorded traffic against Discord's published definitions, where a copy of them lies beside the project."""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

VALIDATOR = Path(__file__).resolve().parents[3] / "shared" / "discord" / "validate.py"


@functools.cache
def _validators() -> tuple[Any, Any]:
    spec = importlib.util.spec_from_file_location("discord_definitions", VALIDATOR)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Rest(), module.Gateway()


def present() -> bool:
    return VALIDATOR.exists()


def complaints(jsonl: str, kinds: Iterable[str] = ("request", "response", "frame")) -> list[str]:
    """Hold recorded traffic against the definitions; one line for each complaint about these kinds."""
    if not present():
        return []
    lines = [json.loads(line) for line in jsonl.splitlines()]
    return [f"{_name(line)}: {found}" for line in lines if line["kind"] in kinds for found in _check(line)]


def _name(line: dict[str, Any]) -> str:
    return f"{line['kind']} {line.get('event') or line.get('method')} {line.get('path', '')}"


def _check(line: dict[str, Any]) -> list[str]:
    rest, gateway = _validators()
    match line["kind"]:
        case "request":
            found = rest.request(line["method"], line["path"], _ids_as_texts(line["body"]))
        case "response":
            found = rest.response(line["method"], line["path"], line["status"], line["body"])
        case _:
            found = gateway.check(line["event"], line["body"])
    return list(found)


def _ids_as_texts(body: Any, key: str = "") -> Any:
    """Put texts in the place of ids that discord.py sends as numbers; Discord takes both, its definitions do not."""
    if isinstance(body, dict):
        return {name: _ids_as_texts(value, name) for name, value in body.items()}
    if isinstance(body, list):
        chosen = key == "default_values"
        return [{**one, "id": str(one["id"])} if chosen else _ids_as_texts(one) for one in body]
    return str(body) if key == "recipient_id" else body
