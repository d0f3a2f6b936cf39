"""What moderators are told about members fits into a message and lets nothing of members do harm."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.words import channels, moderation
from engine import Block, Changed, ChannelRules, Failure, JobState, RemovalOutcome, Removed, Status
from tests.cogs.test_words import MENTION, nasty, texts
from tests.engine.test_waiting import waiting
from tests.storage.books import NOON

long = st.text(alphabet="*_`~|@<> ab", min_size=1500, max_size=2000)


@given(
    st.one_of(texts, nasty, long), st.one_of(texts, nasty, long), st.sampled_from(JobState), st.sampled_from(Failure)
)
def test_who_asked_fits_and_names_nobody_else(prompt: str, other: str, state: JobState, failure: Failure) -> None:
    job = waiting(1, 42, state)
    job = replace(job, options=replace(job.options, prompt=prompt, negative_prompt=other, template=other))
    text = moderation.asked_for([job], Status(state, failure=failure, detail=other))
    assert len(text) <= 2000
    assert MENTION.findall(text) == ["<@42>"]


@given(st.one_of(texts, nasty))
def test_a_reason_is_shown_harmless(reason: str) -> None:
    block = Block(42, None, reason, 40, NOON)
    for text in (
        moderation.blocked(42, Changed(None, block), 0),
        moderation.lifted(42, Changed(block, None), reason),
        moderation.block_line(block),
    ):
        assert set(MENTION.findall(text)) <= {"<@42>", "<@40>"}
        assert "\n" not in text


@given(st.one_of(texts, nasty, long))
def test_a_page_of_blocks_fits(reason: str) -> None:
    block = Block(10**19, NOON, reason, 10**19, NOON)
    assert len("\n".join([moderation.block_line(block)] * 8)) <= 2000


@given(st.one_of(texts, nasty, long))
def test_the_rules_of_a_channel_fit_however_many_there_are(text: str) -> None:
    bounds = ChannelRules(True, "1080P", 15, (text, text), True, True, "preview", "wan2.6-i2v", 15, "1080P", True)
    full = replace(
        bounds, negative_prompt=text, seed=2**31, shots="single", rewrite=True, template=text, watermark=True
    )
    every = {10**18 + number: full for number in range(40)} | {0: ChannelRules(allowed=False)}
    assert len(channels.shown(10**18, every, 0)) <= 2000
    assert "and 24 more" in channels.shown(10**18, every, 0)
    told = channels.changed(10**18, Changed(full, ChannelRules(allowed=False)), 0)
    assert len(told) <= 2000
    assert "clips allowed: yes → no" in told


def test_a_removed_clip_says_by_whom() -> None:
    job = replace(waiting(1, 42, JobState.DONE), removed_at=NOON, clip_message_id=9)
    status = Status(JobState.DONE, removed=True)
    assert "Deleted by its member" in moderation.asked_for([replace(job, removed_by=42)], status)
    assert "Removed by <@40>" in moderation.asked_for([replace(job, removed_by=40)], status)
    assert moderation.asked_for([replace(job, member_id=0)], status).startswith("a member who left asked for this")


@pytest.mark.parametrize("outcome", RemovalOutcome)
def test_every_outcome_of_a_removal_has_its_sentence(outcome: RemovalOutcome) -> None:
    state = JobState.QUEUED if outcome is RemovalOutcome.NOT_POSTED else JobState.DONE
    removed_at = NOON if outcome is RemovalOutcome.ALREADY else None
    job = replace(waiting(1, 42, state), removed_at=removed_at)
    sentence = moderation.removed(Removed(outcome, None if outcome is RemovalOutcome.UNKNOWN else job), [job], 42)
    assert sentence.endswith(".")
    assert ("gone for good" in sentence) == (outcome is RemovalOutcome.REMOVED)


def test_what_is_not_posted_has_nothing_to_remove() -> None:
    assert "not finished yet" in str(moderation.why_not_removed(waiting(1, 42)))
    assert "its credits were returned" in str(moderation.why_not_removed(waiting(1, 42, JobState.FAILED)))
    assert moderation.why_not_removed(waiting(1, 42, JobState.DONE)) is None
