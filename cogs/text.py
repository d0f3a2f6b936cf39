"""Text of others made fit to be shown: harmless, on one line, not too long."""

import re
import unicodedata
from collections.abc import Sequence

_UNITS = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))

_READ_FOR_EACH_SHOWN = 10
"""Characters looked at, however long the text is: invisible ones among them do not count as shown."""

_MOST_MARKS = 3
"""How many accents one letter may carry, as far as any language goes: more would climb over the lines around it."""

_RIGHT_TO_LEFT = ("R", "AL", "AN")
_ISOLATE, _END_OF_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"

_UNSEEN = ("Cc", "Cf", "Co", "Cs")

# Letters and marks that show nothing, though Unicode does not count them among the invisible.
_BLANKS = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0100-\U000e01ef]")

# Without their slash neither an address nor one of Discord's own invitations and gifts is a link, whatever it leads to.
_LINK = r"(?:(?<=:)|(?<=\.gg)|(?<=\.com)|(?<=\.gift)|(?<=\.new))/"
_MARKDOWN = re.compile(rf"[\\*_~`|<>\[\]]|{_LINK}|^[#+-]|^\d+(?=[.)])", re.IGNORECASE)
_MENTION = re.compile(r"@(?=everyone|here|[!&]?\d)", re.IGNORECASE)


def harmless(text: str, most_characters: int) -> str:
    """A member's or the provider's text on one line: no mentions, no markdown, no invisible or reversing characters."""
    escaped = _MARKDOWN.sub(_as_itself, _one_line(text, most_characters))
    return _isolated(_MENTION.sub("@\u200b", escaped))


def code(text: str, most_characters: int) -> str:
    """Text as code on one line, in which nothing is markdown or a mention."""
    return f"`{_isolated(_one_line(text.replace('`', 'ˋ'), most_characters)) or ' '}`"


def covered(text: str, most_characters: int) -> str:
    """Text as code that shows once it is pressed on; a cover inside would end this one, in code too."""
    return f"||{code(text.replace('|', 'ǀ'), most_characters)}||"


def plain(text: str, most_characters: int) -> str:
    """Text on one line for where there is no markdown: labels, names, descriptions of pictures."""
    whole = _isolated(_one_line(text, most_characters))
    return whole if len(whole) <= most_characters else _isolated(_one_line(text, most_characters - 2))


def whole(text: str) -> str:
    """The text without halves of character pairs, which neither the database nor the network can carry."""
    return text.encode("utf-8", "replace").decode()


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
    given = harmless(reason.rstrip(". "), most_characters)
    return f" Reason: {given}." if given.strip(". ") else ""


def megabytes(size_bytes: int) -> str:
    """A size as people say it, such as 10 MB."""
    return f"{size_bytes / 1024 / 1024:.1f}".removesuffix(".0") + " MB"


def credits(amount: int) -> str:
    """An amount of credits in words."""
    return "1 credit" if amount == 1 else f"{amount:,} credits"


def usd(amount: float) -> str:
    """An amount of money, such as 3.00 USD."""
    return f"{amount:,.2f} USD"


def _one_line(text: str, most_characters: int) -> str:
    """What can be seen of the text, with no more accents than letters have, and not too long."""
    spaced = "".join(
        " " if character.isspace() else character for character in text[: most_characters * _READ_FOR_EACH_SHOWN]
    )
    seen = "".join(character for character in spaced if unicodedata.category(character) not in _UNSEEN)
    return shortened(" ".join(_with_few_marks(_BLANKS.sub(" ", seen)).split()), most_characters)


def _with_few_marks(text: str) -> str:
    kept, marks = [], 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if unicodedata.category(character).startswith("M") else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _as_itself(found: re.Match[str]) -> str:
    """What was found with a backslash before it; before the point of a number that would begin a list."""
    return f"{found[0]}\\" if found[0].isdecimal() else f"\\{found[0]}"


def _isolated(text: str) -> str:
    """The same; where it is read from right to left, so that the words around it stay where they are."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{_ISOLATE}{text}{_END_OF_ISOLATE}"
    return text
