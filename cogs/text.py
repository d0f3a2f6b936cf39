"""Text of others made fit to be shown: harmless, on one line, not too long."""

import unicodedata

import discord


def harmless(text: str, most_characters: int) -> str:
    """A member's or the provider's text on one line: no mentions, no markdown, no invisible or reversing characters."""
    visible = "".join(" " if character.isspace() else character for character in text)
    plain = "".join(character for character in visible if unicodedata.category(character) not in ("Cc", "Cf", "Co"))
    return discord.utils.escape_mentions(
        discord.utils.escape_markdown(shortened(" ".join(plain.split()), most_characters))
    )


def shortened(text: str, most_characters: int) -> str:
    """The text, or its beginning with an ellipsis."""
    return text if len(text) <= most_characters else text[: most_characters - 1].rstrip() + "…"


def duration(seconds: float) -> str:
    """A time span in words, such as 45 s or 2 min 5 s."""
    whole = max(0, round(seconds))
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def megabytes(size_bytes: int) -> str:
    """A size as people say it, such as 10 MB."""
    return f"{size_bytes / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


def credits(amount: int) -> str:
    """An amount of credits in words."""
    return "1 credit" if amount == 1 else f"{amount:,} credits"
