"""What the process writes to its log: plain lines, and no secret in any of them."""

import logging
import re
import sys
from collections.abc import Sequence

# Interaction tokens stand in the paths that discord.py logs when it is rate limited.
_PATH_TOKEN = re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s?\"']+")
# Signed addresses of results and attachments carry their signature in the query.
_QUERY = re.compile(r"(https?://[^\s?\"']+)\?[^\s\"')]*")

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"

_CHATTY = ("httpx", "httpcore", "aiosqlite", "discord.http", "discord.gateway", "discord.client", "discord.webhook")
"""At DEBUG these would print whole payloads."""


class ScrubbingFormatter(logging.Formatter):
    """Formats a record, traceback included, and takes out what must not be read."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__(_LINE)
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, or with a traceback the lines, of the record."""
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "…")
        return _QUERY.sub(r"\1?…", _PATH_TOKEN.sub(r"\1…", text))


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
