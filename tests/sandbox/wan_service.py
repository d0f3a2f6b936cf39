"""A Wan service on a free port, with what the tests ask of it."""

from __future__ import annotations

import base64
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.clock import Clock
from sandbox.events import Hub
from sandbox.faults import Faults
from sandbox.record import Wire
from sandbox.wan.dashscope import CREATE_PATH as DASHSCOPE_CREATE_PATH
from sandbox.wan.dashscope import INPUT
from sandbox.wan.service import MAX_BODY_BYTES, Wan
from sandbox.wan.sinancode import CREATE_PATH
from sandbox.wan.tasks import Status, Verdict
from tests.sandbox.pictures import jpeg

TOKEN = "wan-token"


@dataclass(frozen=True, slots=True)
class Service:
    """The running service and a client for it."""

    wan: Wan
    clock: Clock
    faults: Faults
    wire: Wire
    url: str
    http: aiohttp.ClientSession

    async def create(self, **changes: Any) -> tuple[int, Any]:
        async with self.http.post(self.url + CREATE_PATH, json=order(**changes)) as answer:
            return answer.status, await answer.json()

    async def create_status(self) -> int:
        async with self.http.post(self.url + CREATE_PATH, json=order()) as answer:
            return answer.status

    async def accepted(self, **changes: Any) -> str:
        status, body = await self.create(**changes)
        assert status == 200, body
        return str(body["task_id"])

    async def create_dashscope(self, headers: dict[str, str] | None = None, **changes: Any) -> tuple[int, Any]:
        sent = {"X-DashScope-Async": "enable", **(headers or {})}
        async with self.http.post(
            self.url + DASHSCOPE_CREATE_PATH, json=dashscope_order(**changes), headers=sent
        ) as answer:
            return answer.status, await answer.json()

    async def accepted_dashscope(self, **changes: Any) -> str:
        status, body = await self.create_dashscope(**changes)
        assert status == 200, body
        return str(body["output"]["task_id"])

    async def get(self, path: str, **query: Any) -> tuple[int, Any]:
        async with self.http.get(self.url + path, params=query) as answer:
            return answer.status, await answer.json()

    async def output(self, task_id: str) -> Any:
        """What a query in the DashScope dialect tells of a task."""
        status, body = await self.get(f"/api/v1/tasks/{task_id}")
        assert status == 200
        return body["output"]

    async def query(self, task_id: str) -> Any:
        async with self.http.get(f"{self.url}/v1/tasks/{task_id}") as answer:
            return await answer.json()

    async def until(self, task_id: str, *statuses: str) -> Any:
        """Look until the task has one of these states; each look lets the loop go on."""
        while (body := await self.query(task_id))["status"] not in statuses:
            pass
        return body

    async def end(self, task_id: str, verdict: Verdict) -> None:
        task = self.wan.tasks.get(task_id)
        assert task is not None
        await self.wan.tasks.end(task, verdict)

    async def fetch_clip(self, task_id: str, to: Path) -> Path:
        """Finish a task and fetch its clip."""
        await self.end(task_id, Verdict(Status.COMPLETED))
        async with self.http.get((await self.output(task_id))["video_url"]) as answer:
            assert answer.status == 200
            to.write_bytes(await answer.read())
        return to


def order(**changes: Any) -> dict[str, Any]:
    """Make a valid create, with changes; a field changed to None is left out."""
    body = {"image_url": data_uri(jpeg(480, 360)), "duration": 5, "resolution": "720P", "seed": 1, "audio": False}
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def dashscope_order(**changes: Any) -> dict[str, Any]:
    """Make a valid create in the other dialect, from the same flat fields."""
    flat = {"model": "wan2.6-i2v", "img_url": data_uri(jpeg(480, 360)), "duration": 5, "resolution": "720P", "seed": 1}
    flat = {name: value for name, value in {**flat, **changes}.items() if value is not None}
    body: dict[str, Any] = {"model": flat.pop("model", None), "input": {}, "parameters": {}}
    for name, value in flat.items():
        body["input" if name in INPUT else "parameters"][name] = value
    return {name: value for name, value in body.items() if value is not None}


def data_uri(data: bytes, kind: str = "jpeg") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Service]:
    clock, hub, faults = Clock(), Hub(), Faults()
    wire = Wire(clock, hub)
    with socket.create_server(("127.0.0.1", 0)) as bound:
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        wan = Wan(clock=clock, hub=hub, wire=wire, base_url=url, token=TOKEN, folder=folder)
        app = web.Application(
            middlewares=[wan.record, faults.middleware("wan"), wan.authorize], client_max_size=MAX_BODY_BYTES
        )
        app.add_routes(wan.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.SockSite(runner, bound).start()
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            try:
                yield Service(wan, clock, faults, wire, url, http)
            finally:
                faults.clear()
                await runner.cleanup()
                await wan.close()
