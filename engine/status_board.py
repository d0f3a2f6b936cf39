"""Keeps each job's status message true: edited in place, only when it says something new, and not too often."""

import logging
from datetime import datetime, timedelta

from engine.clock import Clock
from engine.life import Life
from engine.reporter import Reporter
from engine.stage import PostingError, Stage
from engine.status import Status
from engine.worker import Worker, rest_seconds
from storage import Job

log = logging.getLogger(__name__)

SHORTEST_GAP = timedelta(seconds=5)
ANSWER_TIME = timedelta(seconds=30)
"""How long the command itself has to give its job a status message, before the board posts one."""

GIVE_UP = timedelta(hours=1)
"""After this long an end that cannot be shown is no news any more."""

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
        self._next_edit: dict[str, datetime] = {}
        self._failures: dict[str, int] = {}

    async def step(self) -> float | None:
        """Begin to show what is news."""
        jobs = self._life.all()
        places = self._reporter.places()
        for job in jobs:
            if self.under_way >= MOST_AT_ONCE or self.stopping:
                break
            status = await self._reporter.status(job, places)
            if self._is_due(job, status):
                self.start(job.id, self._show(job, status))
        return 1.0 if jobs else None

    def _is_due(self, job: Job, status: Status) -> bool:
        now = self.clock.now()
        if self.busy_with(job.id) or self._shown.get(job.id) == status:
            return False
        if job.status_message_id is None and now - job.created_at < ANSWER_TIME:
            return False
        return now >= self._next_edit.get(job.id, now)

    async def _show(self, job: Job, status: Status) -> None:
        try:
            message_id = await self._stage.show_status(job, status)
        except PostingError as error:
            log.warning("job %s: its status could not be shown: %s", job.id, error)
            await self._try_later(job)
            return
        except Exception:  # a fault of ours in one message must neither spin nor stop the others
            log.exception("job %s: its status could not be shown", job.id)
            await self._try_later(job)
            return
        self._failures.pop(job.id, None)
        self._shown[job.id] = status
        self._next_edit[job.id] = self.clock.now() + SHORTEST_GAP
        if message_id and message_id != job.status_message_id:
            await self._life.show_in(job.id, message_id)
        if job.state.final:
            await self._settle(job)

    async def _try_later(self, job: Job) -> None:
        now = self.clock.now()
        failures = self._failures[job.id] = self._failures.get(job.id, 0) + 1
        self._next_edit[job.id] = now + timedelta(seconds=rest_seconds(failures))
        if job.state.final and job.ended_at and now - job.ended_at > GIVE_UP:
            await self._settle(job)

    async def _settle(self, job: Job) -> None:
        await self._life.settle(job)
        for kept in (self._shown, self._next_edit, self._failures):
            kept.pop(job.id, None)
