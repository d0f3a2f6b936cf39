"""Who may do what with a clip: everybody who can see it, or its member and the moderators of its server."""

from engine.cannot import ClipGone, NotYours
from engine.order import Asking
from storage import Job, JobState


def seen_job(job: Job | None, by: Asking) -> Job:
    """The job, for whoever can see it; raises NotYours, or ClipGone where nothing is left of it."""
    if job is None or job.removed_at or job.interaction_id < 0:  # what somebody left behind is nobody's
        raise ClipGone
    if by.member_id != job.member_id and (job.private or by.guild_id != job.guild_id):
        raise NotYours
    return job


def own_job(job: Job | None, by: Asking) -> Job:
    """The job, for its member and for moderators of its server; raises NotYours or ClipGone."""
    job = seen_job(job, by)
    if by.member_id != job.member_id and not (by.moderates and by.guild_id):  # outside of servers nobody moderates
        raise NotYours
    return job


def own_clip(job: Job | None, by: Asking) -> Job:
    """The same where there is a clip; raises NotYours or ClipGone."""
    job = own_job(job, by)
    if job.state is not JobState.DONE:
        raise ClipGone
    return job
