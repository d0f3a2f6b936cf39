"""The names of the files that clips are posted as; by them a clip is known to be posted."""

from engine import Job

_SPOILER_MARK = "SPOILER_"


def clip_filename(job: Job) -> str:
    """The clip's file name."""
    return f"firstframe-{job.id}.mp4"


def clip_filenames(job: Job) -> set[str]:
    """The names under which Discord may keep the clip: a spoiler has a mark in front."""
    return {clip_filename(job), f"{_SPOILER_MARK}{clip_filename(job)}"}
