"""Text of others made fit to be shown: harmless, on one line, not too long."""

import unicodedata
from collections.abc import Sequence

import discord

_UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def harmless(text: str, most_characters: int) -> str:
    """A member's or the provider's text on one line: no mentions, no markdown, no invisible or reversing characters."""
    return discord.utils.escape_mentions(discord.utils.escape_markdown(shortened(_plain(text), most_characters)))


def code(text: str, most_characters: int) -> str:
    """Text as code on one line, in which nothing is markdown or a mention."""
    return f"`{shortened(_plain(text).replace('`', 'ˋ'), most_characters) or ' '}`"


def shortened(text: str, most_characters: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= most_characters else text[: most_characters - 1].rstrip() + "…"


def duration(seconds: float) -> str:
    """A time span in words, in its two largest units: 45 s, 2 min 5 s, 1 h 30 min, 7 d."""
    rest = max(0, round(seconds))
    parts = []
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        parts.append((count, unit))
    first = next((place for place, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"


def in_pages(lines: Sequence[str], most_characters: int) -> list[str]:
    """Lines as texts of at most so many characters; a line is not torn apart."""
    pages: list[str] = []
    for line in lines:
        if pages and len(pages[-1]) + 1 + len(line) <= most_characters:
            pages[-1] += f"\n{line}"
        else:
            pages.append(line)
    return pages


def because(reason: str, most_characters: int = 200) -> str:
    """A reason that somebody gave, as a sentence after another one; nothing where they gave none."""
    return f" Reason: {harmless(reason.rstrip('. '), most_characters)}." if reason.strip(". ") else ""


def megabytes(size_bytes: int) -> str:
    """A size as people say it, such as 10 MB."""
    return f"{size_bytes / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


def credits(amount: int) -> str:
    """An amount of credits in words."""
    return "1 credit" if amount == 1 else f"{amount:,} credits"


def usd(amount: float) -> str:
    """An amount of money, such as 3.00 USD."""
    return f"{amount:,.2f} USD"


def _plain(text: str) -> str:
    visible = "".join(" " if character.isspace() else character for character in text)
    plain = "".join(character for character in visible if unicodedata.category(character) not in ("Cc", "Cf", "Co"))
    return " ".join(plain.split())
