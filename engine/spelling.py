"""How a text reads to people, whatever characters it is written with: to compare words that try to look different."""

import re
import unicodedata

# Letters that look like Latin ones and that Unicode does not call the same.
_LOOKALIKES = (
    ("авекмнорстухіјѕһԁԛԝьӏґп", "abekmhopctyxijshdqwblrn"),
    ("αβγεηικμνορτυχωσλϳ", "abyenikuvoptuxwoaj"),
    ("օոսհցքզյո", "onuhgpqjn"),
    ("ıɩɑɡøłđħŧɐəɛɔʌʟɪʀɢʜɴʏʙƒʋ", "iiagoldhtaeeoalirghnybfu"),
    ("ᴀᴄᴅᴇꜰᴊᴋᴍᴏᴘꜱᴛᴜᴠᴡᴢ", "acdefjkmopstuvwz"),
)
# Letters in squares and circles, and the halves of flags.
_ALPHABETS = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
_BLANKS = "\u115f\u1160\u3164\uffa0\u2800"

_READ_AS = {
    **{ord(strange): plain for row, latin in _LOOKALIKES for strange, plain in zip(row, latin, strict=True)},
    **{start + number: chr(ord("a") + number) for start in _ALPHABETS for number in range(26)},
    **{ord(blank): " " for blank in _BLANKS},
    ord("æ"): "ae",
    ord("œ"): "oe",
}

# Accents, and vowel points of scripts that read the same without them; other scripts' marks are part of the word.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_ALPHABETIC = ("LATIN", "GREEK", "CYRILLIC")
_APOSTROPHES = "'’‘`´ʼ"

SYMBOLS = {"@": "a", "$": "s", "€": "e", "¢": "c", "!": "i", "|": "i", "+": "t"}
"""What stands for a letter in some words and for itself in others."""

_SYMBOL = re.compile("[@$€¢!|+]")
_SYMBOL_AS_LETTER = re.compile(r"[@$€¢]|(?<![^\W_])[!|+](?=[^\W_])|(?<=[^\W_])[!|+]+(?=[^\W_@$€¢])")
_GAPS = re.compile("[ '-]+")
_LONG_RUN = re.compile(r"(.)\1{3,}", re.DOTALL)


def readings(text: str) -> tuple[str, str]:
    """A text as it reads with its symbols as letters, and with its symbols as punctuation.

    In both there are only letters, digits, spaces, apostrophes, and "-" for any other punctuation inside a word.
    """
    plain = _plain(text)
    return _spaced(_SYMBOL_AS_LETTER.sub(_letters, plain)), _spaced(plain)


def _letters(found: re.Match[str]) -> str:
    return "".join(SYMBOLS[symbol] for symbol in found[0])


def _plain(text: str) -> str:
    """One case, one form of each letter, no accents, nothing that is not seen; runs of one character cut short."""
    # Accents go before the case does: there is one that is a letter in lower case, also below letters of its own.
    unaccented = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", unaccented).casefold())
    bare = _without_marks(_ACCENTS.sub("", unicodedata.normalize("NFD", folded)).translate(_READ_AS))
    # Composed again: what is left of the marks belongs to its letter.
    seen = "".join(map(_seen, unicodedata.normalize("NFC", bare).translate(_READ_AS)))
    return _LONG_RUN.sub(r"\1\1\1", seen)


def _without_marks(text: str) -> str:
    """Only letters of other scripts have marks of their own; elsewhere marks are there to dress a word up."""
    kept, bears_marks = [], False
    for character in text:
        kind = unicodedata.category(character)[0]
        if kind != "M":
            bears_marks = kind == "L" and not unicodedata.name(character, "").startswith(_ALPHABETIC)
        elif not bears_marks:
            continue
        kept.append(character)
    return "".join(kept)


def _seen(character: str) -> str:
    if character.isspace():
        return " "
    if character in _APOSTROPHES:
        return "'"
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0000" <= character <= "\U000e0fff":
        return ""
    match unicodedata.category(character)[0]:
        case "L" | "N" | "M":
            return character
        case "C":  # zero-width characters, soft hyphens, directions
            return ""
        case _:
            return character if _SYMBOL.match(character) else "-"


def _spaced(text: str) -> str:
    gaps = _SYMBOL.sub("-", text)
    return _GAPS.sub(lambda gap: next(mark for mark in " -'" if mark in gap[0]), gaps).strip(" -'")
