"""Cancels jobs that are not under way yet, or that the provider can still stop, with full refunds."""

import asyncio
import logging
from dataclasses import dataclass
from enum import StrEnum

from client import LookupFailed, Provider
from engine.clock import Clock
from engine.life import Life
from storage import Failure, Job, JobState, JobStore

log = logging.getLogger(__name__)

_ANSWER_SECONDS = 10.0
"""How long a wish to cancel waits for an order that is on its way: few answers take the provider as long."""


class CancelOutcome(StrEnum):
    """What became of a wish to cancel."""

    CANCELLED = "cancelled"
    TOO_LATE = "too_late"
    ENDED = "ended"
    NOT_YOURS = "not_yours"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What became of each take of an order, and the credits that its member has got back."""

    outcomes: tuple[CancelOutcome, ...]
    refunded: int = 0

    @property
    def outcome(self) -> CancelOutcome:
        """The best of any take."""
        return next(outcome for outcome in CancelOutcome if outcome in self.outcomes)


class Canceller:
    """Ends jobs for those who may."""

    def __init__(self, store: JobStore, life: Life, provider: Provider, clock: Clock) -> None:
        self._store = store
        self._life = life
        self._provider = provider
        self._clock = clock
        self._changed = asyncio.Event()
        life.listen(self._on_change)

    async def cancel(self, job_id: str, actor_id: int, *, moderates_guild: int | None) -> Cancelled:
        """Cancel a job that waits, or runs where the provider can stop it, with all takes of its batch; full refund."""
        job = await self._store.get(job_id)
        if job is None:
            return Cancelled((CancelOutcome.UNKNOWN,))
        if actor_id != job.member_id and moderates_guild != job.guild_id:
            return Cancelled((CancelOutcome.NOT_YOURS,))
        takes = await self._life.takes(job)
        outcomes = tuple(await asyncio.gather(*(self._cancelled(take, actor_id) for take in takes)))
        ended = zip(takes, outcomes, strict=True)
        return Cancelled(outcomes, sum(take.price for take, outcome in ended if outcome is CancelOutcome.CANCELLED))

    async def cancel_waiting(self, guild_id: int, member_id: int, actor_id: int) -> int:
        """Cancel all of a member's jobs that still wait in a guild, with full refunds; how many there were."""
        waiting = await self._store.waiting_of(guild_id, member_id)
        return sum(await asyncio.gather(*(self._waiting_cancelled(job, actor_id) for job in waiting)))

    async def _cancelled(self, job: Job, actor_id: int) -> CancelOutcome:
        if await self._waiting_cancelled(job, actor_id):
            return CancelOutcome.CANCELLED
        now = await self._store.get(job.id)
        if now and now.state is JobState.RUNNING and await self._provider_cancelled(now):
            ended = await self._life.end(now, Failure.CANCELLED, actor_id=actor_id)
            return CancelOutcome.CANCELLED if ended else CancelOutcome.ENDED
        return CancelOutcome.ENDED if now and now.state.final else CancelOutcome.TOO_LATE

    async def _waiting_cancelled(self, job: Job, actor_id: int) -> bool:
        """End a job that waits. One that is on its way may be turned away, and waits again: its answer decides."""
        until = self._clock.steady_seconds() + _ANSWER_SECONDS
        while not await self._life.end(job, Failure.CANCELLED, actor_id=actor_id, from_states=(JobState.QUEUED,)):
            changed = self._changed
            now = await self._store.get(job.id)
            left_seconds = until - self._clock.steady_seconds()
            if now is None or now.state not in (JobState.QUEUED, JobState.SUBMITTING) or left_seconds <= 0:
                return False
            if now.state is JobState.SUBMITTING:
                await self._clock.wait(changed, left_seconds)
        return True

    def _on_change(self, _job: Job) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _provider_cancelled(self, job: Job) -> bool:
        try:
            return await self._provider.cancel(job.task_id or "")
        except LookupFailed as error:
            log.warning("job %s could not be cancelled at the provider: %s", job.id, error)
            return False
