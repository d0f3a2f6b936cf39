"""The numbers of the gateway: opcodes, close codes, intents."""

from __future__ import annotations

from enum import IntEnum, IntFlag

# Bits 0–16, 20, 21, 24 and 25: what Discord has given a meaning.
KNOWN_INTENTS = 0x1FFFF | 3 << 20 | 3 << 24


class Op(IntEnum):
    """Opcodes by Discord's numbers."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE = 4
    RESUME = 6
    RECONNECT = 7
    MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    """Close codes by Discord's numbers."""

    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    TIMED_OUT = 4009
    INVALID_INTENTS = 4013


class Intent(IntFlag):
    """The intents that matter here; without its intent an event is not sent."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15
