"""Deliberate faults: each is a change of the bot that would lose money or clips, with what has to notice it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.chaos.audit import Wrong
from tests.chaos.trap import AFTER, BEFORE


@dataclass(frozen=True, slots=True)
class Change:
    """One place in a file, which has to be there exactly once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A run of the crash matrix: an errand, and the points at which the bot dies, if that does not kill it itself."""

    errand: str
    halves: tuple[str, ...] = ()
    seed: int = 1

    def __str__(self) -> str:
        return self.errand

    @property
    def arguments(self) -> list[str]:
        """For the command line, without the tree."""
        points = "|".join(map(re.escape, self.halves))
        deaths = ["--each", "1", "--only", f"^({points})$"] if self.halves else ["--kills", "0"]
        return ["--seed", str(self.seed), "--errand", self.errand, "--lanes", "1", "--calm", *deaths]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault that the crash matrix catches: with this plan, this count is not zero."""

    name: str
    changes: tuple[Change, ...]
    plan: Plan
    count: Wrong

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class PlainMutant:
    """A fault that the crash matrix cannot see, and this test does."""

    name: str
    changes: tuple[Change, ...]
    test: str

    def __str__(self) -> str:
        return self.name


class ChangedCode(Exception):
    """The code is not any more as a mutant knows it: write the mutant anew."""


def in_one_place(plans: Iterable[Plan]) -> list[Plan]:
    """The same deaths, those of one errand in one sandbox."""
    found: dict[str, Plan] = {}
    for plan in plans:
        before = found.setdefault(plan.errand, plan)
        found[plan.errand] = replace(before, halves=tuple(dict.fromkeys((*before.halves, *plan.halves))))
    return [*found.values()]


def apply(changes: Sequence[Change], tree: Path) -> None:
    """Change a copy of the project; raises ChangedCode where a place is not there exactly once."""
    for change in changes:
        file = tree / change.file
        text = file.read_text("utf-8")
        if text.count(change.old) != 1:
            raise ChangedCode(f"{change.file} has this {text.count(change.old)} times:\n{change.old}")
        file.write_text(text.replace(change.old, change.new), "utf-8")


_PAID_POST = "wan POST /v1/generate/bailian/wan2-image-to-video for Dialect._pay"
_CLIP_POST = "discord POST /channels/{channel_id}/messages for Posting._into_channel"

_NO_LOOK = Change(
    "engine/deliverer.py",
    "posted, left = await self._poster.search(jobs)\n",
    "posted, left = None, list(jobs)\n",
)
_NO_NONCE = Change(
    "cogs/stage/posting.py",
    'return f"{self.jobs[0].id}-direct" if self.route is Route.DIRECT else self.jobs[0].id\n',
    "return str(discord.utils.time_snowflake(discord.utils.utcnow()))\n",
)

MUTANTS = (
    Mutant(
        "charges in another transaction than it takes the order",
        (
            Change(
                "storage/job_store.py",
                "        self._ledger.charge_within(connection, account, jobs, standing.balance, now)\n",
                "",
            ),
            Change(
                "storage/job_store.py",
                "            return await self._database.write(change)\n"
                "        except BudgetSpent as refusal:\n"
                "            await self._note_refusal(account, refusal, news[0]",
                "            taken = await self._database.write(change)\n"
                "\n"
                "            def charge(connection: sqlite3.Connection) -> None:\n"
                "                now = news[0].created_at\n"
                "                balance = self._standings.within(connection, account, now).balance\n"
                "                self._ledger.charge_within(connection, account, taken, balance, now)\n"
                "\n"
                "            await self._database.write(charge)\n"
                "            return taken\n"
                "        except BudgetSpent as refusal:\n"
                "            await self._note_refusal(account, refusal, news[0]",
            ),
        ),
        Plan("animate", (f"{AFTER} commit JobStore.accept_batch",)),
        Wrong.CHARGED_TWICE,
    ),
    Mutant(
        "submits again what may have been submitted",
        (
            Change(
                "engine/submitter.py",
                "if task_id is None:\n            await self._life.end(job, Failure.OUTCOME_UNKNOWN)\n",
                "if task_id is None:\n            await self._life.record(job, JobState.QUEUED)\n",
            ),
        ),
        Plan("animate", (f"{AFTER} {_PAID_POST}",)),
        Wrong.PAID_TWICE,
    ),
    Mutant(
        "writes the intent to pay down after it has paid",
        (
            Change(
                "engine/submitter.py",
                "if not self.stopping and (submitting := await self._intend(job)):\n"
                "                await self._create(submitting, request)\n",
                "if not self.stopping:\n                await self._create(job, request)\n",
            ),
            Change(
                "engine/submitter.py",
                "running = await self._life.record(job, JobState.RUNNING, task_id=task_id)\n",
                "job = await self._intend(job) or job\n"
                "            running = await self._life.record(job, JobState.RUNNING, task_id=task_id)\n",
            ),
        ),
        Plan("animate", (f"{AFTER} {_PAID_POST}",)),
        Wrong.PAID_TWICE,
    ),
    # The nonce alone still holds for some minutes: the next one is about that.
    Mutant(
        "posts anew after a crash, without a look and with another nonce",
        (_NO_LOOK, _NO_NONCE),
        Plan("animate", (f"{AFTER} {_CLIP_POST}",)),
        Wrong.POSTED_WRONGLY,
    ),
    Mutant("trusts the nonce alone", (_NO_LOOK,), Plan("posted long ago"), Wrong.POSTED_WRONGLY),
    Mutant(
        "ends a job in one transaction and refunds it in another",
        (
            Change(
                "engine/life.py",
                "states = from_states or (job.state,)\n",
                "await self._surely(lambda: self._store.advance(job.id, job.state, JobState.FAILED, self._clock.now()))"
                "\n        states = (JobState.FAILED,)\n",
            ),
        ),
        Plan("refused", (f"{BEFORE} commit JobStore.end failed",), seed=2),
        Wrong.REFUNDED_WRONGLY,
    ),
    Mutant(
        "takes a clip for posted before it is",
        (
            Change(
                "engine/posting.py",
                "files = [copies[job.id].file for job in jobs]\n        try:\n",
                "files = [copies[job.id].file for job in jobs]\n"
                "        await self._life.record(jobs[0], JobState.DONE)\n        try:\n",
            ),
        ),
        Plan("animate", (f"{BEFORE} {_CLIP_POST}",)),
        Wrong.LOST,
    ),
)

PLAIN_MUTANTS = (
    PlainMutant(
        "adopts a task that may be another order's",
        (Change("engine/lost.py", "own = await self._not_of_others(found, job)\n", "own = found[:1]\n"),),
        "tests/acceptance/test_unknown_outcome.py::test_two_lost_at_once_in_the_same_words_are_both_paid_back",
    ),
    PlainMutant(
        "believes of a restored copy that what waits was not submitted since",
        (
            Change(
                "storage/restore.py",
                "WHERE state NOT IN ('done', 'failed', 'cancelled')",
                "WHERE state NOT IN ('queued', 'done', 'failed', 'cancelled')",
            ),
        ),
        "tests/storage/test_restore.py::test_every_open_job_is_in_doubt_and_keeps_what_is_known_of_it",
    ),
)
