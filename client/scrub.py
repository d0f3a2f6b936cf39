"""Takes secrets and bulk out of text that came from outside, before it reaches a message or a log."""

import re

LONGEST = 500
"""Characters kept of a text; a friendly sentence is never longer, a stack trace or a page is."""

_LONGEST_READ = 4000
"""Characters looked at, so that no text, however long, keeps the patterns busy."""

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"data:[\w.+/-]*;base64,\s*[\w+/=%-]*", re.IGNORECASE), "[data]"),
    # The query of a result's address is its signature.
    (re.compile(r"(https?://[^\s?#\"'<>]*)[?#][^\s\"'<>]*", re.IGNORECASE), r"\1"),
    (re.compile(r"(https?://)[^\s/@\"'<>]+@", re.IGNORECASE), r"\1"),
    (re.compile(r"\bbearer\s+[^\s\"',;]+", re.IGNORECASE), "[token]"),
    (re.compile(r"\bsk-[\w-]{4,}"), "[token]"),
    # Base64 without its prefix: no word of any language is that long, and a task id has 36 characters.
    (re.compile(r"[A-Za-z0-9+/=_-]{64,}"), "[data]"),
    (re.compile(r"[\x00-\x1f\x7f\s]+"), " "),
)


def clean(text: str) -> str:
    """One line without data URIs, Base64, URL queries, keys and control characters."""
    text = text[:_LONGEST_READ]
    for pattern, instead in _RULES:
        text = pattern.sub(instead, text)
    text = text.strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
