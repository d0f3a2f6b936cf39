"""What must never happen, counted from the facts: one function a count, each wrong with its job and a sentence."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.chaos.audit_facts import Facts, JobRow, Request, Shown, Task
from tests.chaos.audit_quota import left_of

_STATUS = re.compile(
    r"(⏳ \*\*Waiting|🎬 \*\*Generating|📤 \*\*Posting|✅ \*\*Done|📦 \*\*Ready|⚠️ \*\*No clip|🚫 Cancelled"
    r"|🗑️ \*\*(Deleted|Removed))"
)
# An interaction's token is as long as nothing else in a log; signed addresses carry one of these.
_SECRET = re.compile(r"[A-Za-z0-9_-]{100,}|[?&](Signature|hm|token)=[0-9a-f]{8}")

TOKEN_MS = 15 * 60 * 1000


class Wrong(StrEnum):
    """What is counted: the five of the report, and what fails a run besides."""

    LOST = "lost"
    PAID_TWICE = "paid twice"
    CHARGED_TWICE = "charged twice"
    POSTED_WRONGLY = "posted wrongly"
    REFUNDED_WRONGLY = "refunded wrongly"
    QUOTA = "ledger and quota differ"
    DATABASE = "damaged database"
    SECRET = "secret in the log"


@dataclass(frozen=True, slots=True)
class Finding:
    """One wrong; `job_id` where it is about a job."""

    wrong: Wrong
    job_id: str | None
    said: str


def audit(facts: Facts) -> list[Finding]:
    """Everything that is wrong."""
    return [
        Finding(wrong, job_id, said)
        for wrong, found in _COUNTS.items()
        for job_id, said in dict.fromkeys(found(facts))  # the same of the same job counts once
    ]


def counted(findings: list[Finding]) -> dict[Wrong, int]:
    """How often each went wrong."""
    found = Counter(finding.wrong for finding in findings)
    return {wrong: found[wrong] for wrong in Wrong}


Found = Iterator[tuple[str | None, str]]


def lost(facts: Facts) -> Found:
    """Jobs that have no end; charges for nothing; orders whose acceptance was shown and that nobody knows of."""
    for job in facts.jobs:
        if not job.final:
            yield job.id, f"is still {job.state}"
        elif (
            facts.entries_of(job.id, "charge") and not facts.entries_of(job.id, "refund") and not _has_clip(facts, job)
        ):
            yield job.id, f"is {job.state}, charged, and there is neither a clip nor a refund"
    known = {job.interaction_id for job in facts.jobs}
    unknown = {
        one.interaction_id: one.content.splitlines()[0]
        for one in facts.messages
        if one.interaction_id and _STATUS.match(one.content) and one.interaction_id not in known
    }
    spare = sum(job.nameless for job in facts.jobs)
    for interaction_id, line in list(unknown.items())[spare:]:
        yield None, f"interaction {interaction_id} was answered with “{line}” and has no job"


def _has_clip(facts: Facts, job: JobRow) -> bool:
    return job.removed or job.nameless or bool(facts.carriers(job))


def paid_twice(facts: Facts) -> Found:
    """More tasks than jobs that were submitted with just this request: each task is paid."""
    jobs: dict[Request, list[JobRow]] = defaultdict(list)
    for job in facts.jobs:
        if job.submitted:
            jobs[job.request].append(job)
    tasks: dict[Request, list[Task]] = defaultdict(list)
    for task in facts.tasks:
        tasks[task.request].append(task)
    nobodys = []
    for request, paid in tasks.items():
        owners = jobs[request]
        extra = [f"task {task.id} of {request}" for task in paid[len(owners) :]]
        if owners:
            yield from ((owners[0].id, f"{one} is one more than its {len(owners)} job(s) may have") for one in extra)
        else:
            nobodys += extra
    spare = sum(job.nameless and job.submitted for job in facts.jobs)
    yield from ((None, f"{one} is no job's") for one in nobodys[spare:])


def charged_twice(facts: Facts) -> Found:
    """A job with another charge than its price, once; two jobs of an interaction that are not takes of one order."""
    for job in facts.jobs:
        charges = [-entry.allowance - entry.granted for entry in facts.entries_of(job.id, "charge")]
        if charges != [job.price]:
            yield job.id, f"costs {job.price} and was charged {charges}"
    orders: dict[int, set[str]] = defaultdict(set)
    for job in facts.jobs:
        orders[job.interaction_id].add(job.batch_id or job.id)
    for interaction_id, keys in orders.items():
        if len(keys) > 1:
            yield min(keys), f"interaction {interaction_id} became several orders: {sorted(keys)}"


def posted_wrongly(facts: Facts) -> Found:
    """A clip that is there twice, or not, or where there is to be none, is another's, or mentions another member."""
    made = {task.id: task.request for task in facts.tasks}
    for job in facts.jobs:
        if job.state == "done" and not job.nameless and made.get(job.task_id or "", job.request) != job.request:
            yield job.id, f"has the clip of another request: task {job.task_id}"
        carriers = facts.carriers(job)
        yield from ((job.id, said) for said in _of_clip(job, carriers))
        yield from ((job.id, said) for said in _of_copy(job, facts.copies(job)))
        if not job.nameless:
            yield from ((job.id, said) for one in carriers for said in _of_mention(job, one))


def _of_clip(job: JobRow, carriers: list[Shown]) -> Iterator[str]:
    count = len(carriers) - _excused(job, carriers)
    where = f"{count} message(s) {[one.id for one in carriers]} carry its clip"
    if job.state != "done":
        if count:
            yield f"is {job.state}, and {where}"
    elif job.removed:
        if any(not one.ephemeral for one in carriers):  # the others only their member can take down
            yield f"is removed, and {where}"
    elif count > 1 or (count == 0 and not job.nameless):
        yield f"is done, and {where}"


def _excused(job: JobRow, carriers: list[Shown]) -> int:
    """How many there may be beyond one, because nobody can find out whether there is one.

    What is handed over to one member alone cannot be looked for, and neither can an answer whose token has died.
    """
    handed = [one for one in carriers if one.ephemeral and one.interaction_id != job.interaction_id]
    answers = [one for one in carriers if one.interaction_id == job.interaction_id]
    late = [one for one in carriers if one.interaction_id is None and _apart_ms(one.id, job.interaction_id) >= TOKEN_MS]
    return max(0, len(handed) - 1) + min(len(answers), len(late), 1)


def _apart_ms(later: int, earlier: int) -> int:
    """The time between two ids of Discord's, by its own clock."""
    return (later >> 22) - (earlier >> 22)


def _of_copy(job: JobRow, copies: list[Shown]) -> Iterator[str]:
    count = len(copies)
    if count > 1:
        yield f"has {count} copies in the showcase"
    elif count and job.removed:
        yield "is removed, and its copy is there"
    elif count and not (job.shared or job.nameless):
        yield "was never shared, and there is a copy"
    elif job.share_message_id and not job.removed and not count:
        yield "was shared, and there is no copy"


def _of_mention(job: JobRow, message: Shown) -> Iterator[str]:
    others = message.mentions - {job.member_id}
    if others or message.mentions_many:
        yield f"message {message.id} mentions others than its member: {sorted(others)}"
    elif message.interaction_id is None and job.member_id not in message.mentions:
        yield f"message {message.id} does not mention its member"


def refunded_wrongly(facts: Facts) -> Found:
    """Other refunds than there are to be, or of other amounts than were charged."""
    for job in facts.jobs:
        refunds = facts.entries_of(job.id, "refund")
        due = job.state in ("failed", "cancelled") or _returned(facts, job)
        if len(refunds) != int(due and job.final):
            yield job.id, f"is {job.state}{', removed' if job.removed else ''}, and was refunded {len(refunds)} time(s)"
        for charge in facts.entries_of(job.id, "charge")[:1]:
            for refund in refunds:
                if (refund.allowance, refund.granted) != (-charge.allowance, -charge.granted):
                    yield job.id, f"was charged {charge} and refunded {refund}"
                if (refund.guild_id, refund.member_id, refund.counts_at) != (
                    charge.guild_id,
                    charge.member_id,
                    charge.counts_at,
                ):
                    yield job.id, f"was charged to one account or day, {charge}, and refunded to another, {refund}"


def _returned(facts: Facts, job: JobRow) -> bool:
    """Whether the record says that its credits went back when it was removed; takes are removed as one message."""
    if not job.removed:
        return False
    one_message = {other.id for other in facts.jobs if other.batch_id and other.batch_id == job.batch_id} | {job.id}
    record = facts.refunds_on_record or {}
    return any(record.get(job_id, 0) > 0 for job_id in one_message)


def differing(facts: Facts) -> Found:
    """Members to whom `/quota` says something else than the ledger and the limits come to."""
    for quota in facts.quotas:
        left = left_of(facts, quota)
        if left != quota.left:
            yield None, f"/quota tells {quota.member_id} in {quota.guild_id} {quota.left}, and the ledger {left}"


def damaged(facts: Facts) -> Found:
    """What SQLite complains of."""
    yield from ((None, complaint) for complaint in facts.complaints)


def leaked(facts: Facts) -> Found:
    """Secrets that stand in the bot's log, known ones and what looks like one."""
    for number, line in enumerate(facts.log.splitlines(), 1):
        if _SECRET.search(line) or any(secret in line for secret in facts.secrets):
            yield None, f"line {number} of the bot's log has a secret"


_COUNTS: dict[Wrong, Callable[[Facts], Found]] = {
    Wrong.LOST: lost,
    Wrong.PAID_TWICE: paid_twice,
    Wrong.CHARGED_TWICE: charged_twice,
    Wrong.POSTED_WRONGLY: posted_wrongly,
    Wrong.REFUNDED_WRONGLY: refunded_wrongly,
    Wrong.QUOTA: differing,
    Wrong.DATABASE: damaged,
    Wrong.SECRET: leaked,
}
