"""Says of any job where it stands now: what the row tells, and what only the workers know."""

from client import Provider
from engine.clock import Clock
from engine.expectations import Expectations
from engine.life import Life
from engine.poller import Poller
from engine.status import Status, status_of, together
from engine.submitter import Submitter
from engine.waiting import fair_order
from storage import Job, JobState


class Reporter:
    """One place to ask, for the messages that follow a job and for those who list theirs."""

    def __init__(
        self,
        life: Life,
        provider: Provider,
        expectations: Expectations,
        submitter: Submitter,
        poller: Poller,
        clock: Clock,
    ) -> None:
        self._life = life
        self._provider = provider
        self._expectations = expectations
        self._submitter = submitter
        self._poller = poller
        self._clock = clock

    def places(self) -> dict[str, int]:
        """The place of each waiting job, by its id, counted from 1."""
        queued = self._life.in_state(JobState.QUEUED)
        return {job.id: place for place, job in enumerate(fair_order(queued, self._life.at_provider()), 1)}

    async def shown(self, job: Job, places: dict[str, int]) -> Status:
        """What the job's status message shows now: a batch has one for all its takes."""
        if job.batch_id is None:
            return await self.status(job, places)
        return together([await self.status(take, places) for take in await self._life.takes(job)])

    async def status(self, job: Job, places: dict[str, int]) -> Status:
        """Where the job stands now."""
        expected = await self._expectations.of(job.kind)
        return status_of(
            job,
            self._clock.now(),
            place=places.get(job.id),
            expected_seconds=expected.median_seconds,
            provider_waits=self._submitter.holds_back(job),
            provider_says=self._poller.says(job.id),
            cancellable=self._is_cancellable(job),
        )

    def _is_cancellable(self, job: Job) -> bool:
        at_provider = job.state is JobState.RUNNING and self._provider.cancels and self._poller.seems_pending(job.id)
        return job.state is JobState.QUEUED or at_provider
