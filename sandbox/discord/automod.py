"""AutoMod: the phrases that a server keeps out of its messages."""

from __future__ import annotations

import re
from collections.abc import Iterable

WILD = "*"


def blocks(text: str, phrases: Iterable[str]) -> bool:
    """Whether one of the phrases stands in the text as whole words; `*` at an end of one goes on with any letters."""
    return any(re.search(_pattern(phrase), text, re.IGNORECASE) for phrase in phrases)


def _pattern(phrase: str) -> str:
    before = r"\w*" if phrase.startswith(WILD) else ""
    after = r"\w*" if phrase.endswith(WILD) else ""
    return rf"(?<!\w){before}{re.escape(phrase.strip(WILD))}{after}(?!\w)"
