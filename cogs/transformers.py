"""Amounts and time spans as people type them: "60" or "unlimited", "10 min" or "for good"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import app_commands

from cogs.refusals import Refusal
from cogs.text import duration
from cogs.words import refusals

MOST_CREDITS = 1_000_000
MOST_AT_ONCE = 100
UNLIMITED = "unlimited"

_MOST_CHOICES = 25
_MOST_DIGITS = 9
_HOUR, _DAY = 3600, 86_400
_SECONDS_OF = {"s": 1, "m": 60, "h": _HOUR, "d": _DAY, "w": 7 * _DAY}
_PART = re.compile(
    r"(\d{1,9})\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?)(?![a-z])[\s,]*",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A whole number; None is unlimited."""

    value: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time; None is the word that stands for no span, such as "for good" or "none"."""

    seconds: int | None


class AmountTransformer(app_commands.Transformer):
    """Reads a whole number within bounds, or "unlimited"."""

    def __init__(self, least: int, most: int, usual: Sequence[int]) -> None:
        self._least, self._most = least, most
        self._usual = [str(amount) for amount in usual] + [UNLIMITED]

    async def transform(self, interaction: discord.Interaction, value: str, /) -> Amount:  # noqa: ARG002 - discord.py passes it
        """The amount; raises Refusal with a sentence."""
        amount = read_amount(value)
        if amount is None or (amount.value is not None and not self._least <= amount.value <= self._most):
            raise Refusal(refusals.not_an_amount(value, self._least, self._most))
        return amount

    async def autocomplete(self, interaction: discord.Interaction, value: Any, /) -> list[app_commands.Choice[Any]]:  # noqa: ARG002
        """What is typed if it is an amount, and the usual ones that begin like it."""
        typed = str(value).strip()
        amount = read_amount(typed)
        given = [] if amount is None or amount.value is None else [str(min(amount.value, self._most))]
        fitting = [text for text in self._usual if text.startswith(typed.casefold())]
        texts = list(dict.fromkeys([*given, *fitting]))[:_MOST_CHOICES]
        return [app_commands.Choice(name=text, value=text) for text in texts]


class SpanTransformer(app_commands.Transformer):
    """Reads a span of time such as "10 min", "2 h" or "1 d 12 h", or the word that stands for none if there is one."""

    def __init__(self, word: str | None, most_seconds: int, usual_seconds: Sequence[int]) -> None:
        self._word = word
        self._most_seconds = most_seconds
        self._usual = {duration(seconds): _exact(seconds) for seconds in usual_seconds}
        self._usual |= {word: word} if word else {}

    async def transform(self, interaction: discord.Interaction, value: str, /) -> Span:  # noqa: ARG002
        """The span; raises Refusal with a sentence."""
        if value.strip().casefold() == self._word:
            return Span(None)
        seconds = read_seconds(value)
        if seconds is None or not 0 < seconds <= self._most_seconds:
            raise Refusal(refusals.not_a_span(value, self._word, self._most_seconds))
        return Span(seconds)

    async def autocomplete(self, interaction: discord.Interaction, value: Any, /) -> list[app_commands.Choice[Any]]:  # noqa: ARG002
        """What is typed if it is a span, a bare number with each unit, and the usual ones that begin like it."""
        typed = str(value).strip()
        usual = {name: exact for name, exact in self._usual.items() if name.startswith(typed.casefold())}
        return [
            app_commands.Choice(name=name, value=exact)
            for name, exact in list((self._given(typed) | usual).items())[:_MOST_CHOICES]
        ]

    def _given(self, typed: str) -> dict[str, str]:
        texts = [f"{typed} {unit}" for unit in ("s", "min", "h", "d")] if _is_number(typed) else [typed]
        read = (read_seconds(text) for text in texts)
        return {duration(seconds): _exact(seconds) for seconds in read if seconds and seconds <= self._most_seconds}


def read_amount(text: str) -> Amount | None:
    """The amount that was typed, or None where it is none."""
    plain = text.strip().casefold().replace(",", "").replace(" ", "")
    if plain == UNLIMITED:
        return Amount(None)
    return Amount(int(plain)) if _is_number(plain) else None


def read_seconds(text: str) -> int | None:
    """The seconds of a span that was typed, or None where it is none."""
    parts = _PART.findall(text)
    if not parts or _PART.sub("", text).strip():
        return None
    return sum(int(number) * _SECONDS_OF[unit[0].lower()] for number, unit in parts)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS


def _exact(seconds: int) -> str:
    """A span as it is sent: its name leaves out what is beside the two largest units."""
    return f"{seconds} s"


CreditsOption = app_commands.Transform[Amount, AmountTransformer(0, MOST_CREDITS, (10, 30, 60, 100, 300, 1000))]
AtOnceOption = app_commands.Transform[Amount, AmountTransformer(1, MOST_AT_ONCE, (1, 2, 3, 5))]
CooldownOption = app_commands.Transform[Span, SpanTransformer("none", 7 * _DAY, (30, 60, 300, 600, _HOUR))]
BlockSpanOption = app_commands.Transform[
    Span, SpanTransformer("for good", 365 * _DAY, (600, _HOUR, 12 * _HOUR, _DAY, 7 * _DAY, 30 * _DAY))
]
StrikePauseOption = app_commands.Transform[Span, SpanTransformer(None, 28 * _DAY, (600, _HOUR, 12 * _HOUR, _DAY))]
