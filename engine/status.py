"""Where a job stands, as a value that can be compared: what has not changed is not shown again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from storage import Failure, Job, JobState, Route

ELAPSED_STEP_SECONDS = 5
"""A status that only grew older by less than this is the same status."""

WAITS_FOR = timedelta(days=7)
"""How long a clip that no route took waits for its member, before it is refunded."""


class ProviderSays(StrEnum):
    """What the provider said at the last look."""

    WAITING = "waiting"
    MAKING = "making"


@dataclass(frozen=True, slots=True)
class Status:
    """What a member is told about a job, or about all takes of a batch: then `takes` are theirs, in order.

    `waits` is until when a finished clip waits for its member to come for it; `clip_message_id` and `clip_channel_id`
    say where the clip is. `in_reply`: the message that showed the status has become the clip, and shows nothing else.
    """

    state: JobState
    place: int | None = None
    elapsed_seconds: int = 0
    expected_seconds: int | None = None
    failure: Failure | None = None
    detail: str = ""
    provider_waits: bool = False
    cancellable: bool = False
    removed: bool = False
    provider_says: ProviderSays | None = None
    waits: datetime | None = None
    clip_message_id: int | None = None
    clip_channel_id: int | None = None
    in_reply: bool = False
    takes: tuple["Status", ...] = ()

    @property
    def stage(self) -> tuple[object, ...]:
        """What of it is a change of state, and not only progress."""
        takes = tuple(take.stage for take in self.takes)
        return self.state, self.failure, self.removed, self.waits, takes

    @property
    def news(self) -> tuple[object, ...]:
        """What of it is more than that time has passed or that a queue has moved up."""
        takes = tuple(take.news for take in self.takes)
        says = self.provider_says, self.provider_waits, self.cancellable, self.in_reply, self.clip_message_id
        return *self.stage, self.detail, *says, takes


def status_of(
    job: Job,
    now: datetime,
    *,
    place: int | None,
    expected_seconds: float,
    provider_waits: bool = False,
    provider_says: ProviderSays | None = None,
    cancellable: bool = False,
) -> Status:
    """The status of a job at a moment; `place` counts from 1 in the waiting room."""
    match job.state:
        case JobState.QUEUED:
            return Status(job.state, place=place, provider_waits=provider_waits, cancellable=cancellable)
        case JobState.SUBMITTING | JobState.RUNNING:
            elapsed = (now - (job.running_at or job.submitting_at or now)).total_seconds()
            step = ELAPSED_STEP_SECONDS
            return Status(
                # To the member, handing the image over is part of the making.
                JobState.RUNNING,
                elapsed_seconds=max(0, int(elapsed // step * step)),
                expected_seconds=round(expected_seconds),
                provider_says=provider_says,
                cancellable=cancellable,
            )
        case JobState.READY | JobState.POSTING if job.waits_since:
            # A clip that is being handed over waits until that is known to have worked.
            return Status(JobState.READY, waits=job.waits_since + WAITS_FOR)
        case _:
            return Status(
                job.state,
                failure=job.failure,
                detail=job.detail,
                removed=job.removed_at is not None,
                clip_message_id=job.clip_message_id,
                clip_channel_id=job.clip_channel_id,
                in_reply=job.route is Route.REPLY and job.state in (JobState.POSTING, JobState.DONE),
            )


_LEADING = (JobState.RUNNING, JobState.QUEUED, JobState.POSTING, JobState.READY, JobState.DONE, JobState.FAILED)
"""Which take's status a batch has: of what is made now, then of what waits, then of what is posted."""


def together(takes: Sequence[Status]) -> Status:
    """The status of a batch, given those of its takes in order."""
    leading = next((state for state in _LEADING if any(take.state is state for take in takes)), JobState.CANCELLED)
    # Of those being made, the last one is waited for; of those in the queue, the first one is next.
    shown = min(
        (take for take in takes if take.state is leading), key=lambda take: (take.elapsed_seconds, take.place or 0)
    )
    return replace(
        shown,
        cancellable=any(take.cancellable for take in takes),
        in_reply=any(take.in_reply for take in takes),
        takes=tuple(takes),
    )
