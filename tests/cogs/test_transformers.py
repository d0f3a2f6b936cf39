"""Amounts and time spans as people type them, and what is suggested while they do."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.refusals import Refusal
from cogs.text import duration
from cogs.transformers import Amount, AmountTransformer, Span, SpanTransformer

AMOUNT = AmountTransformer(1, 1000, (10, 30, 100))
SPAN = SpanTransformer("for good", 30 * 86_400, (600, 3600, 86_400))
PAUSE = SpanTransformer(None, 86_400, (600,))
NOBODY: Any = None  # neither asks anything of the interaction


def amount(text: str) -> int | None:
    return asyncio.run(AMOUNT.transform(NOBODY, text)).value


def seconds(text: str) -> int | None:
    return asyncio.run(SPAN.transform(NOBODY, text)).seconds


def suggested(transformer: AmountTransformer | SpanTransformer, typed: str) -> list[str]:
    return [choice.name for choice in asyncio.run(transformer.autocomplete(NOBODY, typed))]


@pytest.mark.parametrize(
    ("text", "value"), [("60", 60), (" 60 ", 60), ("1,000", 1000), ("unlimited", None), ("Unlimited", None)]
)
def test_an_amount_is_a_whole_number_or_unlimited(text: str, value: int | None) -> None:
    assert amount(text) == value


@pytest.mark.parametrize("text", ["", "many", "-5", "1.5", "0", "1001", "99999999999999", "²", "none", "<@&7>"])
def test_anything_else_is_refused_with_what_would_do(text: str) -> None:
    with pytest.raises(Refusal, match="type a whole number from 1 to 1,000, or `unlimited`"):
        amount(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("30 s", 30),
        ("30s", 30),
        ("10 min", 600),
        ("10 m", 600),
        ("2 hours", 7200),
        ("1 h 30 min", 5400),
        ("1h30min", 5400),
        ("7 D", 604_800),
        ("2 weeks", 1_209_600),
        ("for good", None),
        ("For Good", None),
    ],
)
def test_a_span_has_a_number_and_a_unit_or_is_for_good(text: str, value: int | None) -> None:
    assert seconds(text) == value


@pytest.mark.parametrize("text", ["", "10", "soon", "0 s", "31 d", "1 h or so", "10 mins ago", "-5 min", "5 months"])
def test_no_other_span_is_taken(text: str) -> None:
    with pytest.raises(Refusal, match=r"is no time span: .* \(at most 30 d\), or `for good`"):
        seconds(text)


def test_where_there_is_no_word_for_none_it_is_not_offered() -> None:
    with pytest.raises(Refusal, match=r"at most 1 d\)\.$"):
        asyncio.run(PAUSE.transform(NOBODY, "for good"))
    assert suggested(PAUSE, "") == ["10 min"]


def test_a_bare_number_is_completed_with_the_units() -> None:
    assert suggested(SPAN, "3") == ["3 s", "3 min", "3 h", "3 d"]
    assert suggested(SPAN, "45") == ["45 s", "45 min", "1 d 21 h"]


def test_what_begins_like_it_is_suggested() -> None:
    assert suggested(SPAN, "") == ["10 min", "1 h", "1 d", "for good"]
    assert suggested(SPAN, "f") == ["for good"]
    assert suggested(AMOUNT, "") == ["10", "30", "100", "unlimited"]
    assert suggested(AMOUNT, "1") == ["1", "10", "100"]
    assert suggested(AMOUNT, "un") == ["unlimited"]


@given(st.one_of(st.text(max_size=200), st.from_regex(r"\d{1,12} ?[a-z]{0,7}", fullmatch=True)))
def test_whatever_is_typed_is_answered_and_each_suggestion_is_taken(typed: str) -> None:
    for transformer, kind in ((AMOUNT, Amount), (SPAN, Span), (PAUSE, Span)):
        choices = asyncio.run(transformer.autocomplete(NOBODY, typed))
        assert len(choices) <= 25
        for choice in choices:
            assert 1 <= len(choice.name) <= 100
        taken = [choice for choice in choices if choice.value not in ("0", "0 s")]
        assert all(isinstance(asyncio.run(transformer.transform(NOBODY, choice.value)), kind) for choice in taken)


@given(st.integers(1, 30 * 86_400))
def test_a_span_that_is_chosen_is_exact(exact: int) -> None:
    choices = asyncio.run(SPAN.autocomplete(NOBODY, f"{exact} s"))
    assert choices[0].name == duration(exact)
    assert seconds(choices[0].value) == exact


@pytest.mark.parametrize("text", ["5 ſ", "5 ſecs", "٣ h", "5 h\ufeff", "1 h \ud800"])
def test_letters_that_only_look_like_a_unit_are_none(text: str) -> None:
    with pytest.raises(Refusal, match="is no time span"):
        seconds(text)
    assert suggested(SPAN, text) == []
