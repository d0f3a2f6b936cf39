"""Puts the sandbox together: a Discord, a Wan service, the driver calls, the page, and the bot as a process."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.bot_process import BotProcess
from sandbox.clock import Clock
from sandbox.discord.service import Discord
from sandbox.drive import answers, bot, faults, page, settings, wan, wire
from sandbox.events import Hub
from sandbox.faults import Cut, Faults, Struck
from sandbox.record import Wire
from sandbox.wan.service import MAX_BODY_BYTES, Wan

HOST = "127.0.0.1"
PROJECT = Path(__file__).resolve().parent.parent
BOT_COMMAND = (sys.executable, str(PROJECT / "bot.py"), "run")
# Ten files of Discord's largest upload limit.
MAX_UPLOAD_BYTES = 10 * 500 * 1024 * 1024
DISCORD_PATHS = ("/api/", "/gateway", "/cdn/")
# Streams to pages never end by themselves.
SHUTDOWN_SECONDS = 0.5


class Sandbox:
    """Everything of one run; made inside a running event loop.

    Ports are bound at once (0: any free one), so the addresses are known before anything is served.
    """

    def __init__(
        self,
        data: Path,
        *,
        port: int = 0,
        wan_port: int = 0,
        bot_environment: Mapping[str, str] | None = None,
        bot_command: Sequence[str] = BOT_COMMAND,
    ) -> None:
        data = data.resolve()
        self._page_socket, self._wan_socket = _bind(port), _bind(wan_port)
        self.wan_token = secrets.token_urlsafe(32)
        self.url, self.wan_url = _address(self._page_socket), _address(self._wan_socket)
        self.bot_token = secrets.token_urlsafe(32)
        (data / "wan").mkdir(parents=True, exist_ok=True)
        self.clock, self.hub, self.faults = Clock(), Hub(), Faults()
        self.wire = Wire(self.clock, self.hub)
        self.discord = Discord(
            clock=self.clock, hub=self.hub, wire=self.wire, base_url=self.url, bot_token=self.bot_token
        )
        self.wan = Wan(
            clock=self.clock,
            hub=self.hub,
            wire=self.wire,
            base_url=self.wan_url,
            token=self.wan_token,
            folder=data / "wan",
        )
        settings_of_bot = dict(bot_environment or {})
        addresses = {
            "FIRSTFRAME_DISCORD_TOKEN": self.bot_token,
            "FIRSTFRAME_DISCORD_URL": self.url,
            "FIRSTFRAME_WAN_TOKEN": self.wan_token,
            "FIRSTFRAME_WAN_URL": f"{self.wan_url}{_wan_path(settings_of_bot)}",
            "FIRSTFRAME_WAN_FILES_URL": f"{self.wan_url}/files",
            "FIRSTFRAME_DATA_DIR": str(data / "bot"),
        }
        self.bot = BotProcess(
            bot_command,
            folder=data,  # not the project's: the operator's .env lies there, and is not for this bot
            environment={**_own_environment(), **addresses, **settings_of_bot},
            log=data / "bot.log",
            ready=self.discord.ready,
            changed=self._tell_bot,
        )
        self.discord.bot_status = self.bot.describe
        self.discord.on_ready.append(self.bot.tell)
        self.discord.on_disconnect.append(self.bot.tell)
        self._runners: list[web.AppRunner] = []

    async def start(self) -> None:
        """Serve both addresses. The bot is started apart from this (`bot.start()`)."""
        await self._serve(self._discord_app(), self._page_socket)
        await self._serve(self._wan_app(), self._wan_socket)

    async def close(self) -> None:
        """Stop the bot first, while what it talks to is still there."""
        await self.bot.stop()
        self.faults.clear()
        await self.discord.close()
        for runner in self._runners:
            await runner.cleanup()
        await self.wan.close()
        for bound in (self._page_socket, self._wan_socket):
            bound.close()

    async def _serve(self, app: web.Application, bound: socket.socket) -> None:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        self._runners.append(runner)
        await runner.setup()
        await web.SockSite(runner, bound).start()

    def _discord_app(self) -> web.Application:
        misbehave = self.faults.middleware("discord", DISCORD_PATHS)
        app = web.Application(
            middlewares=[answers.plain_errors, self._note_faults, misbehave], client_max_size=MAX_UPLOAD_BYTES
        )
        app.add_routes(self.discord.routes())
        app.add_routes(self.discord.drive_routes())
        app.add_routes(faults.routes(self.faults))
        app.add_routes(settings.routes(self.discord.settings, self.wan.settings, self.wan.tasks.look_again))
        app.add_routes(wire.routes(self.clock, self.hub, self.wire))
        app.add_routes(wan.routes(self.wan))
        app.add_routes(bot.routes(self.bot))
        app.add_routes(page.routes(PROJECT / "sandbox" / "web"))
        return app

    @web.middleware
    async def _note_faults(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Middleware: what a fault answered stands in the record too; Discord itself notes only what it says."""
        response = await handler(request)
        if isinstance(response, Struck):
            status, body = (
                (None, "the connection was cut") if isinstance(response, Cut) else (response.status, response.text)
            )
            self.wire.exchange("fault", "discord", request.method, request.path, status, body)
        return response

    def _wan_app(self) -> web.Application:
        layers = [self.wan.record, self.faults.middleware("wan"), self.wan.authorize]
        app = web.Application(middlewares=layers, client_max_size=MAX_BODY_BYTES)
        app.add_routes(self.wan.routes())
        return app

    def _tell_bot(self, state: dict[str, Any]) -> None:
        self.hub.publish({"kind": "bot", **state})


def _bind(port: int) -> socket.socket:
    bound = socket.socket()
    # A sandbox started again at once gets its port although connections of the last one linger.
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        raise OSError(error.errno, f"port {port} cannot be used ({error.strerror})") from error
    return bound


def _address(bound: socket.socket) -> str:
    return f"http://{HOST}:{bound.getsockname()[1]}"


def _wan_path(settings_of_bot: Mapping[str, str]) -> str:
    """Where the Wan service speaks the dialect that the bot is told to speak."""
    provider = settings_of_bot.get("FIRSTFRAME_PROVIDER", "")
    return "/api/v1" if provider.startswith("dashscope") else "/v1"


def _own_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _is_for_the_real_bot(name)}
    path = os.pathsep.join(filter(None, (str(PROJECT), kept.get("PYTHONPATH"))))
    return {**kept, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1"}


def _is_for_the_real_bot(name: str) -> bool:
    """Whether a variable is a setting of the bot, or a proxy: what is meant for this machine would leave it."""
    return name.startswith("FIRSTFRAME_") or name.lower().endswith("_proxy")
