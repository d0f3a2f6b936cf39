"""A job's story, for whoever has to find out what went wrong with it: its row, its money, its tasks, its messages."""

from collections.abc import Iterator

from tests.chaos.audit import Finding
from tests.chaos.audit_facts import Facts, JobRow

_MOST_LINES = 200


def told(facts: Facts, finding: Finding) -> str:
    """A finding, with all that is known of its job."""
    about = f"job {finding.job_id}" if finding.job_id else "no job"
    head = f"{finding.wrong}: {about}: {finding.said}"
    job = next((job for job in facts.jobs if job.id == finding.job_id), None)
    return "\n".join([head, *(f"    {line}" for line in _story(facts, job))]) if job else head


def _story(facts: Facts, job: JobRow) -> Iterator[str]:
    yield str(job)
    yield from (str(entry) for entry in facts.entries if entry.job_id == job.id)
    yield from (str(task) for task in facts.tasks if task.request == job.request or task.id == job.task_id)
    yield from (str(message) for message in (*facts.carriers(job), *facts.copies(job)))
    yield from (str(message) for message in facts.messages if message.interaction_id == job.interaction_id)
    keys = [key for key in (job.id, job.batch_id, job.task_id) if key]
    lines = [line for line in facts.log.splitlines() if any(key in line for key in keys)]
    yield from lines[-_MOST_LINES:]
