"""A clip that could be posted nowhere, handed to its member."""

from dataclasses import replace

from cogs.text import plain
from cogs.words import posted
from engine import Job, NoHandOver

NOT_TAKEN = "Discord did not take the file just now: your clip is kept, please press the button again in a minute."

_REFUSED = {
    NoHandOver.UNKNOWN: "I do not know this clip any more.",
    NoHandOver.NOT_YOURS: "Only the member who asked for this clip can get it.",
    NoHandOver.NOT_WAITING: "This clip does not wait any more: `/jobs` shows what became of it.",
    NoHandOver.UNDER_WAY: "This clip is on its way to you: if it does not come, press again in a quarter of an hour.",
    NoHandOver.LATER: "The clip cannot be fetched just now: it is kept, please press the button again in a minute.",
    NoHandOver.LOST: "The clip's file is lost, and the video service has it no more: `/jobs` shows your credits.",
}


def refused(why: NoHandOver) -> str:
    """Why a clip is not handed over."""
    return _REFUSED[why]


def message(job: Job) -> str:
    """The answer that carries the clip."""
    return posted.message([replace(job, private=True)], [job])  # as fleeting as any that one member alone sees


def label(job: Job) -> str:
    """The label of a button that hands over one of several clips."""
    take = f" take {job.take}" if job.batch_id else ""
    return plain(f"Get{take}: {job.options.prompt or job.id}", 40)
