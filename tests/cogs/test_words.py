"""What the bot says fits into a message and lets nothing of others do harm."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cogs.text import because, duration, harmless, in_pages, megabytes, shortened
from cogs.words import clips
from engine import Failure, JobState, Status
from tests.engine.test_waiting import waiting

MENTION = re.compile(r"<@[!&]?\d+>|@everyone|@here")
texts = st.text(max_size=2000)
nasty = st.lists(
    st.sampled_from(
        ["@everyone", "<@&123456789012345678>", "<@123456789012345678>", "**", "`", "\u202e", "\u200b", "\n", "||"]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(texts, nasty), st.one_of(texts, nasty))
def test_a_clip_message_fits_and_mentions_its_member_only(prompt: str, template: str) -> None:
    job = waiting(1, 42)
    job = replace(job, options=replace(job.options, prompt=prompt, template=template), ready_at=job.created_at)
    text = clips.clip(job)
    assert len(text) <= 2000
    assert MENTION.findall(text) == ["<@42>"]
    assert len(clips.alt_text(job)) <= 1024


@given(st.one_of(texts, nasty), st.sampled_from(JobState), st.sampled_from(Failure))
def test_a_status_fits_and_mentions_its_member_only(detail: str, state: JobState, failure: Failure) -> None:
    job = replace(waiting(1, 42, state), notes=("flattened", "turned"))
    text = clips.status(
        job, Status(state, place=3, elapsed_seconds=70, expected_seconds=90, failure=failure, detail=detail)
    )
    assert len(text) <= 2000
    assert MENTION.findall(text) == ["<@42>"]


@given(st.one_of(texts, nasty))
def test_harmless_text_is_one_visible_line(text: str) -> None:
    shown = harmless(text, 100)
    assert "\n" not in shown
    assert "\u202e" not in shown
    assert not MENTION.search(shown)


def test_every_failure_has_a_sentence_that_says_what_to_do() -> None:
    for failure in Failure:
        sentence = clips.failure(failure)
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_a_long_list_is_cut_at_a_line() -> None:
    lines = [f"- line {number} {'x' * 200}" for number in range(30)]
    text = clips.listing(lines)
    assert len(text) <= 2000
    assert text.splitlines() == lines[: len(text.splitlines())]


@given(st.lists(st.text("ab", min_size=1, max_size=30), min_size=1, max_size=40))
def test_pages_hold_every_line_whole_and_in_order(lines: list[str]) -> None:
    pages = in_pages(lines, 50)
    assert "\n".join(pages).splitlines() == lines
    assert all(len(page) <= 50 for page in pages)


@given(st.one_of(texts, nasty))
def test_a_reason_is_one_short_sentence_or_nothing(reason: str) -> None:
    sentence = because(reason)
    assert sentence == "" or (sentence.startswith(" Reason: ") and sentence.endswith("."))
    assert "\n" not in sentence
    assert not MENTION.search(sentence)


def test_numbers_are_said_as_people_say_them() -> None:
    assert [duration(seconds) for seconds in (0.4, 59, 60, 125)] == ["0 s", "59 s", "1 min", "2 min 5 s"]
    assert [duration(seconds) for seconds in (3600, 5400, 3605, 86_400)] == ["1 h", "1 h 30 min", "1 h", "1 d"]
    assert [megabytes(size) for size in (10 * 1024 * 1024, 1_600_000)] == ["10 MB", "1.5 MB"]
    assert shortened("a" * 10, 5) == "aaaa…"


def test_progress_is_told_in_words_beside_the_bar() -> None:
    job = waiting(1, 42, JobState.RUNNING)
    half = clips.status(job, Status(JobState.RUNNING, elapsed_seconds=45, expected_seconds=90))
    assert "▰▰▰▰▱▱▱▱▱▱ 45 s of about 1 min 30 s" in half or "▰▰▰▰▰▱▱▱▱▱ 45 s of about 1 min 30 s" in half
    late = clips.status(job, Status(JobState.RUNNING, elapsed_seconds=120, expected_seconds=90))
    assert "2 min, longer than the usual 1 min 30 s" in late
