"""Driver calls that kill, stop and start the bot's process."""

from __future__ import annotations

from aiohttp import web

from sandbox.bot_process import BotProcess
from sandbox.drive.answers import problem


def routes(bot: BotProcess) -> list[web.AbstractRouteDef]:
    async def show(_: web.Request) -> web.Response:
        return web.json_response(bot.describe())

    async def kill(_: web.Request) -> web.Response:
        await bot.kill()
        return web.json_response(bot.describe())

    async def stop(_: web.Request) -> web.Response:
        await bot.stop()
        return web.json_response(bot.describe())

    async def start(request: web.Request) -> web.Response:
        try:
            await bot.start()
        except OSError as error:
            raise problem(f"the bot could not be started: {error.strerror}") from error
        if request.query.get("wait") != "0" and not await bot.wait_ready():
            raise problem("the bot did not become ready; its log says why", 409)
        return web.json_response(bot.describe())

    async def log(_: web.Request) -> web.Response:
        return web.Response(text=bot.last_lines(200))

    return [
        web.get("/sandbox/bot", show),
        web.post("/sandbox/bot/kill", kill),
        web.post("/sandbox/bot/stop", stop),
        web.post("/sandbox/bot/start", start),
        web.get("/sandbox/bot/log", log),
    ]
