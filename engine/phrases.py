"""Words that may not be asked for, found also where they are written to get by."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.spelling import readings

_DIGITS = {"o": "0", "i": "1", "z": "2", "e": "3", "a": "4", "s": "5", "g": "69", "t": "7", "b": "8"}
"""Digits that stand for a letter."""

_VOWELS = "aeiouy"
_BREAK = "[ '-]"
_LETTER = "[^ '-]"
_GAP = f"{_BREAK}?"
_FEWEST_LETTERS_BESIDE_A_DIGIT = 3
_FEWEST_APART = 2
_CLITICS = frozenset({"s", "t", "d", "m", "ll", "re", "ve", "l", "c", "j", "qu"})

# Scripts that set no spaces between words, or none before endings: there a word begins anywhere.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a phrase as it reads, and whether anything may stand before or after it."""

    text: str
    open_start: bool
    open_end: bool

    @property
    def pattern(self) -> str:
        """What finds the word: each letter once or more, its digits too, gaps between; digits around it do not hide it.

        Possessive, since no two letters that follow each other share a character: no text makes the search slow.
        """
        is_word = self.text.isalpha()
        *runs, last = _runs(self.text)
        body = [f"{_times(run, is_word)}(?:{_GAP}{_one_of(run, is_word)})*+{_GAP}" for run in runs]
        # The last letter's repetitions go on only without a gap: after one, the next word may begin with it.
        body.append(f"{_times(last, is_word)}{_one_of(last, is_word)}*+")
        start = f"{_LETTER}*?" if self.open_start or _UNSPACED.match(self.text[0]) else r"\d*?" if is_word else ""
        end = f"{_LETTER}*+" if self.open_end or _UNSPACED.match(self.text[-1]) else r"\d*+" if is_word else ""
        return f"{start}({''.join(body)}){end}"

    def is_in(self, text: str, found: re.Match[str], number: int) -> bool:
        """Whether what was found is this word and no accident of numbers or of neighbouring words."""
        written = found[number]
        pieces = re.split(_BREAK, written)
        if self.text.isalpha() and _is_number(pieces):
            return False
        if "'" in written and len(pieces) <= _FEWEST_APART and _CLITICS & set(pieces):
            return False  # I'll and l'arme are words of their own
        if all(len(set(piece)) == 1 for piece in pieces):
            return True  # b a d
        if " " not in written:
            return True
        # "f oo" is an evasion of "foo"; "a way", "pen is" and "the owl's hoot" are words of their own.
        around = text[: found.start(number)][-1:] + text[found.end(number) :][:1]
        lone = any(len(piece) == 1 and piece.isalpha() and piece not in _VOWELS for piece in pieces)
        return lone and not set("-'") & set(around)


class Watchlist:
    """Phrases to look for: whole words in a row, in any spelling; `*` at an end of a word stands for any rest."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.phrases = tuple(phrases)
        self._searches = [(words, _search(words)) for phrase in self.phrases for words in _variants(phrase)]

    def matches(self, text: str) -> bool:
        """Whether any of the phrases is in the text."""
        return any(_found(reading, words, pattern) for reading in readings(text) for words, pattern in self._searches)

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._searches)


def _found(text: str, words: tuple[_Word, ...], pattern: re.Pattern[str]) -> bool:
    return any(
        all(word.is_in(text, found, number) for number, word in enumerate(words, 1)) for found in pattern.finditer(text)
    )


def _is_number(pieces: list[str]) -> bool:
    """Whether this is 455, 4k or "a 55": a number, its unit, the word before it; and not b4d or n.u.d.3."""
    letters, digits = (sum(map(kind, "".join(pieces))) for kind in (str.isalpha, str.isdigit))
    if not digits:
        return False
    alone = len(pieces) == 1
    return not letters or (letters < 2 if alone else digits > 1 or letters < _FEWEST_LETTERS_BESIDE_A_DIGIT)


def _search(words: tuple[_Word, ...]) -> re.Pattern[str]:
    # Looked for at the start of each word without using it up: what is found and then dismissed hides nothing.
    return re.compile(f"(?<!{_LETTER})(?={_BREAK.join(word.pattern for word in words)}(?!{_LETTER}))")


def _variants(phrase: str) -> Iterable[tuple[_Word, ...]]:
    """The phrase's words; with a hyphen or the like in one, as in self-harm, both as one word and as two."""
    typed = [parts for word in phrase.split() if (parts := _parts(word))]
    split = tuple(part for parts in typed for part in parts)
    joined = tuple(_joined(parts) for parts in typed)
    return dict.fromkeys(variant for variant in (joined, split) if variant)


def _parts(typed: str) -> tuple[_Word, ...]:
    texts = [text for text in re.split(_BREAK, readings(typed.strip("*"))[0]) if text]
    last = len(texts) - 1
    return tuple(
        _Word(text, typed.startswith("*") and number == 0, typed.endswith("*") and number == last)
        for number, text in enumerate(texts)
    )


def _joined(parts: tuple[_Word, ...]) -> _Word:
    return _Word("".join(part.text for part in parts), parts[0].open_start, parts[-1].open_end)


def _runs(text: str) -> list[str]:
    """The word as runs of one letter; i and l look the same."""
    return [run[0] for run in re.finditer(r"[il]+|(.)\1*", text)]


def _times(run: str, with_digits: bool) -> str:
    """As many of a letter as the word has."""
    one = _one_of(run, with_digits)
    return one + f"(?:{_GAP}{one}){{{len(run) - 1}}}" if len(run) > 1 else one


def _one_of(run: str, with_digits: bool) -> str:
    letter = "i" if run[0] == "l" else run[0]
    members = {letter, *("l" if letter == "i" else ""), *(_DIGITS.get(letter, "") if with_digits else "")}
    return f"[{re.escape(''.join(sorted(members)))}]"
