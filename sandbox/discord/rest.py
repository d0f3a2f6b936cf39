"""One REST call to the stand-in: read, recorded, answered, and its errors turned into Discord's."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.discord.errors import ApiError, not_found, too_large, unauthorized
from sandbox.discord.uploads import Body, Upload, read_body
from sandbox.record import Wire

PREFIX = "/api/v10"


@dataclass(frozen=True, slots=True)
class Call:
    """What a handler gets: the parts of the path, the query and the body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Body

    @property
    def payload(self) -> dict[str, Any]:
        """The body where it has to be an object; an empty one where it is something else."""
        return self.body.payload if isinstance(self.body.payload, dict) else {}

    @property
    def files(self) -> dict[str, Upload]:
        return self.body.numbered_files()


@dataclass(frozen=True, slots=True)
class Answer:
    """A status with a JSON body, or with none (204)."""

    status: int = 204
    body: Any = None


Handler = Callable[[Call], Answer]


class Rest:
    """Makes routes from handlers, with the bot's token checked and all traffic recorded.

    `most_bytes` gives how large a whole request may be at the moment, None for any size.
    """

    def __init__(self, wire: Wire, bot_token: str, most_bytes: Callable[[], int | None]) -> None:
        self._wire = wire
        self._bot_token = bot_token
        self._most_bytes = most_bytes

    def route(self, method: str, path: str, handler: Handler, *, for_bot: bool = True) -> web.RouteDef:
        """`for_bot` False: the path carries a token of its own (interactions and their webhooks)."""

        async def serve(request: web.Request) -> web.Response:
            return await self._serve(request, handler, for_bot)

        return web.route(method, PREFIX + path, serve)

    def anything_else(self) -> web.RouteDef:
        """Answer 404 for what the stand-in does not have, and record it: a bot that asks for it should be seen."""

        async def serve(request: web.Request) -> web.Response:
            return await self._serve(request, _nothing_there, for_bot=False)

        return web.route("*", "/api/{rest:.*}", serve)

    async def _serve(self, request: web.Request, handler: Handler, for_bot: bool) -> web.Response:
        began = time.monotonic()
        try:
            body = await self._read(request)
            if for_bot and request.headers.get("Authorization") != f"Bot {self._bot_token}":
                raise unauthorized()
            most = self._most_bytes()
            if most is not None and (request.content_length or 0) > most:
                raise too_large()
            answer = handler(Call(request.match_info, request.query, body))
        except ApiError as error:
            answer = Answer(error.status, error.body())
        ms = round((time.monotonic() - began) * 1000, 1)
        self._wire.exchange("response", "discord", request.method, request.path, answer.status, answer.body, ms)
        return _response(answer)

    async def _read(self, request: web.Request) -> Body:
        """Read and record a request; one that cannot be read is recorded without its body."""
        body = Body()
        try:
            body = await read_body(request)
        finally:
            self._wire.exchange("request", "discord", request.method, request.path, None, body.payload)
        return body


def _nothing_there(_: Call) -> Answer:
    raise not_found()


def _response(answer: Answer) -> web.Response:
    if answer.status == 204:
        return web.Response(status=204)
    # Set by hand: with a charset behind it discord.py would not read the body as JSON.
    headers = {"Content-Type": "application/json"}
    if answer.status == 429:
        # What comes from Discord itself, not from a wall before it; discord.py waits and tries again only with it.
        headers |= {"Via": "1.1 sandbox", "Retry-After": str(math.ceil(answer.body["retry_after"]))}
    return web.Response(status=answer.status, body=json.dumps(answer.body).encode(), headers=headers)
