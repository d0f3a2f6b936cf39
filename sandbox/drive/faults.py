"""Driver calls that make either service misbehave."""

from __future__ import annotations

import dataclasses
from typing import Any

from aiohttp import web

from sandbox.drive.answers import problem, read_object
from sandbox.faults import Fault, Faults, Moment

CREATES = "^(/v1/generate/|/api/v1/services/)"
FIELDS = {item.name for item in dataclasses.fields(Fault)}
KINDS: dict[str, tuple[type, ...]] = {
    "method": (str, type(None)),
    "path": (str,),
    "times": (int, type(None)),
    "skip": (int,),
    "status": (int, type(None)),
    "headers": (dict,),
    "text": (str, type(None)),
    "delay_seconds": (int, float),
    "take_effect": (bool,),
}


def routes(faults: Faults) -> list[web.AbstractRouteDef]:
    async def show(_: web.Request) -> web.Response:
        return web.json_response({"faults": faults.list()})

    async def add(request: web.Request) -> web.Response:
        return web.json_response({"id": _added(faults, read_fault(await read_object(request)))})

    async def clear(_: web.Request) -> web.Response:
        faults.clear()
        return web.json_response({"faults": []})

    async def refuse(request: web.Request) -> web.Response:
        asked = await read_object(request)
        asked = {"status": 400, "body": {"message": "the request was refused"}, **asked}
        fault = read_fault({**asked, "service": "wan", "method": "POST", "path": CREATES})
        return web.json_response({"id": _added(faults, fault)})

    return [
        web.get("/sandbox/faults", show),
        web.post("/sandbox/faults", add),
        web.delete("/sandbox/faults", clear),
        web.post("/sandbox/wan/refuse", refuse),
    ]


def read_fault(asked: dict[str, Any]) -> Fault:
    """Check what was asked for. Raises the answer 400 with one sentence."""
    unknown = sorted(asked.keys() - FIELDS)
    if unknown:
        raise problem(f"a fault has no field {unknown[0]}")
    if asked.get("service") not in ("discord", "wan"):
        raise problem("service must be discord or wan")
    for name, kinds in KINDS.items():
        if name in asked and not isinstance(asked[name], kinds):
            raise problem(f"{name} has the wrong type")
    moments = {name: _moment(name, asked.get(name)) for name in ("cut", "hang")}
    if not any((asked.get("status"), asked.get("delay_seconds"), *moments.values())):
        raise problem("a fault needs status, delay_seconds, cut or hang")
    if not 200 <= (asked.get("status") or 200) <= 599:
        raise problem("status must be between 200 and 599")
    return Fault(**{**asked, **moments})


def _moment(name: str, value: Any) -> Moment | None:
    if value is None:
        return None
    if value not in set(Moment):
        raise problem(f"{name} must be before or after")
    return Moment(value)


def _added(faults: Faults, fault: Fault) -> str:
    try:
        return faults.add(fault)
    except ValueError as error:
        raise problem(str(error)) from error
