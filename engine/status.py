"""Where a job stands, as a value that can be compared: what has not changed is not shown again."""

from dataclasses import dataclass
from datetime import datetime

from storage import Failure, Job, JobState

ELAPSED_STEP_SECONDS = 5
"""A status that only grew older by less than this is the same status."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a member is told about a job."""

    state: JobState
    place: int | None = None
    elapsed_seconds: int = 0
    expected_seconds: int | None = None
    failure: Failure | None = None
    detail: str = ""
    provider_waits: bool = False
    cancellable: bool = False
    removed: bool = False


def status_of(
    job: Job,
    now: datetime,
    *,
    place: int | None,
    expected_seconds: float,
    provider_waits: bool = False,
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
                cancellable=cancellable,
            )
        case _:
            return Status(job.state, failure=job.failure, detail=job.detail, removed=job.removed_at is not None)
