"""Keeps each job's status message true: edited in place, only when it says something new, and not too often."""

import logging
from dataclasses import replace

from engine.ages import Ages
from engine.clock import Clock
from engine.life import Life
from engine.reporter import Reporter
from engine.stage import EditsSpent, PostingError, Stage
from engine.status import Status
from engine.worker import Worker, rest_seconds
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


class StatusBoard(Worker):
    """Compares what each message shows with what is true."""

    name = "status board"

    def __init__(self, life: Life, stage: Stage, reporter: Reporter, clock: Clock) -> None:
        super().__init__(clock)
        self._life = life
        self._stage = stage
        self._reporter = reporter
        self._shown: dict[str, Status] = {}
        self._next_edit: dict[str, float] = {}
        self._ages = Ages(clock)
        self._ages_of_ends = Ages(clock)
        self._failures: dict[str, int] = {}
        self._spent: set[str] = set()

    async def step(self) -> float | None:
        """Begin to show what is news."""
        seen, places = self._life.changes, self._reporter.places()
        jobs = [job for job in self._life.all() if job.take == 1]  # which carries the status of its batch
        self._keep_only({job.id for job in jobs})
        resting = 0
        for job in jobs:
            if self.under_way >= MOST_AT_ONCE or self.stopping:
                break
            status = await self._reporter.shown(job, places)
            if self._life.changes != seen:
                break  # this may be the past: a reply that is a clip by now must not be written over
            if self._is_due(job, status):
                self.start(carrier(job), self._show(job, status))
            resting += status.waits is not None and self._shown.get(job.id) == status
        return 1.0 if resting < len(jobs) else None

    def _is_due(self, job: Job, status: Status) -> bool:
        age_seconds, shown = self._ages.seconds(job.id, job.created_at), self._shown.get(job.id)
        if self.busy_with(carrier(job)) or shown == status:
            return False
        if status.in_reply and not status.state.final:
            return False
        if shown and shown.stage == status.stage and age_seconds > GROWS_OLD_SECONDS:
            return False
        if job.status_message_id is None and age_seconds < ANSWER_SECONDS:
            return False
        return self.clock.steady_seconds() >= self._next_edit.get(job.id, 0.0)

    async def _show(self, job: Job, status: Status) -> None:
        try:
            message_id = await self._shown_as(job, status)
        except PostingError as error:
            log.warning("job %s: its status could not be shown: %s", job.id, error)
            await self._try_later(job, status)
            return
        except Exception:  # a fault of ours in one message must neither spin nor stop the others
            log.exception("job %s: its status could not be shown", job.id)
            await self._try_later(job, status)
            return
        self._failures.pop(job.id, None)
        self._shown[job.id] = status
        self._next_edit[job.id] = self.clock.steady_seconds() + SHORTEST_GAP_SECONDS
        if message_id and message_id != job.status_message_id:
            self._spent.discard(job.id)
            await self._life.show_in(job.id, message_id)
        if status.state.final:
            await self._life.settle(job)

    async def _shown_as(self, job: Job, status: Status) -> int | None:
        """The message that shows it, if any: a reply that is the clip, or a message that is spent, stays as it is."""
        if status.in_reply:
            return None
        if job.id not in self._spent:
            try:
                return await self._stage.show_status(job, status)
            except EditsSpent as error:
                log.info("job %s: its status message takes no more edits: %s", job.id, error)
                self._spent.add(job.id)
        if not _must_be_told(status):
            return None
        return await self._stage.show_status(replace(job, status_message_id=None), status)

    async def _try_later(self, job: Job, status: Status) -> None:
        failures = self._failures[job.id] = self._failures.get(job.id, 0) + 1
        self._next_edit[job.id] = self.clock.steady_seconds() + rest_seconds(failures)
        if status.state.final:
            ends = [take.ended_at for take in await self._life.takes(job) if take.ended_at]
            if ends and self._ages_of_ends.seconds(job.id, max(ends)) > GIVE_UP_SECONDS:
                await self._life.settle(job)

    def _keep_only(self, job_ids: set[str]) -> None:
        """Forget what is known of messages that nothing more is shown in: of ends that are shown, of those who left."""
        for kept in (self._shown, self._next_edit, self._failures):
            for job_id in kept.keys() - job_ids:
                del kept[job_id]
        for ages in (self._ages, self._ages_of_ends):
            ages.keep_only(job_ids)
        self._spent &= job_ids


def carrier(job: Job) -> str:
    """By what the showing of a job's status is known: by its batch, since that has one message."""
    return job.batch_id or job.id


def _must_be_told(status: Status) -> bool:
    """Whether nothing else tells the member: a posted clip speaks for itself."""
    return status.waits is not None or (status.state.final and status.state is not JobState.DONE)
