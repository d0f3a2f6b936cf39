"""Takes posted clips down again: committed first, then gone from the channel, tried until it worked."""

import logging
import sqlite3
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.ages import Ages
from engine.clock import Clock
from engine.life import Life
from engine.rests import Rests
from engine.stage import ChannelClosed, PostingError, PostRefused, Stage
from engine.worker import Worker
from storage import Action, Deed, Job, JobState, JobStore

log = logging.getLogger(__name__)

MOST_AT_ONCE = 4
CLOSED_REST_SECONDS = 600.0
GIVE_UP_SECONDS = 24 * 3600.0
"""A channel that is closed may be opened again within this time; after it, the clip counts as out of reach for good."""


class RemovalOutcome(StrEnum):
    """What became of a wish to remove a clip."""

    REMOVED = "removed"
    ALREADY = "already"
    NOT_YOURS = "not_yours"
    NOT_POSTED = "not_posted"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Removed:
    """The outcome, the job as it is now, and the credits that its member has got back."""

    outcome: RemovalOutcome
    job: Job | None = None
    refunded: int = 0


class Remover(Worker):
    """Removes clips; what a crash leaves behind, the next start takes down."""

    name = "remover"

    def __init__(self, store: JobStore, life: Life, stage: Stage, clock: Clock) -> None:
        super().__init__(clock)
        self._store = store
        self._life = life
        self._stage = stage
        self._rests = Rests(clock)
        self._ages = Ages(clock)

    async def remove(self, job_id: str, deed: Deed, *, refund: bool, moderates_guild: int | None) -> Removed:
        """Mark the clip for removal, refund it if asked, and begin to take it down.

        Members may remove their own clips without a refund; moderators any in their guild, with or without.
        """
        job = await self._store.get(job_id)
        if job is None:
            return Removed(RemovalOutcome.UNKNOWN)
        if job.state is not JobState.DONE:  # of takes that are one message, one that is on it
            job = next((take for take in await self._life.takes(job) if take.state is JobState.DONE), job)
        own = job.member_id == deed.actor_id and not refund
        if not own and moderates_guild != job.guild_id:
            return Removed(RemovalOutcome.NOT_YOURS, job)
        if job.state is not JobState.DONE:
            return Removed(RemovalOutcome.NOT_POSTED, job)
        action = Action.CLIP_DELETED if own else Action.CLIP_REMOVED
        removal = await self._store.remove(job.id, refund=refund, deed=deed, now=self.clock.now(), action=action)
        if removal is None:
            return Removed(RemovalOutcome.NOT_POSTED, job)
        if removal.fresh:
            log.info("job %s: its clip is removed by %d; refunded %d", job.id, deed.actor_id, removal.refunded)
            for removed in removal.jobs:
                self._life.renew(removed)
        self.wake()
        outcome = RemovalOutcome.REMOVED if removal.fresh else RemovalOutcome.ALREADY
        return Removed(outcome, removal.job, removal.refunded)

    async def step(self) -> float | None:
        """Begin to take down what is due."""
        rests, busy = [], self.busy()
        for job in await self._store.to_remove():
            if self.under_way >= MOST_AT_ONCE or self.stopping:
                break
            self._is_old(job)  # its age counts from here on, whatever the clock says later
            rest = self._rests.seconds_left(job.id)
            if rest > 0:
                rests.append(rest)
            elif job.id not in busy:
                self.start(job.id, self._take_down(job))
        return min(rests, default=None)

    async def _take_down(self, job: Job) -> None:
        try:
            # The first take is the one that the status message belongs to, whichever carries the clip.
            takes = await self._life.takes(job)
            await self._stage.take_down(replace(job, status_message_id=takes[0].status_message_id), takes)
        except ChannelClosed as error:
            log.warning("job %s: its clip is in a closed channel: %s", job.id, error)
            if not self._is_old(job):
                self._rests.after_failure(job.id, CLOSED_REST_SECONDS)
                return
        except PostRefused as error:  # nor will it be later
            log.error("job %s: its clip cannot be taken down: %s", job.id, error)
        except Exception as error:  # a fault of ours in one message must neither spin nor stop the others
            ours = not isinstance(error, PostingError)
            log.warning("job %s: its clip could not be taken down yet: %s", job.id, error, exc_info=ours)
            self._rests.after_failure(job.id)
            return
        await self._over(job)

    async def _over(self, job: Job) -> None:
        try:
            await self._store.clip_gone(job.id)
        except sqlite3.OperationalError as error:  # a full disk or a lock passes; a second time does no harm
            log.error("job %s: that its clip is gone could not be written yet: %s", job.id, error)
            self._rests.after_failure(job.id)
        else:
            self._rests.over(job.id)
            self._ages.forget(job.id)

    def _is_old(self, job: Job) -> bool:
        return job.removed_at is not None and self._ages.seconds(job.id, job.removed_at) > GIVE_UP_SECONDS
