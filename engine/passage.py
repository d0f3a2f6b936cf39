"""A text as the search for words looks at it: letters in a row, whatever is between them.

No question takes longer where the text repeats itself: what is asked of many stretches is summed up once, and where
letters follow each other is kept as the bits of whole numbers, all places in one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

BREAK = "[ '-]"
"""What is between two tokens: never more than one of these."""

_DIGITS = {"o": "0", "i": "1", "z": "2", "e": "3", "a": "4", "s": "5", "g": "69", "t": "7", "b": "8"}
"""Digits that stand for a letter."""

_VOWELS = "aeiouy"
_SAME = {ord("l"): "i"}
_SAME_AS_DIGITS = _SAME | {ord(digit): letter for letter, digits in _DIGITS.items() for digit in digits}


class Run(NamedTuple):
    """One letter, as many times as it follows itself; i and l look the same."""

    letter: str
    times: int


class Stretch(NamedTuple):
    """Some letters of a passage in a row, by their numbers; the end is the first that is not among them."""

    start: int
    end: int


def runs_of(letters: str, *, digits_are_letters: bool) -> list[Run]:
    """Letters as runs; digits may count as the letters that they stand for."""
    same = letters.translate(_SAME_AS_DIGITS if digits_are_letters else _SAME)
    return [Run(letter, len(list(run))) for letter, run in groupby(same)]


class Passage:
    """A text's tokens, which are what stands between breaks. Letters are numbered without the breaks."""

    def __init__(self, text: str) -> None:
        tokens = re.split(BREAK, text) if text else []
        self._letters = "".join(tokens)
        self._breaks = re.findall(BREAK, text)
        self.tokens = len(tokens)
        self.token_of = [number for number, token in enumerate(tokens) for _ in token]
        self.first = _sums(map(len, tokens))
        """The letter with which each token begins, and at last the end of all."""
        self.after_digits = [end - len(_undigited(token)) for token, end in zip(tokens, self.first[1:], strict=True)]
        """The first letter of each token that no digits alone stand before, or the token's end."""
        self.before_digits = [
            start + len(_undigited(token[::-1])) for token, start in zip(tokens, self.first[:-1], strict=True)
        ]
        """The end of each token without the digits that it ends with."""
        self._alphas = _sums(map(str.isalpha, self._letters))
        self._digits = _sums(map(str.isdigit, self._letters))
        self._spaces = _sums(mark == " " for mark in self._breaks)
        self._lone = _sums(map(_is_lone, tokens))
        turns = (one != other for one, other in pairwise(self._letters))
        within = (one == other for one, other in pairwise(self.token_of))
        self._turns = [0, *_sums(map(all, zip(turns, within, strict=True)))]

    def runs(self, *, digits_are_letters: bool) -> "Runs":
        """The letters as runs, which go on from token to token."""
        return Runs(runs_of(self._letters, digits_are_letters=digits_are_letters))

    def pieces(self, of: Stretch) -> int:
        """How many tokens the stretch has a part in."""
        return self.token_of[of.end - 1] - self.token_of[of.start] + 1

    def letters(self, of: Stretch) -> int:
        """How many of the stretch are letters of an alphabet."""
        return self._alphas[of.end] - self._alphas[of.start]

    def digits(self, of: Stretch) -> int:
        """How many of the stretch are digits."""
        return self._digits[of.end] - self._digits[of.start]

    def spaces(self, of: Stretch) -> int:
        """How many spaces are in the stretch."""
        return self._spaces[self.token_of[of.end - 1]] - self._spaces[self.token_of[of.start]]

    def around_apostrophe(self, of: Stretch) -> set[str]:
        """What stands on both sides of an apostrophe, where the stretch is two pieces with one between them."""
        middle = self.first[self.token_of[of.end - 1]]
        if self.pieces(of) != 2 or self._breaks[self.token_of[of.start]] != "'":
            return set()
        return {self._letters[of.start : middle], self._letters[middle : of.end]}

    def repeats(self, of: Stretch) -> bool:
        """Whether each piece is one letter, once or more."""
        return self._turns[of.end] == self._turns[of.start + 1]

    def has_lone(self, of: Stretch) -> bool:
        """Whether a piece is one letter that is no word of its own."""
        start, end = self.token_of[of.start], self.token_of[of.end - 1]
        if start == end:
            return _is_lone(self._letters[of.start : of.end])
        ends = self._letters[of.start : self.first[start + 1]], self._letters[self.first[end] : of.end]
        return any(map(_is_lone, ends)) or self._lone[end] > self._lone[start + 1]

    def is_joined(self, of: Stretch) -> bool:
        """Whether a hyphen or an apostrophe joins the stretch to what is before or after it."""
        start, end = self.token_of[of.start], self.token_of[of.end - 1]
        before = self._breaks[start - 1 : start] if start and of.start == self.first[start] else []
        after = self._breaks[end : end + 1] if of.end == self.first[end + 1] else []
        return any(mark != " " for mark in before + after)


class Runs:
    """The runs of a passage, to look for others among them."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.first = _sums(run.times for run in runs)
        """The letter with which each run begins, and at last the end of all."""
        self._of_letter: dict[str, list[tuple[int, int]]] = {}
        for number, run in enumerate(runs):
            self._of_letter.setdefault(run.letter, []).append((number, run.times))
        self._known: dict[Run, int] = {}

    def where(self, wanted: Sequence[Run]) -> Iterator[int]:
        """The numbers of the runs from which on there are these in a row, each at least as many times."""
        found = -1
        for number, run in enumerate(wanted):
            found &= self._like(run) >> number
            if not found:
                return
        bits = f"{found:b}"[::-1]
        at = bits.find("1")
        while at >= 0:
            yield at
            at = bits.find("1", at + 1)

    def _like(self, wanted: Run) -> int:
        """A bit for each run of this letter that is not shorter."""
        if wanted not in self._known:
            alike = self._of_letter.get(wanted.letter, ())
            self._known[wanted] = sum(1 << number for number, times in alike if times >= wanted.times)
        return self._known[wanted]


def _sums(numbers: Iterable[int]) -> list[int]:
    """Before each number, the sum of all that come before it."""
    return list(accumulate(numbers, initial=0))


def _undigited(token: str) -> str:
    return re.sub(r"\A\d+", "", token)


def _is_lone(piece: str) -> bool:
    return len(piece) == 1 and piece.isalpha() and piece not in _VOWELS
