"""Makes a line of text out of anything, and finds fonts for scripts that the plotting library's own font lacks."""

import os
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from matplotlib import get_data_path
from matplotlib.font_manager import fontManager
from matplotlib.ft2font import FT2Font

REGULAR, BOLD = "normal", "bold"

_OWN = {REGULAR: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf"}
_OWN_FAMILY = "DejaVu Sans"

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "/Library/Fonts", "/System/Library/Fonts")
_CUTS = ("bold", "italic", "oblique", "mono", "serif", "condensed", "light", "thin", "black")
_NOT_THESE = (*_CUTS, "color", "lastresort")
"""Emoji in colours can't be drawn, and the last resort is a font that has a box for everything."""

_MOST_FILES = 400
_MOST_CHARACTERS = 200
_JOINER = "\N{ZERO WIDTH JOINER}"
_SKINS = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_MOST_MARKS = 2
"""How many accents one letter may carry: names can be made that climb over half the picture."""


class Lettering:
    """The fonts for a set of texts: `families` in the order in which they are asked for a character."""

    def __init__(self, texts: Iterable[str], folders: Iterable[str] = FOLDERS) -> None:
        self.families = [_OWN_FAMILY]
        self._found: set[int] = set()
        missing = {ord(char) for text in texts for char in _one_line(text) if not self._spelt(char, BOLD)}
        for file in _candidates(folders) if missing else ():
            missing -= self._take(file, missing)
            if not missing:
                break

    def line(self, text: str, weight: str = REGULAR, instead: str = "") -> str:
        """`text` without what can't be drawn; `instead` if that leaves nothing that says anything."""
        whole = _one_line(text)
        drawn = " ".join("".join(self._letter(cluster, weight) for cluster in _clusters(whole)).split())
        says = any(unicodedata.category(char)[0] in "LNS" for char in drawn)
        return drawn if drawn and (says or len(drawn) == len(whole)) else instead

    def _letter(self, cluster: str, weight: str) -> str:
        """With its accents, as far as there are not too many; nothing without the letter itself."""
        letter, *marks = (self._spelt(char, weight) for char in cluster)
        return letter + "".join([mark for mark in marks if mark][:_MOST_MARKS]) if letter else ""

    def _spelt(self, char: str, weight: str) -> str:
        """The character, or the plain letters that an ornamental one stands for, or nothing."""
        for spelling in (char, unicodedata.normalize("NFKC", char)):
            if all(ord(part) in _own(weight) or ord(part) in self._found for part in spelling):
                return spelling
        return ""

    def _take(self, file: Path, missing: set[int]) -> set[int]:
        """Make the font known if it has any of the characters; these."""
        try:
            font = FT2Font(str(file))
            has = {code for code in missing if font.get_char_index(code)} if font.scalable else set()
            if has:
                # Kept the plotting library from looking for fonts when it was imported; now it would hide this one.
                os.environ.pop("MPL_IGNORE_SYSTEM_FONTS", None)
                fontManager.addfont(file)
                self.families.append(font.family_name)
        except (OSError, RuntimeError):  # what lies in a folder of fonts need not be one
            return set()
        self._found |= has
        return has


@cache
def _own(weight: str) -> frozenset[int]:
    return frozenset(FT2Font(str(Path(get_data_path(), "fonts", "ttf", _OWN[weight]))).get_charmap())


def _candidates(folders: Iterable[str]) -> list[Path]:
    """Plain sans fonts, those made for many scripts first."""
    files = [file for folder in folders for file in _files(folder) if file.suffix.lower() in (".ttf", ".ttc", ".otf")]
    plain = [file for file in files if not any(word in file.stem.lower() for word in _NOT_THESE)]
    return sorted(plain, key=lambda file: (not file.stem.startswith("Noto"), file.name))[:_MOST_FILES]


def _files(folder: str) -> Iterator[Path]:
    return (Path(place, name) for place, _, names in os.walk(folder) for name in names)


def _one_line(text: str) -> str:
    """Without line breaks, control characters, signs that turn the direction of what follows, and lone surrogates."""
    spaced = "".join(" " if char.isspace() else char for char in text[:_MOST_CHARACTERS])
    kept = (char for char in spaced if char == _JOINER or unicodedata.category(char)[0] != "C")
    return " ".join("".join(kept).split())


def _clusters(text: str) -> list[str]:
    """What is drawn as one: a letter with its accents, or several emoji that are joined."""
    clusters: list[str] = []
    for char in text:
        adds = char == _JOINER or char in _SKINS or unicodedata.category(char)[0] == "M"
        if clusters and (adds or clusters[-1].endswith(_JOINER)):
            clusters[-1] += char
        elif not adds:
            clusters.append(char)
    return clusters
