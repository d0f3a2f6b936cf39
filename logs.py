"""What the process writes to its log: plain lines, each its own and none that somebody else wrote, and no secret."""

import json
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from types import TracebackType
from urllib.parse import quote

# Interaction tokens stand in the paths that discord.py logs when it is rate limited.
_PATH_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s?\"']+")
# Signed addresses of results and attachments carry their signature in the query.
_QUERY = re.compile(r"(https?://[^\s?\"']+)\?[^\s\"')]*")

# The same without the address that it belonged to.
_SIGNATURE = re.compile(r"\b((?:x-oss-)?(?:signature|security-token)|ossaccesskeyid|hm)=[^&\s\"')]+", re.IGNORECASE)

# What would begin another line, move the cursor of whoever reads it, or turn the order of what follows.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")

_BELOW = "    "
"""Before the lines of a traceback: what an exception quotes cannot pass for a line of the log."""

_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"

_CHATTY = ("httpx", "httpcore", "aiosqlite", "discord.http", "discord.gateway", "discord.client", "discord.webhook")
"""At DEBUG these would print whole payloads."""


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, traceback included, and takes out what must not be read."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(_LINE)
        self._secrets = sorted({spelt for secret in secrets if secret for spelt in _spellings(secret)}, key=len)[::-1]

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, or with a traceback the lines, of the record."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return _SIGNATURE.sub(r"\1=…", _QUERY.sub(r"\1?…", _PATH_TOKEN.sub(r"\1…", text)))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """One line, whatever was put into it."""
        return _CONTROL.sub(_escaped, super().formatMessage(record))

    def formatException(self, ei: _Raised) -> str:  # noqa: N802 - logging's name
        """Every line set in."""
        return _set_in(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's name
        """Every line set in."""
        return _set_in(stack_info)


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it is, in an address, and quoted."""
    yield from (secret, quote(secret), quote(secret, safe=""), repr(secret)[1:-1], json.dumps(secret)[1:-1])


def _set_in(text: str) -> str:
    return "\n".join(_BELOW + _CONTROL.sub(_escaped, line) for line in text.split("\n"))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def set_up(level: str, secrets: Sequence[str]) -> None:
    """Send the log to stderr, at this level and scrubbed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(ScrubbingFormatter(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.INFO, root.level))
    logging.getLogger("httpx").setLevel(logging.WARNING)
