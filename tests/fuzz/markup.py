"""What Discord would make of a message: the marks in it that are more than text, and what may not be in it at all."""

import re
import unicodedata

# As its client reads them, from left to right: a backslash takes the meaning from any sign, code and the address of a
# link from all that is in them, and a cover reaches to the next such mark, even to one inside of code.
_LITERAL = re.compile(r"\\[^0-9A-Za-z\s]|\(<[^<>\s]+>\)|(`+)(?!`).+?(?<!`)\1(?!`)|\|\|(.+?)\|\|", re.DOTALL)
_SIGN, _CODE, _COVER, _LINK = "\ufffd", "\ufffc", "\ufffb", "\ufffa"
_MARKS = re.compile(
    r"(?m)(?:^|(?<=^> ))(?:-#|#{1,3}|>>>|>|[-*+]|\d+\.)\s"
    r"|<(?:@[!&]?|#|t:|/|id:|a?:)[^<>\n]*>|@everyone|@here|\w+://[^\s<>]*|discord(?:app)?\.(?:gg|com|gift|new)/"
    r"|[*_~`|<>\[\]]|\n"
)
_ISOLATES = ("\u2068", "\u2069")
_PAUSE = "\u200b"
"""Stands between an @ and what would be called by it."""


def marks(text: str) -> list[str]:
    """Everything in a message that is more than its text, in order: mentions, links, emphasis, code, lines."""
    marked = _LITERAL.sub(_read, text)
    found = [_kind(mark[0]) for mark in _MARKS.finditer(marked)]
    return [*found, *["code"] * marked.count(_CODE), *["cover"] * marked.count(_COVER), *["link"] * marked.count(_LINK)]


def unwanted(text: str) -> list[str]:
    """What no message of ours has: control and invisible characters, half pairs, open isolates, heaps of accents."""
    found = [char for char in text if char not in (*_ISOLATES, _PAUSE, "\n") and _hides(char)]
    found += re.findall(r"\u200b(?!everyone|here|[!&]?\d)", text, re.IGNORECASE)
    depth, marks_on_letter = 0, 0
    for char in text:
        depth += (char == "\u2068") - (char == "\u2069")
        marks_on_letter = marks_on_letter + 1 if unicodedata.category(char)[0] == "M" else 0
        if depth not in (0, 1) or marks_on_letter > 3:
            found.append(char)
    return found + (["\u2068"] if depth else [])


def reordering(text: str) -> bool:
    """Whether letters that run from right to left stand outside of an isolate, and move the words around them."""
    outside = re.sub("\u2068[^\u2069]*\u2069", "", text)
    return any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in outside)


def _hides(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs")


def _kind(mark: str) -> str:
    return "address" if "://" in mark else re.sub(r"\d+", "0", mark)


def _read(found: re.Match[str]) -> str:
    if found[1] is not None:
        return _CODE
    if found[0].startswith("("):
        return _LINK
    return _SIGN if found[2] is None else _COVER + _LITERAL.sub(_read, found[2])
