"""Each wrong is counted, shown with facts that are made up: a whole story, with one thing in it changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.chaos.audit import TOKEN_MS, Wrong, audit, counted
from tests.chaos.audit_facts import EntryRow, Facts, JobRow, LimitRow, Quota, Shown, Task
from tests.chaos.audit_story import told

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
GUILD, MEMBER, OTHER, CLIPS, SHOWCASE = 1, 101, 102, 11, 12
PRICE = 10
PER_DAY = 100

DONE = JobRow("done", 501, GUILD, MEMBER, "done", ("a lake", 7, "480P", 5), PRICE, submitted=True)
FAILED = JobRow("failed", 502, GUILD, MEMBER, "failed", ("a hill", 8, "480P", 5), PRICE, submitted=True)
TAKES = tuple(
    JobRow(f"take{n}", 503, GUILD, MEMBER, "done", ("a road", n, "480P", 5), PRICE, submitted=True, batch_id="batch")
    for n in (1, 2)
)
STATUS = Shown(900, CLIPS, "✅ **Done**: a link", interaction_id=501)
CLIP = Shown(901, CLIPS, "<@101> your clip is ready", ("firstframe-done.mp4",), frozenset({MEMBER}))
BOTH = Shown(
    902, CLIPS, "<@101> 2 takes are ready", ("firstframe-take1.mp4", "firstframe-take2.mp4"), frozenset({MEMBER})
)
HANDED = replace(CLIP, id=904, mentions=frozenset(), ephemeral=True, interaction_id=599)
ANSWER = replace(CLIP, id=905, mentions=frozenset(), interaction_id=501)
LATE_ID = 501 + (TOKEN_MS << 22)
COPY = Shown(903, SHOWCASE, "🎞️ By <@101>", ("firstframe-done.mp4",))


def entry(job: JobRow, kind: str, amount: int = PRICE, **more: Any) -> EntryRow:
    facts = {"member_id": job.member_id, "counts_at": round(NOW.timestamp() * 1000), **more}
    return EntryRow(job.guild_id, kind=kind, allowance=amount, granted=0, job_id=job.id, **facts)


def charges(*jobs: JobRow) -> tuple[EntryRow, ...]:
    return tuple(entry(job, "charge", -PRICE) for job in jobs)


WHOLE = Facts(
    now=NOW,
    jobs=(DONE, FAILED, *TAKES),
    entries=(*charges(DONE, FAILED, *TAKES), entry(FAILED, "refund")),
    refunds_on_record={},
    tasks=tuple(Task(f"task of {job.id}", job.request) for job in (DONE, FAILED, *TAKES)),
    messages=(STATUS, CLIP, BOTH),
    quotas=(Quota(GUILD, MEMBER, PER_DAY - 3 * PRICE), Quota(GUILD, OTHER, PER_DAY), Quota(0, MEMBER, 30)),
    per_day=(PER_DAY, 30),
    log="2026-03-04 12:00:00 INFO    engine: job done is done",
    secrets=("a token of the bot",),
)


def with_jobs(*jobs: JobRow) -> Facts:
    """The whole story with some of its jobs otherwise."""
    changed = {job.id: job for job in jobs}
    return replace(WHOLE, jobs=tuple(changed.get(job.id, job) for job in WHOLE.jobs))


def removed(refunded_on_record: int, *refunds: EntryRow, messages: tuple[Shown, ...] = (STATUS, BOTH)) -> Facts:
    """The story with the clip taken down."""
    facts = with_jobs(replace(DONE, removed=True, clip_gone=True))
    entries = (*WHOLE.entries, *refunds)
    given_back = sum(entry.allowance for entry in refunds)
    quotas = (Quota(GUILD, MEMBER, PER_DAY - 3 * PRICE + given_back),)
    record = {"done": refunded_on_record}
    return replace(facts, entries=entries, messages=messages, refunds_on_record=record, quotas=quotas)


def wrongs(facts: Facts) -> dict[Wrong, int]:
    """What is counted, without the zeros."""
    return {wrong: count for wrong, count in counted(audit(facts)).items() if count}


@pytest.mark.parametrize(
    "facts",
    [
        WHOLE,
        removed(0),
        removed(PRICE, entry(DONE, "refund")),
        replace(with_jobs(replace(DONE, shared=True, share_message_id=903)), messages=(CLIP, BOTH, COPY)),
        replace(WHOLE, messages=(STATUS, BOTH, replace(CLIP, files=("SPOILER_firstframe-done.mp4",)))),
        # What is handed over to one member alone may be handed over again, and mentions nobody.
        replace(WHOLE, messages=(BOTH, HANDED, replace(HANDED, id=1))),
        replace(WHOLE, messages=(BOTH, ANSWER)),
        # Of an answer whose token has died nobody can find out whether it carries the clip.
        replace(WHOLE, messages=(BOTH, ANSWER, replace(CLIP, id=LATE_ID))),
    ],
    ids=[
        "whole",
        "removed",
        "removed with its credits",
        "shared",
        "a spoiler",
        "handed over twice",
        "an answer",
        "an answer that nobody can look at any more",
    ],
)
def test_nothing_is_counted_where_nothing_is_wrong(facts: Facts) -> None:
    assert wrongs(facts) == {}


SECOND_REFUND = replace(WHOLE, entries=(*WHOLE.entries, entry(FAILED, "refund")), quotas=())
NO_REFUND = replace(WHOLE, entries=charges(DONE, FAILED, *TAKES), quotas=())
NO_CLIP = replace(WHOLE, messages=(STATUS, BOTH))
SAME_ORDER_TWICE = with_jobs(replace(TAKES[1], batch_id=None))
CASES: dict[str, tuple[Facts, dict[Wrong, int]]] = {
    "a job that never ends": (with_jobs(replace(FAILED, state="running")), {Wrong.LOST: 1, Wrong.REFUNDED_WRONGLY: 1}),
    "charged for nothing": (NO_REFUND, {Wrong.LOST: 1, Wrong.REFUNDED_WRONGLY: 1}),
    "done without a clip": (NO_CLIP, {Wrong.LOST: 1, Wrong.POSTED_WRONGLY: 1}),
    "an order shown and unknown": (
        replace(WHOLE, messages=(*WHOLE.messages, replace(STATUS, id=1, interaction_id=599))),
        {Wrong.LOST: 1},
    ),
    "two tasks for a job": (
        replace(WHOLE, tasks=(*WHOLE.tasks, Task("once more", DONE.request))),
        {Wrong.PAID_TWICE: 1},
    ),
    "a task of no job": (
        replace(WHOLE, tasks=(*WHOLE.tasks, Task("a stranger", ("a door", 1, "480P", 5)))),
        {Wrong.PAID_TWICE: 1},
    ),
    "another's task": (with_jobs(replace(DONE, task_id=f"task of {FAILED.id}")), {Wrong.POSTED_WRONGLY: 1}),
    "a task for a job that was never submitted": (with_jobs(replace(DONE, submitted=False)), {Wrong.PAID_TWICE: 1}),
    "charged twice": (
        replace(WHOLE, entries=(*WHOLE.entries, *charges(DONE)), quotas=()),
        {Wrong.CHARGED_TWICE: 1},
    ),
    "charged another price": (with_jobs(replace(DONE, price=12)), {Wrong.CHARGED_TWICE: 1}),
    "not charged": (
        replace(WHOLE, entries=WHOLE.entries[1:], quotas=()),
        {Wrong.CHARGED_TWICE: 1},
    ),
    "two jobs of one interaction": (SAME_ORDER_TWICE, {Wrong.CHARGED_TWICE: 1}),
    "posted twice": (
        replace(WHOLE, messages=(*WHOLE.messages, replace(CLIP, id=1, channel_id=13))),
        {Wrong.POSTED_WRONGLY: 1},
    ),
    "posted and handed over": (replace(WHOLE, messages=(*WHOLE.messages, HANDED)), {Wrong.POSTED_WRONGLY: 1}),
    "answered and posted at once": (replace(WHOLE, messages=(*WHOLE.messages, ANSWER)), {Wrong.POSTED_WRONGLY: 1}),
    "posted twice, and late": (
        replace(WHOLE, messages=(*WHOLE.messages, replace(CLIP, id=LATE_ID))),
        {Wrong.POSTED_WRONGLY: 1},
    ),
    "takes posted twice": (
        replace(WHOLE, messages=(*WHOLE.messages, replace(BOTH, id=1))),
        {Wrong.POSTED_WRONGLY: 2},
    ),
    "posted and failed": (
        replace(WHOLE, messages=(*WHOLE.messages, replace(CLIP, id=1, files=("firstframe-failed.mp4",)))),
        {Wrong.POSTED_WRONGLY: 1},
    ),
    "removed and there": (removed(0, messages=(CLIP, BOTH)), {Wrong.POSTED_WRONGLY: 1}),
    "removed and its copy there": (removed(0, messages=(BOTH, COPY)), {Wrong.POSTED_WRONGLY: 1}),
    "shared twice": (
        replace(with_jobs(replace(DONE, shared=True)), messages=(CLIP, BOTH, COPY, replace(COPY, id=1))),
        {Wrong.POSTED_WRONGLY: 1},
    ),
    "shared without a copy": (with_jobs(replace(DONE, shared=True, share_message_id=1)), {Wrong.POSTED_WRONGLY: 1}),
    "a copy that nobody asked for": (replace(WHOLE, messages=(CLIP, BOTH, COPY)), {Wrong.POSTED_WRONGLY: 1}),
    "another member mentioned": (
        replace(WHOLE, messages=(BOTH, replace(CLIP, mentions=frozenset({MEMBER, OTHER})))),
        {Wrong.POSTED_WRONGLY: 1},
    ),
    "everyone mentioned": (
        replace(WHOLE, messages=(BOTH, replace(CLIP, mentions_many=True))),
        {Wrong.POSTED_WRONGLY: 1},
    ),
    "nobody mentioned": (
        replace(WHOLE, messages=(BOTH, replace(CLIP, mentions=frozenset()))),
        {Wrong.POSTED_WRONGLY: 1},
    ),
    "refunded twice": (SECOND_REFUND, {Wrong.REFUNDED_WRONGLY: 1}),
    "refunded and done": (
        replace(WHOLE, entries=(*WHOLE.entries, entry(DONE, "refund")), quotas=()),
        {Wrong.REFUNDED_WRONGLY: 1},
    ),
    "refunded too much": (
        replace(WHOLE, entries=(*WHOLE.entries[:-1], entry(FAILED, "refund", PRICE + 1)), quotas=()),
        {Wrong.REFUNDED_WRONGLY: 1},
    ),
    "refunded to another member": (
        replace(WHOLE, entries=(*WHOLE.entries[:-1], entry(FAILED, "refund", member_id=OTHER)), quotas=()),
        {Wrong.REFUNDED_WRONGLY: 1},
    ),
    "removed without the credits on record": (removed(PRICE), {Wrong.REFUNDED_WRONGLY: 1}),
    "removed with credits that are not on record": (removed(0, entry(DONE, "refund")), {Wrong.REFUNDED_WRONGLY: 1}),
    "another quota": (replace(WHOLE, quotas=(Quota(GUILD, MEMBER, PER_DAY),)), {Wrong.QUOTA: 1}),
    "an unlimited quota": (replace(WHOLE, quotas=(Quota(GUILD, MEMBER, None),)), {Wrong.QUOTA: 1}),
    "a damaged file": (replace(WHOLE, complaints=("row 3 missing from index",)), {Wrong.DATABASE: 1}),
    "a known secret": (replace(WHOLE, log="ok\nwith a token of the bot inside"), {Wrong.SECRET: 1}),
    "a signed address": (
        replace(WHOLE, log="GET /results/1.mp4?Expires=1&Signature=0123456789abcdef"),
        {Wrong.SECRET: 1},
    ),
    "an interaction's token": (replace(WHOLE, log=f"POST /webhooks/1/{'aB3_-' * 25}"), {Wrong.SECRET: 1}),
}


@pytest.mark.parametrize("case", CASES)
def test_each_wrong_is_counted(case: str) -> None:
    facts, expected = CASES[case]
    assert wrongs(facts) == expected


def test_a_member_who_left_has_clips_that_nobody_knows_any_more_and_no_more_of_them_than_jobs() -> None:
    left = replace(DONE, interaction_id=-1, member_id=0, request=(None, 0, "480P", 5))
    facts = with_jobs(left)
    assert wrongs(facts) == {}
    unknown = replace(facts, messages=(*facts.messages, replace(STATUS, id=1, interaction_id=599)))
    assert wrongs(unknown) == {Wrong.LOST: 1}
    paid = replace(facts, tasks=(*facts.tasks, Task("more", DONE.request)))
    assert wrongs(paid) == {Wrong.PAID_TWICE: 1}


@pytest.mark.parametrize(
    ("limits", "roles", "left"),
    [
        ([], (), 70),
        ([("everyone", 0, 40, "day")], (), 10),
        ([("everyone", 0, 40, "day"), ("role", 9, 50, "day")], (9,), 20),
        ([("everyone", 0, 40, "day"), ("role", 9, 50, "day")], (), 10),
        ([("role", 9, 50, "day"), ("role", 8, 60, "week")], (9, 8), 20),
        ([("role", 9, 50, "day"), ("role", 8, None, None)], (9, 8), None),
        ([("role", 9, None, None), ("member", MEMBER, 20, "day")], (9,), 0),
        ([("member", OTHER, 20, "day")], (), 70),
        ([("everyone", 0, 300, "week")], (), 265),
        ([("everyone", 0, 300, "month")], (), 265),
        ([("budget", 0, 5, "month"), ("channel", CLIPS, 5, "day")], (), 70),
    ],
)
def test_what_is_left_follows_from_the_ledger_and_the_limits(
    limits: list[tuple[str, int, int | None, str | None]], roles: tuple[int, ...], left: int | None
) -> None:
    yesterday = round((NOW - timedelta(days=1)).timestamp() * 1000)
    facts = replace(
        WHOLE,
        entries=(*WHOLE.entries, entry(DONE, "adjustment", -5, counts_at=yesterday)),
        limits=tuple(LimitRow(GUILD, *limit) for limit in limits),
        quotas=(Quota(GUILD, MEMBER, left, frozenset(roles)),),
    )
    assert wrongs(facts) == {}


def test_granted_credits_come_on_top_and_a_day_begins_in_the_servers_time_zone() -> None:
    late = round(datetime(2026, 3, 3, 23, 30, tzinfo=UTC).timestamp() * 1000)
    granted = EntryRow(GUILD, MEMBER, "grant", 0, 25, late)
    before_midnight = entry(DONE, "adjustment", -7, counts_at=late)
    facts = replace(WHOLE, entries=(*WHOLE.entries, granted, before_midnight), quotas=(Quota(GUILD, MEMBER, 70 + 25),))
    assert wrongs(facts) == {}
    in_berlin = replace(facts, zones={GUILD: "Europe/Berlin"}, quotas=(Quota(GUILD, MEMBER, 70 + 25 - 7),))
    assert wrongs(in_berlin) == {}


def test_the_story_of_a_finding_has_all_that_is_known_of_its_job() -> None:
    facts = replace(WHOLE, messages=(*WHOLE.messages, replace(CLIP, id=77)))
    story = told(facts, audit(facts)[0])
    for part in (
        "posted wrongly: job done",
        "charge",
        "task of done",
        "id=77",
        "✅ **Done**",
        "engine: job done is done",
    ):
        assert part in story
