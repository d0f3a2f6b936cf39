"""Words that may not be asked for, found also where they are written to get by."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.passage import BREAK, Passage, Run, Stretch, runs_of
from engine.spelling import readings

_FEWEST_LETTERS_BESIDE_A_DIGIT = 3
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
    is_alphabetic: bool
    """Digits may stand for letters, and around the word, where it has none of its own."""
    runs: tuple[Run, ...] = field(compare=False)

    @classmethod
    def of(cls, text: str, *, open_start: bool, open_end: bool) -> "_Word":
        """The word with these letters."""
        is_alphabetic = text.isalpha()
        return cls(
            text,
            open_start or bool(_UNSPACED.match(text[0])),
            open_end or bool(_UNSPACED.match(text[-1])),
            is_alphabetic,
            tuple(runs_of(text, digits_are_letters=is_alphabetic)),
        )


class Watchlist:
    """Phrases to look for: whole words in a row, in any spelling; `*` at an end of a word stands for any rest."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self.phrases = tuple(phrases)
        self._variants = [words for phrase in self.phrases for words in _variants(phrase)]

    def matches(self, text: str) -> bool:
        """Whether any of the phrases is in the text."""
        return any(any(map(_Search(reading).finds, self._variants)) for reading in dict.fromkeys(readings(text)))

    def __bool__(self) -> bool:
        """Whether there is anything to look for."""
        return bool(self._variants)


class _Search:
    """The search of one text. Each word is looked for once, at all places, however many phrases have it.

    Sets of tokens are whole numbers with a bit for each: a phrase is then followed from all places at once, and no text
    can make it try one after the other.
    """

    def __init__(self, text: str) -> None:
        self._passage = Passage(text)
        self._runs = {alike: self._passage.runs(digits_are_letters=alike) for alike in (False, True)}
        self._steps: dict[_Word, dict[int, int]] = {}

    def finds(self, words: tuple[_Word, ...]) -> bool:
        """Whether the words follow each other anywhere."""
        at = (1 << self._passage.tokens) - 1
        for word in words:
            reached = 0
            for length, starts in self._steps_of(word).items():
                reached |= (at & starts) << length
            if not reached:
                return False
            at = reached
        return True

    def _steps_of(self, word: _Word) -> dict[int, int]:
        """For each number of tokens that the word is spread over, those with which it begins."""
        if word not in self._steps:
            self._steps[word] = self._walk(word)
        return self._steps[word]

    def _walk(self, word: _Word) -> dict[int, int]:
        steps: dict[int, int] = {}
        for at in self._stretches(word):
            length, start = self._passage.pieces(at), 1 << self._passage.token_of[at.start]
            if not steps.get(length, 0) & start and _is_meant(word, self._passage, at):
                steps[length] = steps.get(length, 0) | start
        return steps

    def _stretches(self, word: _Word) -> Iterator[Stretch]:
        """Where the word's letters are, each once or more, with nothing around them that it does not allow."""
        runs, token_of = self._runs[word.is_alphabetic], self._passage.token_of
        latest, earliest = self._bounds(word)
        for number in runs.where(word.runs):
            last = number + len(word.runs) - 1
            for start in range(runs.first[number], runs.first[number + 1] - word.runs[0].times + 1):
                if start > latest[token_of[start]]:
                    continue
                end = (start if last == number else runs.first[last]) + word.runs[-1].times
                # The last letter's repetitions go on only without a gap: after one, the next word may begin with it.
                end = min(runs.first[last + 1], self._passage.first[token_of[end - 1] + 1])
                if end >= earliest[token_of[end - 1]]:
                    yield Stretch(start, end)

    def _bounds(self, word: _Word) -> tuple[list[int], list[int]]:
        """For each token, the last letter that the word may begin with and the first end that it may have."""
        passage = self._passage
        firsts, ends = passage.first[:-1], passage.first[1:]
        start, end = (passage.after_digits, passage.before_digits) if word.is_alphabetic else (firsts, ends)
        return ends if word.open_start else start, firsts if word.open_end else end


def _is_meant(word: _Word, passage: Passage, at: Stretch) -> bool:
    """Whether what was found is this word and no accident of numbers or of neighbouring words."""
    if word.is_alphabetic and _is_number(passage, at):
        return False
    if passage.around_apostrophe(at) & _CLITICS:
        return False  # I'll and l'arme are words of their own
    if passage.repeats(at) or not passage.spaces(at):
        return True  # b a d
    # "f oo" is an evasion of "foo"; "a way", "pen is" and "the owl's hoot" are words of their own.
    return passage.has_lone(at) and not passage.is_joined(at)


def _is_number(passage: Passage, at: Stretch) -> bool:
    """Whether this is 455, 4k or "a 55": a number, its unit, the word before it; and not b4d or n.u.d.3."""
    letters, digits = passage.letters(at), passage.digits(at)
    if not digits:
        return False
    alone = passage.pieces(at) == 1
    return not letters or (letters < 2 if alone else digits > 1 or letters < _FEWEST_LETTERS_BESIDE_A_DIGIT)


def _variants(phrase: str) -> Iterable[tuple[_Word, ...]]:
    """The phrase's words; with a hyphen or the like in one, as in self-harm, both as one word and as two."""
    typed = [parts for word in phrase.split() if (parts := _parts(word))]
    split = tuple(part for parts in typed for part in parts)
    joined = tuple(_joined(parts) for parts in typed)
    return dict.fromkeys(variant for variant in (joined, split) if variant)


def _parts(typed: str) -> tuple[_Word, ...]:
    texts = [text for text in re.split(BREAK, readings(typed.strip("*"))[0]) if text]
    last = len(texts) - 1
    return tuple(
        _Word.of(
            text,
            open_start=typed.startswith("*") and number == 0,
            open_end=typed.endswith("*") and number == last,
        )
        for number, text in enumerate(texts)
    )


def _joined(parts: tuple[_Word, ...]) -> _Word:
    text = "".join(part.text for part in parts)
    return _Word.of(text, open_start=parts[0].open_start, open_end=parts[-1].open_end)
