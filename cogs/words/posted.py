"""The message that carries a finished clip, or the takes of a batch side by side."""

from collections.abc import Sequence

from cogs.text import credits, duration, harmless, plain, shortened
from cogs.words import clips
from engine import PART_ALONE, Job, Relation, Why

_PROMPT_SHOWN = 300
_MOST_CHARACTERS = 2000
_MOST_ALT_TEXT = 1024

_READY = {
    None: "your clip is ready.",
    Relation.AGAIN: "your new version is ready.",
    Relation.REMIX: "your remix is ready.",
    Relation.FINAL: "your final is ready.",
    Relation.EXTEND: "your extended clip is ready.",
}

_WHY = {
    Why.CLOSED: "I may not post in {where} any more, so your clip comes here.",
    Why.REFUSED: "Discord did not let me post your clip in {where}, so it comes here.",
    Why.SLOW: "I would have to wait long to post in {where}, so your clip comes here.",
    Why.EXPIRED: "Your clip took longer than the 15 minutes in which I can answer where you asked, so it comes here.",
    Why.ELSEWHERE: "I could not post your clip where you asked for it, so it comes here.",
}

_SMALLER = "-# Made smaller for the upload limit here: *Full quality* has it as it was made."
_ALONE = "-# The clip that this continues cannot be had any more, so this is the new part alone."

HANDED_OVER = "Only you see this message, and it does not stay: save the clip now."


def message(jobs: Sequence[Job], takes: Sequence[Job], why: Why | None = None, *, with_prompt: bool = True) -> str:
    """The text of the message with these clips; `takes` are all of the batch, those that failed too."""
    first = jobs[0]
    lines = [_WHY[why].format(where=f"<#{first.channel_id}>")] if why else []
    lines.append(f"<@{first.member_id}> {_ready(jobs, takes)}")
    if first.options.prompt and with_prompt:
        lines.append(f"> {harmless(first.options.prompt, _PROMPT_SHOWN)}")
    lines.append(f"-# {clips.settings_line(first, len(jobs))} · took {duration(_took_seconds(jobs))}")
    lines += [_SMALLER] if len(jobs) == 1 and jobs[0].fitted else []  # takes have no such button
    lines += [_ALONE] if any(PART_ALONE in job.notes for job in jobs) else []
    lines += [f"-# {HANDED_OVER}"] if first.private and why is None else []
    posted = {job.id for job in jobs}
    lines += [_missing(take) for take in takes if take.id not in posted]
    return shortened("\n".join(lines), _MOST_CHARACTERS)


def alt_text(job: Job, *, with_prompt: bool = True) -> str:
    """What the clip shows, for people who cannot see it."""
    what = job.options.prompt if with_prompt else None
    take = f"Take {job.take}, a" if job.batch_id else "A"
    text = f"{take} clip of {job.options.duration_seconds} s: {what or 'the attached picture, moving'}"
    return plain(text, _MOST_ALT_TEXT)


def _ready(jobs: Sequence[Job], takes: Sequence[Job]) -> str:
    if len(takes) < 2:
        return _READY[jobs[0].relation]
    if len(jobs) == 1:
        return f"take {jobs[0].take} is ready, the only one of {len(takes)}."
    count = f"{len(jobs)} takes are" if len(jobs) == len(takes) else f"{len(jobs)} of {len(takes)} takes are"
    return f"{count} ready: vote for the one you like, and make a *Final* of it."


def _missing(take: Job) -> str:
    return f"-# No take {take.take}: {clips.failure(take.failure, take.detail)} {credits(take.price)} returned."


def _took_seconds(jobs: Sequence[Job]) -> float:
    return max((job.ready_at - job.created_at).total_seconds() if job.ready_at else 0.0 for job in jobs)
