"""The Discord stand-in served on loopback for a test, with a bot in it and somebody to drive it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.clock import Clock
from sandbox.discord.rest import PREFIX
from sandbox.discord.service import Discord
from sandbox.discord.world import CLIPS, MEMBER
from sandbox.events import Hub
from sandbox.record import Wire
from tests.sandbox import definitions
from tests.sandbox.discord_bot import Bot, point_at

TOKEN = "a.token.for-tests"
PATIENCE_SECONDS = 10
LARGEST_BODY = 128 * 1024 * 1024
JSON = dict[str, Any]
Files = Mapping[str, tuple[str, bytes]]


class Place:
    """A stand-in that is being served; its driver calls and its REST calls as methods."""

    def __init__(self, session: aiohttp.ClientSession, clock: Clock, hub: Hub, wire: Wire, service: Discord) -> None:
        self.session = session
        self.clock = clock
        self.hub = hub
        self.wire = wire
        self.service = service

    @property
    def url(self) -> str:
        return self.service.base_url

    async def rest(
        self, method: str, path: str, body: Any = None, *, token: str = TOKEN, form: aiohttp.FormData | None = None
    ) -> tuple[int, Any]:
        """Call Discord's API as the bot; status and body."""
        headers = {"Authorization": f"Bot {token}"}
        address = f"{self.url}{PREFIX}{path}"
        async with self.session.request(method, address, json=body, data=form, headers=headers) as response:
            return response.status, json.loads(await response.text() or "null")

    async def get(self, path: str, **query: Any) -> Any:
        """Make a driver call that reads; its body."""
        async with self.session.get(f"{self.url}/sandbox/{path}", params=query) as response:
            return await response.json()

    async def post(self, path: str, body: JSON, files: Files | None = None) -> Any:
        """Make a driver call that does something; its body, also where it is refused."""
        sent: Any = {"json": body}
        if files is not None:
            form = aiohttp.FormData()
            form.add_field("payload_json", json.dumps(body), content_type="application/json")
            for name, (filename, data) in files.items():
                form.add_field(name, data, filename=filename)
            sent = {"data": form}
        async with self.session.post(f"{self.url}/sandbox/{path}", **sent) as response:
            return await response.json()

    async def run(self, command: str, options: JSON | None = None, **facts: Any) -> JSON:
        """Run a command and wait until the bot has answered; the interaction as a person sees it."""
        files = facts.pop("files", None)
        body = {"as": MEMBER, "channel": CLIPS, "command": command, "options": options or {}, **facts}
        return await self.settled(await self.post("commands", body, files))

    async def press(self, message: JSON, custom_id: str, values: list[str] | None = None, who: str = MEMBER) -> JSON:
        body = {"as": who, "channel": message["channel_id"], "message": message["id"], "custom_id": custom_id}
        return await self.settled(await self.post("components", {**body, "values": values or []}))

    async def settled(self, opened: JSON) -> JSON:
        assert "interaction_id" in opened, opened
        state: JSON = await self.get(f"interactions/{opened['interaction_id']}", wait_seconds=PATIENCE_SECONDS)
        return state

    async def messages(self, who: str = MEMBER, channel: str = CLIPS) -> list[JSON]:
        listed: list[JSON] = await self.get(f"channels/{channel}/messages", **{"as": who})
        return listed

    async def until(self, state: str, interaction: JSON) -> JSON:
        """Follow an interaction until it has this state."""
        with self.hub.subscribe(MEMBER) as events:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (now := await self.get(f"interactions/{interaction['id']}"))["state"] != state:
                    await events.get()
        return dict(now)


@asynccontextmanager
async def place() -> AsyncIterator[Place]:
    """Serve a stand-in on a free port; at the end all it said is held against Discord's definitions."""
    clock, hub = Clock(), Hub()
    wire = Wire(clock, hub)
    service = Discord(clock=clock, hub=hub, wire=wire, bot_token=TOKEN)
    app = web.Application(client_max_size=LARGEST_BODY)
    app.add_routes([*service.routes(), *service.drive_routes()])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        service.base_url = f"http://{host}:{port}"
        async with aiohttp.ClientSession() as session:
            yield Place(session, clock, hub, wire, service)
        assert definitions.complaints(wire.jsonl(), ("response", "frame")) == []
    finally:
        await service.close()
        await runner.cleanup()


@asynccontextmanager
async def place_with_bot(*more: Any) -> AsyncIterator[tuple[Place, Bot]]:
    """Serve a stand-in and connect an unmodified discord.py client to it, whose requests are checked as well.

    `more` are commands besides those that the bot always has.
    """
    async with place() as here:
        point_at(here.url)
        async with Bot(*more) as bot:
            running = asyncio.create_task(bot.start(TOKEN))
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await asyncio.wait({running, asyncio.create_task(bot.is_up.wait())}, return_when="FIRST_COMPLETED")
                    if running.done():
                        running.result()
                yield here, bot
                assert definitions.complaints(here.wire.jsonl()) == []
            finally:
                await bot.close()
                await running
