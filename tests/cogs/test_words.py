"""What the bot says fits into a message and lets nothing of others do harm."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogs.text import because, covered, duration, harmless, in_pages, megabytes, plain, shortened
from cogs.words import buttons, clips, hand_over, posted
from engine import (
    PART_ALONE,
    Cancelled,
    CancelOutcome,
    Failure,
    FullQuality,
    Installed,
    JobState,
    NoHandOver,
    ProviderSays,
    Relation,
    Status,
    Why,
)
from storage import ClipOptions
from tests.engine.test_waiting import waiting

MENTION = re.compile(r"<@[!&]?\d+>|@everyone|@here")
texts = st.text(max_size=2000)
nasty = st.lists(
    st.sampled_from(
        ["@everyone", "<@&123456789012345678>", "<@123456789012345678>", "**", "`", "\u202e", "\u200b", "\n", "||"]
    ),
    max_size=40,
).map("".join)


@given(st.one_of(texts, nasty), st.one_of(texts, nasty), st.one_of(st.none(), st.sampled_from(Why)))
def test_a_clip_message_fits_and_mentions_its_member_only(prompt: str, template: str, why: Why | None) -> None:
    job = waiting(1, 42)
    job = replace(job, options=replace(job.options, prompt=prompt, template=template), ready_at=job.created_at)
    takes = [replace(job, id=f"job{take}", batch_id="b", take=take) for take in (1, 2, 3, 4)]
    for jobs in ([job], takes):
        text = posted.message(jobs, jobs, why)
        assert len(text) <= 2000
        assert MENTION.findall(text) == ["<@42>"]
    assert len(posted.alt_text(job)) <= 1024


def test_a_clip_message_says_what_is_not_as_it_was_asked_for() -> None:
    job = replace(waiting(1, 42), fitted=True, notes=(PART_ALONE,), relation=Relation.EXTEND)
    direct = posted.message([job], [job], Why.CLOSED).splitlines()
    assert direct[0] == f"I may not post in <#{job.channel_id}> any more, so your clip comes here."
    assert direct[1] == "<@42> your extended clip is ready."
    assert "Made smaller for the upload limit here" in direct[-2]
    assert "the new part alone" in direct[-1]
    for why in Why:
        assert posted.message([job], [job], why).splitlines()[0].endswith(".")


def test_a_batchs_message_names_the_takes_that_failed() -> None:
    job = replace(waiting(1, 42), batch_id="b")
    failed = replace(job, id="job2", take=2, state=JobState.FAILED, failure=Failure.MODERATION)
    third = replace(job, id="job3", take=3)
    lines = posted.message([job, third], [job, failed, third]).splitlines()
    assert lines[0] == "<@42> 2 of 3 takes are ready: vote for the one you like, and make a *Final* of it."
    assert lines[-1].startswith("-# No take 2: The video service refused this for its content")
    assert lines[-1].endswith(f"{job.price} credits returned.")
    alone = posted.message([third], [job, failed, third]).splitlines()
    assert alone[0] == "<@42> take 3 is ready, the only one of 3."


def test_without_the_prompt_neither_text_nor_description_has_it() -> None:
    job = waiting(1, 42)
    job = replace(job, options=replace(job.options, prompt="a secret word"))
    assert "secret" in posted.message([job], [job])
    assert "secret" not in posted.message([job], [job], with_prompt=False)
    assert "secret" not in posted.alt_text(job, with_prompt=False)


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
    assert "▱ 50 % · 45 s of about 1 min 30 s" in half
    late = clips.status(job, Status(JobState.RUNNING, elapsed_seconds=120, expected_seconds=90))
    assert "2 min, longer than the usual 1 min 30 s" in late
    says = Status(JobState.RUNNING, elapsed_seconds=5, expected_seconds=90, provider_says=ProviderSays.WAITING)
    assert "the video service has it in its queue" in clips.status(job, says)


def test_a_status_becomes_one_line_with_a_link() -> None:
    job = waiting(1, 42, JobState.DONE)
    done = Status(JobState.DONE, clip_message_id=900, clip_channel_id=job.channel_id)
    here = f"https://discord.com/channels/{job.guild_id}/{job.channel_id}/900"
    assert clips.status(job, done) == f"✅ **Done**: {here} · <@42>"
    directly = replace(done, clip_channel_id=7)
    assert clips.status(job, directly) == "✅ **Done**: https://discord.com/channels/@me/7/900 · <@42>"
    assert clips.status(replace(job, private=True), done) == "✅ **Done** · <@42>"
    assert clips.status(replace(job, installed=Installed.USER), done) == "✅ **Done** · <@42>"
    takes = (done, Status(JobState.FAILED), done)
    assert clips.status(job, replace(done, takes=takes)) == f"✅ **Done** 2 of 3 takes: {here} · <@42>"


def test_a_batchs_status_counts_its_takes() -> None:
    job = waiting(1, 42, JobState.RUNNING)
    one = Status(JobState.RUNNING, elapsed_seconds=45, expected_seconds=90)
    text = clips.status(job, replace(one, takes=(one, Status(JobState.READY), Status(JobState.QUEUED), one)))
    assert text.splitlines()[1] == "Takes: 1 ready, 2 being made, 1 waiting"
    assert "4 takes of" in text
    assert f"{job.price * 4} credits" in text


def test_a_batchs_status_says_what_is_charged_of_those_takes_that_are_still_to_come() -> None:
    job = waiting(1, 42, JobState.RUNNING)
    one, lost = Status(JobState.RUNNING, expected_seconds=90), Status(JobState.CANCELLED, failure=Failure.CANCELLED)
    some = clips.status(job, replace(one, takes=(one, lost, one))).splitlines()
    assert some[1] == "Takes: 2 being made, 1 cancelled"
    assert some[2].startswith("-# <@42> · 3 takes of 5 s · ")
    assert some[2].endswith(f" · {job.price * 2} credits")
    none = clips.status(job, replace(lost, takes=(lost, lost, lost))).splitlines()
    assert none[0] == f"🚫 Cancelled. {job.price * 3} credits returned."
    assert none[1].endswith(f" · {job.price * 3} credits")


def test_who_cancels_is_told_how_many_takes_that_reached() -> None:
    gone, late, over = CancelOutcome.CANCELLED, CancelOutcome.TOO_LATE, CancelOutcome.ENDED
    assert clips.cancel(Cancelled((gone, gone), 20)) == "Cancelled: the credits are back."
    assert clips.cancel(Cancelled((over, late, late))).startswith("Too late to cancel")
    some = "1 of 3 takes is cancelled, 10 credits returned; 2 are being made already."
    assert clips.cancel(Cancelled((late, late, gone), 10)) == some
    several = "2 of 4 takes are cancelled, 20 credits returned; 1 is being made already, 1 has ended already."
    assert clips.cancel(Cancelled((late, over, gone, gone), 20)) == several


def test_a_clip_that_waits_says_how_to_get_it() -> None:
    job = waiting(1, 42, JobState.READY)
    status = Status(JobState.READY, waits=job.created_at)
    assert "Get it with `/jobs` until <t:" in clips.status(job, status)
    assert "kept for you until <t:" in clips.job_line(job, status)
    for why in NoHandOver:
        assert hand_over.refused(why).endswith(".")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a] [x](http://x.example)", r"\[a\] \[x\](http:\//x.example)"),
        ("https://x.example/||a||", r"https:\//x.example/\|\|a\|\|"),
        ("join discord.gg/abc", r"join discord.gg\/abc"),
        ("<#1> <t:0:R> </a:1>", r"\<#1\> \<t:0:R\> \</a:1\>"),
        ("# big", r"\# big"),
        ("1. first", r"1\. first"),
        ("-# small", r"\-# small"),
        ("@here @everyone <@12>", "@\u200bhere @\u200beveryone \\<@\u200b12\\>"),
        ("a\u202eb\u200bc\ud800d\0e", "abcde"),
        ("e" + "\u0301" * 40, "é" + "\u0301" * 3),
        ("שלום", "\u2068שלום\u2069"),
        ("Europe/Berlin, and/or 24/7", "Europe/Berlin, and/or 24/7"),
        ("\u3164\u2800 \u200b", ""),
    ],
)
def test_what_means_no_good_is_shown_as_it_was_written(text: str, shown: str) -> None:
    assert harmless(text, 200) == shown


def test_labels_and_descriptions_stay_on_their_line_and_in_their_order() -> None:
    words = "a\n\u202eb\u200b שלום"
    job = replace(waiting(1, 42), options=ClipOptions(5, "720P", 1, prompt=words))
    assert clips.cancel_label(job) == "\u2068Cancel: a b שלום\u2069"
    assert hand_over.label(job) == "\u2068Get: a b שלום\u2069"
    assert posted.alt_text(job) == "\u2068A clip of 5 s: a b שלום\u2069"
    assert len(plain("ש" * 500, 40)) == 40


def test_a_cover_inside_of_a_phrase_does_not_end_the_one_around_it() -> None:
    assert covered("a||b", 100) == "||`aǀǀb`||"
    assert covered("`|", 100) == "||`ˋǀ`||"


def test_an_address_that_fits_into_no_message_is_not_sent() -> None:
    url = "https://results.example/" + "x" * 3000
    told = buttons.full_quality(FullQuality(waiting(1, 42), url, waiting(1, 42).created_at, True))
    assert told == "The address of this clip at the video service is too long for a message here."
