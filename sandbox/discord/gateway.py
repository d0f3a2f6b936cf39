"""The gateway: sessions of the bot that can be resumed, and the events they get."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.clock import Clock
from sandbox.discord import guild_shapes, shapes
from sandbox.discord.gateway_codes import KNOWN_INTENTS, Close, Intent, Op
from sandbox.discord.settings import Settings
from sandbox.discord.world import BOT, GUILD, World
from sandbox.record import Wire

JSON = dict[str, Any]

HEARTBEAT_SECONDS = 41.25
ACK_SECONDS = 0.02
RESUMABLE_FOR = timedelta(minutes=2)
MAX_REPLAYED = 1_000
PROPER_END = (WSCloseCode.OK, WSCloseCode.GOING_AWAY)


class Refused(Exception):
    """The connection is closed with this code."""

    def __init__(self, code: Close) -> None:
        super().__init__(code.name)
        self.code = code


@dataclass(slots=True, eq=False)
class Session:
    """One session of the bot; `sent` are its events, kept so that they can be sent again."""

    id: str
    intents: int
    socket: web.WebSocketResponse | None = None
    sequence: int = 0
    sent: deque[JSON] = field(default_factory=lambda: deque(maxlen=MAX_REPLAYED))
    left_at: datetime | None = None


class Gateway:
    """All sessions. `on_ready` and `on_gone` are called when the bot is there and when it is not any more."""

    def __init__(self, clock: Clock, wire: Wire, world: World, settings: Settings, bot_token: str) -> None:
        self.base_url = ""
        self.ready = asyncio.Event()
        self.on_ready: list[Callable[[], None]] = []
        self.on_gone: list[Callable[[], None]] = []
        self._clock = clock
        self._wire = wire
        self._world = world
        self._settings = settings
        self._bot_token = bot_token
        self._sessions: dict[str, Session] = {}
        self._sockets: dict[web.WebSocketResponse, asyncio.Transport | None] = {}
        self._writing: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        return f"{self.base_url.replace('http', 'ws', 1)}/gateway"

    def dispatch(self, event: str, data: JSON, intent: int = 0) -> None:
        """Give an event to every session that asked for its kind; sessions away for a moment get it on resuming."""
        for session in list(self._sessions.values()):
            if self._expired(session):
                del self._sessions[session.id]
            elif not intent or session.intents & intent:
                self._send_event(session, event, data)

    def sessions_want(self, intent: int) -> bool:
        return any(session.intents & intent for session in self._sessions.values())

    async def drop(self) -> None:
        """Cut every connection without a word, as a network does; sessions can be resumed."""
        for transport in list(self._sockets.values()):
            if transport is not None:
                transport.abort()

    async def reconnect(self) -> None:
        """Ask the bot to come back (op 7)."""
        for session in self._connected():
            await self._send(session.socket, Op.RECONNECT, None, name="RECONNECT")

    async def invalidate(self) -> None:
        """Tell the bot that its session is over and cannot be resumed (op 9)."""
        for session in self._connected():
            del self._sessions[session.id]
            await self._send(session.socket, Op.INVALID_SESSION, False, name="INVALID_SESSION")

    async def repeat(self) -> None:
        """Give the last interaction once more: events are delivered at least once, not exactly once."""
        for session in self._connected():
            last = next((frame for frame in reversed(session.sent) if frame["t"] == "INTERACTION_CREATE"), None)
            if last is not None:
                self._send_event(session, last["t"], last["d"])

    async def hang_up(self, code: int) -> None:
        """Close every connection with a code; sessions can be resumed, unless it is one for a proper end."""
        for session in self._connected():
            session.left_at = None if code in PROPER_END else self._clock.now()
        for socket in list(self._sockets):
            await socket.close(code=code)

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close(code=WSCloseCode.GOING_AWAY)
        await asyncio.gather(*self._writing, return_exceptions=True)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=1 << 20)
        await socket.prepare(request)
        self._sockets[socket] = request.transport
        session: Session | None = None
        try:
            await self._send(socket, Op.HELLO, {"heartbeat_interval": int(HEARTBEAT_SECONDS * 1000)}, name="HELLO")
            while (frame := await _receive(socket)) is not None:
                session = await self._take(socket, session, frame)
        except Refused as refused:
            await socket.close(code=int(refused.code), message=refused.code.name.encode())
        finally:
            self._sockets.pop(socket, None)
            self._leave(socket, session)
        return socket

    async def _take(self, socket: web.WebSocketResponse, session: Session | None, frame: JSON) -> Session | None:
        match frame.get("op"):
            case Op.HEARTBEAT:
                # Sooner than any network would, the answer is there before discord.py has noted when it asked.
                await asyncio.sleep(ACK_SECONDS)
                await socket.send_str(json.dumps({"op": Op.HEARTBEAT_ACK, "d": None, "s": None, "t": None}))
            case Op.IDENTIFY if session is None:
                return await self._identify(socket, frame)
            case Op.RESUME if session is None:
                return await self._resume(socket, frame)
            case Op.IDENTIFY | Op.RESUME:
                raise Refused(Close.ALREADY_AUTHENTICATED)
            case Op.PRESENCE | Op.VOICE | Op.MEMBERS:
                if session is None:
                    raise Refused(Close.NOT_AUTHENTICATED)
            case _:
                raise Refused(Close.UNKNOWN_OPCODE)
        return session

    async def _identify(self, socket: web.WebSocketResponse, frame: JSON) -> Session:
        self._wire.frame("IDENTIFY", frame)
        data = frame.get("d") or {}
        self._check_token(data)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise Refused(Close.INVALID_INTENTS)
        session = Session(secrets.token_hex(16), intents, socket)
        self._sessions[session.id] = session
        self._send_event(session, "READY", self._ready(session))
        if session.intents & Intent.GUILDS:
            self._send_event(
                session, "GUILD_CREATE", guild_shapes.guild_create(self._world, self._settings.server_upload_limit)
            )
        self._arrived()
        return session

    async def _resume(self, socket: web.WebSocketResponse, frame: JSON) -> Session | None:
        self._wire.sent_frame("RESUME", frame)
        data = frame.get("d") or {}
        self._check_token(data)
        session = self._sessions.get(str(data.get("session_id")))
        if session is None or self._expired(session):
            await self._send(socket, Op.INVALID_SESSION, False, name="INVALID_SESSION")
            return None
        seen = data.get("seq") or 0
        if seen > session.sequence:
            raise Refused(Close.INVALID_SEQUENCE)
        session.socket, session.left_at = socket, None
        for missed in [one for one in session.sent if one["s"] > seen]:
            self._write(socket, json.dumps(missed))
        self._send_event(session, "RESUMED", {})
        self._arrived()
        return session

    def _check_token(self, data: JSON) -> None:
        if str(data.get("token", "")).removeprefix("Bot ") != self._bot_token:
            raise Refused(Close.AUTHENTICATION_FAILED)

    def _ready(self, session: Session) -> JSON:
        return {
            "v": 10,
            "user": shapes.own_user(self._world.bot),
            "guilds": [{"id": GUILD, "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "application": {"id": BOT, "flags": 0, "flags_new": "0"},
        }

    def _send_event(self, session: Session, event: str, data: JSON) -> None:
        session.sequence += 1
        frame = {"op": Op.DISPATCH, "s": session.sequence, "t": event, "d": data}
        session.sent.append(frame)
        self._wire.frame(event, frame)
        if session.socket is not None and not session.socket.closed:
            self._write(session.socket, json.dumps(frame))

    def _write(self, socket: web.WebSocketResponse, text: str) -> None:
        async def write() -> None:
            try:
                await socket.send_str(text)
            except ConnectionError:
                return  # the bot has gone; the event is kept for when it resumes

        # Tasks start in the order they were made, and a frame is written in one step.
        task = asyncio.create_task(write(), name="gateway frame")
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    async def _send(self, socket: web.WebSocketResponse | None, op: Op, data: Any, *, name: str) -> None:
        frame = {"op": op, "d": data, "s": None, "t": None}
        self._wire.frame(name, frame)
        if socket is not None and not socket.closed:
            await socket.send_str(json.dumps(frame))

    def _arrived(self) -> None:
        self.ready.set()
        for tell in self.on_ready:
            tell()

    def _leave(self, socket: web.WebSocketResponse, session: Session | None) -> None:
        if session is None or session.socket is not socket:
            return
        hung_up, session.socket = session.left_at is not None, None
        session.left_at = self._clock.now()
        if socket.close_code in PROPER_END and not hung_up:
            self._sessions.pop(session.id, None)  # a bot that closes properly ends its session
        if not self._connected():
            self.ready.clear()
            for tell in self.on_gone:
                tell()

    def _connected(self) -> list[Session]:
        return [session for session in self._sessions.values() if session.socket is not None]

    def _expired(self, session: Session) -> bool:
        return session.left_at is not None and self._clock.now() - session.left_at > RESUMABLE_FOR


async def _receive(socket: web.WebSocketResponse) -> JSON | None:
    """Give the next frame, or None at the end. Raises Refused for what is no JSON, or without a heartbeat."""
    try:
        message = await socket.receive(timeout=HEARTBEAT_SECONDS * 2)
    except TimeoutError:
        raise Refused(Close.TIMED_OUT) from None
    if message.type is not WSMsgType.TEXT:
        return None
    try:
        frame = json.loads(message.data)
    except ValueError:
        raise Refused(Close.DECODE_ERROR) from None
    return frame if isinstance(frame, dict) else {}
