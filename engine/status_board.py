"""Keeps each job's status message true: edited in place, only when it says something new, and not too often."""

import logging
from collections import deque
from dataclasses import dataclass, replace
from itertools import islice

from engine.ages import Ages, begun_at
from engine.clock import Clock
from engine.life import Life
from engine.reporter import Reporter
from engine.stage import EditsSpent, PostingError, Stage
from engine.status import Status
from engine.worker import LONGEST_REST_SECONDS, Worker, rest_seconds
from storage import Job, JobState

log = logging.getLogger(__name__)

SHORTEST_GAP_SECONDS = 5.0
ANSWER_SECONDS = 30.0
"""How long the command itself has to give its job a status message, before the board posts one."""

GIVE_UP_SECONDS = 3600.0
"""After this long an end that cannot be shown is no news any more."""

GROWS_OLD_SECONDS = 55 * 60.0
"""Discord lets messages older than an hour be edited a few times only: those are for changes of state."""

MOST_AT_ONCE = 8


PROGRESS_A_SECOND = 2.0
"""So many edits, of all messages together, that only show progress. Discord lets the messages of a channel be edited
about once a second: more of them would hold up what is news."""

ROUND_SECONDS = 1.0
MOST_A_ROUND = 100


@dataclass(slots=True)
class _Followed:
    """What is known of a message that follows a job; moments are the steady clock's."""

    since: float
    batch_id: str | None
    may_edit_from: float = 0.0
    shown: Status | None = None
    failures: int = 0
    spent: bool = False
    in_turn: bool = False


class StatusBoard(Worker):
    """Compares what each message shows with what is true: at once where its job has changed, the others in turn."""

    name = "status board"

    def __init__(self, life: Life, stage: Stage, reporter: Reporter, clock: Clock) -> None:
        super().__init__(clock)
        self._life = life
        self._stage = stage
        self._reporter = reporter
        self._followed: dict[str, _Followed] = {}
        self._first_takes: dict[str, str] = {}
        self._changed: dict[str, None] = {}
        self._soon: dict[str, None] = {}
        self._turns: deque[str] = deque()
        self._next_round = 0.0
        self._ages_of_ends = Ages(clock)

    def resume(self) -> None:
        """Follow what the last process left. What the messages show is not known, so all are set right, by and by."""
        now = self.clock.steady_seconds()
        for job in self._life.all():
            if job.take == 1:
                followed = self._follow(job)
                if job.state.final:
                    self._changed[job.id] = None
                else:
                    followed.may_edit_from = now + len(self._followed) / PROGRESS_A_SECOND
                    self._take_turns(job.id, followed)

    def changed(self, job: Job) -> None:
        """Look at the message of this job, which was added or has changed, at the next step."""
        # The message of a batch is its first take's.
        first_id = job.id if job.take == 1 else self._first_takes.get(job.batch_id or "")
        if first_id is None:
            return
        followed = self._followed.get(first_id) or self._follow(job)
        if followed.shown is None and not followed.failures:
            followed.may_edit_from = 0.0
        self._changed[first_id] = None
        self.wake()

    async def step(self) -> float | None:
        """Begin to show what is news."""
        seen = self._life.changes
        self._begin_round()
        places = self._reporter.places() if self._changed else {}
        for job_id in [*self._changed]:
            if self.under_way >= MOST_AT_ONCE or self.stopping:
                break
            job = self._life.get(job_id)
            if job is None:
                self._forget(job_id)
                continue
            status = await self._reporter.shown(job, places)
            if self._life.changes != seen:
                break  # this may be the past: a reply that is a clip by now must not be written over
            # Its end may have been shown meanwhile, and then nothing of it is followed any more.
            self._changed.pop(job_id, None)
            if job_id in self._followed:
                self._compare(job, status)
        return ROUND_SECONDS if self._changed or self._soon or self._turns else None

    def _begin_round(self) -> None:
        """However many there are, a round looks at so many only."""
        now = self.clock.steady_seconds()
        if now < self._next_round:
            return
        self._next_round = now + ROUND_SECONDS
        for job_id in list(islice(self._soon, MOST_A_ROUND)):
            del self._soon[job_id]
            self._changed[job_id] = None
        for _ in range(min(MOST_A_ROUND, len(self._turns))):
            job_id = self._turns.popleft()
            if followed := self._followed.get(job_id):
                followed.in_turn = False
                self._changed[job_id] = None

    def _compare(self, job: Job, status: Status) -> None:
        followed = self._followed[job.id]
        if followed.shown == status and status.waits is not None:
            return  # until something happens to it
        if self._is_due(job, status, followed):
            self.start(carrier(job), self._show(job, status, followed))
        elif _is_news(followed, status) and followed.may_edit_from < self.clock.steady_seconds() + LONGEST_REST_SECONDS:
            self._soon[job.id] = None
            return
        self._take_turns(job.id, followed)

    def _is_due(self, job: Job, status: Status, followed: _Followed) -> bool:
        now, shown = self.clock.steady_seconds(), followed.shown
        if self.busy_with(carrier(job)) or shown == status:
            return False
        if status.in_reply and not status.state.final:
            return False
        if shown and shown.stage == status.stage and now - followed.since > GROWS_OLD_SECONDS:
            return False
        if job.status_message_id is None and now - followed.since < ANSWER_SECONDS:
            return False
        if status.state.final and not followed.failures:
            return True  # nothing comes after it that would have to wait in turn
        return now >= followed.may_edit_from + (0.0 if _is_news(followed, status) else self._progress_gap_seconds())

    def _progress_gap_seconds(self) -> float:
        """Beyond the shortest gap: what shows progress only shares its edits with all others."""
        return max(len(self._followed) / PROGRESS_A_SECOND - SHORTEST_GAP_SECONDS, 0.0)

    def _follow(self, job: Job) -> _Followed:
        followed = self._followed[job.id] = _Followed(begun_at(self.clock, job.created_at), job.batch_id)
        if job.batch_id:
            self._first_takes[job.batch_id] = job.id
        return followed

    def _take_turns(self, job_id: str, followed: _Followed) -> None:
        if not followed.in_turn:
            followed.in_turn = True
            self._turns.append(job_id)

    def _forget(self, job_id: str) -> None:
        """Nothing more is shown in this message: its end is, or its member has left."""
        followed = self._followed.pop(job_id, None)
        if followed and followed.batch_id:
            self._first_takes.pop(followed.batch_id, None)
        self._changed.pop(job_id, None)
        self._ages_of_ends.forget(job_id)

    async def _show(self, job: Job, status: Status, followed: _Followed) -> None:
        try:
            message_id = await self._shown_as(job, status, followed)
        except PostingError as error:
            log.warning("job %s: its status could not be shown: %s", job.id, error)
            await self._try_later(job, status, followed)
            return
        except Exception:  # a fault of ours in one message must neither spin nor stop the others
            log.exception("job %s: its status could not be shown", job.id)
            await self._try_later(job, status, followed)
            return
        followed.failures, followed.shown = 0, status
        followed.may_edit_from = self.clock.steady_seconds() + SHORTEST_GAP_SECONDS
        if message_id and message_id != job.status_message_id:
            followed.spent = False
            await self._life.show_in(job.id, message_id)
        if status.state.final:
            await self._life.settle(job)
            self._forget(job.id)

    async def _shown_as(self, job: Job, status: Status, followed: _Followed) -> int | None:
        """The message that shows it, if any: a reply that is the clip, or a message that is spent, stays as it is."""
        if status.in_reply:
            return None
        if not followed.spent:
            try:
                return await self._stage.show_status(job, status)
            except EditsSpent as error:
                log.info("job %s: its status message takes no more edits: %s", job.id, error)
                followed.spent = True
        if not _must_be_told(status):
            return None
        return await self._stage.show_status(replace(job, status_message_id=None), status)

    async def _try_later(self, job: Job, status: Status, followed: _Followed) -> None:
        followed.failures += 1
        followed.may_edit_from = self.clock.steady_seconds() + rest_seconds(followed.failures)
        if status.state.final:
            ends = [take.ended_at for take in await self._life.takes(job) if take.ended_at]
            if ends and self._ages_of_ends.seconds(job.id, max(ends)) > GIVE_UP_SECONDS:
                await self._life.settle(job)
                self._forget(job.id)


def _is_news(followed: _Followed, status: Status) -> bool:
    """Whether it is more than progress."""
    return followed.shown is None or followed.shown.news != status.news


def carrier(job: Job) -> str:
    """By what the showing of a job's status is known: by its batch, since that has one message."""
    return job.batch_id or job.id


def _must_be_told(status: Status) -> bool:
    """Whether nothing else tells the member: a posted clip speaks for itself."""
    return status.waits is not None or (status.state.final and status.state is not JobState.DONE)
