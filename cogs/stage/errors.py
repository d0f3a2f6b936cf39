"""What Discord answers, as the kinds of PostingError."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import aiohttp
import discord

from engine import ChannelClosed, ClipTooLarge, EditsSpent, PostingError, PostRefused, StageDown

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
UNKNOWN_MESSAGE = 10008
ARCHIVED = 50083
_TOO_LARGE = 40005
_EDITS_SPENT = 30046
_SLOWED_DOWN = frozenset({20016, 20028})
_BLOCKED = frozenset({200000, 200001})
_CLOSED = frozenset(
    {
        10003,  # unknown channel
        10015,  # unknown webhook: an interaction that was never answered
        50001,  # no access
        50007,  # closed direct messages
        50013,  # no permission
        50027,  # the token of an interaction is dead
        ARCHIVED,
        160005,  # a locked thread
    }
)


# A cut or garbled answer makes discord.py stumble over its shape.
NO_ANSWER = (aiohttp.ClientError, OSError, TimeoutError, ValueError, TypeError, KeyError)


class Blocked(PostRefused):
    """AutoMod keeps words of this message out of the server."""


@contextmanager
def told_as_posting_errors() -> Iterator[None]:
    """Raise what Discord answers as the kinds of PostingError."""
    try:
        yield
    except discord.HTTPException as error:
        raise _kind(error) from error
    except discord.RateLimited as error:
        raise StageDown("Discord asks to wait", error.retry_after) from error
    except NO_ANSWER as error:
        raise StageDown(type(error).__name__) from error


def _kind(error: discord.HTTPException) -> PostingError:
    told = f"Discord answered {error.status}, code {error.code}"
    if error.code == _TOO_LARGE or error.status == 413:
        return ClipTooLarge(told)
    if error.code == _EDITS_SPENT:
        return EditsSpent(told)
    if error.code in _SLOWED_DOWN or error.status == 429:
        return StageDown(told, _retry_after_seconds(error))
    if error.code in _BLOCKED:
        return Blocked(told)
    if error.code in _CLOSED or isinstance(error, discord.Forbidden | discord.NotFound):
        return ChannelClosed(told)
    return PostRefused(told) if _is_lasting(error) else StageDown(told)


def _retry_after_seconds(error: discord.HTTPException) -> float | None:
    with suppress(ValueError):
        return float(error.response.headers.get("Retry-After", ""))
    return None


def _is_lasting(error: discord.HTTPException) -> bool:
    return 400 <= error.status < 500 and error.status not in (401, 408)  # the bot's own token may be in exchange
